import { nodeAt, numberAt, type SourceNode } from '../manifest/node';
import { printWorkload, type Workload } from '../model/workload';
import { isSpelledOut } from '../reach/absent-peer';
import { hasBit, hasBitBelow } from '../reach/bitset';
import { decide, verdictOf, type Decision } from '../reach/decision';
import { decisionHop } from '../reach/describe-decision';
import { listed, printPolicy, printRulePlace } from '../reach/describe-form';
import type { Match } from '../reach/matching';
import type { PeerForm } from '../reach/policy-form';
import { policyFormsOf } from '../reach/policy-forms';
import { reachOf, type CompiledPolicy, type CompiledRule, type Reach } from '../reach/reach';
import { routedTraffic, type Arrival, type RoutedTraffic } from '../reach/routed-traffic';
import { admitsTunnel, admittingRules, findSlip, hasRulesElsewhere, isolating, type Slip } from './ingress-at-port';
import { isAllPods, matchOf, selectsJust } from './certain-pods';
import { generatedPolicyFix, policyBeside, writtenLabels, type GeneratedPolicy } from './generated-policy';
import { addRule, rulesPlace, type RulesPlace } from './policy-edits';
import { defineRule, lowered, type FixData, type FixDraft, type RelatedReport, type Report, type TextOf } from './rule';
import { settledOf } from './settled';
import { changePorts } from './written-ports';

export const routeBlocked = defineRule({
  id: 'route-blocked',
  title: "Policies deny a route's controller the way to its backend",
  severity: 'warning',
  check(model, report) {
    if (policyFormsOf(model).length === 0) return;
    const reach = reachOf(model);
    const all = routedTraffic(model);
    const open = settledOf(reach, 'route-blocked', all, comesOrGoesTo);
    for (const [node, traffic] of backendsOf(all)) {
      if (traffic.some((one) => open.has(one))) continue;
      const ways = traffic.map((one) => blockedWays(reach, one));
      traffic.filter((_, index) => !ways[index]).forEach((one) => open.add(one));
      const blocked = ways.flatMap((found) => found ?? []);
      if (blocked.length > 0 && !ways.includes(undefined)) reportBlocked(reach, node, blocked, report);
    }
  },
  fixes: (data, textOf) => [...((data['fixes'] as readonly FixDraft[] | undefined) ?? []), ...ruleFix(data, textOf)],
});

/** The traffic of each backend as it is written: one backend may serve several hosts and paths. */
function backendsOf(all: readonly RoutedTraffic[]): ReadonlyMap<SourceNode, readonly RoutedTraffic[]> {
  const found = new Map<SourceNode, RoutedTraffic[]>();
  for (const traffic of all) {
    const known = found.get(traffic.node);
    if (known) known.push(traffic);
    else found.set(traffic.node, [traffic]);
  }
  return found;
}

/** Whether traffic comes from some pods, or arrives there. */
function comesOrGoesTo({ peers }: Reach, { sources, arrivals }: RoutedTraffic, podClass: number): boolean {
  const isIt = (pods: Workload): boolean => peers.classOf.get(pods) === podClass;
  return sources.some(isIt) || arrivals.some(({ workload }) => isIt(workload));
}

/** One way from a controller to the pods that is denied. */
interface BlockedWay {
  readonly traffic: RoutedTraffic;
  readonly arrival: Arrival;
  readonly podClass: number;
  /** Undefined: a controller that nobody here declares. */
  readonly source: Workload | undefined;
  readonly denial: Decision;
}

/** Every way of some traffic; undefined where one of them is open, or may be. */
function blockedWays(reach: Reach, traffic: RoutedTraffic): readonly BlockedWay[] | undefined {
  const found: BlockedWay[] = [];
  for (const arrival of traffic.arrivals) {
    const podClass = reach.peers.classOf.get(arrival.workload);
    if (podClass === undefined) return undefined;
    for (const source of traffic.sources.length > 0 ? traffic.sources : [undefined]) {
      const denial = source
        ? denialOf(reach, source, podClass, arrival)
        : denialOfUnknown(reach, traffic, podClass, arrival);
      if (!denial) return undefined;
      found.push({ traffic, arrival, podClass, source, denial });
    }
  }
  return found;
}

function denialOf(reach: Reach, pods: Workload, destination: number, arrival: Arrival): Decision | undefined {
  const source = reach.peers.classOf.get(pods);
  if (source === undefined || admitsTunnel(reach, destination)) return undefined;
  const decisions = decide(reach, { source, destination, protocol: arrival.protocol, port: arrival.port });
  if (verdictOf(decisions) !== false) return undefined;
  return decisions.find(({ allow }) => allow.length === 0);
}

