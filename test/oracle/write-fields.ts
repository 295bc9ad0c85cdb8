import { pick, placesIn, targetFor, type Change, type Identity, type Known, type TargetSpec } from './random-patches';
import type { Tree } from './random-resources';
import type { LevelSpec } from './random-specs';

/** Where files of a tree are put, and how. */
export interface Writer {
  readonly files: Record<string, string>;
  readonly text: (value: unknown) => string;
  readonly components: readonly LevelSpec[];
}

/** What is known of a resource as it is written. */
export function knownOf(object: Tree): Known {
  const { apiVersion, kind, metadata } = object as {
    apiVersion: string;
    kind: string;
    metadata: Record<string, string>;
  };
  return { object, apiVersion, kind, identities: [{ name: metadata['name'] ?? '', namespace: metadata['namespace'] }] };
}

/** What it is called now. */
function current({ identities }: Known): Known['identities'][number] {
  return identities.at(-1) ?? identities[0];
}

/** What kustomize knows it by. */
function keyOf(one: Known): string {
  const { name: of, namespace: within = 'default' } = current(one);
  return [one.kind, one.apiVersion, one.kind === 'Namespace' ? '' : within, of].join('/');
}

/** Whether something is called so already. */
export function has(known: readonly Known[], one: Known): boolean {
  return known.some((other) => keyOf(other) === keyOf(one));
}

/** Whether two are called alike. */
export function hasTwins(known: readonly Known[]): boolean {
  return new Set(known.map(keyOf)).size < known.length;
}

/** What a kustomization makes of its name. */
export function renamed(one: Known, { namespace: within, namePrefix = '', nameSuffix = '' }: LevelSpec): Known {
  const { name: of, namespace: before } = current(one);
  if (one.kind === 'Namespace')
    return { ...one, identities: [...one.identities, { name: within ?? of, namespace: undefined }] };
  const moved = { name: of, namespace: within ?? before };
  const last = { name: `${namePrefix}${of}${nameSuffix}`, namespace: within ?? before };
  return { ...one, identities: [...one.identities, moved, last] };
}

/** In one file, in a file each, or as a list. */
export function writeResources(
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

/** Those for what is there merge with it or replace it. */
export function writeGenerators(
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

/** Every field with patches, and their files. */
export function writePatches(
  folder: string,
  { patches, careless }: LevelSpec,
  known: readonly Known[],
  writer: Writer,
): Tree {
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

/** Only workloads have replicas. */
export function writeReplicas({ replicas }: LevelSpec, known: readonly Known[]): readonly Tree[] | undefined {
  const scaled = known.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  return replicas?.flatMap(({ on, as, count }) => {
    const one = pick(scaled, on);
    return one ? [{ name: (pick(one.identities, as) ?? one.identities[0]).name, count }] : [];
  });
}

/** A variable means what is there when it is declared. */
export function writeVars(
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

/** From a field that is there to others that are. */
export function writeReplacements(
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
      spec.toPlaces.map((place) => pick(create ? ['spec.added.value', ...targets] : targets, place) ?? 'metadata.name'),
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

/** The file under `configurations`. */
export function writeConfiguration(folder: string, spec: LevelSpec, writer: Writer): readonly string[] | undefined {
  if (!spec.configuration) return undefined;
  writer.files[`${folder}/config.yaml`] = writer.text(spec.configuration);
  return ['config.yaml'];
}

/** The files under `transformers`. */
export function writePlugins(folder: string, spec: LevelSpec, writer: Writer): readonly string[] | undefined {
  return spec.plugins?.map((plugin, index) => {
    writer.files[`${folder}/plugin${index}.yaml`] = writer.text({
      apiVersion: 'builtin',
      ...plugin,
      metadata: { ...(plugin['metadata'] as object), name: `plugin${index}` },
    });
    return `plugin${index}.yaml`;
  });
}
