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

/** Whether one port of a protocol is among those allowed. */
export function hasPort(set: ConnectionSet, protocol: Protocol, port: number): boolean {
  const ports = set[protocol];
  for (let index = 0; index < ports.length; index += 2)
    if ((ports[index] ?? 0) <= port && port <= (ports[index + 1] ?? 0)) return true;
  return false;
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

/** Reads what `printConnections` prints, in any order and with overlaps; undefined when it is something else (ports by name). */
export function parseConnections(text: string): ConnectionSet | undefined {
  if (text === 'No Connections') return noConnections;
  if (text === 'All Connections') return allConnections;
  let set = noConnections;
  let protocol: Protocol | undefined;
  for (const part of text.split(',')) {
    const [matches, name, first = '', last = first] = /^(?:(\w+) )?(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    if (name !== undefined) protocol = protocols.find((known) => known === name);
    if (matches === undefined || protocol === undefined || !isRange(Number(first), Number(last))) return undefined;
    set = union(set, connectionsTo(protocol, Number(first), Number(last)));
  }
  return set;
}

function isRange(first: number, last: number): boolean {
  return 1 <= first && first <= last && last <= 65535;
}

function combine(
  a: ConnectionSet,
  b: ConnectionSet,
  operation: (a: PortIntervals, b: PortIntervals) => PortIntervals,
): ConnectionSet {
  return { SCTP: operation(a.SCTP, b.SCTP), TCP: operation(a.TCP, b.TCP), UDP: operation(a.UDP, b.UDP) };
}
