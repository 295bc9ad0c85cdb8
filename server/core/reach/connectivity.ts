import type { Direction } from '../model/policy';
import { printConnections } from './connection-set';
import { nothing, type ConnectionId } from './connection-table';
import { mergeAlike, printAddressRange } from './ip-space';
import { ingressController, printPeer } from './peers';
import type { Reach } from './reach';
import { connectionBetween, type Row, type Rows } from './rows';
import type { RoutedTraffic } from './routed-traffic';

/** One line of a connectivity result: who may open which connections to whom. */
export interface Connection {
  /** `shop/web[Deployment]`, `10.0.0.0-10.255.255.255[External]` or `{ingress-controller}`. */
  readonly src: string;
  readonly dst: string;
  /** `All Connections`, or e.g. `TCP 80,8080-8090,UDP 53`. */
  readonly conn: string;
}

/** Peers that people know by one name, as their numbers: pods of one owner, a stretch of addresses that all connections treat alike. */
interface Named {
  readonly id: string;
  readonly members: readonly number[];
}

/**
 * Every allowed connection between different peers of a scope, sorted by source and then destination; one at a time, since there may be
 * tens of millions.
 * @param ipv6 whether ranges of IPv6 are named; where no policy speaks of it nothing tells them apart from those of IPv4
 */
export function* connectionsOf(
  reach: Reach,
  rows: Rows,
  routed: readonly RoutedTraffic[],
  ipv6 = reach.peers.speaksOfIpv6,
): Generator<Connection, void, undefined> {
  const workloads = namedWorkloads(reach);
  const printed: string[] = [];
  const print = (id: ConnectionId): string => (printed[id] ??= printConnections(reach.connections.setOf(id)));
  const destinations = sorted([...workloads, ...namedRanges(reach, rows, 'Egress', ipv6)]);
  for (const source of sorted([...workloads, ...namedRanges(reach, rows, 'Ingress', ipv6)])) {
    const outside = (source.members[0] ?? 0) >= reach.peers.firstRange;
    for (const destination of outside ? workloads : destinations) {
      if (source === destination) continue;
      const id = between(reach, rows, source, destination);
      if (id !== nothing) yield { src: source.id, dst: destination.id, conn: print(id) };
    }
  }
  yield* routedConnections(reach, rows, routed, print);
}

function between(reach: Reach, rows: Rows, source: Named, destination: Named): ConnectionId {
  let sum = nothing;
  for (const from of source.members)
    for (const to of destination.members) sum = reach.connections.union(sum, connectionBetween(reach, rows, from, to));
  return sum;
}

/** The workloads of a scope by the names that results print, in their order. */
export function namedWorkloads({ peers }: Reach): readonly Named[] {
  const byId = new Map<string, Set<number>>();
  peers.classes.forEach(({ workloads }, number) => {
    for (const workload of workloads) {
      const id = printPeer(workload);
      const members = byId.get(id);
      if (members) members.add(number);
      else byId.set(id, new Set([number]));
    }
  });
  return sorted([...byId].map(([id, members]) => ({ id, members: [...members] })));
}

/** The outside as all pods see it in one direction: neighbouring ranges that every one of them treats alike are one. */
export function namedRanges(
  reach: Reach,
  rows: Rows,
  direction: Direction,
  ipv6 = reach.peers.speaksOfIpv6,
): readonly Named[] {
  const { classes, ranges, firstRange } = reach.peers;
  const distinct = [...new Set<Row>(classes.map((_, index) => rows.of(index, direction)))];
  const isLikePrevious = (index: number): boolean =>
    distinct.every((row) => row[firstRange + index] === row[firstRange + index - 1]);
  const shown = mergeAlike(ranges, isLikePrevious).filter(({ range }) => range.family === 4 || ipv6);
  return shown.map(({ range, index }) => ({
    id: `${printAddressRange(range)}[External]`,
    members: [firstRange + index],
  }));
}

function* routedConnections(
  reach: Reach,
  rows: Rows,
  routed: readonly RoutedTraffic[],
  print: (id: ConnectionId) => string,
): Generator<Connection, void, undefined> {
  const { connections, peers } = reach;
  const byDestination = new Map<string, ConnectionId>();
  for (const { sources, arrivals } of routed) {
    if (sources.length > 0) continue;
    for (const { workload, protocol, port } of arrivals) {
      const podClass = peers.classOf.get(workload);
      if (podClass === undefined) continue;
      const wanted = connections.idOf({ SCTP: [], TCP: [], UDP: [], [protocol]: [port, port] });
      const allowed = connections.intersection(wanted, rows.of(podClass, 'Ingress')[peers.controller] ?? nothing);
      const id = printPeer(workload);
      byDestination.set(id, connections.union(byDestination.get(id) ?? nothing, allowed));
    }
  }
  for (const [dst, id] of [...byDestination].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (id !== nothing) yield { src: ingressController, dst, conn: print(id) };
}

function sorted(items: readonly Named[]): readonly Named[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
