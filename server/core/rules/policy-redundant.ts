import type { NetworkModel } from '../model/network-model';
import { printWorkload } from '../model/workload';
import { listed } from '../reach/describe-form';
import type { PolicyPart } from '../reach/policy-parts';
import { isGoneEverywhere, redundancyOf, type Redundant } from '../reach/redundancy';
import { podsUnder, redundantHere } from '../reach/redundancy-here';
import { removeDocument } from './edits';
import { namePolicy, relatedTo, together } from './redundancy-report';
import { defineRule, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { ofTemplate, severityOf } from './template-values';

export const policyRedundant = defineRule({
  id: 'policy-redundant',
  title: 'A NetworkPolicy whose removal changes no connection',
  severity: 'warning',
  variants: [
    'information: a policy without rules, whose pods others isolate too',
    'information: a policy that changes nothing for the pods declared here, and may for others',
    'information: a policy of a chart, which other values may make necessary',
  ],
  check(model, report) {
    for (const set of redundancyOf(model)) {
      const found = set.flatMap((redundant) => {
        const { part } = redundant;
        return part.type === 'policy' && isGoneEverywhere(model, part) ? [{ ...redundant, policy: part }] : [];
      });
      for (const one of found) {
        const others = found.filter((other) => other !== one).map(({ policy }) => policy);
        reportPolicy({ ...one, others, isHere: false }, model, report);
      }
    }
    for (const set of redundantHere(model)) {
      for (const one of set) {
        const others = set.filter((other) => other !== one).map(({ policy }) => policy);
        reportPolicy({ ...one, others, isHere: true }, model, report);
      }
    }
  },
  fixes: removePolicy,
});

interface Unnecessary extends Omit<Redundant, 'part'> {
  readonly policy: PolicyPart;
  /** Those that can go together with it. */
  readonly others: readonly PolicyPart[];
  /** Only for the pods that manifests declare. */
  readonly isHere: boolean;
}

function reportPolicy(
  { policy, by, isolatedBy, others, isHere }: Unnecessary,
  model: NetworkModel,
  report: Report,
): void {
  const { resource } = policy.form;
  const reasons = [...new Set([...by.map(({ rule }) => rule.policy), ...isolatedBy])].sort(inOrder);
  const names = listed(reasons.map(namePolicy), 'and');
  const isOne = reasons.length === 1;
  const onlyIsolates = policy.rules.length === 0;
  const message = onlyIsolates
    ? `${namePolicy(policy)} changes nothing: it denies by having no rules, and ${names} ${isOne ? 'isolates' : 'isolate'} the same pods.`
    : `${namePolicy(policy)} changes nothing${isHere ? ' for the pods declared here' : ''}: ${names} already ${isOne ? 'allows' : 'allow'} all that it allows, for ${isHere ? namePods(policy, model) : 'the same pods'}.`;
  report({
    resource,
    message: `${message}${ofTemplate(model, resource)}${together(others, policy)}`,
    severity: onlyIsolates || isHere ? 'information' : severityOf(model, resource),
    tags: ['unnecessary'],
    related: [
      ...reasons.slice(0, mostRelated).map((other) => relatedTo(other, `${namePolicy(other)} does the same`)),
      ...others.slice(0, mostRelated).map((other) => relatedTo(other, `${namePolicy(other)} can go too`)),
    ],
    ...(resource.root.shared
      ? {}
      : {
          data: { title: `Remove ${namePolicy(policy)}`, file: resource.file, ...resource.range },
        }),
  });
}

const mostRelated = 5;

/** The pods under a policy by the names of their workloads. */
function namePods(policy: PolicyPart, model: NetworkModel): string {
  const names = podsUnder(model, policy).map(printWorkload);
  return listed([...new Set(names)].sort(), 'and');
}

function inOrder(a: PolicyPart, b: PolicyPart): number {
  const [x, y] = [a.form.resource.name, b.form.resource.name];
  return x < y ? -1 : x > y ? 1 : 0;
}

function removePolicy(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { title, file, start, end } = data as {
    readonly title: string;
    readonly file: string;
    readonly start: number;
    readonly end: number;
  };
  const edit = removeDocument(textOf(file), file, { start, end });
  return edit ? [{ title, edits: [edit] }] : [];
}
