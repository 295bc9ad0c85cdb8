import * as fc from 'fast-check';
import { change, targetSpec, type Change, type TargetSpec } from './random-patches';
import { image, labels, name, namespace, resource, someLabels, sometimes, type Tree } from './random-resources';

/** A patch: numbers choose among what there is. */
export interface PatchSpec {
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

/** A replacement, told in the same way. */
export interface ReplacementSpec {
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

/** A generator; whether it meets what is there is told when it is written. */
export interface GeneratorSpec {
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

/** A variable, told in the same way. */
export interface VarSpec {
  readonly name: string;
  readonly from: number;
  readonly place: number | undefined;
}

/** What a kustomization says, without knowing what it finds. */
export interface LevelSpec {
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

/** A kustomization. */
export const level: fc.Arbitrary<LevelSpec> = fc.record({
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
