import { byPlace, derived, renewed, type NetworkModel } from '../model/network-model';
import { sameItems } from '../model/same-items';
import { coverPeer } from './coverage';
import { areDisjoint, mayMeet } from './overlap';
import type { PolicyForm, RuleForm, Tier } from './policy-form';
import { policyFormsOf } from './policy-forms';
import { partsOfPolicy, portsLeft, type PeerPart, type RulePart } from './policy-parts';
import { certainForms } from './redundancy';
import { indexByWhom, namespaceLabelsOf, type NamespaceLabels, type Whom, type WhomIndex } from './whom';

/** A rule of a policy of the admin or baseline tier that could be taken out without any effect. */
export interface Shadowed {
  readonly rule: RulePart;
  /**
   * `decided`: earlier rules decide every connection it speaks of. `repeated`: later ones decide the same, and none between
   * decides otherwise. `default`: no later rule of the tier speaks of these connections, and what comes after the tier is what it says.
   */
  readonly why: 'decided' | 'repeated' | 'default';
  readonly by: readonly RulePart[];
}

/**
 * The rules of the tiers with an order that decide nothing, all of which may be taken out together. The last is tried first, each
 * against what is left then. Policies of equal priority have no order: they prove nothing for each other, and stand in the way of proofs
 * that nothing decides otherwise.
 */
export function shadowedRules(model: NetworkModel): readonly Shadowed[] {
  return derived(model, 'shadowed-rules', () => {
    const place = byPlace(model);
    return (['admin', 'baseline'] as const)
      .flatMap((tier) => examinedTier(tier, model).found)
      .sort((a, b) => place(a.rule.policy.form.resource, b.rule.policy.form.resource) || a.rule.index - b.rule.index);
  });
}

/** What a tier was examined by; what was found holds while that is the same. */
interface Given {
  readonly forms: readonly PolicyForm[];
  /** Those of them whose meaning is certain. */
  readonly certain: readonly PolicyForm[];
  readonly known: NamespaceLabels;
  readonly complete: boolean;
}

interface Examined extends Given {
  readonly found: readonly Shadowed[];
}

function examinedTier(tier: Tier, model: NetworkModel): Examined {
  return renewed<Examined>(model, `shadowed-rules/${tier}`, (before) => {
    const given = {
      forms: policyFormsOf(model).filter((form) => form.tier === tier),
      certain: certainForms(model).filter((form) => form.tier === tier),
      known: namespaceLabelsOf(model),
      complete: model.complete,
    };
    return before && isOf(before, given) ? before : { ...given, found: examineTier(tier, given) };
  });
}

function isOf(examined: Examined, { forms, certain, known, complete }: Given): boolean {
  return (
    examined.known === known &&
    examined.complete === complete &&
    sameItems(examined.forms, forms) &&
    sameItems(examined.certain, certain)
  );
}

interface Context {
  readonly tier: Tier;
  /** Every rule that may hold in the tier, whether its meaning is certain or not. */
  readonly rivals: readonly { readonly form: PolicyForm; readonly rule: RuleForm }[];
  readonly index: WhomIndex<RulePart>;
  readonly known: NamespaceLabels;
  readonly complete: boolean;
}

function examineTier(tier: Tier, { forms, certain, known, complete }: Given): readonly Shadowed[] {
  const policies = certain.flatMap((form) => partsOfPolicy(form, () => true) ?? []);
  const rules = policies.flatMap((policy) => policy.rules);
  const context: Context = {
    tier,
    rivals: forms.flatMap((form) => form.rules.map((rule) => ({ form, rule }))),
    index: indexByWhom(rules, ({ policy }) => policy.subject, known),
    known,
    complete,
  };
  const found: Shadowed[] = [];
  for (const rule of rules.toReversed()) {
    const shadowed = explain(rule, context);
    if (!shadowed) continue;
    rule.gone = true;
    found.push(shadowed);
  }
  // What explained the first ones may have gone later, for a reason of its own.
  return found.map((shadowed) => explain(shadowed.rule, context) ?? shadowed);
}

