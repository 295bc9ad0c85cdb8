import type { Direction } from '../model/policy';
import { printConnections } from './connection-set';
import { everything, nothing, type ConnectionId } from './connection-table';
import { namedRanges, namedWorkloads } from './connectivity';
import { absentPeersOf, entireCluster, isAmong, type AbsentPeer } from './absent-peer';
import { portsAt, type CompiledPolicy, type CompiledRule, type Reach } from './reach';
import { decideRow, policiesHolding, type Rows } from './rows';

/** What one workload admits from, or may reach among, peers that no manifest declares. */
export interface ExposedConnection {
  /** `shop/web[Deployment]`. */
  readonly workload: string;
  /** `entire-cluster`, `shop/[pod with {role=monitoring}]`, or a range of addresses. */
  readonly peer: string;
  readonly conn: string;
}

export interface Exposure {
  readonly egress: readonly ExposedConnection[];
  readonly ingress: readonly ExposedConnection[];
  /** Workloads that no policy selects in a direction. */
  readonly unprotected: readonly { readonly workload: string; readonly direction: Direction }[];
}

/**
 * What every workload admits from, and may reach among, pods and namespaces that no manifest declares, and the outside. Pods that only
 * a selector describes are listed where they fare otherwise than the rest of the cluster.
 */
export function exposureOf(reach: Reach, rows: Rows): Exposure {
  const workloads = namedWorkloads(reach);
  const holding = (podClass: number, direction: Direction): readonly CompiledPolicy[] =>
    policiesHolding(reach, podClass, direction);
  const lines = (direction: Direction): readonly ExposedConnection[] => {
    const ranges = namedRanges(reach, rows, direction);
    return workloads.flatMap(({ id, members }) => {
      const outside = ranges.map((range) => ({
        peer: range.id,
        conn: printConnections(reach.connections.setOf(outsideOf(reach, rows, members, range.members, direction))),
      }));
      const inside = insideOf(reach, members, direction);
      return [...outside, ...inside]
        .filter(({ peer, conn }) => conn !== 'No Connections' || inside.some((line) => line.peer === peer))
        .map(({ peer, conn }) => ({ workload: id, peer, conn }))
        .sort((a, b) => (a.peer < b.peer ? -1 : a.peer > b.peer ? 1 : 0));
    });
  };
  return {
    egress: lines('Egress'),
    ingress: lines('Ingress'),
    unprotected: workloads.flatMap(({ id, members }) =>
      (['Egress', 'Ingress'] as const)
        .filter((direction) => members.some((podClass) => holding(podClass, direction).length === 0))
        .map((direction) => ({ workload: id, direction })),
    ),
  };
}

function outsideOf(
  { connections }: Reach,
  rows: Rows,
  classes: readonly number[],
  ranges: readonly number[],
  direction: Direction,
): ConnectionId {
  return classes.reduce(
    (sum, podClass) =>
      ranges.reduce((also, range) => connections.union(also, rows.of(podClass, direction)[range] ?? nothing), sum),
    nothing,
  );
}

/** The cluster as a whole, and the pods that selectors describe, each with what passes; only lines that say something. */
function insideOf(
  reach: Reach,
  classes: readonly number[],
  direction: Direction,
): readonly { readonly peer: string; readonly conn: string }[] {
  const conns = new Map<string, string>();
  const whole: string[] = [];
  for (const podClass of classes) {
    const policies = policiesHolding(reach, podClass, direction);
    const absent = absentPeersOf(reach, policies, direction);
    const printed = connectionsWith(reach, policies, podClass, direction, [entireCluster, ...absent]);
    whole.push(printed[0] ?? '');
    absent.forEach(({ text }, index) => {
      const conn = printed[index + 1] ?? '';
      if (conn !== printed[0]) conns.set(text, conn);
    });
  }
  const [conn = 'No Connections'] = whole;
  return [
    ...(conn === 'No Connections' ? [] : [{ peer: entireCluster.text, conn }]),
    ...[...conns].map(([peer, other]) => ({ peer, conn: other })),
  ];
}

function connectionsWith(
  reach: Reach,
  policies: readonly CompiledPolicy[],
  podClass: number,
  direction: Direction,
  absent: readonly AbsentPeer[],
): readonly string[] {
  const covers = (rule: CompiledRule, peer: AbsentPeer): boolean => isAmong(reach, peer, rule.form.peers);
  const row = decideRow(reach, policies, direction, absent.length, (rule, work) => {
    const ports = direction === 'Ingress' ? portsAt(reach, rule, podClass) : rule.ports;
    absent.forEach((peer, index) => {
      if (covers(rule, peer)) work(index, ports);
    });
  });
  return absent.map((peer, index) => {
    const names = direction === 'Egress' ? namesFor(policies, (rule) => covers(rule, peer)) : [];
    return printWithNames(reach, row[index] ?? nothing, names);
  });
}

interface NamedPort {
  readonly protocol: string;
  readonly name: string;
}

/** Ports by name at pods that nobody declares stay names. */
function namesFor(policies: readonly CompiledPolicy[], covers: (rule: CompiledRule) => boolean): readonly NamedPort[] {
  return policies
    .flatMap(({ rules }) => rules.Egress)
    .filter((rule) => rule.form.action === 'allow' && rule.named.length > 0 && covers(rule))
    .flatMap(({ named }) => named.map(({ protocol, name }) => ({ protocol: protocol ?? 'TCP', name })));
}

/** `TCP 8080,http,UDP 53`: names behind the numbers of their protocol. */
function printWithNames({ connections }: Reach, id: ConnectionId, names: readonly NamedPort[]): string {
  if (id === everything || names.length === 0) return printConnections(connections.setOf(id));
  const set = connections.setOf(id);
  return (['SCTP', 'TCP', 'UDP'] as const)
    .flatMap((protocol) => {
      const own = names.filter((port) => port.protocol === protocol).map(({ name }) => name);
      const numbers =
        set[protocol].length > 0 ? [printConnections({ SCTP: [], TCP: [], UDP: [], [protocol]: set[protocol] })] : [];
      if (own.length === 0) return numbers;
      return [`${numbers[0] ?? `${protocol} `}${numbers.length > 0 ? ',' : ''}${[...new Set(own)].sort().join(',')}`];
    })
    .join(',');
}
