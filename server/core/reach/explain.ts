import { answerOf, decide, verdictOf, type Decision } from './decision';
import { decisionHop, type NamedPacket } from './describe-decision';
import { listed, printPolicy } from './describe-form';
import { pathsTo, type Path, type Target } from './destination-path';
import { dnsAccess } from './dns-access';
import type { Explanation, Hop, Question, Unanswered, Verdict } from './explanation';
import { findDestination, findSource, type End } from './find-ends';
import { printPeer } from './peers';
import type { Reach } from './reach';
import { routedTraffic } from './routed-traffic';
import type { Protocol } from '../model/workload';

/**
 * Follows the path of a connection hop by hop: the name, the Service, its port, the target port, the pods, then what policies say at both
 * ends. The first broken hop ends the path before the pods; at the policies both ends are told. Without a port the ports that the
 * destination offers are tried, and the one that gets furthest is told.
 */
export function explain(reach: Reach, question: Question): Explanation | Unanswered {
  const source = findSource(reach, question.source);
  if ('problem' in source) return source;
  const here = source.type === 'pods' ? source.workloads[0]?.namespace : undefined;
  const destination = findDestination(reach, question.destination, here, question.port);
  if ('problem' in destination) return destination;
  if (destination.type === 'controller')
    return { problem: 'No manifest here declares the ingress controller: nothing is known of who may reach it.' };
  if (source.type === 'outside' && destination.type === 'outside')
    return { problem: 'Both ends are outside of the cluster.' };
  if (source.type === 'service') return { problem: 'A Service opens no connections: ask about the pods behind it.' };
  const name = nameHop(reach, source, destination);
  const attempts = pathsTo(reach, sourcePeers(reach, source), destination, question).map((path) =>
    follow(reach, source, name ? behindName(name, path) : path),
  );
  const [best] = attempts.toSorted((a, b) => rank(a) - rank(b));
  return best
    ? { src: source.name, dst: destination.name, ...best }
    : { problem: `${destination.name} has no ${question.protocol ?? ''} port to ask about.`.replace('  ', ' ') };
}

function rank({ verdict }: { readonly verdict: Verdict }): number {
  return ['allowed', 'unknown', 'denied'].indexOf(verdict);
}

function sourcePeers({ peers }: Reach, source: End): readonly number[] {
  switch (source.type) {
    case 'pods':
      return [...new Set(source.workloads.flatMap((workload) => peers.classOf.get(workload) ?? []))];
    case 'outside':
      return source.ranges;
    case 'controller':
      return [peers.controller];
    case 'service':
      return [];
  }
}

function follow(reach: Reach, source: End, { port, protocol, hops, targets }: Path): Omit<Explanation, 'src' | 'dst'> {
  const broken = hops.find(({ ok }) => ok === false);
  if (broken && targets.length === 0) return { port, protocol, verdict: 'denied', hops };
  if (targets.length === 0) return { port, protocol, verdict: 'unknown', hops };
  const ends = targets.map((target) => arrive(reach, source, target, port, protocol));
  const [first, ...others] = new Set(ends.map(({ verdict }) => verdict));
  const atEnds = first && others.length === 0 ? first : 'unknown';
  // Some of the pods behind a Service may lack its target port.
  const open = broken !== undefined || hops.some(({ ok }) => ok === 'unknown');
  return {
    port,
    protocol,
    verdict: open && atEnds === 'allowed' ? 'unknown' : atEnds,
    hops: [...hops, ...ends.flatMap((end) => end.hops)],
  };
}