/**
 * Of a controller that no manifest declares neither labels nor namespace are known. It is shut out for certain only where no rule could
 * mean it: there is none at the port, or all of them mean pods that are here.
 */
function denialOfUnknown(
  reach: Reach,
  traffic: RoutedTraffic,
  podClass: number,
  { protocol, port }: Arrival,
): Decision | undefined {
  const policies = isolating(reach, podClass, 'Ingress');
  if (policies.length === 0) return undefined;
  const rules = admittingRules(reach, { podClass, protocol, number: port });
  if (rules.some((rule) => mayMean(reach, rule, podClass, traffic))) return undefined;
  return { direction: 'Ingress', allow: [], deny: [{ type: 'isolated', policies }] };
}

function mayMean(reach: Reach, rule: CompiledRule, podClass: number, { route }: RoutedTraffic): boolean {
  const namespace = reach.peers.classes[podClass]?.namespace ?? '';
  const { peers } = rule.form;
  if (peers === 'everyone') return true;
  return peers.some((peer) => mayMeanController(reach, rule, peer, namespace, route.kind));
}

/**
 * Whether a peer may mean an ingress controller that is declared elsewhere. Pods that are named by their labels, and are here, are not it;
 * nor are "all pods of this namespace" for an Ingress or an OpenShift Route, whose controllers are in a namespace of their own. The pods of
 * a Gateway are often made beside it.
 */
function mayMeanController(reach: Reach, rule: CompiledRule, peer: PeerForm, namespace: string, kind: string): boolean {
  if (peer.type !== 'pods') return true;
  if (isSpelledOut(peer.pods)) return !meetsDeclared(reach, matchOf(reach, rule, peer));
  const { namespaces, pods } = peer.pods;
  const isOwn = namespaces !== 'unreadable' && 'name' in namespaces && namespaces.name === namespace;
  const isAll = pods === undefined || (pods !== 'unreadable' && pods.requirements.length === 0);
  return !isOwn || !isAll || (kind !== 'Ingress' && kind !== 'Route');
}

function meetsDeclared({ peers }: Reach, { met }: Match): boolean {
  return hasBitBelow(met, peers.classes.length);
}

function reportBlocked(reach: Reach, node: SourceNode, ways: readonly BlockedWay[], report: Report): void {
  const { model } = reach;
  const [way] = ways;
  if (!way) return;
  const slips = ways.map((one) => slipOf(reach, one));
  const [slip] = slips;
  const isIngress = way.denial.direction === 'Ingress';
  if (!model.complete && !slip) return;
  if (isIngress && ways.some(({ arrival }) => hasRulesElsewhere(model, arrival.workload, 'Ingress'))) return;
  const { route, namespace } = way.traffic;
  const controller = way.source ? printFrom(way.source, namespace) : 'the ingress controller';
  const hop = decisionHop(reach, way.denial, {
    source: way.source ? (reach.peers.classOf.get(way.source) ?? reach.peers.controller) : reach.peers.controller,
    destination: way.podClass,
    protocol: way.arrival.protocol,
    port: way.arrival.port,
    sourceName: controller,
    destinationName: printWorkload(way.arrival.workload),
    frontPort: frontPortOf(way.traffic),
  });
  report({
    resource: route,
    at: nodeAt(node, 'service', 'name') ?? nodeAt(node, 'serviceName') ?? nodeAt(node, 'name') ?? node,
    severity: model.complete ? 'warning' : lowered('warning'),
    message: `${way.source ? `Traffic of this route comes from ${controller}, and policies deny it` : 'Policies deny the ingress controller'} the way to ${listed(distinct(ways.map(({ arrival }) => printWorkload(arrival.workload))), 'and')}. ${slip ? describeSlip(slip, way) : hop.text}`,
    related: relatedOf(ways),
    data: slips.every((slip) => slip !== undefined) ? { fixes: changePorts(slips) } : newRule(reach, ways),
  });
}

function describeSlip({ policy, rule, front, number }: Slip, { arrival }: BlockedWay): string {
  return `${printPolicy(policy.form)} isolates ${printWorkload(arrival.workload)} for ingress, and ${printRulePlace(policy, rule)} admits port ${front}, the Service's own: policies see the port of the pods, ${number}.`;
}

