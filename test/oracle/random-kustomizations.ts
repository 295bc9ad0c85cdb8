import * as fc from 'fast-check';
import { stringify } from 'yaml';
import {
  change,
  pick,
  placesIn,
  targetFor,
  targetSpec,
  type Change,
  type Identity,
  type Known,
  type TargetSpec,
} from './random-patches';
import { image, labels, name, namespace, resource, someLabels, sometimes, type Tree } from './random-resources';
import type { Files } from './render-tree';

/** A tree of kustomizations in a tree of files. */
export interface RandomTree {
  readonly files: Files;
  /** The folder that is built. */
  readonly root: string;
}

interface PatchSpec {
  readonly on: number;
  readonly as: number;
  readonly change: Change;
  readonly form: 'strategic' | 'json';
  readonly target: TargetSpec | undefined;
  readonly field: 'patches' | 'patchesStrategicMerge' | 'patchesJson6902';
  readonly inline: boolean;
  readonly second: Change | undefined;
}

const patchSpec: fc.Arbitrary<PatchSpec> = fc.record({
  on: fc.nat(100),
  as: fc.nat(5),
  change,
  form: fc.constantFrom('strategic', 'strategic', 'json'),
  target: sometimes(targetSpec, 2),
  field: fc.constantFrom('patches', 'patches', 'patches', 'patchesStrategicMerge', 'patchesJson6902'),
  inline: fc.boolean(),
  second: sometimes(change, 6),
});

interface ReplacementSpec {
  readonly from: number;
  readonly fromPlace: number;
  readonly to: number;
  readonly toPlaces: readonly number[];
  readonly byKind: boolean;
  readonly delimiter: string | undefined;
  readonly sourceDelimiter: string | undefined;
  readonly index: number | undefined;
  readonly create: boolean | undefined;
  readonly byName: boolean;
}

const replacementSpec: fc.Arbitrary<ReplacementSpec> = fc.record({
  from: fc.nat(100),
  fromPlace: fc.nat(1000),
  to: fc.nat(100),
  toPlaces: fc.array(fc.nat(1000), { minLength: 1, maxLength: 2 }),
  byKind: sometimes(fc.constant(true), 4).map((byKind) => byKind === true),
  delimiter: sometimes(fc.constantFrom('/', '-', ':'), 4),
  sourceDelimiter: sometimes(fc.constantFrom('/', '-', ':'), 5),
  index: sometimes(fc.integer({ min: -1, max: 2 }), 4),
  create: sometimes(fc.boolean()),
  byName: fc.boolean(),
});

interface GeneratorSpec {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly namespace: string | undefined;
  readonly literals: readonly string[] | undefined;
  readonly files: readonly string[] | undefined;
  readonly envs: boolean | undefined;
  readonly meets: 'merge' | 'replace';
  readonly options: Tree | undefined;
}

const generatorOptions: fc.Arbitrary<Tree> = fc.record({
  disableNameSuffixHash: sometimes(fc.boolean(), 2),
  labels: sometimes(labels, 2),
  annotations: sometimes(labels, 4),
  immutable: sometimes(fc.boolean(), 4),
});

const generatorSpec: fc.Arbitrary<GeneratorSpec> = fc.record({
  kind: fc.constantFrom('ConfigMap', 'Secret'),
  name,
  namespace: sometimes(namespace, 6),
  literals: sometimes(
    fc.uniqueArray(fc.constantFrom('url=http://api', 'port=80', 'quoted="x y"', 'empty=', 'more=a=b'), {
      maxLength: 2,
      selector: (literal) => literal.slice(0, literal.indexOf('=')),
    }),
    2,
  ),
  files: sometimes(fc.uniqueArray(fc.constantFrom('app.conf', 'a.conf=app.conf'), { maxLength: 2 })),
  envs: sometimes(fc.boolean(), 4),
  meets: fc.constantFrom('merge', 'replace'),
  options: sometimes(generatorOptions),
});

interface VarSpec {
  readonly name: string;
  readonly from: number;
  readonly place: number | undefined;
}

