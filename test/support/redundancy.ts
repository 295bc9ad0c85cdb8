import fc from 'fast-check';
import { connectionsOf } from '../../server/core/reach/connectivity';
import { differencesOf } from '../../server/core/reach/difference';
import { exposureOf } from '../../server/core/reach/exposure';
import type { Part } from '../../server/core/reach/policy-parts';
import { policyOf, redundancyOf } from '../../server/core/reach/redundancy';
import { createReach } from '../../server/core/reach/reach';
import { createRows } from '../../server/core/reach/rows';
import { shadowedRules } from '../../server/core/reach/shadowing';
import { duplicatesOf } from '../../server/core/reach/duplicate-policies';
import { isAllowed, type Cluster, type KubernetesObject, type NetworkPolicy } from '../reach/naive/evaluate';
import { cluster, packetsIn, toYaml } from '../reach/naive/random-cluster';
import { scopeOfTexts } from './scope-of-folder';

/** How many parts were taken out, by what they were. */
export interface TakenOut {
  readonly policy: number;
  readonly rule: number;
  readonly peer: number;
  readonly port: number;
}

/**
 * Takes what is said to be redundant out of random clusters, any one of it and all together, and asks the naive evaluator about every
 * packet before and after, with further pods and namespaces in the cluster. Throws where they differ.
 * @param runs each a cluster of its own
 * @param seed where the clusters must not hang on chance
 */
