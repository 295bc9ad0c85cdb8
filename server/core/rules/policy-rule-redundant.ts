import { derived, type NetworkModel } from '../model/network-model';
import { isNothing, withoutPorts } from '../reach/coverage';
import { listed } from '../reach/describe-form';
import { portsOfForms, type Part, type PeerPart, type PolicyPart } from '../reach/policy-parts';
import { isGoneEverywhere, nodeOf, placeText, policyOf, redundancyOf, type RedundantSet } from '../reach/redundancy';
import { peerReadings } from './peer-readings';
import { describePart, namePart, namePolicy, placeOfPart, relatedTo, together } from './redundancy-report';
import { removeItem, type ItemPlace } from './remove-item';
import { defineRule, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { ofTemplate, severityOf } from './template-values';

export const policyRuleRedundant = defineRule({
  id: 'policy-rule-redundant',
  title: 'A rule, peer or port of a NetworkPolicy whose removal changes no connection',
  severity: 'warning',
  variants: ['information: a rule of a chart, which other values may make necessary'],
  check(model, report, settings) {
    const told = settings.rules['policy-peer-and-or'] === 'off' ? new Set() : peersMeantAsOne(model);
    for (const set of redundancyOf(model)) {
      const removable = onePerText(set.filter(({ part }) => !told.has(nodeOf(part)) && isGoneEverywhere(model, part)));
      for (const { part, by } of removable) {
        if (part.type !== 'policy') reportPart(part, by, othersOf(part, removable), model, report);
      }
    }
  },
  fixes: removePart,
});

/** Both of two peers that were very likely meant as one, as `policy-peer-and-or` tells: without either the mistake is hidden. */
function peersMeantAsOne(model: NetworkModel): ReadonlySet<unknown> {
  return derived(model, 'peers-meant-as-one', () => {
    const apart = [...peerReadings(model).values()].filter(({ written }) => written === 'apart');
    return new Set(apart.flatMap(({ peers }) => peers.map(({ node }) => node)));
  });
}

/** What an anchor and its aliases make of one text is gone in all of them. */
function onePerText(set: RedundantSet): RedundantSet {
  const seen = new Set<string>();
  return set.filter(({ part }) => {
    const place = placeText(part);
    return !seen.has(place) && seen.add(place);
  });
}

type SmallPart = Exclude<Part, PolicyPart>;

/** What can be taken out together with a part, that of the same policy first. */
function othersOf(part: SmallPart, set: RedundantSet): readonly Part[] {
  const near: Part[] = [];
  const far: Part[] = [];
  for (const { part: other } of set)
    if (policyOf(other) !== policyOf(part)) far.push(other);
    else if (other !== part) near.push(other);
  return [...near, ...far];
}

function reportPart(
  part: SmallPart,
  by: readonly PeerPart[],
  others: readonly Part[],
  model: NetworkModel,
  report: Report,
): void {
  const policy = policyOf(part);
  const { resource } = policy.form;
  const reasons = reasonsFor(part, by);
  const names = [...new Set(reasons.map((reason) => nameReason(reason, policy)))];
  const place = placeOfPart(part);
  const at = nodeOf(part);
  report({
    resource,
    ...(at ? { at } : {}),
    message: `This ${part.type} changes nothing: ${listed(names, 'and')} already ${names.length === 1 ? 'allows' : 'allow'} traffic ${describePart(part)}.${ofTemplate(model, resource)}${together(others, policy)}`,
    severity: severityOf(model, resource),
    tags: ['unnecessary'],
    related: [
      ...reasons.slice(0, 5).map((reason) => relatedTo(reason, `${namePart(reason, policy)} allows the same`)),
      ...others.slice(0, 5).map((other) => relatedTo(other, `${namePart(other, policy)} can go too`)),
    ],
    ...(place ? { data: { title: `Remove this ${part.type}`, place } } : {}),
  });
}

/** The rules that allow the same, or the peer or port of the same rule. */
function reasonsFor(part: SmallPart, by: readonly PeerPart[]): readonly Part[] {
  const own = part.type === 'rule' ? part : part.rule;
  const reasons = by.flatMap((peer): readonly Part[] => {
    if (peer.rule !== own) return [peer.rule];
    return part.type === 'port' ? portsFor(part.form, peer) : [peer];
  });
  return [...new Set(reasons)];
}

/** The first port of a rule that holds another; all of them where it takes several. */
function portsFor(form: Parameters<typeof portsOfForms>[0][number], { rule }: PeerPart): readonly Part[] {
  const left = rule.ports.filter(({ gone }) => !gone);
  const one = left.find((port) => isNothing(withoutPorts(portsOfForms([form]), portsOfForms([port.form]))));
  return one ? [one] : left;
}

/** Of other policies the name says enough. */
function nameReason(reason: Part, reader: PolicyPart): string {
  const policy = policyOf(reason);
  return policy === reader ? namePart(reason, reader) : namePolicy(policy);
}

function removePart(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { title, place } = data as { readonly title: string; readonly place: ItemPlace };
  const edits = removeItem(textOf(place.file), place);
  return edits ? [{ title, edits }] : [];
}
