import { isPatch, overwrittenResources, servicesOf, type NetworkModel } from '../model/network-model';
import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import type { Service, ServicePort } from '../model/service';
import { printWorkload, selectsPods, type Workload } from '../model/workload';
import { isSpelledOut } from '../reach/absent-peer';
import { decide, verdictOf, type Decision } from '../reach/decision';
import { describePorts, listed, printPolicy, printRulePlace } from '../reach/describe-form';
import { policyFormsOf } from '../reach/policy-forms';
import { reachOf, type CompiledPolicy, type CompiledRule, type Reach } from '../reach/reach';
import { routedTraffic } from '../reach/routed-traffic';
import { certainClasses, isAllPods, matchOf, selectsJust } from './certain-pods';
import { generatedPolicyFix, policyBeside, writtenLabels, type GeneratedPolicy } from './generated-policy';
import {
  admittingRules,
  deniedToAll,
  findSlip,
  hasRulesElsewhere,
  isolating,
  type PodPort,
  type RuleOf,
  type Slip,
} from './ingress-at-port';
import { addRule, rulesPlace, type RulesPlace } from './policy-edits';
import { defineRule, lowered, type FixData, type FixDraft, type RelatedReport, type Report, type TextOf } from './rule';
import { settledOf, type SettledItems } from './settled';
import { changePort, changePorts, writtenPorts } from './written-ports';

export const serviceUnreachable = defineRule({
  id: 'service-unreachable',
  title: 'A Service that policies close to every possible client',
  severity: 'warning',
  check(model, report) {
    if (policyFormsOf(model).length === 0) return;
    const reach = reachOf(model);
    const overwritten = overwrittenResources(model);
    const services = servicesOf(model);
    const settled = settledOf(reach, 'service-unreachable', services, leadsTo);
    for (const service of services) {
      if (settled.has(service) || overwritten.has(service.resource) || isPatch(model, service.resource)) continue;
      const ends = endsOf(reach, service);
      if (ends.length === 0) settled.add(service);
      else checkService(reach, service, ends, settled, report);
    }
  },
  fixes: (data, textOf) => [
    ...((data['fixes'] as readonly FixDraft[] | undefined) ?? []),
    ...admittingFixes(data, textOf),
  ],
});

/** A port of a Service where it arrives at the pods of one workload. */
interface End extends PodPort {
  readonly workload: Workload;
  readonly port: ServicePort;
}

function leadsTo({ peers }: Reach, { selector, namespace }: Service, podClass: number): boolean {
  const found = peers.classes[podClass];
  return selector !== undefined && found?.namespace === namespace && selectsPods(selector, found.pods);
}

/** Empty where there is no policy over some of the pods: then it is reachable. */
function endsOf(reach: Reach, service: Service): readonly End[] {
  const ends: End[] = [];
  for (const workload of podsBehind(reach.model, service)) {
    const podClass = reach.peers.classOf.get(workload);
    if (podClass === undefined) continue;
    if ((reach.over.Ingress[podClass] ?? []).length === 0) return [];
    for (const port of service.ports) {
      const { number } = followPort(port, workload);
      // Clients of a headless Service connect to the pods' own addresses, on whichever of the two they name.
      const numbers = service.headless ? distinct([number, port.port.value]) : [number];
      for (const one of numbers) {
        if (one !== undefined) ends.push({ workload, port, podClass, protocol: port.protocol, number: one });
      }
    }
  }
  return ends;
}

function checkService(
  reach: Reach,
  service: Service,
  ends: readonly End[],
  settled: SettledItems<Service>,
  report: Report,
): void {
  const { model } = reach;
  const open = ends.filter((end) => !isShut(reach, end));
  if (open.length === 0) {
    if (ends.every(({ workload }) => !hasRulesElsewhere(model, workload, 'Ingress')))
      reportIsolated(reach, service, ends, report);
    return;
  }
  const found = openings(reach, open);
  if (found.closed) {
    reportClosedOut(reach, service, ends, found.closed, report);
    return;
  }
  if (ends.every(({ podClass }) => reach.over.Ingress[podClass]?.every(({ form }) => form.tier === 'network'))) {
    settled.add(service, found.client);
    return;
  }
  // What an admin or a baseline policy denies to everyone is closed, whatever a NetworkPolicy admits.
  const isOutside = isForOutside(service);
  const denying = ends.map((end) => (open.includes(end) ? deniedToAll(reach, end, isOutside) : undefined));
  const [first] = denying.filter((one) => one !== undefined);
  if (first && ends.every((end, index) => !open.includes(end) || denying[index]))
    reportDenied(model, service, ends, first, report);
}

function isForOutside({ type }: Service): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** A client that the pods admit, and that its own egress keeps from them. */
interface ClosedOut {
  readonly client: number;
  readonly denial: Decision;
}

