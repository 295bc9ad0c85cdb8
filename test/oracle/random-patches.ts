import * as fc from 'fast-check';
import {
  containerPort,
  envEntry,
  image,
  labels,
  name,
  servicePort,
  sometimes,
  text,
  type Tree,
} from './random-resources';

/** A resource as a kustomization finds it: how it was written, and what it is or was called. */
export interface Known {
  readonly object: Tree;
  readonly kind: string;
  readonly apiVersion: string;
  /** From the first to the current one. */
  readonly identities: readonly [Identity, ...Identity[]];
}

export interface Identity {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Chooses one of what there is; undefined where there is nothing. */
export function pick<T>(from: readonly T[], index: number): T | undefined {
  return from[index % Math.max(1, from.length)];
}

/** What a patch changes, told without the resource that it is for. */
export interface Change {
  readonly strategic: (object: Tree) => Tree;
  readonly operations: (object: Tree) => readonly Tree[];
}

const labelChange: fc.Arbitrary<Tree> = fc.dictionary(
  fc.constantFrom('app', 'tier', 'x'),
  fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.constant(null) }),
  { minKeys: 1, maxKeys: 2 },
);

function orDeleted(arbitrary: fc.Arbitrary<Tree>, key: string): fc.Arbitrary<Tree> {
  return fc.oneof(
    { weight: 8, arbitrary },
    { weight: 1, arbitrary: arbitrary.map((tree): Tree => ({ [key]: tree[key], $patch: 'delete' })) },
    { weight: 1, arbitrary: arbitrary.map((tree): Tree => ({ ...tree, $patch: 'replace' })) },
  );
}

/** Only for lists that are always there: where nothing is to replace, kustomize leaves the directive in what it makes. */
function orReplaced(arbitrary: fc.Arbitrary<readonly unknown[]>): fc.Arbitrary<readonly unknown[]> {
  return fc.oneof(
    { weight: 8, arbitrary },
    { weight: 1, arbitrary: arbitrary.map((items) => [...items, { $patch: 'replace' }]) },
  );
}

/** Items with a key each, some of which are to go. */
function keyedItems(arbitrary: fc.Arbitrary<Tree>, key: string): fc.Arbitrary<readonly unknown[]> {
  return fc.uniqueArray(orDeleted(arbitrary, key), { maxLength: 2, selector: (item) => item[key] });
}

