import type { Protocol } from '../model/workload';
import {
  allPorts,
  differenceOfPorts,
  equalPorts,
  intersectionOfPorts,
  noPorts,
  printPorts,
  unionOfPorts,
  type PortIntervals,
} from './port-intervals';

/** What may pass between two peers: ports of each protocol that NetworkPolicy knows (API reference, NetworkPolicyPort). */
export type ConnectionSet = Readonly<Record<Protocol, PortIntervals>>;

/** In the order in which they are printed. */
const protocols: readonly Protocol[] = ['SCTP', 'TCP', 'UDP'];

export const noConnections: ConnectionSet = { SCTP: noPorts, TCP: noPorts, UDP: noPorts };
export const allConnections: ConnectionSet = { SCTP: allPorts, TCP: allPorts, UDP: allPorts };

/**
 * The connections to some ports of one protocol.
 * @param last inclusive; the first port alone when absent
 */
export function connectionsTo(protocol: Protocol, first: number, last = first): ConnectionSet {
  return { ...noConnections, [protocol]: first <= last ? [first, last] : noPorts };
}

/** Every connection of one protocol. */
export function connectionsOf(protocol: Protocol): ConnectionSet {
  return { ...noConnections, [protocol]: allPorts };
}

/** What either set allows. */
export function union(a: ConnectionSet, b: ConnectionSet): ConnectionSet {
  if (a === b || isEmpty(b)) return a;
  return isEmpty(a) ? b : combine(a, b, unionOfPorts);
}

/** What both sets allow. */
export function intersection(a: ConnectionSet, b: ConnectionSet): ConnectionSet {
  if (a === b || b === allConnections) return a;
  return a === allConnections ? b : combine(a, b, intersectionOfPorts);
}

/** What the first set allows and the second does not. */
export function difference(a: ConnectionSet, b: ConnectionSet): ConnectionSet {
  return isEmpty(b) ? a : combine(a, b, differenceOfPorts);
}

/** Whether the first set allows all that the second allows. */
export function contains(outer: ConnectionSet, inner: ConnectionSet): boolean {
  return isEmpty(difference(inner, outer));
}

export function equal(a: ConnectionSet, b: ConnectionSet): boolean {
  return a === b || protocols.every((protocol) => equalPorts(a[protocol], b[protocol]));
}

export function isEmpty(set: ConnectionSet): boolean {
  return protocols.every((protocol) => set[protocol].length === 0);
}

/**
 * `All Connections`, `No Connections`, or what is allowed: `SCTP 9003,TCP 80,8080-8090,UDP 53`. The same text for the same set, however
 * it was made.
 */
export function printConnections(set: ConnectionSet): string {
  if (isEmpty(set)) return 'No Connections';
  if (equal(set, allConnections)) return 'All Connections';
  return protocols
    .filter((protocol) => set[protocol].length > 0)
    .map((protocol) => `${protocol} ${printPorts(set[protocol])}`)
    .join(',');
}

function combine(
  a: ConnectionSet,
  b: ConnectionSet,
  operation: (a: PortIntervals, b: PortIntervals) => PortIntervals,
): ConnectionSet {
  return { SCTP: operation(a.SCTP, b.SCTP), TCP: operation(a.TCP, b.TCP), UDP: operation(a.UDP, b.UDP) };
}