/** Who comes in at some ports. */
interface Openings {
  /** Everyone who is admitted, where all are pods that are here and none of them gets out to these ports. */
  readonly closed?: readonly ClosedOut[];
  /** A class of pods that gets in, where pods that are here decide it. */
  readonly client?: number;
}

function openings(reach: Reach, open: readonly End[]): Openings {
  const closed: ClosedOut[] = [];
  for (const end of open) {
    const clients = clientsOf(reach, end);
    // That pods of one workload reach each other is often meant in theory only.
    if (!clients || clients.every((client) => open.some(({ podClass }) => podClass === client))) return {};
    for (const client of clients) {
      const denial = deniedOut(reach, client, end);
      if (!denial) return { client };
      closed.push({ client, denial });
    }
  }
  return { closed };
}

/** The classes of pods that get in at a port; undefined where anybody else may: pods that are not declared here, addresses. */
function clientsOf(reach: Reach, end: End): readonly number[] | undefined {
  if (isolating(reach, end.podClass, 'Ingress').length === 0) return undefined;
  const found: number[] = [];
  for (const rule of admittingRules(reach, end)) {
    const { peers } = rule.form;
    if (peers === 'everyone' || rule.unreadable || rule.form.action !== 'allow') return undefined;
    for (const peer of peers) {
      const meant =
        peer.type === 'pods' && isSpelledOut(peer.pods) ? certainClasses(reach, matchOf(reach, rule, peer)) : undefined;
      if (!meant) return undefined;
      found.push(...meant);
    }
  }
  return distinct(found);
}

/** What keeps some pods from a port by their own egress, for certain. Most often nothing does, and that is seen at once. */
function deniedOut(reach: Reach, source: number, { podClass, protocol, number }: End): Decision | undefined {
  if ((reach.over.Egress[source] ?? []).length === 0) return undefined;
  const decisions = decide(reach, { source, destination: podClass, protocol, port: number });
  return decisions.find((decision) => decision.direction === 'Egress' && verdictOf([decision]) === false);
}

/** Whether the pods are isolated and no rule lets anybody in at the port: no pod of the scope, none that may come from elsewhere, no address. */
function isShut(reach: Reach, end: End): boolean {
  return isolating(reach, end.podClass, 'Ingress').length > 0 && admittingRules(reach, end).length === 0;
}

function reportIsolated(reach: Reach, service: Service, ends: readonly End[], report: Report): void {
  const { complete } = reach.model;
  const policies = distinct(ends.flatMap(({ podClass }) => isolating(reach, podClass, 'Ingress')));
  const slips = ends.map((end) => findSlip(isolating(reach, end.podClass, 'Ingress'), end, end.port.port.value));
  const [slip] = slips.filter((found) => found !== undefined);
  const same = slips.flatMap((found) => (found && found.front === slip?.front ? [String(found.number)] : []));
  const seen = listed(distinct(same), 'or');
  // A rule that is missing may stand in what could not be read; a slip is there.
  if (!complete && !slip) return;
  const rules = policies.flatMap((policy) => policy.rules.Ingress.map((rule) => ({ policy, rule })));
  const pods = listed(distinct(ends.map(({ workload }) => printWorkload(workload))), 'and');
  const names = printAll(policies);
  const isolates = policies.length === 1 ? 'isolates' : 'isolate';
  report({
    resource: service.resource,
    severity: complete ? 'warning' : lowered('warning'),
    message: [
      `Policies let nobody reach Service ${service.name}: ${names} ${isolates} ${pods}, and no rule admits ${portsOf(ends)}.`,
      slip
        ? `${placeOf(slip, policies)} admits port ${slip.front}, the Service's own: policies see the port of the pods, ${seen}.`
        : hintAt(rules, policies),
    ].join(' '),
    related: relatedOf(policies, rules),
    data: fixData(reach, service, ends, slips, rules),
  });
}