export function checkRedundancy(runs: number, seed?: number): TakenOut {
  const count = { policy: 0, rule: 0, peer: 0, port: 0 };
  fc.assert(
    fc.property(crowded, cluster, fc.nat(), (random, further, pick) => {
      const model = scopeOfTexts({ 'cluster.yaml': toYaml(random) });
      const duplicates = duplicatesOf(model).flatMap(({ others }) => others.map(({ resource }) => resource.name));
      const sets = redundancyOf(model);
      const parts = sets.flatMap((set) => set.map(({ part }) => part));
      for (const part of parts) count[part.type]++;
      if (parts.length + duplicates.length === 0) return;
      const bare = withoutParts(withoutPolicies(random, duplicates), parts);
      compareListings(random, bare);
      const crowd = joined(random, further);
      comparePackets(crowd, withoutParts(withoutPolicies(crowd, duplicates), parts), 'all together');
      const part = parts[pick % Math.max(1, parts.length)];
      if (part) comparePackets(crowd, withoutParts(crowd, [part]), describe(part));
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
  return count;
}

/** The same for rules of the tiers with an order. */
export function checkShadowing(runs: number, seed?: number): Readonly<Record<string, number>> {
  const count: Record<string, number> = {};
  fc.assert(
    fc.property(cluster, cluster, fc.nat(), (random, further, pick) => {
      const shadowed = shadowedRules(scopeOfTexts({ 'cluster.yaml': toYaml(random) }));
      if (shadowed.length === 0) return;
      for (const { why } of shadowed) count[why] = (count[why] ?? 0) + 1;
      const parts = shadowed.map(({ rule }) => rule);
      const crowd = joined(random, further);
      comparePackets(crowd, withoutParts(crowd, parts), 'all together');
      const part = parts[pick % parts.length];
      if (part) comparePackets(crowd, withoutParts(crowd, [part]), describe(part));
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
  return count;
}

/** How one policy is made of another, so that some say the same as others, or more, or less. */
type Change = 'as is' | 'wider subject' | 'fewer rules' | 'all ports' | 'all peers' | 'twice' | 'narrower subject';
const change = fc.constantFrom<Change>(
  'as is',
  'wider subject',
  'fewer rules',
  'all ports',
  'all peers',
  'twice',
  'narrower subject',
);

/** Random clusters whose NetworkPolicies share namespaces, and take after each other. */
const crowded: fc.Arbitrary<Cluster> = fc
  .tuple(cluster, fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 3 }))
  .map(([{ objects }, changes]) => {
    const policies = objects.filter((object) => object.kind === 'NetworkPolicy');
    const [first] = policies;
    const namespace = first?.metadata.namespace ?? '';
    const moved = policies.map((policy, index) =>
      index < 4 ? { ...policy, metadata: { ...policy.metadata, namespace } } : policy,
    );
    const made = changes.flatMap(([at, how], index) => {
      const like = moved[at % Math.max(1, moved.length)];
      return like ? [{ ...like, metadata: { namespace, name: `made-${index}` }, spec: changed(like.spec, how) }] : [];
    });
    return { objects: [...objects.filter((object) => object.kind !== 'NetworkPolicy'), ...moved, ...made] };
  });

function changed(written: NetworkPolicy['spec'], how: Change): NetworkPolicy['spec'] {
  const spec = { ...written, podSelector: written.podSelector ?? {} };
  const { ingress = [], egress = [] } = spec;
  switch (how) {
    case 'as is':
      return spec;
    case 'wider subject':
      return { ...spec, podSelector: {} };
    case 'narrower subject':
      return { ...spec, podSelector: { ...spec.podSelector, matchLabels: { app: 'web', tier: 'back' } } };
    case 'fewer rules':
      return { ...spec, ingress: ingress.slice(1), egress: egress.slice(1) };
    case 'all ports':
      return {
        ...spec,
        ingress: ingress.map(({ from }) => (from ? { from } : {})),
        egress: egress.map(({ to }) => (to ? { to } : {})),
      };
    case 'all peers':
      return {
        ...spec,
        ingress: ingress.map(({ ports }) => (ports ? { ports } : {})),
        egress: egress.map(({ ports }) => (ports ? { ports } : {})),
      };
    case 'twice':
      return { ...spec, ingress: [...ingress, ...ingress], egress: [...egress, ...egress] };
  }
}

/** A cluster with the pods of another one in it, and its namespaces where they are declared by none. */
function joined(one: Cluster, other: Cluster): Cluster {
  const declared = new Set(one.objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const added = other.objects.flatMap((object): KubernetesObject[] => {
    if (object.kind === 'Namespace') return declared.has(object.metadata.name) ? [] : [object];
    if (object.kind !== 'Pod') return [];
    return [{ ...object, metadata: { ...object.metadata, name: `further-${object.metadata.name}` } }];
  });
  return { objects: [...one.objects, ...added] };
}

function withoutPolicies({ objects }: Cluster, names: readonly string[]): Cluster {
  return {
    objects: objects.filter(({ kind, metadata }) => kind !== 'NetworkPolicy' || !names.includes(metadata.name)),
  };
}

type Plain = Record<string, unknown>;

/** A copy of a cluster without some parts of its policies. */
function withoutParts({ objects }: Cluster, parts: readonly Part[]): Cluster {
  const gone = Symbol('gone');
  // Policies that take after each other share lists: each gets its own.
  const copy = JSON.parse(JSON.stringify(objects)) as KubernetesObject[];
  const removed = new Set<KubernetesObject>();
  const places: (readonly [holder: Plain, key: string, index: number])[] = [];
  for (const part of parts) {
    const { resource } = policyOf(part).form;
    const object = copy.find(
      ({ kind, metadata }) =>
        kind === resource.kind &&
        metadata.name === resource.name &&
        ('namespace' in metadata ? metadata.namespace : undefined) === resource.namespace,
    );
    if (!object) throw new Error(`There is no ${resource.kind} ${resource.name}.`);
    if (part.type === 'policy') removed.add(object);
    else {
      const rule = part.type === 'rule' ? part : part.rule;
      const key = rule.form.direction.toLowerCase();
      const { spec } = object as unknown as { readonly spec: Plain };
      const holder = part.type === 'rule' ? spec : ((spec[key] as Plain[])[rule.index] as Plain);
      const own = part.type === 'rule' ? key : part.type === 'port' ? 'ports' : key === 'ingress' ? 'from' : 'to';
      places.push([holder, own, part.index]);
    }
  }
  for (const [holder, key, index] of places) (holder[key] as unknown[])[index] = gone;
  for (const [holder, key] of places) holder[key] = (holder[key] as unknown[]).filter((item) => item !== gone);
  return { objects: copy.filter((object) => !removed.has(object)) };
}

function comparePackets(before: Cluster, after: Cluster, what: string): void {
  for (const packet of packetsIn(before)) {
    const expected = isAllowed(before, packet);
    if (isAllowed(after, packet) === expected) continue;
    throw new Error(
      `Without ${what}, ${JSON.stringify(packet)} is ${expected ? 'denied' : 'allowed'}, unlike before, in\n${toYaml(before)}`,
    );
  }
}

/** The listing of connections must be the same; that of exposure may only lose lines, of pods that no selector describes any more. */
function compareListings(before: Cluster, after: Cluster): void {
  const [old, fresh] = [before, after].map((one) => {
    const reach = createReach(scopeOfTexts({ 'cluster.yaml': toYaml(one) }));
    const rows = createRows(reach);
    return { connections: [...connectionsOf(reach, rows, [], true)], exposure: exposureOf(reach, rows) };
  });
  if (!old || !fresh) return;
  const differences = [...differencesOf(old.connections, fresh.connections)];
  if (differences.length > 0) throw new Error(`${JSON.stringify(differences)} in\n${toYaml(before)}`);
  if (JSON.stringify(old.exposure.unprotected) !== JSON.stringify(fresh.exposure.unprotected))
    throw new Error(`Other workloads are unprotected in\n${toYaml(before)}`);
  const known = new Set(old.exposure.ingress.map((line) => JSON.stringify(line)));
  const added = fresh.exposure.ingress.filter(
    (line) => !line.peer.includes('External') && !known.has(JSON.stringify(line)),
  );
  if (added.length > 0) throw new Error(`${JSON.stringify(added)} is new in\n${toYaml(before)}`);
}

function describe(part: Part): string {
  const { resource } = policyOf(part).form;
  if (part.type === 'policy') return resource.name;
  const rule = part.type === 'rule' ? part : part.rule;
  const place = `${rule.form.direction}[${rule.index}]`;
  return `${resource.name} ${place}${part.type === 'rule' ? '' : ` ${part.type} ${part.index}`}`;
}