/** What a kustomization says, without knowing what it finds. */
interface LevelSpec {
  readonly includes: readonly number[];
  readonly components: readonly number[];
  readonly resources: readonly Tree[];
  readonly layout: number;
  readonly namespace: string | undefined;
  readonly namePrefix: string | undefined;
  readonly nameSuffix: string | undefined;
  readonly labels: readonly Tree[] | undefined;
  readonly commonLabels: Tree | undefined;
  readonly commonAnnotations: Tree | undefined;
  readonly patches: readonly PatchSpec[];
  readonly replacements: readonly ReplacementSpec[] | undefined;
  readonly generators: readonly GeneratorSpec[];
  readonly generatorOptions: Tree | undefined;
  readonly vars: readonly VarSpec[] | undefined;
  readonly images: readonly Tree[] | undefined;
  readonly replicas: readonly { readonly on: number; readonly as: number; readonly count: number }[] | undefined;
  readonly configuration: Tree | undefined;
  readonly plugins: readonly Tree[] | undefined;
  readonly careless: boolean;
}

const fieldSpecs = fc.array(
  fc.record({
    path: fc.constantFrom('spec/template/metadata/labels', 'spec/selector', 'spec/extra/labels', 'metadata/labels'),
    kind: sometimes(fc.constantFrom('Service', 'Deployment', 'Job'), 2),
    create: fc.boolean(),
  }),
  { maxLength: 2 },
);

const labelsEntry: fc.Arbitrary<Tree> = fc.record({
  pairs: someLabels,
  includeSelectors: sometimes(fc.boolean()),
  includeTemplates: sometimes(fc.boolean()),
  fields: sometimes(fieldSpecs, 6),
});

const configuration: fc.Arbitrary<Tree> = fc.record({
  nameReference: sometimes(
    fc.constantFrom(
      [{ kind: 'ConfigMap', fieldSpecs: [{ path: 'data/port', kind: 'ConfigMap' }] }],
      [
        {
          kind: 'Service',
          version: 'v1',
          fieldSpecs: [{ path: 'spec/template/metadata/annotations/note', kind: 'Deployment' }],
        },
      ],
      [
        {
          kind: 'Deployment',
          fieldSpecs: [{ path: 'data/url', kind: 'ConfigMap' }, { path: 'metadata/annotations/note' }],
        },
      ],
    ),
    2,
  ),
  commonLabels: sometimes(fc.constant([{ path: 'spec/more/labels', kind: 'Deployment', create: true }])),
  labels: sometimes(fc.constant([{ path: 'spec/more/labels', kind: 'Service', create: true }])),
  namePrefix: sometimes(fc.constant([{ path: 'metadata/annotations/note' }])),
  nameSuffix: sometimes(fc.constant([{ path: 'data/url', kind: 'ConfigMap' }])),
  namespace: sometimes(fc.constant([{ path: 'metadata/annotations/note', create: false }])),
  varReference: sometimes(fc.constant([{ path: 'data/url', kind: 'ConfigMap' }])),
  images: sometimes(fc.constant([{ path: 'metadata/annotations/note', kind: 'Deployment' }])),
  replicas: sometimes(fc.constant([{ path: 'spec/parallelism', kind: 'Job', create: true }])),
});

