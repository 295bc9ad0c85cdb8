import { allConnections, difference, intersection, noConnections, union, type ConnectionSet } from './connection-set';

/** A connection set by number: equal sets have equal numbers. */
export type ConnectionId = number;

export const nothing: ConnectionId = 0;
export const everything: ConnectionId = 1;

/**
 * Connection sets by number. A scope has few different ones and asks the same questions of them millions of times: each operation on two
 * sets is worked out once.
 */
export interface ConnectionTable {
  readonly idOf: (set: ConnectionSet) => ConnectionId;
  readonly setOf: (id: ConnectionId) => ConnectionSet;
  readonly union: (a: ConnectionId, b: ConnectionId) => ConnectionId;
  readonly intersection: (a: ConnectionId, b: ConnectionId) => ConnectionId;
  readonly difference: (a: ConnectionId, b: ConnectionId) => ConnectionId;
}

export function createConnectionTable(): ConnectionTable {
  const sets: ConnectionSet[] = [noConnections, allConnections];
  const ids = new Map(sets.map((set, id) => [keyOf(set), id]));
  const setOf = (id: ConnectionId): ConnectionSet => sets[id] ?? noConnections;
  const idOf = (set: ConnectionSet): ConnectionId => {
    const key = keyOf(set);
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, sets.length);
    return sets.push(set) - 1;
  };
  const unions = remembered((a, b) => idOf(union(setOf(a), setOf(b))));
  const intersections = remembered((a, b) => idOf(intersection(setOf(a), setOf(b))));
  const differences = remembered((a, b) => idOf(difference(setOf(a), setOf(b))));
  return {
    idOf,
    setOf,
    union: (a, b) => (a === b || b === nothing ? a : a === nothing ? b : a < b ? unions(a, b) : unions(b, a)),
    intersection(a, b) {
      if (a === b || b === everything) return a;
      if (a === everything) return b;
      if (a === nothing || b === nothing) return nothing;
      return a < b ? intersections(a, b) : intersections(b, a);
    },
    difference: (a, b) =>
      a === nothing || a === b || b === everything ? nothing : b === nothing ? a : differences(a, b),
  };
}

function keyOf({ SCTP, TCP, UDP }: ConnectionSet): string {
  return `${SCTP.join()}/${TCP.join()}/${UDP.join()}`;
}

function remembered(work: (a: ConnectionId, b: ConnectionId) => ConnectionId): typeof work {
  const known = new Map<number, ConnectionId>();
  return (a, b) => {
    // Both numbers fit into the 53 bits of a number that counts exactly.
    const key = a * 0x4000000 + b;
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    const made = work(a, b);
    known.set(key, made);
    return made;
  };
}
