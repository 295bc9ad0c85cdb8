import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Protocol } from '../../server/core/model/workload';
import {
  allConnections,
  connectionsOf,
  connectionsTo,
  contains,
  difference,
  equal,
  intersection,
  isEmpty,
  noConnections,
  printConnections,
  union,
  type ConnectionSet,
} from '../../server/core/reach/connection-set';

const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** Few ports, at both ends of what there is, so that intervals meet, touch and overlap often. */
const ports = [1, 2, 3, 4, 5, 6, 7, 8, 65532, 65533, 65534, 65535];

/** A set with the plain meaning beside it: which of the ports above it holds. */
interface Case {
  readonly set: ConnectionSet;
  readonly points: ReadonlySet<string>;
}

const range = fc.tuple(fc.constantFrom(...protocols), fc.constantFrom(...ports), fc.constantFrom(...ports));

const anyCase: fc.Arbitrary<Case> = fc.array(range, { maxLength: 6 }).map((ranges) => {
  const ordered = ranges.map(([protocol, a, b]) => [protocol, Math.min(a, b), Math.max(a, b)] as const);
  return {
    set: ordered.reduce(
      (set, [protocol, first, last]) => union(set, connectionsTo(protocol, first, last)),
      noConnections,
    ),
    points: new Set(
      ordered.flatMap(([protocol, first, last]) =>
        ports.filter((port) => first <= port && port <= last).map((port) => `${protocol} ${port}`),
      ),
    ),
  };
});

function pointsOf(set: ConnectionSet): ReadonlySet<string> {
  const holds = (protocol: Protocol, port: number): boolean => contains(set, connectionsTo(protocol, port));
  return new Set(
    protocols.flatMap((protocol) => ports.filter((port) => holds(protocol, port)).map((port) => `${protocol} ${port}`)),
  );
}

function isCanonical(set: ConnectionSet): boolean {
  return protocols.every((protocol) =>
    set[protocol].every((port, index, all) => index === 0 || port >= (all[index - 1] ?? 0) + (index % 2 === 0 ? 2 : 0)),
  );
}

describe('connection sets agree with sets of points', () => {
  const agree = (operation: (a: Case, b: Case) => readonly [ConnectionSet, ReadonlySet<string>]): void => {
    fc.assert(
      fc.property(anyCase, anyCase, (a, b) => {
        const [set, points] = operation(a, b);
        expect(pointsOf(set)).toEqual(points);
        expect(isCanonical(set)).toBe(true);
      }),
    );
  };

  test('union', () => agree((a, b) => [union(a.set, b.set), new Set([...a.points, ...b.points])]));

  test('intersection', () =>
    agree((a, b) => [intersection(a.set, b.set), new Set([...a.points].filter((point) => b.points.has(point)))]));

  test('difference', () =>
    agree((a, b) => [difference(a.set, b.set), new Set([...a.points].filter((point) => !b.points.has(point)))]));

  test('containment, equality, emptiness', () => {
    fc.assert(
      fc.property(anyCase, anyCase, (a, b) => {
        expect(contains(union(a.set, b.set), b.set)).toBe(true);
        expect(contains(a.set, b.set)).toBe(isEmpty(difference(b.set, a.set)));
        expect(equal(a.set, b.set)).toBe(contains(a.set, b.set) && contains(b.set, a.set));
        expect(equal(a.set, b.set)).toBe(printConnections(a.set) === printConnections(b.set));
        expect(isEmpty(a.set)).toBe(a.points.size === 0);
      }),
    );
  });

  test('taking away and putting back', () => {
    fc.assert(
      fc.property(anyCase, anyCase, (a, b) => {
        const common = intersection(a.set, b.set);
        expect(union(difference(a.set, b.set), common)).toEqual(a.set);
        expect(difference(allConnections, difference(allConnections, a.set))).toEqual(a.set);
      }),
    );
  });
});

describe('printing', () => {
  test.each([
    [noConnections, 'No Connections'],
    [allConnections, 'All Connections'],
    [union(union(connectionsOf('TCP'), connectionsOf('UDP')), connectionsOf('SCTP')), 'All Connections'],
    [connectionsTo('TCP', 80), 'TCP 80'],
    [union(connectionsTo('UDP', 53), connectionsTo('TCP', 53)), 'TCP 53,UDP 53'],
    [union(connectionsTo('TCP', 80), connectionsTo('TCP', 81)), 'TCP 80-81'],
    [difference(allConnections, connectionsTo('UDP', 80)), 'SCTP 1-65535,TCP 1-65535,UDP 1-79,81-65535'],
    [connectionsTo('TCP', 90, 80), 'No Connections'],
    [
      [
        connectionsTo('UDP', 53),
        connectionsTo('TCP', 8080, 8090),
        connectionsTo('SCTP', 9003),
        connectionsTo('TCP', 80),
      ].reduce(union),
      'SCTP 9003,TCP 80,8080-8090,UDP 53',
    ],
  ])('%#: %s', (set, text) => {
    expect(printConnections(set)).toBe(text);
  });
});