function explain(rule: RulePart, context: Context): Shadowed | undefined {
  return decidedBefore(rule, context) ?? decidedAlike(rule, context);
}

function decidedBefore(rule: RulePart, context: Context): Shadowed | undefined {
  const by = cover(rule, context, (other) => goesBefore(other, rule));
  return by && { rule, why: 'decided', by };
}

function goesBefore(other: RulePart, rule: RulePart): boolean {
  if (other.form.direction !== rule.form.direction) return false;
  if (other.policy === rule.policy) return other.index < rule.index;
  return other.policy.form.priority < rule.policy.form.priority;
}

/**
 * Rules of other policies with the same priority may come before or after. Those that decide nothing count as well when they would decide
 * otherwise: they decide nothing only for as long as what comes before them is there.
 */
function decidedAlike(rule: RulePart, context: Context): Shadowed | undefined {
  const { action } = rule.form;
  const opposed = context.rivals.filter(
    (rival) =>
      rival.rule.action !== action &&
      mayComeAfter(rival, rule) &&
      !areDisjoint(rival.form.subject, rule.policy.form.subject) &&
      mayMeet(rival.rule, rule.form),
  );
  const isBeforeOpposed = (other: RulePart): boolean =>
    opposed.every((rival) => isSurelyAfter(rival, other.policy.form, other.form));
  const by = cover(
    rule,
    context,
    (other) =>
      other.form.action === action &&
      goesBefore(rule, other) &&
      // Between two policies there may be one that is applied from elsewhere.
      (context.complete || other.policy === rule.policy) &&
      isBeforeOpposed(other),
  );
  if (by) return { rule, why: 'repeated', by };
  const isDefault = action === 'pass' || (action === 'allow' && context.tier === 'baseline');
  return isDefault && opposed.length === 0 && context.complete ? { rule, why: 'default', by: [] } : undefined;
}

type Rival = Context['rivals'][number];

/** One that cannot be read may stand anywhere. */
function mayComeAfter({ form, rule }: Rival, { policy, form: own }: RulePart): boolean {
  if (form === policy.form) return form.rules.indexOf(rule) > form.rules.indexOf(own);
  return form.priority >= policy.form.priority || form.problems.length > 0;
}

function isSurelyAfter({ form, rule }: Rival, policy: PolicyForm, other: RuleForm): boolean {
  if (form === policy) return form.rules.indexOf(rule) > form.rules.indexOf(other);
  return form.priority > policy.priority && form.problems.length === 0;
}

function cover(
  rule: RulePart,
  { index, known }: Context,
  counts: (other: RulePart) => boolean,
): readonly RulePart[] | undefined {
  const rulesOver = (subject: Whom): readonly RulePart[] =>
    index.around(subject).filter((other) => other !== rule && !other.gone && counts(other));
  const ports = portsLeft(rule);
  const used = new Set<PeerPart>();
  for (const peer of rule.peers) {
    const proved = coverPeer(rule.policy.subject, peer, ports, rulesOver, known);
    if (!proved) return undefined;
    for (const other of proved) used.add(other);
  }
  return used.size === 0 ? undefined : [...new Set([...used].map((peer) => peer.rule))];
}

/** Whether a rule decides nothing in any scope of the workspace that its text is applied in. */
export function isShadowedEverywhere(model: NetworkModel, rule: RulePart): boolean {
  const place = placeOf(rule.policy.form, rule.form);
  return [model, ...model.neighbours].every((scope) => !decidingPlaces(scope).has(place));
}

function decidingPlaces(model: NetworkModel): ReadonlySet<string> {
  return derived(model, 'shadowed-not', () => {
    const shadowed = new Set(shadowedRules(model).map(({ rule }) => rule.form));
    const forms = policyFormsOf(model).filter(({ tier }) => tier !== 'network');
    return new Set(
      forms.flatMap((form) => form.rules.filter((rule) => !shadowed.has(rule)).map((rule) => placeOf(form, rule))),
    );
  });
}

function placeOf({ resource }: PolicyForm, { node }: RuleForm): string {
  return `${node.file ?? resource.file} ${node.start} ${node.end}`;
}
