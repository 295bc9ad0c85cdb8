import { computed, fromFile, withEntries } from '../manifest/edit-tree';
import {
  entriesAt,
  entryOf,
  nodeAt,
  stringAt,
  type MapEntry,
  type MapNode,
  type OffsetRange,
  type ScalarNode,
  type SourceNode,
} from '../manifest/node';
import type { Context } from './context';
import { generatedData } from './generator-data';
import { identityOf, withRoot, type Generated, type Identity, type Item } from './item';
import { booleanOf, listAt, textAt, textEntries } from './kustomization-values';

/**
 * Runs `configMapGenerator` and `secretGenerator`. What is made joins the items, or meets the one of its name by `behavior: merge` or
 * `replace` (kustomize, resWrangler.AbsorbAll). What kustomize would refuse is reported and left out.
 */
export function applyGenerators(items: readonly Item[], context: Context): readonly Item[] {
  let current = items;
  for (const [field, kind] of generatorFields) {
    for (const generator of listAt(context, context.kustomization.root, field)) {
      const added = generatedItem(generator, kind, context);
      if (added) current = absorb(current, added, generator, context);
    }
  }
  return current;
}

/** In the order in which kustomize runs them. */
const generatorFields = [
  ['configMapGenerator', 'ConfigMap'],
  ['secretGenerator', 'Secret'],
] as const;

type GeneratedKind = (typeof generatorFields)[number][1];

/** What a generator makes by itself. Its nodes are the generator's; those of the data say where they come from. */
function generatedItem(generator: SourceNode, kind: GeneratedKind, context: Context): Item | undefined {
  const name = textAt(context, generator, 'name');
  if (!name?.value) {
    context.invalid(name ?? generator, `This generator needs a \`name\`: kustomize makes no ${kind} without one.`);
    return undefined;
  }
  const options = [entryOf(generator, 'options'), entryOf(context.kustomization.root, 'generatorOptions')].flatMap(
    (entry) => entry?.value ?? [],
  );
  const isSet = (option: string): boolean => options.some((node) => booleanOf(context, node, option));
  const written = (field: string): readonly MapEntry[] => {
    const entry = textAt(context, generator, field)?.value ? entryOf(generator, field) : undefined;
    return entry ? [entry] : [];
  };
  const type = kind === 'Secret' ? [entryAt('type', computed(name, 'Opaque')), ...written('type')].slice(-1) : [];
  // A Secret has `data` even when it is empty, which counts for its hash.
  const { data, binaryData } = generatedData(generator, kind === 'Secret', context);
  const file = generator.file ?? context.kustomization.uri;
  const root = fromFile(
    mapAt(generator, [
      entryAt('apiVersion', computed(name, 'v1')),
      entryAt('kind', computed(name, kind)),
      ...mapEntry('metadata', generator, [
        ...written('name'),
        ...written('namespace'),
        ...mapEntry('labels', generator, optionEntries('labels', options, context)),
        ...mapEntry('annotations', generator, optionEntries('annotations', options, context)),
      ]),
      ...type,
      ...(kind === 'Secret' || data.length > 0 ? [entryAt('data', mapAt(generator, data))] : []),
      ...(binaryData.length > 0 ? [entryAt('binaryData', mapAt(generator, binaryData))] : []),
      ...(isSet('immutable') ? [entryAt('immutable', computed(name, true))] : []),
    ]),
    file,
  );
  const generated = { behavior: behaviorOf(generator), needsHash: !isSet('disableNameSuffixHash') };
  return { root, file, identities: [identityOf(root)], prefixes: [], suffixes: [], generated, written: undefined };
}

/** A word that is none of the three counts as the default (kustomize, types.NewGenerationBehavior). */
function behaviorOf(generator: SourceNode): Generated['behavior'] {
  const behavior = stringAt(generator, 'behavior')?.value;
  return behavior === 'merge' || behavior === 'replace' ? behavior : 'create';
}

/** Labels or annotations: the generator's own before those for all generators (kustomize, MergeGlobalOptionsIntoLocal). */
function optionEntries(field: string, options: readonly SourceNode[], context: Context): readonly MapEntry[] {
  const [own = [], all = []] = options.map((option) => {
    const entry = entryOf(option, field);
    return entry ? textEntries(context, entry.value, field) : [];
  });
  return mergedEntries(all, own);
}

