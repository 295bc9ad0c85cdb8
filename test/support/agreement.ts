import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect } from 'vitest';
import { workloadsOf } from '../../server/core/model/network-model';
import { hasPort } from '../../server/core/reach/connection-set';
import { decide, verdictOf } from '../../server/core/reach/decision';
import { exposureOf } from '../../server/core/reach/exposure';
import { createReach, type Reach } from '../../server/core/reach/reach';
import { connectionBetween, createRows } from '../../server/core/reach/rows';
import { warningsOf } from '../../server/core/reach/warnings';
import { isAllowed, type Cluster, type End, type KubernetesObject, type Packet } from '../reach/naive/evaluate';
import { cluster, packetsIn, toYaml } from '../reach/naive/random-cluster';
import { scopeOfTexts } from './scope-of-folder';

/** How many packets were probed, and what came of them: a generator whose clusters allow everything, or nothing, would prove little. */
export interface Probed {
  readonly packets: number;
  readonly allowed: number;
  readonly unknown: number;
}

/**
 * Asks the evaluator and the naive one, written from the specification alone, about every packet of some random clusters; throws where
 * they differ. fast-check prints the seed and the path of a failure, and shrinks it.
 * @param runs each a cluster of its own
 */
export function checkAgreement(runs: number): Probed {
  let [packets, allowed, unknown] = [0, 0, 0];
  fc.assert(
    fc.property(cluster, (random) => {
      const reach = createReach(scopeOfTexts({ 'cluster.yaml': toYaml(random) }));
      const rows = createRows(reach);
      for (const packet of packetsIn(random)) {
        const expected = isAllowed(random, packet);
        const numbered = toNumbers(reach, packet);
        const set = reach.connections.setOf(connectionBetween(reach, rows, numbered.source, numbered.destination));
        if (hasPort(set, packet.protocol, packet.port) !== expected) fail(random, packet, expected, 'the listing');
        const verdict = verdictOf(decide(reach, numbered));
        if (verdict !== 'unknown' && verdict !== expected) fail(random, packet, expected, 'the verdict');
        packets++;
        if (expected) allowed++;
        if (verdict === 'unknown') unknown++;
      }
    }),
    { numRuns: runs },
  );
  return { packets, allowed, unknown };
}

const labels = fc.record(
  { env: fc.constantFrom('dev', 'prod'), team: fc.constantFrom('a', 'b') },
  { requiredKeys: [], noNullPrototype: true },
);

/**
 * Declares the namespaces that random clusters leave undeclared, with labels as they come, and asks the naive evaluator about that: what
 * was certain before must hold whatever the labels are.
 */
export function checkCertainty(runs: number): void {
  fc.assert(
    fc.property(cluster, fc.array(labels, { minLength: 4, maxLength: 4 }), (random, unwritten) => {
      const reach = createReach(scopeOfTexts({ 'cluster.yaml': toYaml(random) }));
      const whole = withNamespaces(random, unwritten);
      for (const packet of packetsIn(random)) {
        const verdict = verdictOf(decide(reach, toNumbers(reach, packet)));
        if (verdict !== 'unknown' && verdict !== isAllowed(whole, packet))
          fail(whole, packet, !verdict, 'the verdict, without these labels,');
      }
    }),
    { numRuns: runs },
  );
}

/** Values that no field of a policy takes, most of them. */
const junk = fc.constantFrom<unknown>(
  '???',
  'Inn',
  '10.0.0.300/8',
  -1,
  70000,
  1.5,
  true,
  [],
  {},
  [{}],
  { a: 1 },
  [['x']],
  [''],
);

/**
 * Puts junk into one field of one policy. What is still certain then must be as the naive evaluator says of the policy before: whatever
 * was meant at that field, nothing may silently be taken as everyone or nobody. Junk that happens to be a value is no junk.
 * @returns how many clusters had a field that could not be read
 */
export function checkDamage(runs: number): number {
  let damaged = 0;
  fc.assert(
    fc.property(cluster, fc.nat(), junk, (random, at, value) => {
      const broken = withJunk(random, at, value);
      const reach = createReach(scopeOfTexts({ 'cluster.yaml': toYaml(broken) }));
      const problems = ({ policies }: Reach): number =>
        policies.reduce((sum, { form }) => sum + form.problems.length, 0);
      if (problems(reach) <= problems(createReach(scopeOfTexts({ 'cluster.yaml': toYaml(random) })))) return;
      damaged++;
      expect(warningsOf(reach, [])).not.toEqual([]);
      expect(() => exposureOf(reach, createRows(reach))).not.toThrow();
      for (const packet of packetsIn(random)) {
        const verdict = verdictOf(decide(reach, toNumbers(reach, packet)));
        if (verdict !== 'unknown' && verdict !== isAllowed(random, packet))
          fail(broken, packet, !verdict, 'the verdict, with a field damaged,');
      }
    }),
    { numRuns: runs },
  );
  return damaged;
}

type Path = readonly (string | number)[];

/** A copy of a cluster with one value below some policy's spec replaced. */
function withJunk({ objects }: Cluster, at: number, value: unknown): Cluster {
  const copy = structuredClone(objects) as KubernetesObject[];
  const places = copy.flatMap((object, index): Path[] =>
    object.kind.endsWith('Policy')
      ? pathsIn(object, [index]).filter((path) => path[1] === 'spec' && path.length > 2)
      : [],
  );
  const path = places[at % Math.max(1, places.length)];
  if (!path) return { objects };
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((node, step) => (node as Record<string | number, unknown>)[step], copy);
  (parent as Record<string | number, unknown>)[path.at(-1) ?? ''] = value;
  return { objects: copy };
}

function pathsIn(node: unknown, path: Path): Path[] {
  const entries = typeof node === 'object' && node !== null ? Object.entries(node) : [];
  return [path, ...entries.flatMap(([key, child]) => pathsIn(child, [...path, key]))];
}

function withNamespaces({ objects }: Cluster, unwritten: readonly Readonly<Record<string, string>>[]): Cluster {
  const declared = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const used = new Set(objects.flatMap((object) => (object.kind === 'Pod' ? [object.metadata.namespace] : [])));
  const missing = [...used].filter((name) => !declared.has(name));
  const added = missing.map((name, index): KubernetesObject => {
    return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: unwritten[index] ?? {} } };
  });
  return { objects: [...added, ...objects] };
}

function fail(random: Cluster, packet: Packet, expected: boolean, who: string): never {
  throw new Error(
    `${who} says ${!expected}, the specification ${expected}, of ${JSON.stringify(packet)} in\n${toYaml(random)}`,
  );
}

function toNumbers(reach: Reach, { from, to, protocol, port }: Packet) {
  return { source: toNumber(reach, from), destination: toNumber(reach, to), protocol, port };
}

function toNumber({ model, peers }: Reach, end: End): number {
  if ('address' in end) return peers.firstRange + rangeOf(peers.ranges, end.address);
  const { namespace, name } = end.pod;
  const workload = workloadsOf(model, namespace).find((candidate) => candidate.name === name);
  const number = workload && peers.classOf.get(workload);
  if (number === undefined) throw new Error(`There is no pod ${namespace}/${name}.`);
  return number;
}

function rangeOf(ranges: Reach['peers']['ranges'], address: string): number {
  const parsed = ipaddr.parse(address);
  const value = parsed.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const family = parsed.kind() === 'ipv4' ? 4 : 6;
  return ranges.findIndex((range) => range.family === family && range.first <= value && value <= range.last);
}
