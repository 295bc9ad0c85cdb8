import fc from 'fast-check';
import { connectionsOf } from '../../server/core/reach/connectivity';
import { differencesOf } from '../../server/core/reach/difference';
import { exposureOf } from '../../server/core/reach/exposure';
import type { Part } from '../../server/core/reach/policy-parts';
import { duplicatesInOtherWords, policyOf, redundancyOf } from '../../server/core/reach/redundancy';
import { redundantHere } from '../../server/core/reach/redundancy-here';
import { createReach } from '../../server/core/reach/reach';
import { createRows } from '../../server/core/reach/rows';
import { shadowedRules } from '../../server/core/reach/shadowing';
import { duplicatesOf } from '../../server/core/reach/duplicate-policies';
import { isAllowed, type Cluster, type KubernetesObject, type NetworkPolicy } from '../reach/naive/evaluate';
import { cluster, packetsIn, toYaml } from '../reach/naive/random-cluster';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { createModel, replaceFile, replaceScope, type NetworkModel } from '../../server/core/model/network-model';
import { rules } from '../../server/core/rules/index';
import { defaultSettings } from '../../server/core/settings';
import { scopeOfTexts } from './scope-of-folder';

/** How many parts were taken out, by what they were. */
export interface TakenOut {
  readonly policy: number;
  readonly rule: number;
  readonly peer: number;
  readonly port: number;
  /** Policies that say the same as another one by other rules. */
  readonly inOtherWords: number;
  /** Policies that only the pods of the cluster do not need. */
  readonly here: number;
}

/**
 * Takes what is said to be redundant out of random clusters, any one of it and all together, and asks the naive evaluator about every
 * packet before and after, with further pods and namespaces in the cluster. What is so only for the declared pods is taken out as well, one
 * and all together, and asked about without further pods. Throws where they differ.
 * @param runs each a cluster of its own
 * @param seed where the clusters must not hang on chance
 */
export function checkRedundancy(runs: number, seed?: number): TakenOut {
  const count = { policy: 0, rule: 0, peer: 0, port: 0, inOtherWords: 0, here: 0 };
  fc.assert(
    fc.property(crowded, cluster, fc.nat(), (random, further, pick) => {
      const model = scopeOfTexts({ 'cluster.yaml': toYaml(random) });
      const otherWords = duplicatesInOtherWords(model);
      const duplicates = [
        ...duplicatesOf(model).flatMap(({ others }) => others.map(({ resource }) => resource.name)),
        ...otherWords.map(({ policy }) => policy.form.resource.name),
      ];
      count.inOtherWords += otherWords.length;
      for (const { policy, first } of otherWords) {
        const crowd = joined(random, further);
        const names = [policy, first].map(({ form }) => form.resource.name);
        for (const name of names) comparePackets(crowd, withoutPolicies(crowd, [name]), name);
      }
      const sets = redundancyOf(model);
      const parts = sets.flatMap((set) => set.map(({ part }) => part));
      for (const part of parts) count[part.type]++;
      const here = redundantHere(model).flatMap((set) => set.map(({ policy }) => policy));
      count.here += here.length;
      if (parts.length + duplicates.length + here.length === 0) return;
      const bare = withoutParts(withoutPolicies(random, duplicates), parts);
      compareListings(random, bare);
      const crowd = joined(random, further);
      comparePackets(crowd, withoutParts(withoutPolicies(crowd, duplicates), parts), 'all together');
      const part = parts[pick % Math.max(1, parts.length)];
      if (part) comparePackets(crowd, withoutParts(crowd, [part]), describe(part));
      const alone = here[pick % Math.max(1, here.length)];
      if (!alone) return;
      const barest = withoutParts(withoutPolicies(random, duplicates), [...parts, ...here]);
      for (const [after, what] of [
        [barest, 'what the declared pods do not need'],
        [withoutParts(random, [alone]), describe(alone)],
      ] as const) {
        comparePackets(random, after, what);
        compareListings(random, after);
      }
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

/** The rules that keep for the next check what they found out about policies. */
const policyRules = rules.filter(({ id }) =>
  [
    'policy-redundant',
    'policy-rule-redundant',
    'policy-duplicate',
    'policy-overlap',
    'policy-cidr-overlap',
    'admin-policy-shadowed',
  ].includes(id),
);

type Resources = ReturnType<typeof readManifest>['resources'];

/**
 * Takes objects of random clusters out, puts others in their places, and puts the same ones in again; breaks files, and turns their order
 * around. Throws where the rules about policies then find something else than they do when they see all that for the first time.
 * @returns how many findings there were
 */
export function checkEdits(runs: number, seed?: number): number {
  let count = 0;
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(5)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(crowded, crowded, edits, (one, other, steps) => {
      const uris = one.objects.map((_, index) => `file:///project/${index}.yaml`);
      const scope = { name: 'test', kind: 'directory', root: 'file:///project', complete: true, files: uris } as const;
      const read = (uri: string, object: KubernetesObject): Resources =>
        readManifest(uri, toYaml({ objects: [object] })).resources;
      const original = new Map(
        one.objects.map((object, index) => [uris[index] ?? '', read(uris[index] ?? '', object)]),
      );
      // By the last change: pods are told in the order in which they came.
      const state = new Map([...original].map(([uri, resources]) => [uri, { resources, broken: false }]));
      const model = createModel(scope, []);
      for (const [uri, { resources }] of state) replaceFile(model, uri, resources, false);
      count += reportsOf(model).length;
      for (const [at, pick, how] of steps) {
        const uri = uris[at % uris.length] ?? '';
        const object = other.objects[pick % other.objects.length];
        const resources = how === 0 ? [] : how < 3 && object ? read(uri, object) : (original.get(uri) ?? []);
        const broken = how === 5;
        state.delete(uri);
        state.set(uri, { resources, broken });
        replaceFile(model, uri, resources, broken);
        if (how === 4) replaceScope(model, { ...model.scope, files: model.scope.files.toReversed() });
        const fresh = createModel(model.scope, []);
        for (const [file, content] of state) replaceFile(fresh, file, content.resources, content.broken);
        const [found, expected] = [reportsOf(model), reportsOf(fresh)];
        if (found.join('\n') !== expected.join('\n'))
          throw new Error(`After edits:\n${found.join('\n')}\nOtherwise:\n${expected.join('\n')}`);
      }
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
  return count;
}

/** What the rules say, and of what, in no certain order of the findings. */
function reportsOf(model: NetworkModel): readonly string[] {
  const reports: string[] = [];
  for (const rule of policyRules)
    rule.check(
      model,
      ({ resource, at, message, severity, related = [] }) => {
        const links = related.map((link) => [link.resource.file, link.at?.start, link.message]);
        reports.push(JSON.stringify([rule.id, resource.file, at?.start, message, severity, links]));
      },
      defaultSettings,
    );
  return reports.sort();
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
