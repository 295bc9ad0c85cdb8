import { changeAt, fromFile, withEntry } from '../manifest/edit-tree';
import { isClusterScoped, isRelevant } from '../manifest/kinds';
import { entryOf, stringAt, type ScalarNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { accumulate, nothing, type Accumulated } from './accumulate';
import type { KustomizeProblem } from './context';
import { currentIdentity, withRoot, type Item } from './item';
import { addHashes } from './name-hash';
import { fixNameReferences } from './name-references';
import type { KustomizationFile, KustomizeSource } from './source';
import { resolveVars, type ReportVar } from './vars';

/** What one kustomization deploys. */
export interface KustomizeRendering {
  /** In kustomize's order, before it sorts for output. */
  readonly resources: readonly Resource[];
  readonly problems: readonly KustomizeProblem[];
  /** URI of everything that was read or looked for: a change of any of them asks for a new rendering. */
  readonly inputs: ReadonlySet<string>;
  /** Prefixes and suffixes of names, as they were put. */
  readonly affixes: readonly string[];
}

/** Renders kustomizations and keeps what it can: a base is run once, whoever uses it. */
export interface KustomizeRenderer {
  /** The same object as before when nothing that went into it was forgotten. */
  render(root: KustomizationFile): KustomizeRendering;
  /** Drops what was made of these files. */
  forget(uris: readonly string[]): void;
}

/** A step that reads, and the files it read. */
interface Kept<T> {
  readonly value: T;
  readonly inputs: ReadonlySet<string>;
}

export function createKustomizeRenderer(source: KustomizeSource): KustomizeRenderer {
  const bases = new Map<string, Kept<Accumulated>>();
  const renderings = new Map<string, KustomizeRendering>();

  function accumulateBase(base: KustomizationFile, ancestors: readonly string[], reading: Set<string>): Accumulated {
    let kept = bases.get(base.directory);
    if (!kept) {
      kept = run(base, ancestors);
      bases.set(base.directory, kept);
    }
    for (const uri of kept.inputs) reading.add(uri);
    return kept.value;
  }

  function run(kustomization: KustomizationFile, ancestors: readonly string[]): Kept<Accumulated> {
    const inputs = new Set([kustomization.uri]);
    const value = accumulate(kustomization, {
      source: recording(source, inputs),
      ancestors,
      accumulateBase: (base, above) => accumulateBase(base, above, inputs),
      start: nothing,
      components: { count: 0 },
    });
    return { value, inputs };
  }

  return {
    render(root) {
      const known = renderings.get(keyOf(root));
      if (known) return known;
      const { value, inputs } = run(root, []);
      const rendering = {
        ...finish(value, root.defaultNamespace && fromFile(root.defaultNamespace, root.uri)),
        inputs,
      };
      renderings.set(keyOf(root), rendering);
      return rendering;
    },
    forget(uris) {
      for (const kept of [bases, renderings])
        for (const [key, { inputs }] of kept) if (uris.some((uri) => inputs.has(uri))) kept.delete(key);
    },
  };
}

/** Several resources of other tools in one file may each stand for a kustomization. */
function keyOf({ uri, root }: KustomizationFile): string {
  return `${uri}#${root.start}`;
}

/** A source that notes what it is asked for. */
function recording(source: KustomizeSource, inputs: Set<string>): KustomizeSource {
  const note = <T>(uri: string, answer: T): T => {
    inputs.add(uri);
    return answer;
  };
  return {
    resolve: (directory, path) => source.resolve(directory, path),
    kustomizationIn(directory) {
      const found = source.kustomizationIn(directory);
      return note(found?.uri ?? directory, found);
    },
    resourcesIn: (uri) => note(uri, source.resourcesIn(uri)),
    treesIn: (uri) => note(uri, source.treesIn(uri)),
    textOf: (uri) => note(uri, source.textOf(uri)),
  };
}

/** What must be done last, and once: hashes, names that other resources mention, variables (kustomize, makeCustomizedResMap). */
function finish(
  { items, config, vars, problems }: Accumulated,
  namespace: ScalarNode | undefined,
): Omit<KustomizeRendering, 'inputs'> {
  // By what is said of which place: several field specs may lead to one.
  const late = new Map<string, KustomizeProblem>();
  // What a reference or a variable means may come with what is missing.
  const isWhole = !problems.some(({ rule }) => rule === 'kustomization-incomplete');
  const report = (file: string, range: KustomizeProblem['range'], message: string): void => {
    if (isWhole) late.set(`${file}#${range.start} ${message}`, { rule: 'kustomization-invalid', file, range, message });
  };
  const settled = resolveVars(fixNameReferences(addHashes(items), config, report), vars, config, report);
  const deployed = settled.filter(isDeployed);
  reportNames(deployed, report);
  return {
    resources: deployed.map((item) => toResource(namespace ? withNamespace(item, namespace) : item)),
    problems: late.size === 0 ? problems : [...problems, ...late.values()],
    affixes: [...new Set(items.flatMap(({ prefixes, suffixes }) => [...prefixes, ...suffixes]))].filter(
      (affix) => affix !== '',
    ),
  };
}

/** Prefixes, suffixes, patches and replacements may leave two things with one name, or one with none, which kustomize notices in the end. */
function reportNames(items: readonly Item[], report: ReportVar): void {
  const seen = new Set<string>();
  for (const item of items) {
    const node = stringAt(item.root, 'metadata', 'name')?.node;
    if (!node) continue;
    const { group, kind, name, namespace = 'default' } = currentIdentity(item);
    const key = [group, kind, namespace, name].join('/');
    const { start, end, file = item.file } = node;
    if (name === '') report(file, { start, end }, `This ${kind} has no name in the end: kustomize refuses to build.`);
    else if (seen.has(key))
      report(
        file,
        { start, end },
        `There are two that are called ${kind} ${name} in the end: kustomize refuses to build. Rename or drop one.`,
      );
    seen.add(key);
  }
}

/** Puts a resource that says no namespace into one. */
function withNamespace(item: Item, namespace: ScalarNode): Item {
  const { kind, namespace: written } = currentIdentity(item);
  if (written !== undefined || isClusterScoped(kind)) return item;
  const entry = { key: 'namespace', keyStart: namespace.start, keyEnd: namespace.start, value: namespace };
  return withRoot(
    item,
    changeAt(item.root, ['metadata'], (node) => (node.type === 'map' ? withEntry(node, entry) : undefined)),
  );
}

/**
 * Resources that only tools read are not deployed (kustomize, IgnoreLocal). Kinds that networking does not read are among the items where
 * a replacement copies from them, or a patch made one.
 */
function isDeployed({ root, podTemplate }: Item): boolean {
  if (stringAt(root, 'metadata', 'annotations', 'config.kubernetes.io/local-config')?.value === 'true') return false;
  const apiVersion = stringAt(root, 'apiVersion')?.value ?? '';
  return podTemplate !== undefined || isRelevant(apiVersion, stringAt(root, 'kind')?.value ?? '');
}

function toResource(item: Item): Resource {
  if (item.written) return item.written;
  const { root, file, podTemplate } = item;
  const { kind, name, namespace } = currentIdentity(item);
  return {
    apiVersion: stringAt(root, 'apiVersion')?.value ?? '',
    kind,
    name,
    namespace,
    file,
    range: { start: root.start, end: root.end },
    nameNode: stringAt(root, 'metadata', 'name')?.node ?? entryOf(root, 'kind')?.value ?? root,
    root,
    ...(podTemplate === undefined ? {} : { podTemplate }),
  };
}