/** The look-up of a DNS name, where one was asked for: pods that may not ask the cluster's DNS get no further. */
function nameHop(reach: Reach, source: End, destination: End): Hop | undefined {
  const host = destination.type === 'service' || destination.type === 'outside' ? destination.host : undefined;
  const [podClass] = source.type === 'pods' ? sourcePeers(reach, source) : [];
  if (host === undefined || podClass === undefined) return undefined;
  const { answer, policies } = dnsAccess(reach, podClass);
  const names = listed(
    policies.map(({ form }) => printPolicy(form)),
    'and',
  );
  const [policy] = answer === true ? [] : policies;
  const texts = {
    true: destination.type === 'service' ? `${host} is ${destination.name}.` : `${host} can be looked up.`,
    false: `${host} cannot be looked up: ${names} ${policies.length > 1 ? 'close' : 'closes'} egress of ${source.name} and no rule admits DNS, UDP and TCP 53.`,
    unknown: `Whether ${source.name} may ask the cluster's DNS for ${host} hangs on pods that no manifest declares.`,
  };
  return {
    kind: 'name',
    resource: policy?.form.resource,
    at: undefined,
    text: texts[`${answer}`],
    ok: answer,
  };
}

function behindName(name: Hop, path: Path): Path {
  return {
    ...path,
    hops: [name, ...(name.ok === false ? [] : path.hops)],
    targets: name.ok === false ? [] : path.targets,
  };
}

/** What policies say of one target, told for the first pair of pods or addresses that fares worst. */
function arrive(
  reach: Reach,
  source: End,
  target: Target,
  frontPort: number,
  protocol: Protocol,
): { readonly verdict: Verdict; readonly hops: readonly Hop[] } {
  const routes = source.type === 'controller' ? routesTo(reach, target) : [];
  if (routes.some(({ ok }) => ok === false)) return { verdict: 'denied', hops: routes };
  if (isItself(source, target)) return { verdict: 'allowed', hops: [itself(target)] };
  const packets = sourcePeers(reach, source).flatMap((from) =>
    target.peers.map((to): NamedPacket => {
      const names = { sourceName: source.name, destinationName: target.name };
      return { source: from, destination: to, protocol, port: target.port, frontPort, ...names };
    }),
  );
  const decided = packets.map((packet) => ({ packet, decisions: decide(reach, packet) }));
  const answers = new Set(decided.map(({ decisions }) => verdictOf(decisions)));
  const verdict: Verdict =
    answers.size > 1 || answers.has('unknown') ? 'unknown' : answers.has(true) ? 'allowed' : 'denied';
  const [told] = decided.toSorted((a, b) => badness(a.decisions) - badness(b.decisions));
  return {
    verdict,
    hops: [
      ...routes,
      ...(told?.decisions ?? []).map((decision) => decisionHop(reach, decision, told?.packet ?? noPacket)),
    ],
  };
}

const noPacket: NamedPacket = {
  source: 0,
  destination: 0,
  protocol: 'TCP',
  port: 0,
  sourceName: '',
  destinationName: '',
};

function badness(decisions: readonly Decision[]): number {
  const answers = decisions.map(answerOf);
  return answers.includes(false) ? 0 : answers.includes('unknown') ? 1 : 2;
}

/** A single pod that asks itself: no policy can deny that (API reference, NetworkPolicySpec). Replicas of a workload are others. */
function isItself(source: End, target: Target): boolean {
  if (source.type !== 'pods' || source.name !== target.name) return false;
  const [only, second] = source.workloads;
  return only !== undefined && !second && (only.kind === 'Pod' || only.replicas === 1);
}

function itself({ name }: Target): Hop {
  return { kind: 'pod', resource: undefined, at: undefined, text: `A pod always reaches itself: ${name}.`, ok: true };
}

/** The routes that lead to a target's port: without one, the ingress controller sends nothing there. */
function routesTo(reach: Reach, { name, port }: Target): readonly Hop[] {
  const leading = routedTraffic(reach.model).filter(
    ({ sources, arrivals }) =>
      sources.length === 0 && arrivals.some((arrival) => arrival.port === port && printPeer(arrival.workload) === name),
  );
  if (leading.length === 0) {
    const text = `No Ingress or route of a controller that is declared elsewhere leads to port ${port} of ${name}.`;
    return [{ kind: 'route', resource: undefined, at: undefined, text, ok: false }];
  }
  return leading.slice(0, 3).map(({ route, namespace, host, path, node }) => ({
    kind: 'route',
    resource: route,
    at: node,
    text: `${route.kind} ${namespace}/${route.name} sends ${host ?? 'every host'}${path ?? '/'} there.`,
    ok: true,
  }));
}