/** Where the rule admits the route's Service port, and policies see that of the pods. */
function slipOf(reach: Reach, { traffic, podClass, arrival, denial, source }: BlockedWay): Slip | undefined {
  const front = frontPortOf(traffic);
  if (front === undefined || denial.direction !== 'Ingress') return undefined;
  const peer = source && reach.peers.classOf.get(source);
  const end = { podClass, protocol: arrival.protocol, number: arrival.port };
  return findSlip(isolating(reach, podClass, 'Ingress'), end, front, 'Ingress', (rule) =>
    peer === undefined ? mayMean(reach, rule, podClass, traffic) : hasBit(rule.peers.met, peer),
  );
}

/** The Service's own port, from the hop to it. */
function frontPortOf({ hops }: RoutedTraffic): number | undefined {
  const ports = hops.filter(({ kind, resource }) => kind === 'port' && resource.kind === 'Service');
  return ports.length === 1 ? numberAt(ports[0]?.at, 'port')?.value : undefined;
}

function printFrom(workload: Workload, namespace: string): string {
  const own = workload.namespace === namespace;
  return own ? printWorkload(workload) : `${printWorkload(workload)} of namespace ${workload.namespace}`;
}

function decidingOf({ denial }: BlockedWay): readonly CompiledPolicy[] {
  return denial.deny.flatMap((reason) =>
    reason.type === 'isolated' ? reason.policies : reason.type === 'rule' ? [reason.policy] : [],
  );
}

function relatedOf(ways: readonly BlockedWay[]): readonly RelatedReport[] {
  return distinct(ways.flatMap(decidingOf))
    .slice(0, 3)
    .map(({ form }) => ({ resource: form.resource, message: `${printPolicy(form)} decides` }));
}

/** What a fix that adds a rule needs. */
interface NewRule {
  readonly title: string;
  readonly place: RulesPlace;
  readonly lines: readonly string[];
}

/**
 * A rule for the controller's namespace, where that is known: in the one policy that isolates these pods and no others, or in a policy of
 * their own, where the one there is only closes all pods of the namespace.
 */
function newRule(reach: Reach, ways: readonly BlockedWay[]): FixData {
  const policies = distinct(ways.flatMap(decidingOf));
  const [policy, second] = policies;
  const namespaces = distinct(ways.map(({ source }) => source?.namespace));
  const [namespace] = namespaces;
  const targets = distinct(ways.map(({ podClass }) => podClass));
  const isPlain =
    policy?.form.tier === 'network' && !second && ways.every(({ denial }) => denial.direction === 'Ingress');
  if (!isPlain || namespace === undefined || namespaces.length > 1) return {};
  if (targets.some((target) => reach.peers.classes[target]?.namespace === namespace)) return {};
  const ports = distinct(ways.map(({ arrival }) => `${arrival.protocol} ${arrival.port}`)).flatMap((port) => {
    const [protocol = '', number = ''] = port.split(' ');
    return [`  - protocol: ${protocol}`, `    port: ${number}`];
  });
  const lines = [
    'from:',
    '  - namespaceSelector:',
    '      matchLabels:',
    `        kubernetes.io/metadata.name: ${namespace}`,
    'ports:',
    ...ports,
  ];
  const title = `Admit namespace ${namespace} in ${printPolicy(policy.form)}`;
  const place = selectsJust(policy, targets) ? rulesPlace(policy.form.resource, 'Ingress') : undefined;
  return place ? { rule: { title, place, lines } } : { policy: newPolicy(reach, policy, ways, lines, namespace) };
}

function newPolicy(
  { model }: Reach,
  policy: CompiledPolicy,
  ways: readonly BlockedWay[],
  rule: readonly string[],
  controller: string,
): GeneratedPolicy | undefined {
  const [workload, second] = distinct(ways.map(({ arrival }) => arrival.workload));
  // Beside one that admits somebody it would be an overlap.
  if (!workload || second || !isAllPods(policy.form.subject) || policy.rules.Ingress.length > 0) return undefined;
  const matchLabels = workload.selector?.valid ? writtenLabels(workload.selector.requirements) : undefined;
  if (!matchLabels) return undefined;
  const content = { matchLabels, directions: ['Ingress'] as const, ingress: [rule], egress: [] };
  const title = (name: string): string => `Admit namespace ${controller} in a new NetworkPolicy ${name}`;
  return policyBeside(model, workload, content, 'ingress', title);
}

function ruleFix(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const rule = data['rule'] as NewRule | undefined;
  const edit = rule && addRule(textOf(rule.place.file), rule.place, rule.lines);
  if (rule && edit) return [{ title: rule.title, edits: [edit] }];
  const policy = data['policy'] as GeneratedPolicy | undefined;
  return policy ? generatedPolicyFix(policy, textOf) : [];
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