const plugin: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({
    kind: fc.constant('PrefixTransformer'),
    prefix: fc.constantFrom('p-', ''),
    fieldSpecs: fc.constant([{ path: 'metadata/name' }]),
  }),
  fc.record({
    kind: fc.constant('SuffixTransformer'),
    suffix: fc.constant('-s'),
    fieldSpecs: fc.constant([{ path: 'metadata/name' }]),
  }),
  fc.record({
    kind: fc.constant('LabelTransformer'),
    labels: someLabels,
    fieldSpecs: fc.constantFrom(
      [{ path: 'metadata/labels', create: true }],
      [{ path: 'spec/template/metadata/labels', kind: 'Deployment', create: true }],
      [{ path: 'spec/selector', kind: 'Service', create: false }],
    ),
  }),
  fc.record({
    kind: fc.constant('AnnotationsTransformer'),
    annotations: someLabels,
    fieldSpecs: fc.constant([{ path: 'metadata/annotations', create: true }]),
  }),
  fc.record({
    kind: fc.constant('NamespaceTransformer'),
    metadata: fc.record({ name: fc.constant('x'), namespace }),
    fieldSpecs: fc.constantFrom(undefined, [{ path: 'metadata/namespace', create: true }]),
  }),
  fc.record({
    kind: fc.constant('ImageTagTransformer'),
    imageTag: fc.record({ name: fc.constant('nginx'), newTag: fc.constant('9') }),
  }),
  fc.record({
    kind: fc.constant('PatchTransformer'),
    patch: fc.constant('[{"op": "add", "path": "/metadata/labels", "value": {"app": "plugged"}}]'),
    target: fc.record({ kind: fc.constantFrom('Service', 'Deployment') }),
  }),
);