function orReplacedMap(arbitrary: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> {
  return fc.oneof(
    { weight: 8, arbitrary },
    { weight: 1, arbitrary: arbitrary.map((map): Tree => ({ ...map, $patch: 'replace' })) },
  );
}

const containerPatch = fc
  .record({
    name: fc.constantFrom('main', 'side', 'new'),
    image: sometimes(image),
    ports: sometimes(fc.uniqueArray(containerPort, { maxLength: 2, selector: ({ containerPort: of }) => of }), 2),
    env: sometimes(keyedItems(envEntry, 'name')),
    args: sometimes(fc.array(fc.constantFrom('-q', '--host=$(WEB_HOST)'), { maxLength: 2 }), 5),
  })
  .map((record): Tree => record);
const podPatch: fc.Arbitrary<Tree> = fc.record({
  containers: sometimes(orReplaced(keyedItems(containerPatch, 'name')), 2),
  volumes: sometimes(
    fc.uniqueArray(fc.record({ name: fc.constantFrom('config', 'more'), configMap: fc.record({ name }) }), {
      maxLength: 2,
      selector: ({ name: of }) => of,
    }),
    4,
  ),
  hostNetwork: sometimes(fc.boolean(), 6),
});
const templatePatch: fc.Arbitrary<Tree> = fc.record({
  metadata: sometimes(fc.record({ labels: orReplacedMap(labelChange) }), 2),
  spec: sometimes(podPatch, 2),
});
const workloadPatch: fc.Arbitrary<Tree> = fc.record({
  replicas: sometimes(fc.integer({ min: 0, max: 5 })),
  selector: sometimes(fc.record({ matchLabels: orReplacedMap(labelChange) }), 4),
  template: sometimes(templatePatch, 2),
});
const specPatches: Readonly<Record<string, fc.Arbitrary<Tree>>> = {
  Deployment: workloadPatch,
  StatefulSet: workloadPatch,
  DaemonSet: workloadPatch,
  Job: workloadPatch,
  Pod: podPatch,
  CronJob: fc.record({ jobTemplate: sometimes(fc.record({ spec: fc.record({ template: templatePatch }) }), 2) }),
  Service: fc.record({
    type: sometimes(fc.constantFrom('NodePort', null)),
    selector: sometimes(orReplacedMap(labelChange), 2),
    ports: sometimes(keyedItems(servicePort, 'port'), 2),
  }),
  Ingress: fc.record({
    ingressClassName: sometimes(fc.constantFrom('other', null)),
    rules: sometimes(fc.array(fc.record({ host: fc.constant('new.example') }), { maxLength: 1 })),
    tls: sometimes(fc.array(fc.record({ secretName: name }), { maxLength: 1 })),
  }),
  NetworkPolicy: fc.record({
    podSelector: sometimes(orReplacedMap(fc.record({ matchLabels: sometimes(labelChange, 2) })), 2),
    policyTypes: sometimes(fc.constant(['Egress'])),
    ingress: sometimes(fc.constantFrom([], [{}], null)),
  }),
};

const bodyPatches: fc.Arbitrary<Readonly<Record<string, Tree>>> = fc.record({
  ...Object.fromEntries(Object.entries(specPatches).map(([kind, spec]) => [kind, fc.record({ spec })])),
  ConfigMap: fc.record({ data: sometimes(orReplacedMap(fc.record({ url: fc.constantFrom('http://api', null) })), 2) }),
  Secret: fc.record({ stringData: sometimes(fc.record({ url: fc.constantFrom('http://api', null) }), 2) }),
});

/** Numbers that choose among the places of whatever object is there. */
interface OperationSpec {
  readonly op: 'add' | 'replace' | 'remove' | 'test' | 'copy' | 'move' | 'append';
  readonly at: number;
  readonly to: number;
  readonly value: string;
}

const operationSpec: fc.Arbitrary<OperationSpec> = fc.record({
  op: fc.oneof(
    { weight: 6, arbitrary: fc.constant('replace' as const) },
    { weight: 3, arbitrary: fc.constant('add' as const) },
    { weight: 4, arbitrary: fc.constantFrom('append', 'remove', 'test', 'copy', 'move') },
  ),
  at: fc.nat(1000),
  to: fc.nat(1000),
  value: fc.constantFrom('web', 'api', 'v2'),
});

const metadataPatch: fc.Arbitrary<Tree> = fc.record({
  labels: sometimes(orReplacedMap(labelChange), 2),
  annotations: sometimes(fc.record({ note: fc.constantFrom('patched', null) }), 4),
});

/** A change that fits whatever it is for. */
export const change: fc.Arbitrary<Change> = fc
  .record({
    bodies: bodyPatches,
    metadata: sometimes(metadataPatch, 2),
    deletes: sometimes(fc.constant(true), 30),
    operations: fc.array(operationSpec, { minLength: 1, maxLength: 2 }),
  })
  .map(({ bodies, metadata, deletes, operations }) => ({
    strategic: (object) =>
      deletes
        ? { $patch: 'delete' }
        : { ...(metadata ? { metadata } : {}), ...withoutVainDeletions(bodies[String(object['kind'])] ?? {}, object) },
    operations: (object) => operations.flatMap((spec) => operationFor(spec, object)),
  }));

/** What a patch deletes from a list that is not there, kustomize may leave in what it makes. */
function withoutVainDeletions(body: Tree, object: Tree): Tree {
  const spec = body['spec'] as Tree | undefined;
  if (!Array.isArray(spec?.['ports']) || (object['spec'] as Tree)['ports'] !== undefined) return body;
  return {
    ...body,
    spec: { ...spec, ports: (spec['ports'] as Tree[]).filter((port) => port['$patch'] === undefined) },
  };
}

interface Place {
  readonly path: string;
  readonly value: unknown;
}

/** Everything in an object, as JSON pointers; not what tells which resource it is. */
export function placesIn(value: unknown, path = ''): readonly Place[] {
  const below = Array.isArray(value)
    ? value.map((item: unknown, index) => [String(index), item] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : [];
  return below
    .filter(([key, item]) => item !== undefined && !(path === '' && (key === 'apiVersion' || key === 'kind')))
    .flatMap(([key, item]) => {
      const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      return [{ path: at, value: item }, ...placesIn(item, at)];
    })
    .filter(({ path: at }) => !/^\/metadata(\/(name|namespace|labels|annotations))?$/.test(at) && at !== '/spec');
}

function operationFor({ op, at, to, value }: OperationSpec, object: Tree): readonly Tree[] {
  const places = placesIn(object);
  const isScalar = (place: Place): boolean => typeof place.value !== 'object' || place.value === null;
  const isText = (one: Place): boolean => typeof one.value === 'string' && one.value !== '';
  const place = pick(op === 'remove' ? places : places.filter(isScalar), at);
  const other = pick(places.filter(isScalar), to);
  const labelled = { op: 'add', path: '/metadata/labels', value: { app: value } };
  if (!place || !other) return [labelled];
  const sameType = typeof place.value === 'number' ? 8081 : typeof place.value === 'boolean' ? true : value;
  switch (op) {
    case 'replace':
      return [{ op, path: place.path, value: sameType }];
    case 'test':
      return [{ op, path: place.path, value: place.value }];
    case 'remove':
      return [{ op, path: place.path }];
    case 'append': {
      const lists = places.filter(({ value: items }) => Array.isArray(items) && items.length > 0);
      const list = pick(lists, at);
      const item = Array.isArray(list?.value) ? (list.value[0] as unknown) : undefined;
      return list ? [{ op: 'add', path: `${list.path}/-`, value: item }] : [];
    }
    case 'add': {
      const maps = places.filter(({ path, value: map }) => !isScalar({ path, value: map }) && !Array.isArray(map));
      const inLabels = maps.filter(({ path }) => /[lL]abels$|selector$/.test(path));
      const map = pick(inLabels.length > 0 ? inLabels : maps, at);
      return map ? [{ op, path: `${map.path}/added`, value }] : [];
    }
    case 'copy':
    case 'move':
      return isText(place) && isText(other) ? [{ op, from: place.path, path: other.path }] : [];
  }
}

/** How a target names what it selects. */
export interface TargetSpec {
  readonly form: 'kind' | 'name' | 'kind and name' | 'labels' | 'pattern' | 'all' | 'annotation' | 'namespace';
  readonly labels: Tree;
  readonly which: number;
}

export const targetSpec: fc.Arbitrary<TargetSpec> = fc.record({
  form: fc.constantFrom(
    'kind and name',
    'kind and name',
    'kind',
    'name',
    'labels',
    'pattern',
    'annotation',
    'namespace',
  ),
  labels,
  which: fc.nat(5),
});

export function targetFor({ form, labels: wanted, which }: TargetSpec, known: Known): Tree {
  const { kind, identities, apiVersion } = known;
  const { name: of, namespace: within } = pick(identities, which) ?? identities[0];
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : [undefined, apiVersion];
  switch (form) {
    case 'kind':
      return { kind, version, group };
    case 'name':
      return { name: of };
    case 'kind and name':
      return { kind, name: of };
    case 'labels': {
      const [first, second] = Object.entries(wanted).filter(([, value]) => value !== '');
      const selector = [
        first ? `${first[0]}=${String(first[1])}` : 'app',
        second ? `${second[0]}!=${String(second[1])}` : '!z',
      ];
      return { labelSelector: selector.join(','), kind: which > 2 ? kind : undefined };
    }
    case 'pattern':
      return { kind, name: pick(['w.*', '.*', '(web|api)', 'a.i', '.*db', of], which) };
    case 'annotation':
      return { kind, annotationSelector: pick(['note', '!note', 'note=web'], which) };
    case 'namespace':
      return { kind, namespace: within ?? 'default' };
    case 'all':
      return {};
  }
}
