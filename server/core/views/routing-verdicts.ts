import { namespaceOf, renewed } from '../model/network-model';
import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import type { Service } from '../model/service';
import { printWorkload, type Protocol, type Workload } from '../model/workload';
import { answerOf, decide, verdictOf, type Decision, type Packet } from '../reach/decision';
import { decisionHop } from '../reach/describe-decision';
import { listed } from '../reach/describe-form';
import type { Reach } from '../reach/reach';
import { compare, nodeId } from './drawing';
import type { ViewEdge } from './view';

/** What policies make of a call. */
export type PolicyAnswer = Pick<ViewEdge, 'state' | 'note' | 'deciders'>;

/** Where a call arrives, and what policies say to it there. */
interface Arrival {
  readonly workload: Workload;
  readonly packet: Packet;
  readonly frontPort: number;
  readonly decisions: readonly Decision[];
  readonly verdict: boolean | 'unknown';
}

/**
 * Whether policies let a client's pods reach those behind a Service.
 * @param port the Service's; undefined: any of its ports may be meant, and one that is open is enough
 */
export function answerOfPolicies(
  reach: Reach,
  client: Workload,
  service: Service,
  port: number | undefined,
): PolicyAnswer {
  const arrivals = arrivalsOf(reach, client, service, port);
  const denied = arrivals.filter(({ verdict }) => verdict === false);
  const open = arrivals.filter(({ verdict }) => verdict === 'unknown');
  if (denied.length === arrivals.length && denied.length > 0)
    return { state: 'denied', note: explain(reach, client, denied), deciders: decidersOf(denied) };
  if (denied.length + open.length === 0 || (port === undefined && open.length === 0)) return { state: 'ok' };
  const [first] = denied;
  const note = first
    ? `Policies deny a part of the pods behind it, ${listed([...new Set(denied.map(({ workload }) => printWorkload(workload)))], 'and')}: ${explain(reach, client, denied)}`
    : explain(reach, client, open);
  return { state: 'unknown', note, deciders: decidersOf([...denied, ...open]) };
}

/** Policies say nothing to pods on the network of their node, and a pod may always talk to itself. */
function arrivalsOf(reach: Reach, client: Workload, service: Service, port: number | undefined): readonly Arrival[] {
  const source = reach.peers.classOf.get(client);
  if (source === undefined || client.hostNetwork || service.type === 'ExternalName') return [];
  return podsBehind(reach.model, service).flatMap((workload) => {
    const destination = reach.peers.classOf.get(workload);
    if (destination === undefined || workload === client || workload.hostNetwork) return [];
    return portsIn(service, workload, port).map(({ frontPort, ...end }) => {
      const packet = { source, destination, ...end };
      const decisions = decideOnce(reach, packet);
      return { workload, packet, frontPort, decisions, verdict: verdictOf(decisions) };
    });
  });
}

interface ArrivalPort {
  readonly frontPort: number;
  readonly port: number;
  readonly protocol: Protocol;
}

/** Names of headless Services are the pods' addresses: their ports are not translated, and need not be listed. */
function portsIn(service: Service, workload: Workload, wanted: number | undefined): readonly ArrivalPort[] {
  const ports = service.ports.filter(({ port }) => wanted === undefined || port.value === wanted);
  if (service.headless && wanted !== undefined)
    return [{ frontPort: wanted, port: wanted, protocol: ports[0]?.protocol ?? 'TCP' }];
  return ports.flatMap((own) => {
    const { number } = followPort(own, workload);
    return number === undefined ? [] : [{ frontPort: own.port.value, port: number, protocol: own.protocol }];
  });
}

function explain(reach: Reach, client: Workload, [first]: readonly Arrival[]): string {
  if (!first) return '';
  const { packet, frontPort, workload, decisions, verdict } = first;
  const ends = { sourceName: printWorkload(client), destinationName: printWorkload(workload) };
  return decisions
    .filter((decision) => answerOf(decision) === verdict)
    .map((decision) => decisionHop(reach, decision, { ...packet, frontPort, ...ends }).text)
    .join(' ');
}

function decidersOf(arrivals: readonly Arrival[]): readonly string[] {
  const policies = arrivals.flatMap(({ decisions }) =>
    decisions.flatMap(({ deny }) =>
      deny.flatMap((reason) =>
        reason.type === 'isolated' ? reason.policies : reason.type === 'rule' ? [reason.policy] : [],
      ),
    ),
  );
  const ids = policies.map(({ form: { resource } }) => nodeId(resource.kind, namespaceOf(resource), resource.name));
  return [...new Set(ids)].sort(compare);
}

interface Known {
  readonly matcher: Reach['matcher'];
  readonly age: number;
  readonly now: Map<string, Answer>;
  readonly before: ReadonlyMap<string, Answer> | undefined;
}

interface Answer {
  readonly age: number;
  readonly decisions: readonly Decision[];
}

/** Equal pods fare alike, and an answer holds until the policies over its ends change. */
function decideOnce(reach: Reach, packet: Packet): readonly Decision[] {
  const { model, matcher, age, changed } = reach;
  const { now, before } = renewed<Known>(model, 'routing-decisions', (last) => ({
    matcher,
    age,
    now: new Map(),
    before: last?.matcher === matcher ? last.now : undefined,
  }));
  const key = `${packet.source} ${packet.destination} ${packet.protocol} ${packet.port}`;
  const known = now.get(key);
  if (known) return known.decisions;
  const earlier = before?.get(key);
  const holds = (peer: number): boolean => earlier !== undefined && (changed[peer] ?? age) <= earlier.age;
  const answer =
    earlier && holds(packet.source) && holds(packet.destination) ? earlier : { age, decisions: decide(reach, packet) };
  now.set(key, answer);
  return answer.decisions;
}
