import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import { printWorkload, type Workload } from '../model/workload';
import { hasPort } from '../reach/connection-set';
import { answerOf, decide, verdictOf, type Packet } from '../reach/decision';
import { decisionHop } from '../reach/describe-decision';
import { ingressController } from '../reach/peers';
import type { CompiledPolicy, Reach } from '../reach/reach';
import { routedTraffic } from '../reach/routed-traffic';
import { compare, type Drawing } from './drawing';
import type { Pairs } from './policy-pairs';
import { policyId } from './policy-words';
import { callsByClient, type Call } from './routing-calls';
import type { EdgeState, ViewEdge } from './view';

/** Traffic that manifests evidently want, by what policies make of it. */
export interface Wanted extends Pick<ViewEdge, 'source' | 'target' | 'label' | 'state' | 'deciders'> {
  readonly note: string;
}

/** The controller of routes that no manifest declares. */
export const controllerId = 'outside/from/ingress-controller';

/**
 * What workloads call by the DNS names of Services, and what routes bring in, where policies are against it or may be; and what comes from
 * a controller that no manifest declares, to pods that some policy selects.
 */
export function wantedOf({ context: { model, settings }, ids }: Drawing, pairs: Pairs): readonly Wanted[] {
  const { reach } = pairs.state;
  const asked = new Map<string, Asked>();
  const ask = (source: Workload | undefined, target: Workload, packet: Packet, frontPort?: number): void => {
    const [from, to] = [source ? ids.get(source) : controllerId, ids.get(target)];
    if (from === undefined || to === undefined || from === to || (source && isSure(pairs, packet))) return;
    const key = `${from}→${to}`;
    const known = asked.get(key) ?? { from, to, source, target, packets: [] };
    asked.set(key, known);
    if (!known.packets.some((other) => other.port === packet.port && other.protocol === packet.protocol))
      known.packets.push({ ...packet, frontPort });
  };
  const { classOf, controller } = reach.peers;
  for (const [client, calls] of callsByClient(model, settings.cluster.domain)) {
    const source = classOf.get(client);
    if (source === undefined || client.hostNetwork) continue;
    for (const call of calls)
      for (const { target, protocol, port, frontPort } of arrivalsOf(reach, call)) {
        const destination = classOf.get(target);
        if (destination !== undefined) ask(client, target, { source, destination, protocol, port }, frontPort);
      }
  }
  for (const { sources, arrivals } of routedTraffic(model)) {
    for (const { workload, protocol, port } of arrivals) {
      const destination = classOf.get(workload);
      if (destination === undefined) continue;
      if (sources.length === 0 && isHeld(reach, destination))
        ask(undefined, workload, { source: controller, destination, protocol, port });
      for (const pods of sources) {
        const source = classOf.get(pods);
        if (source !== undefined) ask(pods, workload, { source, destination, protocol, port });
      }
    }
  }
  return [...asked.values()]
    .sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to))
    .flatMap((item) => answerTo(reach, item));
}

/** Whether it is allowed whatever no manifest tells: then the pair's own edge is enough. */
function isSure({ shapeOf, state: { reach } }: Pairs, { source, destination, protocol, port }: Packet): boolean {
  const { egress, ingress } = shapeOf(source, destination);
  return hasPort(reach.connections.setOf(reach.connections.intersection(egress.sure, ingress.sure)), protocol, port);
}

interface Asked {
  readonly from: string;
  readonly to: string;
  /** Undefined: the controller. */
  readonly source: Workload | undefined;
  readonly target: Workload;
  readonly packets: (Packet & { readonly frontPort: number | undefined })[];
}

function isHeld({ over }: Reach, podClass: number): boolean {
  return (over.Ingress[podClass] ?? []).length > 0;
}

/** Where a call arrives. One without a port may mean any that the Service has. */
function arrivalsOf({ model }: Reach, { target, port: wanted }: Call) {
  const service = target.type === 'service' ? target.services.at(-1) : undefined;
  if (!service || service.type === 'ExternalName') return [];
  const pods = podsBehind(model, service).filter((workload) => !workload.hostNetwork);
  if (service.headless && wanted !== undefined) {
    const protocol = service.ports[0]?.protocol ?? 'TCP';
    return pods.map((workload) => ({ target: workload, protocol, port: wanted, frontPort: wanted }));
  }
  const ports = service.ports.filter(({ port }) => wanted === undefined || port.value === wanted);
  const [only, second] = ports;
  if (!only || second) return [];
  return pods.flatMap((workload) => {
    const { number } = followPort(only, workload);
    return number === undefined
      ? []
      : [{ target: workload, protocol: only.protocol, port: number, frontPort: only.port.value }];
  });
}

function answerTo(reach: Reach, { from, to, source, target, packets }: Asked): readonly Wanted[] {
  const sorted = [...packets].sort((a, b) => compare(a.protocol, b.protocol) || a.port - b.port);
  const answers = sorted.map((packet) => {
    const decisions = decide(reach, packet);
    return { packet, decisions, verdict: verdictOf(decisions) };
  });
  const states: readonly (readonly [boolean | 'unknown', EdgeState])[] = [
    [false, 'denied'],
    ['unknown', 'unknown'],
    ...(source ? [] : [[true, 'ok'] as const]),
  ];
  return states.flatMap(([wanted, state]): readonly Wanted[] => {
    const own = answers.filter(({ verdict }) => verdict === wanted);
    const [first] = own;
    if (!first) return [];
    const names = {
      sourceName: source ? printWorkload(source) : ingressController,
      destinationName: printWorkload(target),
    };
    const hops = first.decisions
      .filter((decision) => wanted === true || answerOf(decision) === wanted)
      .map((decision) => decisionHop(reach, decision, { ...first.packet, ...names }).text);
    const policies = own.flatMap(({ decisions }) =>
      decisions
        .filter((decision) => answerOf(decision) === wanted)
        .flatMap(({ allow, deny }) => [...allow, ...deny])
        .flatMap((reason): readonly CompiledPolicy[] =>
          reason.type === 'rule' ? [reason.policy] : reason.type === 'isolated' ? reason.policies : [],
        ),
    );
    const label = [...new Set(own.map(({ packet: { protocol, port } }) => `${protocol} ${port}`))].join(',');
    const deciders = [...new Set(policies.map(policyId))];
    return [{ source: from, target: to, label, state, note: hops.join(' '), deciders }];
  });
}
