import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import type { Service } from '../model/service';
import { printWorkload, type Protocol, type Workload } from '../model/workload';
import { answerOf, verdictOf, type Decision, type Packet } from '../reach/decision';
import { decisionHop } from '../reach/describe-decision';
import { listed } from '../reach/describe-form';
import type { Reach } from '../reach/reach';
import { decideOnce, decidersOf, type PolicyAnswer } from './decisions';

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
export function answerToCall(reach: Reach, client: Workload, service: Service, port: number | undefined): PolicyAnswer {
  const arrivals = arrivalsOf(reach, client, service, port);
  const denied = arrivals.filter(({ verdict }) => verdict === false);
  const open = arrivals.filter(({ verdict }) => verdict === 'unknown');
  if (denied.length === arrivals.length && denied.length > 0) {
    const answer = { note: explain(reach, client, denied), deciders: decidersOf(decisionsOf(denied)) };
    if (!client.hostNetwork) return { state: 'denied', ...answer };
    return { state: 'unknown', ...answer, note: `${answer.note} Pods on the same node it reaches all the same.` };
  }
  if (denied.length + open.length === 0 || (port === undefined && open.length === 0)) return { state: 'ok' };
  const [first] = denied;
  const note = first
    ? `Policies deny a part of it, ${printParts(arrivals, denied)}: ${explain(reach, client, denied)}`
    : explain(reach, client, open);
  return { state: 'unknown', note, deciders: decidersOf(decisionsOf([...denied, ...open])) };
}

/** A pod may always talk to itself. */
function arrivalsOf(reach: Reach, client: Workload, service: Service, port: number | undefined): readonly Arrival[] {
  const source = reach.peers.classOf.get(client);
  if (source === undefined || service.type === 'ExternalName') return [];
  return podsBehind(reach.model, service).flatMap((workload) => {
    const destination = reach.peers.classOf.get(workload);
    if (destination === undefined || workload === client) return [];
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

/** Which pods, or where others of their ports are open, which of these. */
function printParts(all: readonly Arrival[], denied: readonly Arrival[]): string {
  const isWhole = ({ workload }: Arrival): boolean =>
    all.every((other) => other.workload !== workload || other.verdict === false);
  const parts = denied.map((arrival) => {
    const { workload, packet } = arrival;
    return isWhole(arrival)
      ? printWorkload(workload)
      : `${packet.protocol} ${packet.port} of ${printWorkload(workload)}`;
  });
  return listed([...new Set(parts)], 'and');
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

function decisionsOf(arrivals: readonly Arrival[]): readonly Decision[] {
  return arrivals.flatMap(({ decisions }) => decisions);
}