/** Adds what was made, or lets it meet the one that has or had its name. */
function absorb(items: readonly Item[], added: Item, generator: SourceNode, context: Context): readonly Item[] {
  const [{ kind, name }] = added.identities;
  const behavior = added.generated?.behavior ?? 'create';
  const matches = items.filter((item) => item.identities.some((identity) => isSame(identity, added.identities[0])));
  const [old] = matches;
  if (!old) {
    if (behavior === 'create') return [...items, added];
    context.missing(
      nodeAt(generator, 'behavior') ?? generator,
      `There is no ${kind} ${name} that this generator could ${behavior}: kustomize refuses to build. Name one that \`resources\` brings, with its namespace, or take \`behavior\` away.`,
    );
    return items;
  }
  if (matches.length > 1) {
    context.invalid(
      nodeAt(generator, 'name') ?? generator,
      `More than one ${kind} has or had the name ${name}, so kustomize does not know which one is meant and refuses to build.`,
    );
    return items;
  }
  if (behavior === 'create') {
    context.invalid(
      nodeAt(generator, 'name') ?? generator,
      `There is a ${kind} ${name} already: kustomize refuses to build. Say \`behavior: merge\` or \`behavior: replace\`, or choose another name.`,
    );
    return items;
  }
  const met = meet(old, added, behavior);
  return items.map((item) => (item === old ? met : item));
}

/** The namespace that is not written is `default` (kustomize, ResId.EffectiveNamespace). */
function isSame(a: Identity, b: Identity): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.group === b.group &&
    (a.namespace ?? 'default') === (b.namespace ?? 'default')
  );
}

/**
 * What a generator makes of a resource that was there: the old one's name, the labels, annotations and, to merge, the data of both, all else
 * from the generator. Its name gets a hash only when both ask for one (kustomize, appendReplaceOrMerge).
 */
function meet(old: Item, added: Item, behavior: 'merge' | 'replace'): Item {
  const both = (field: string, ...path: readonly string[]): readonly MapEntry[] =>
    mapEntry(
      field,
      old.root,
      mergedEntries(entriesAt(old.root, ...path, field), entriesAt(added.root, ...path, field)),
    );
  const kept = (field: string, ...path: readonly string[]): readonly MapEntry[] => {
    const entry = entryOf(nodeAt(old.root, ...path), field);
    return entry ? [entry] : [];
  };
  const data = behavior === 'replace' ? [] : [...asTexts(both('data')), ...both('binaryData')];
  const metadata = [
    ...kept('name', 'metadata'),
    ...kept('namespace', 'metadata'),
    ...asTexts([...both('labels', 'metadata'), ...both('annotations', 'metadata')]),
  ];
  const replaced = new Set(['apiVersion', 'kind', 'metadata', ...(behavior === 'merge' ? ['data', 'binaryData'] : [])]);
  const root = withEntries(old.root, [
    ...kept('apiVersion'),
    ...kept('kind'),
    ...mapEntry('metadata', nodeAt(old.root, 'metadata') ?? old.root, metadata),
    ...added.root.entries.filter(({ key }) => !replaced.has(key)),
    ...data,
  ]);
  const generated = old.generated && {
    behavior: old.generated.behavior,
    needsHash: old.generated.needsHash && added.generated?.needsHash === true,
  };
  return { ...withRoot(old, root), generated };
}

/** Entries of both, sorted, those of the second before those of the first. */
function mergedEntries(first: readonly MapEntry[], second: readonly MapEntry[]): readonly MapEntry[] {
  const byKey = new Map([...first, ...second].map((entry) => [entry.key, entry]));
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Whatever is written under `data`, `labels` or `annotations` is text once a generator has merged it. */
function asTexts(fields: readonly MapEntry[]): readonly MapEntry[] {
  return fields.map((field) => ({
    ...field,
    value: mapAt(
      field.value,
      entriesAt(field.value).map((entry) =>
        entry.value.type === 'scalar' && typeof entry.value.value !== 'string'
          ? { ...entry, value: computed(entry.value, String(entry.value.value ?? '')) }
          : entry,
      ),
    ),
  }));
}

/** A mapping that nobody wrote, at the place of what asks for it. */
function mapAt(place: OffsetRange & Pick<SourceNode, 'file'>, entries: readonly MapEntry[]): MapNode {
  const { start, end, file } = place;
  return { type: 'map', entries, start, end, ...(file === undefined ? {} : { file }) };
}

/** A field with a mapping; none when it would be empty. */
function mapEntry(key: string, place: SourceNode, entries: readonly MapEntry[]): readonly MapEntry[] {
  return entries.length === 0 ? [] : [entryAt(key, mapAt(place, entries))];
}

/** A key that nobody wrote has an empty place. */
function entryAt(key: string, value: MapNode | ScalarNode): MapEntry {
  return { key, keyStart: value.start, keyEnd: value.start, value };
}