const level: fc.Arbitrary<LevelSpec> = fc.record({
  includes: fc.array(fc.nat(10), { minLength: 1, maxLength: 3 }),
  components: sometimes(fc.array(fc.nat(10), { minLength: 1, maxLength: 2 }), 3).map((components) => components ?? []),
  resources: fc.array(resource, { maxLength: 3 }),
  layout: fc.nat(1000),
  namespace: sometimes(namespace, 4),
  namePrefix: sometimes(fc.constantFrom('a-', 'b-', 'web-', ''), 3),
  nameSuffix: sometimes(fc.constantFrom('-a', '-b', '-2'), 4),
  labels: sometimes(fc.array(labelsEntry, { minLength: 1, maxLength: 2 }), 3),
  commonLabels: sometimes(labels, 4),
  commonAnnotations: sometimes(labels, 6),
  patches: fc.array(patchSpec, { maxLength: 2 }),
  replacements: sometimes(fc.array(replacementSpec, { minLength: 1, maxLength: 1 }), 6),
  generators: fc.array(generatorSpec, { maxLength: 2 }),
  generatorOptions: sometimes(generatorOptions, 6),
  vars: sometimes(
    fc.array(
      fc.record({ name: fc.constantFrom('WEB_HOST', 'OTHER'), from: fc.nat(100), place: sometimes(fc.nat(1000), 2) }),
      { minLength: 1, maxLength: 1 },
    ),
    6,
  ),
  images: sometimes(
    fc.array(
      fc.record({
        name: image.map((of) => of.replace(/[:@](?!5000).*$/, '').replace(/(5000\/nginx).*/, '$1')),
        newName: sometimes(fc.constantFrom('mirror/nginx', 'nginx'), 2),
        newTag: sometimes(fc.constantFrom('2.0', 'latest'), 2),
        digest: sometimes(fc.constant('sha256:def'), 5),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    4,
  ),
  replicas: sometimes(
    fc.array(fc.record({ on: fc.nat(100), as: fc.nat(5), count: fc.integer({ min: 0, max: 9 }) }), {
      minLength: 1,
      maxLength: 1,
    }),
    6,
  ),
  configuration: sometimes(configuration, 8),
  plugins: sometimes(fc.array(plugin, { minLength: 1, maxLength: 2 }), 8),
  careless: sometimes(fc.constant(true), 60).map((careless) => careless === true),
});

/** A workspace of one to four bases, one to three overlays over them, up to two components. */
export const randomTree: fc.Arbitrary<RandomTree> = fc
  .record({
    bases: fc.array(level, { minLength: 1, maxLength: 3 }),
    overlays: fc.array(level, { minLength: 1, maxLength: 2 }),
    components: fc.array(level, { maxLength: 2 }),
    style: fc.record({
      crlf: sometimes(fc.constant(true), 12),
      anchors: sometimes(fc.constant(true), 6),
      json: sometimes(fc.constant(true), 12),
      quotes: fc.constantFrom('PLAIN', 'PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
      indentSeq: fc.boolean(),
      flow: sometimes(fc.constant(true), 8),
    }),
  })
  .map(writeTree);

interface Style {
  readonly crlf: true | undefined;
  readonly anchors: true | undefined;
  readonly json: true | undefined;
  readonly quotes: string;
  readonly indentSeq: boolean;
  readonly flow: true | undefined;
}

interface Workspace {
  readonly bases: readonly LevelSpec[];
  readonly overlays: readonly LevelSpec[];
  readonly components: readonly LevelSpec[];
  readonly style: Style;
}

/** A kustomization that is written, and what comes out of it as far as that is easily told. */
interface Level {
  readonly folder: string;
  readonly known: readonly Known[];
}

interface Writer {
  readonly files: Record<string, string>;
  readonly text: (value: unknown) => string;
  readonly components: readonly LevelSpec[];
}

function writeTree({ bases, overlays, components, style }: Workspace): RandomTree {
  const files: Record<string, string> = {};
  const writer: Writer = { files, text: (value) => written(value, style), components };
  const below = bases.map((spec, index) => writeLevel(`base${index}`, spec, [], writer));
  const levels = [...below];
  for (const [index, spec] of overlays.entries()) levels.push(writeLevel(`overlay${index}`, spec, levels, writer));
  const root = `overlay${overlays.length - 1}`;
  const texts = Object.entries(files).map(([path, content]) => [
    path,
    style.crlf ? content.replaceAll('\n', '\r\n') : content,
  ]);
  return { root, files: Object.fromEntries(texts) as Files };
}

function written(value: unknown, { anchors, json, quotes, indentSeq, flow }: Style): string {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  if (json) return `${JSON.stringify(plain, null, 2)}\n`;
  return stringify(anchors ? interned(plain, new Map()) : plain, {
    aliasDuplicateObjects: anchors === true,
    defaultStringType: quotes as 'PLAIN',
    defaultKeyType: 'PLAIN',
    indentSeq,
    collectionStyle: flow ? 'flow' : 'any',
    lineWidth: 0,
  });
}

/** Equal mappings become one and the same, for which the writer makes anchors. */
function interned(value: unknown, seen: Map<string, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const key = JSON.stringify(value);
  const known = seen.get(key);
  if (known !== undefined) return known;
  const own = Array.isArray(value)
    ? value.map((item) => interned(item, seen))
    : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, interned(item, seen)]));
  seen.set(key, own);
  return own;
}

function writeLevel(
  folder: string,
  spec: LevelSpec,
  others: readonly Level[],
  writer: Writer,
  found?: readonly Known[],
): Level {
  let known: readonly Known[] = found ?? [];
  const isTaken = (added: readonly Known[]): boolean => !spec.careless && added.some((one) => has(known, one));

  const resources: string[] = [];
  for (const other of new Set(spec.includes.map((index) => pick(others, index)))) {
    if (!other || isTaken(other.known)) continue;
    known = [...known, ...other.known];
    resources.push(`../${other.folder}`);
  }
  const own: Known[] = [];
  for (const object of spec.resources) {
    const one = knownOf(object);
    if (!isTaken([one]) && !has(own, one)) own.push(one);
  }
  known = [...known, ...own];
  resources.push(...writeResources(folder, own, spec, writer));

  const generated = writeGenerators(folder, spec, known, writer);
  known = [...known, ...generated.added];

  const components: string[] = [];
  if (!found) {
    for (const index of new Set(spec.components.map((at) => at % Math.max(1, writer.components.length)))) {
      const component = writer.components[index];
      if (!component) continue;
      const path = `${folder}-component${index}`;
      known = writeLevel(path, { ...component, components: [], includes: [] }, others, writer, known).known;
      components.push(`../${path}`);
    }
  }

  const patches = writePatches(folder, spec, known, writer);
  const before = known;
  known = known.map((one) => renamed(one, spec));
  if (spec.namespace !== undefined && hasTwins(known) && !spec.careless) {
    known = before.map((one) => renamed(one, { ...spec, namespace: undefined }));
  }
  const isMoved = known.every((one) => one.identities.at(-1)?.namespace === spec.namespace || one.kind === 'Namespace');

  writer.files[`${folder}/kustomization.yaml`] = writer.text({
    ...(found ? { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' } : {}),
    namespace: isMoved ? spec.namespace : undefined,
    namePrefix: spec.namePrefix,
    nameSuffix: spec.nameSuffix,
    labels: spec.labels,
    commonLabels: spec.commonLabels,
    commonAnnotations: spec.commonAnnotations,
    ...patches,
    ...generated.fields,
    generatorOptions: spec.generatorOptions,
    images: spec.images,
    replicas: writeReplicas(spec, before),
    vars: writeVars(folder, spec, known),
    replacements: writeReplacements(spec, known),
    configurations: writeConfiguration(folder, spec, writer),
    transformers: writePlugins(folder, spec, writer),
    ...(components.length > 0 ? { components } : {}),
    ...(resources.length > 0 || known.length === 0 ? { resources } : {}),
  });
  return { folder, known };
}

function knownOf(object: Tree): Known {
  const { apiVersion, kind, metadata } = object as {
    apiVersion: string;
    kind: string;
    metadata: Record<string, string>;
  };
  return { object, apiVersion, kind, identities: [{ name: metadata['name'] ?? '', namespace: metadata['namespace'] }] };
}

function current({ identities }: Known): Known['identities'][number] {
  return identities.at(-1) ?? identities[0];
}

function keyOf(one: Known): string {
  const { name: of, namespace: within = 'default' } = current(one);
  return [one.kind, one.apiVersion, one.kind === 'Namespace' ? '' : within, of].join('/');
}

function has(known: readonly Known[], one: Known): boolean {
  return known.some((other) => keyOf(other) === keyOf(one));
}

function hasTwins(known: readonly Known[]): boolean {
  return new Set(known.map(keyOf)).size < known.length;
}

function renamed(one: Known, { namespace: within, namePrefix = '', nameSuffix = '' }: LevelSpec): Known {
  const { name: of, namespace: before } = current(one);
  if (one.kind === 'Namespace')
    return { ...one, identities: [...one.identities, { name: within ?? of, namespace: undefined }] };
  const moved = { name: of, namespace: within ?? before };
  const last = { name: `${namePrefix}${of}${nameSuffix}`, namespace: within ?? before };
  return { ...one, identities: [...one.identities, moved, last] };
}

/** In one file, in a file each, or as a list. */
function writeResources(
  folder: string,
  own: readonly Known[],
  { layout }: LevelSpec,
  writer: Writer,
): readonly string[] {
  if (own.length === 0) return [];
  const objects = own.map(({ object }) => object);
  const file = (path: string, content: string): string => {
    writer.files[`${folder}/${path}`] = content;
    return path;
  };
  if (layout % 10 === 0) return [file('list.yaml', writer.text({ apiVersion: 'v1', kind: 'List', items: objects }))];
  if (layout % 10 < 5) return objects.map((object, index) => file(`r${index}.yaml`, writer.text(object)));
  const texts = objects.map((object) => writer.text(object));
  if (texts.some((text) => text.startsWith('{'))) return texts.map((text, index) => file(`r${index}.json`, text));
  return [file('all.yaml', texts.join('---\n'))];
}

function writeGenerators(
  folder: string,
  { generators, careless }: LevelSpec,
  known: readonly Known[],
  writer: Writer,
): { readonly fields: Tree; readonly added: readonly Known[] } {
  const added: Known[] = [];
  const fields: Record<string, Tree[]> = {};
  const seen = new Set<string>();
  for (const { kind, name: of, namespace: within, literals, files, envs, meets, options } of generators) {
    const one = knownOf({ apiVersion: 'v1', kind, metadata: { name: of, namespace: within } });
    const same = [...known, ...added].filter(
      (other) =>
        other.kind === kind &&
        other.identities.some(
          (identity) => identity.name === of && (identity.namespace ?? 'default') === (within ?? 'default'),
        ),
    );
    if (!careless && (same.length > 1 || seen.has(keyOf(one)))) continue;
    seen.add(keyOf(one));
    if (same.length === 0) added.push(one);
    const sources = files ?? [];
    if (sources.length > 0) writer.files[`${folder}/app.conf`] = 'listen 80\nbackend web\n';
    if (envs) writer.files[`${folder}/app.env`] = '# of the app\nhost=web\n\nnothing=\n';
    const field = kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator';
    (fields[field] ??= []).push({
      name: of,
      namespace: within,
      literals,
      files: sources.length > 0 ? sources : undefined,
      envs: envs ? ['app.env'] : undefined,
      behavior: same.length > 0 ? meets : undefined,
      options,
    });
  }
  return { fields, added };
}

function writePatches(folder: string, { patches, careless }: LevelSpec, known: readonly Known[], writer: Writer): Tree {
  const fields: Record<string, unknown[]> = {};
  let left = known;
  for (const [index, spec] of patches.entries()) {
    const one = pick(left, spec.on);
    if (!one) continue;
    const isJson = spec.form === 'json' || spec.field === 'patchesJson6902';
    const operations = isJson ? spec.change.operations(one.object) : [];
    // An empty patch is refused by some versions of kustomize only.
    if (isJson && operations.length === 0) continue;
    const field = isJson && spec.field === 'patchesStrategicMerge' ? 'patches' : spec.field;
    const named = pick(one.identities, spec.as) ?? one.identities[0];
    const { name: of, namespace: within } = named;
    const namesakes = left.filter(
      (other) => other.kind === one.kind && other.identities.some((identity) => isSame(identity, named)),
    );
    if (namesakes.length > 1 && !careless) continue;
    const patch = (by: Change): Tree => {
      const { metadata = {}, ...rest } = by.strategic(one.object);
      return {
        apiVersion: one.apiVersion,
        kind: one.kind,
        metadata: { name: of, namespace: within, ...(metadata as Tree) },
        ...rest,
      };
    };
    // Operations hardly fit another resource.
    const targetSpec = isJson ? ((spec.on % 5 === 0 ? spec.target : undefined) ?? defaultTarget) : spec.target;
    const target = targetSpec && targetFor(targetSpec, one);
    const changes = spec.second && !isJson && !target ? [spec.change, spec.second] : [spec.change];
    const content = isJson
      ? operationsText(operations, writer)
      : changes.map((by) => writer.text(patch(by))).join('---\n');
    const isFlow = content.startsWith('{') && changes.length > 1;
    const text = isFlow ? writer.text(patch(spec.change)) : content;
    if (!isJson && changes.some((by) => by.strategic(one.object)['$patch'] === 'delete'))
      left = left.filter((other) => other !== one);
    const file = `patch${index}.yaml`;
    if (!spec.inline) writer.files[`${folder}/${file}`] = text;
    if (field === 'patchesStrategicMerge') (fields[field] ??= []).push(spec.inline ? text : file);
    else {
      const jsonTarget = { kind: one.kind, name: of, version: one.apiVersion.split('/').at(-1), namespace: within };
      const [group, version] = one.apiVersion.includes('/') ? one.apiVersion.split('/') : [undefined, one.apiVersion];
      (fields[field] ??= []).push({
        ...(spec.inline ? { patch: text } : { path: file }),
        target: field === 'patchesJson6902' ? { ...jsonTarget, group, version } : target,
      });
    }
  }
  return fields;
}

/** kustomize takes what begins with a bracket for JSON. */
function operationsText(operations: readonly Tree[], writer: Writer): string {
  const text = writer.text(operations);
  return text.startsWith('[') ? JSON.stringify(operations) : text;
}

/** Whether nothing else of its kind was ever called what it is called now. */
function isUnique(known: readonly Known[], one: Known): boolean {
  const namesakes = known.filter(
    (other) => other.kind === one.kind && other.identities.some(({ name: of }) => of === current(one).name),
  );
  return namesakes.length === 1;
}

function isSame(a: Identity, b: Identity): boolean {
  return a.name === b.name && (a.namespace ?? 'default') === (b.namespace ?? 'default');
}

const defaultTarget: TargetSpec = { form: 'kind and name', labels: {}, which: 0 };

function writeReplicas({ replicas }: LevelSpec, known: readonly Known[]): readonly Tree[] | undefined {
  const scaled = known.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  return replicas?.flatMap(({ on, as, count }) => {
    const one = pick(scaled, on);
    return one ? [{ name: (pick(one.identities, as) ?? one.identities[0]).name, count }] : [];
  });
}

function writeVars(
  folder: string,
  { vars, careless }: LevelSpec,
  known: readonly Known[],
): readonly Tree[] | undefined {
  return vars?.flatMap(({ name, from, place }) => {
    const one = pick(known, from);
    if (!one || (!careless && !isUnique(known, one))) return [];
    // A variable may be declared once in all.
    const of =
      careless || folder.startsWith('overlay0') ? name : `${name}_${folder.replaceAll('-', '_').toUpperCase()}`;
    const { name: object, namespace: within } = current(one);
    const scalars = place === undefined ? [] : scalarPaths(one.object);
    return [
      {
        name: of,
        objref: { apiVersion: one.apiVersion, kind: one.kind, name: object, namespace: within },
        fieldref: place === undefined ? undefined : { fieldpath: pick(scalars, place) },
      },
    ];
  });
}

/** Paths of texts and numbers, in the form of replacements and variables. */
function scalarPaths(object: Tree, type?: string): readonly string[] {
  return (
    placesIn(object)
      .filter(({ value }) => (type === undefined ? typeof value !== 'object' : typeof value === type))
      // What looks like another type is not always quoted when kustomize writes it.
      .filter(({ value }) => !/^(1|true|80)?$/.test(String(value)))
      .map(({ path }) => dotted(path))
  );
}

function dotted(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~').replaceAll('.', '\\.'))
    .join('.');
}

function writeReplacements(
  { replacements, careless }: LevelSpec,
  known: readonly Known[],
): readonly Tree[] | undefined {
  return replacements?.flatMap((spec) => {
    const from = pick(known, spec.from);
    const to = pick(known, spec.to);
    if (!from || !to) return [];
    const source = current(from);
    if (from === to || (spec.byKind && from.kind === to.kind) || (!careless && !isUnique(known, from))) return [];
    const paths = scalarPaths(from.object, careless ? undefined : 'string');
    const targets = scalarPaths(to.object, careless ? undefined : 'string');
    const { delimiter, index, create } = spec;
    const fieldPaths = new Set(
      spec.toPlaces.map(
        (place) => pick(create ? ['metadata.labels.added', ...targets] : targets, place) ?? 'metadata.name',
      ),
    );
    const options = { delimiter, index, create };
    return [
      {
        source: {
          kind: from.kind,
          name: source.name,
          namespace: source.namespace,
          fieldPath: spec.byName ? 'metadata.name' : pick(paths, spec.fromPlace),
          options: spec.sourceDelimiter === undefined ? undefined : { delimiter: spec.sourceDelimiter },
        },
        targets: [
          {
            select: spec.byKind ? { kind: to.kind } : { kind: to.kind, name: to.identities[0].name },
            fieldPaths: [...fieldPaths].map((path) =>
              spec.byKind ? path.replace(/containers\.\d/, 'containers.*') : path,
            ),
            options: Object.values(options).some((value) => value !== undefined) ? options : undefined,
          },
        ],
      },
    ];
  });
}

function writeConfiguration(folder: string, spec: LevelSpec, writer: Writer): readonly string[] | undefined {
  if (!spec.configuration) return undefined;
  writer.files[`${folder}/config.yaml`] = writer.text(spec.configuration);
  return ['config.yaml'];
}

function writePlugins(folder: string, spec: LevelSpec, writer: Writer): readonly string[] | undefined {
  return spec.plugins?.map((plugin, index) => {
    writer.files[`${folder}/plugin${index}.yaml`] = writer.text({
      apiVersion: 'builtin',
      ...plugin,
      metadata: { ...(plugin['metadata'] as object), name: `plugin${index}` },
    });
    return `plugin${index}.yaml`;
  });
}
