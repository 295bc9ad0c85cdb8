import type { Selector } from '../model/label';
import { policiesOf, renewed, type NetworkModel } from '../model/network-model';
import type { Direction } from '../model/policy';
import { printWorkload } from '../model/workload';
import { addedRules, describeRuleForms } from '../reach/added-rules';
import { hasBit } from '../reach/bitset';
import type { RuleForm } from '../reach/policy-form';
import { rulesLeft, type PolicyPart } from '../reach/policy-parts';
import { reachOf } from '../reach/reach';
import { policyPartsOf } from '../reach/redundancy';
import { redundantHere } from '../reach/redundancy-here';
import { namespaceLabelsOf } from '../reach/whom';
import { namePolicy } from './redundancy-report';
import { defineRule, type Report } from './rule';
import { selectorPlace } from './selector-report';

export const policyOverlap = defineRule({
  id: 'policy-overlap',
  title: 'Two NetworkPolicies govern the same pods in the same direction',
  severity: 'information',
  check(model, report) {
    // What adds nothing for the pods here is told as that (`policy-redundant`).
    const idle = new Set(redundantHere(model).flatMap((set) => set.map(({ policy }) => policy)));
    const all = [...policyPartsOf(model).values()].filter((policy) => !idle.has(policy));
    if (all.length < 2) return;
    const selectors = new Map(policiesOf(model).map(({ resource, podSelector }) => [resource, podSelector]));
    for (const direction of ['Ingress', 'Egress'] as const) {
      for (const [policy, others] of sharing(model, all, direction)) {
        const selector = selectors.get(policy.form.resource);
        if (selector) reportShared({ policy, selector, direction }, others, model, report);
      }
    }
  },
});

/** Other policies, each with the pods that it has in common with one. */
type Sharing = ReadonlyMap<PolicyPart, readonly Governed[]>;

/** More policies over one pod are not compared with each other: what they say together no list of pairs tells. */
const mostCompared = 20;

/**
 * For each policy the earlier ones that select some of its pods for certain, both with rules for a direction that are of any use. A policy
 * without rules only isolates: together with one that opens something it is the usual "deny, then allow", and no overlap.
 */
function sharing(
  model: NetworkModel,
  all: readonly PolicyPart[],
  direction: Direction,
): ReadonlyMap<PolicyPart, Sharing> {
  const found = new Map<PolicyPart, Map<PolicyPart, Governed[]>>();
  for (const group of governed(model, all, direction)) {
    const { policies } = group;
    policies.forEach((policy, index) => {
      for (const other of policies.slice(0, Math.min(index, mostCompared))) {
        const others = found.get(policy) ?? new Map<PolicyPart, Governed[]>();
        found.set(policy, others);
        const known = others.get(other);
        if (known) known.push(group);
        else others.set(other, [group]);
      }
    });
  }
  return found;
}

interface Governed {
  /** In the order they are applied. */
  readonly policies: readonly PolicyPart[];
  readonly classes: readonly number[];
}

/** Classes of pods under the same policies, where there are several. */
function governed(model: NetworkModel, all: readonly PolicyPart[], direction: Direction): readonly Governed[] {
  const useful = all.filter((policy) => rulesLeft(policy, direction).length > 0);
  const place = new Map(useful.map((policy, index) => [policy.form, index]));
  const groups = new Map<string, { readonly policies: readonly PolicyPart[]; readonly classes: number[] }>();
  reachOf(model).over[direction].forEach((policies, podClass) => {
    if (policies.length < 2) return;
    const here = policies.flatMap(({ form, subject }) => {
      const isSure = hasBit(subject.met, podClass) && !hasBit(subject.unsure, podClass);
      return isSure ? (place.get(form) ?? []) : [];
    });
    if (here.length < 2) return;
    const key = here.join();
    const group = groups.get(key);
    if (group) group.classes.push(podClass);
    else
      groups.set(key, { policies: here.sort((x, y) => x - y).flatMap((at) => useful[at] ?? []), classes: [podClass] });
  });
  return [...groups.values()];
}

interface Overlap {
  readonly other: PolicyPart;
  /** The pods that both select. */
  readonly shared: readonly Governed[];
  /** What each allows to these pods and the other one does not. */
  readonly own: readonly RuleForm[];
  readonly theirs: readonly RuleForm[];
}

type Added = WeakMap<PolicyPart, WeakMap<PolicyPart, readonly RuleForm[]>>;

/**
 * What one policy allows in a direction and another one does not, worked out once for two: as long as nothing changes that says what they
 * allow, they are the same objects (`policyPartsOf`).
 */
function addedBetween(
  model: NetworkModel,
  direction: Direction,
): (policy: PolicyPart, beyond: PolicyPart) => readonly RuleForm[] {
  const all = renewed<Added>(model, `policy-overlap/${direction}`, (before) => before ?? new WeakMap());
  const known = namespaceLabelsOf(model);
  return (policy, beyond) => {
    const ofPolicy = all.get(policy) ?? new WeakMap<PolicyPart, readonly RuleForm[]>();
    all.set(policy, ofPolicy);
    const rules = ofPolicy.get(beyond) ?? addedRules(policy, beyond, direction, known);
    ofPolicy.set(beyond, rules);
    return rules;
  };
}

function reportShared(
  { policy, selector, direction }: { policy: PolicyPart; selector: Selector; direction: Direction },
  others: Sharing,
  model: NetworkModel,
  report: Report,
): void {
  const { resource } = policy.form;
  const added = addedBetween(model, direction);
  const overlaps = [...others].flatMap(([other, shared]): readonly Overlap[] => {
    const own = added(policy, other);
    const theirs = added(other, policy);
    return own.length === 0 && theirs.length === 0 ? [] : [{ other, shared, own, theirs }];
  });
  const [first] = overlaps;
  if (!first) return;
  const names = listed(overlaps.map(({ other }) => namePolicy(other)));
  const shared = new Set(overlaps.flatMap((overlap) => overlap.shared));
  const whose = overlaps.length === 1 ? '' : ` Beside ${namePolicy(first.other)}:`;
  report({
    resource,
    at: selectorPlace(selector),
    severity: 'information',
    message: `${direction} of ${namePods(model, [...shared])} is governed by ${names} too, and policies add up.${whose} ${tell(policy, first)}`,
    related: overlaps.slice(0, 5).map((overlap) => ({
      resource: overlap.other.form.resource,
      message: `${namePolicy(overlap.other)} also selects ${namePods(model, overlap.shared)}. ${tell(policy, overlap)}`,
    })),
  });
}

function tell(policy: PolicyPart, { other, own, theirs }: Overlap): string {
  const alone = (rules: readonly RuleForm[]): string =>
    rules.length === 0 ? 'allows nothing more' : `alone allows traffic ${describeRuleForms(rules)}`;
  return `${namePolicy(policy)} ${alone(own)}. ${namePolicy(other)} ${alone(theirs)}.`;
}

/** The first pods by name: there may be very many. */
function namePods(model: NetworkModel, groups: readonly Governed[]): string {
  const { peers } = reachOf(model);
  const workloads = groups.flatMap(({ classes }) =>
    classes.flatMap((number) => peers.classes[number]?.workloads ?? []),
  );
  const names = [...new Set(workloads.slice(0, 50).map(printWorkload))];
  return listed(names, Math.max(0, workloads.length - 50));
}

/** @param unnamed how many more there are */
function listed(texts: readonly string[], unnamed = 0): string {
  const count = texts.length + unnamed;
  const shown = count > 3 ? [...texts.slice(0, 3), `${count - 3} more`] : texts;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}` : shown.join('');
}