/** Policies admit only pods that are here, and those may not go there. */
function reportClosedOut(
  reach: Reach,
  service: Service,
  ends: readonly End[],
  closed: readonly ClosedOut[],
  report: Report,
): void {
  const { model, peers } = reach;
  const clients = distinct(closed.flatMap(({ client }) => peers.classes[client]?.workloads ?? []));
  // A rule that is missing on either side may stand in what could not be read, or is applied with it.
  if (!model.complete || clients.some(({ resource }) => isPatch(model, resource))) return;
  if (clients.some((client) => hasRulesElsewhere(model, client, 'Egress'))) return;
  if (ends.some(({ workload }) => hasRulesElsewhere(model, workload, 'Ingress'))) return;
  const admitting = ends.flatMap((end) => admittingOf(reach, end));
  const admits = distinct(admitting.map(({ policy }) => policy));
  const denies = distinct(closed.flatMap(({ denial }) => decidingOf(denial)));
  const names = listed(
    clients.map((client) => printBeside(client, service.namespace)),
    'and',
  );
  const pods = listed(distinct(ends.map(({ workload }) => printWorkload(workload))), 'and');
  report({
    resource: service.resource,
    message: [
      `Policies let nobody reach Service ${service.name}: ${printAll(admits)} ${admits.length === 1 ? 'admits' : 'admit'} only ${names} to ${portsOf(ends)} of ${pods},`,
      `and ${printAll(denies)} ${denies.length === 1 ? 'denies' : 'deny'} ${clients.length === 1 ? 'it' : 'them'} the way out.`,
      'A connection needs both.',
    ].join(' '),
    related: [
      ...admits.slice(0, 2).map((policy) => {
        const rule = admitting.find((one) => one.policy === policy)?.rule;
        return {
          resource: policy.form.resource,
          message: `${printPolicy(policy.form)} admits only ${names}`,
          ...(rule ? { at: rule.form.node } : {}),
        };
      }),
      ...denies.slice(0, 2).map((policy) => ({
        resource: policy.form.resource,
        message: `${printPolicy(policy.form)} denies the way out`,
      })),
    ],
  });
}

function admittingOf(reach: Reach, end: End): readonly RuleOf[] {
  const rules = new Set<CompiledRule>(admittingRules(reach, end));
  return (reach.over.Ingress[end.podClass] ?? []).flatMap((policy) =>
    policy.rules.Ingress.filter((rule) => rules.has(rule)).map((rule) => ({ policy, rule })),
  );
}

function decidingOf({ deny }: Decision): readonly CompiledPolicy[] {
  return deny.flatMap((reason) =>
    reason.type === 'isolated' ? reason.policies : reason.type === 'rule' ? [reason.policy] : [],
  );
}

function printAll(policies: readonly CompiledPolicy[]): string {
  return listed(
    policies.map(({ form }) => printPolicy(form)),
    'and',
  );
}

function printBeside(workload: Workload, namespace: string): string {
  const own = workload.namespace === namespace;
  return own ? printWorkload(workload) : `${printWorkload(workload)} of namespace ${workload.namespace}`;
}

/** Ports that are mistaken are changed; else whoever the Service is for is admitted. */
function fixData(
  reach: Reach,
  service: Service,
  ends: readonly End[],
  slips: readonly (Slip | undefined)[],
  rules: readonly RuleOf[],
): FixData {
  const changes = slips.every((slip) => slip !== undefined) ? changePorts(slips) : staleFixes(ends, rules);
  const isSlip = slips.some((slip) => slip !== undefined);
  return { fixes: changes, ...(changes.length > 0 || isSlip ? {} : admission(reach, service, ends)) };
}

/** A rule that a fix adds to a policy, or a policy that it writes. */
interface Admission {
  readonly added?: {
    readonly title: string;
    readonly place: RulesPlace;
    readonly lines: readonly string[];
  };
  readonly generated?: GeneratedPolicy | undefined;
}

/**
 * The rule that is missing: in the one policy that selects just these pods, or in a policy of their own, where others only close all
 * pods of the namespace.
 */
function admission(reach: Reach, service: Service, ends: readonly End[]): Admission {
  const classes = distinct(ends.map(({ podClass }) => podClass));
  const over = distinct(classes.flatMap((index) => reach.over.Ingress[index] ?? []));
  const [first] = ends;
  // What an admin policy denies no rule of a NetworkPolicy opens.
  if (!first || over.some(({ form }) => form.tier !== 'network')) return {};
  const { who, lines: from } = audienceOf(reach.model, service);
  const ports = servedPorts(ends);
  const lines = [
    ...from,
    'ports:',
    ...ports.flatMap(([protocol, number]) => [`  - protocol: ${protocol}`, `    port: ${number}`]),
  ];
  const what = `${who} on ${ports.map(([protocol, number]) => `${protocol} ${number}`).join(' and ')}`;
  const [own, second] = over.filter((policy) => selectsJust(policy, classes));
  const place = own && !second ? rulesPlace(own.form.resource, 'Ingress') : undefined;
  if (own && place)
    return { added: { title: `Allow ${what} in ${own.form.resource.kind} ${own.form.resource.name}`, place, lines } };
  const isClosed = over.every(({ form, rules }) => isAllPods(form.subject) && rules.Ingress.length === 0);
  const matchLabels = service.selector && writtenLabels(service.selector.requirements);
  if (!isClosed || !matchLabels) return {};
  const content = { matchLabels, directions: ['Ingress'] as const, ingress: [lines], egress: [] };
  const title = (name: string): string => `Add NetworkPolicy ${name} that allows ${what}`;
  return { generated: policyBeside(reach.model, first.workload, content, 'ingress', title) };
}

