import { hostReferences, isCompared, nameLookup, type HostReference } from '../model/dns-references';
import { targetOfReference } from '../model/dns-targets';
import { clusterFacts } from '../model/cluster';
import { byPlace, type NetworkModel } from '../model/network-model';
import { printWorkload, type Workload } from '../model/workload';
import { listed } from '../reach/describe-form';
import { dnsAccess } from '../reach/dns-access';
import { policyFormsOf } from '../reach/policy-forms';
import { reachOf, type CompiledPolicy, type Reach } from '../reach/reach';
import type { Settings } from '../settings';
import { partPlace } from './host-edits';
import { additionEdits, type RuleAddition } from './admitting-rules';
import { dnsRule, rulesPlace } from './policy-edits';
import { defineRule, lowered, type Report } from './rule';

export const policyEgressBlocksDns = defineRule({
  id: 'policy-egress-blocks-dns',
  title: 'Pods that use names, with egress isolated and no way to DNS',
  severity: 'warning',
  variants: ['information: the scope does not hold everything, such as a policy that admits DNS'],
  check(model, report, settings) {
    if (!policyFormsOf(model).some(({ isolates }) => isolates.includes('Egress'))) return;
    const reach = reachOf(model);
    const victims = victimsIn(reach, settings);
    for (const [policy, theirs] of policiesToMend(victims, model)) reportPolicy(policy, theirs, model, report);
  },
  fixes(data, textOf) {
    const addition = data as unknown as RuleAddition;
    const edits = additionEdits([addition], textOf);
    const ports = addition.lines.length === udpRule.length ? 'UDP 53' : 'UDP and TCP 53';
    return edits ? [{ title: `Allow DNS, ${ports} to the cluster's DNS`, edits }] : [];
  },
});

/** What lacks where DNS is admitted over TCP: TCP once more would change nothing. */
const udpRule = dnsRule.slice(0, -2);

/** A workload that uses names and may not ask for them. */
interface Victim {
  readonly workload: Workload;
  readonly reference: HostReference;
  /** The policies that isolate it for egress. */
  readonly policies: readonly CompiledPolicy[];
  /** They admit DNS over TCP only. */
  readonly tcpOnly: boolean;
}

function victimsIn(reach: Reach, settings: Settings): readonly Victim[] {
  const victims = new Map<Workload, Victim>();
  const ranges = clusterFacts(reach.model, settings).cidrs.filter(({ source }) => !source);
  const more = ranges.map(({ cidr }) => cidr);
  for (const reference of hostReferences(reach.model, settings.cluster.domain)) {
    for (const workload of reference.users) {
      const podClass = reach.peers.classOf.get(workload);
      if (podClass === undefined || victims.has(workload) || workload.hostNetwork) continue;
      if ((reach.over.Egress[podClass] ?? []).length === 0) continue;
      const access = dnsAccess(reach, podClass, more);
      if (access.answer !== false || !access.byIsolation) continue;
      if (!nameLookup(workload).cluster || !isLookedUp(reach, reference, access.policies)) continue;
      victims.set(workload, { workload, reference, policies: access.policies, tcpOnly: access.tcpOnly });
    }
  }
  return [...victims.values()];
}

/**
 * A Service's name, or a host outside that the pods may go to: a public address that they only print needs no DNS, and where no rule leads
 * outside it is of no use.
 */
function isLookedUp({ model }: Reach, reference: HostReference, policies: readonly CompiledPolicy[]): boolean {
  const { use, mention, key } = reference;
  if (use === 'header') return false;
  const target = targetOfReference(model, reference);
  if (target) return target.type !== 'missing' && (mention.form !== 'pair' || target.type === 'service');
  const isAddress = use === 'setting' && (mention.form === 'url' || mention.alone) && !isCompared(key);
  const isOutside = isAddress && /\.[a-z]{2,}$/.test(mention.host);
  return isOutside && policies.some((policy) => policy.rules.Egress.some(leadsOutside));
}

function leadsOutside({ form }: CompiledPolicy['rules']['Egress'][number]): boolean {
  return (
    form.action === 'allow' &&
    (form.peers === 'everyone' || form.peers.some(({ type }) => type === 'addresses' || type === 'outside'))
  );
}

/**
 * One policy for each victim, and as few as possible: what a person would mend first. One that only denies stays as it is where others allow
 * something. Of those that serve alike it is the one that the scope applies last.
 */
function policiesToMend(
  victims: readonly Victim[],
  model: NetworkModel,
): ReadonlyMap<CompiledPolicy, readonly Victim[]> {
  const served = new Map<CompiledPolicy, Victim[]>();
  for (const victim of victims) {
    const allowing = victim.policies.filter((policy) => policy.rules.Egress.length > 0);
    for (const policy of allowing.length > 0 ? allowing : victim.policies)
      served.set(policy, [...(served.get(policy) ?? []), victim]);
  }
  const place = byPlace(model);
  const order = [...served].toSorted(
    ([a, ofA], [b, ofB]) => ofB.length - ofA.length || place(b.form.resource, a.form.resource),
  );
  const result = new Map<CompiledPolicy, readonly Victim[]>();
  const done = new Set<Victim>();
  for (const [policy, theirs] of order) {
    const left = theirs.filter((victim) => !done.has(victim));
    if (left.length === 0) continue;
    result.set(policy, left);
    for (const victim of left) done.add(victim);
  }
  return result;
}

function reportPolicy(
  { form: { resource } }: CompiledPolicy,
  victims: readonly Victim[],
  model: NetworkModel,
  report: Report,
): void {
  const [first] = victims;
  if (!first) return;
  const names = listed(
    victims.map(({ workload }) => printWorkload(workload)),
    'and',
  );
  const others = [...new Set(victims.flatMap(({ policies }) => policies))].filter(
    ({ form }) => form.resource !== resource,
  );
  const otherNames = others.map(({ form }) => `NetworkPolicy ${form.resource.name}`);
  const nor = others.length > 0 ? `, nor of ${listed(otherNames, 'or')},` : '';
  const tcpOnly = victims.every((victim) => victim.tcpOnly);
  const what = tcpOnly
    ? `${listed(['this policy', ...otherNames], 'and')} ${others.length > 0 ? 'admit' : 'admits'} DNS over TCP only`
    : `no rule of this policy${nor} admits DNS`;
  const place = rulesPlace(resource, 'Egress');
  report({
    resource,
    severity: model.complete ? 'warning' : lowered('warning'),
    message: `Egress of ${names} is isolated, and ${what}: ${first.reference.mention.host} cannot be looked up. Allow UDP and TCP 53 to the cluster's DNS.`,
    related: victims.slice(0, 5).map(({ workload, reference }) => ({
      resource: reference.place.resource,
      at: partPlace(reference.place),
      message: `${printWorkload(workload)} uses ${reference.mention.host}`,
    })),
    ...(place ? { data: { place, lines: tcpOnly ? udpRule : dnsRule } } : {}),
  });
}