/** Whom a Service is for: the controller of its routes, the outside, else the pods of its namespace. */
function audienceOf(
  model: NetworkModel,
  service: Service,
): { readonly who: string; readonly lines: readonly string[] } {
  const routed = routedTraffic(model).filter(({ hops }) => hops.some(({ resource }) => resource === service.resource));
  const [namespace = service.namespace, second] = distinct(
    routed.flatMap(({ sources }) => sources.map((source) => source.namespace)),
  );
  const ofNamespace = `the pods of namespace ${namespace}`;
  if (namespace !== service.namespace && second === undefined) {
    const lines = [
      'from:',
      '  - namespaceSelector:',
      '      matchLabels:',
      `        kubernetes.io/metadata.name: ${namespace}`,
    ];
    return { who: ofNamespace, lines };
  }
  if (routed.length === 0 && isForOutside(service)) return { who: 'everyone', lines: [] };
  return { who: `the pods of namespace ${service.namespace}`, lines: ['from:', '  - podSelector: {}'] };
}

/** The ports that the pods declare, as far as they declare any: behind a headless Service its own port may be none of them. */
function servedPorts(ends: readonly End[]): readonly (readonly [protocol: string, number: number])[] {
  const served = ends.filter(({ workload, protocol, number }) =>
    workload.ports.some((port) => port.protocol === protocol && port.number === number),
  );
  const chosen = served.length > 0 ? served : ends;
  return [
    ...new Map(chosen.map(({ protocol, number }) => [`${protocol} ${number}`, [protocol, number] as const])).values(),
  ];
}

function admittingFixes(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { added, generated } = data as Admission;
  const edit = added && addRule(textOf(added.place.file), added.place, added.lines);
  if (added && edit) return [{ title: added.title, edits: [edit] }];
  return generated ? generatedPolicyFix(generated, textOf) : [];
}

/** `TCP 8080 and TCP 9090`. */
function portsOf(ends: readonly PodPort[]): string {
  return listed(distinct(ends.map(({ protocol, number }) => `${protocol} ${number}`)), 'or');
}

/** Which policy a rule is in goes without saying where there is but one. */
function placeOf({ policy, rule }: RuleOf, policies: readonly CompiledPolicy[]): string {
  const place = printRulePlace(policy, rule);
  return policies.length === 1 ? place : `${place} of ${printPolicy(policy.form)}`;
}

function hintAt(rules: readonly RuleOf[], policies: readonly CompiledPolicy[]): string {
  if (rules.length === 0) return 'Add a rule or a policy that admits its clients.';
  const hints = rules
    .slice(0, 2)
    .map((one) => `${placeOf(one, policies)} admits ${describePorts(one.rule.form.ports)} only.`);
  return hints.join(' ');
}

function relatedOf(policies: readonly CompiledPolicy[], rules: readonly RuleOf[]): readonly RelatedReport[] {
  return policies.slice(0, 3).map((policy) => {
    const node = rules.find((one) => one.policy === policy)?.rule.form.node;
    return {
      resource: policy.form.resource,
      message: `${printPolicy(policy.form)} ${node ? 'admits no other ports' : 'admits nobody'}`,
      ...(node ? { at: node } : {}),
    };
  });
}

/** One rule with one port that the pods do not have, and one port that they have: the rule is of another time. */
function staleFixes(ends: readonly End[], rules: readonly RuleOf[]): readonly FixDraft[] {
  const [only, second] = rules;
  const ports = only && !second ? writtenPorts(only.rule.form) : [];
  const [port] = ports;
  const numbers = distinct(ends.map(({ protocol, number }) => `${protocol} ${number}`));
  const [end] = ends;
  if (!only || !port || port.form.type !== 'range' || !end || numbers.length !== 1) return [];
  const { protocol, first } = port.form;
  const isOnlyPort = only.rule.form.ports !== 'every' && only.rule.form.ports.length === 1;
  const declared = ends.flatMap(({ workload }) => workload.ports);
  const isStale =
    isOnlyPort &&
    protocol === end.protocol &&
    declared.some(({ number }) => number === end.number) &&
    !declared.some(({ number }) => number === first);
  return isStale ? changePort(only.policy.form.resource, port, end.number) : [];
}

function reportDenied(
  model: NetworkModel,
  service: Service,
  ends: readonly End[],
  denying: RuleOf,
  report: Report,
): void {
  const { policy, rule } = denying;
  const place = `${printPolicy(policy.form)} in ${printRulePlace(policy, rule)}`;
  report({
    resource: service.resource,
    severity: model.complete ? 'warning' : lowered('warning'),
    message: `Policies let nobody reach Service ${service.name}: ${place} denies ${portsOf(ends)} of ${listed(distinct(ends.map(({ workload }) => printWorkload(workload))), 'and')} to all pods, and no rule before it admits anybody.`,
    related: [{ resource: policy.form.resource, at: rule.form.node, message: `${place} denies it` }],
  });
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
