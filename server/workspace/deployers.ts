import {
  entriesAt,
  itemsAt,
  nodeAt,
  stringAt,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type SourceNode,
} from '../core/manifest/node';
import { readTrees } from '../core/manifest/read-trees';
import type { KustomizationFile, KustomizeSource } from '../core/kustomize/source';

/** A resource that says what is deployed, and from where. */
export interface Deployer {
  /** URI of the manifest that holds it. */
  readonly file: string;
  readonly root: MapNode;
}

const groups = ['kustomize.toolkit.fluxcd.io', 'helm.toolkit.fluxcd.io', 'argoproj.io'] as const;

/** The resources of Flux and Argo CD in a text that say what is deployed. Never throws. */
export function deployersIn(file: string, text: string): readonly Deployer[] {
  if (!groups.some((group) => text.includes(group))) return [];
  return readTrees(text).roots.flatMap((root) => {
    const group = stringAt(root, 'apiVersion')?.value.split('/')[0];
    return root.type === 'map' && groups.some((known) => known === group) ? [{ file, root }] : [];
  });
}

/** What is known of the workspace's files, by URI. */
export interface Layout {
  /** Directories that a path of a repository may be relative to, the likeliest first. */
  readonly repositories: (file: string) => readonly string[];
  /** Manifests and kustomizations below a directory. */
  readonly filesBelow: (directory: string) => readonly string[];
}

/** What a deployer says, as a kustomization. */
export interface Pointer {
  readonly file: KustomizationFile;
  /** False for whoever only names a directory with a kustomization, and changes nothing of it. */
  readonly saysMore: boolean;
}

/**
 * What Flux `Kustomization`s and Argo CD `Application`s deploy, as kustomizations that say the same: the path is a resource of theirs, and
 * what they change (namespace, patches, components, prefixes, labels) is a field. A path that is not here is left out, as it belongs to
 * another repository.
 */
export function pointersOf(
  deployers: readonly Deployer[],
  source: KustomizeSource,
  layout: Layout,
): readonly Pointer[] {
  return deployers.flatMap((deployer) =>
    targetsIn(deployer).flatMap((target) => pointer(deployer, target, source, layout)),
  );
}

/** One directory that a deployer points at, and what it changes of it. */
interface Target {
  readonly path: ScalarNode;
  readonly changes: readonly MapEntry[];
  /** Namespace of resources that say none. */
  readonly namespace: ScalarNode | undefined;
  /** Whether all manifests below a plain directory are meant, or those in it alone. */
  readonly recursive: boolean;
}

function targetsIn({ root }: Deployer): readonly Target[] {
  const group = stringAt(root, 'apiVersion')?.value.split('/')[0];
  const kind = stringAt(root, 'kind')?.value;
  if (kind === 'Kustomization' && group === 'kustomize.toolkit.fluxcd.io') return fluxTargets(root);
  if (kind === 'Application' && group === 'argoproj.io') return argoTargets(root);
  return [];
}

/** Flux API reference, KustomizationSpec. Only of a git repository can the path be one of this workspace. */
function fluxTargets(root: MapNode): readonly Target[] {
  const kind = stringAt(root, 'spec', 'sourceRef', 'kind')?.value;
  if (kind !== undefined && kind !== 'GitRepository') return [];
  const path = scalarAt(root, 'spec', 'path');
  if (!path) return [];
  const spec = nodeAt(root, 'spec');
  const fields = {
    targetNamespace: 'namespace',
    namePrefix: 'namePrefix',
    nameSuffix: 'nameSuffix',
    patches: 'patches',
    components: 'components',
  };
  return [{ path, changes: renamedEntries(spec, fields), namespace: undefined, recursive: true }];
}

/** Argo CD, ApplicationSpec: one source or several. Charts are Helm's business. */
function argoTargets(root: MapNode): readonly Target[] {
  const sources = [nodeAt(root, 'spec', 'source'), ...itemsAt(root, 'spec', 'sources')];
  const namespace = scalarAt(root, 'spec', 'destination', 'namespace');
  return sources.flatMap((source) => {
    const path = scalarAt(source, 'path');
    if (!path || nodeAt(source, 'chart') || nodeAt(source, 'helm')) return [];
    const recursive = nodeAt(source, 'directory', 'recurse');
    return [{ path, changes: argoChanges(nodeAt(source, 'kustomize')), namespace, recursive: isTrue(recursive) }];
  });
}

/** Argo CD, ApplicationSourceKustomize: its options are edits of the kustomization. */
function argoChanges(options: SourceNode | undefined): readonly MapEntry[] {
  const fields = [
    'namePrefix',
    'nameSuffix',
    'namespace',
    'commonLabels',
    'commonAnnotations',
    'patches',
    'components',
    'replicas',
  ];
  const changes = renamedEntries(options, Object.fromEntries(fields.map((field) => [field, field])));
  if (!isTrue(nodeAt(options, 'labelWithoutSelector'))) return changes;
  const templates = entriesAt(options).find(({ key }) => key === 'labelIncludeTemplates');
  return changes.map((entry) => (entry.key === 'commonLabels' ? withoutSelectors(entry, templates) : entry));
}

/** `labels` in place of `commonLabels`. */
function withoutSelectors(labels: MapEntry, templates: MapEntry | undefined): MapEntry {
  const at = place(labels.value);
  const entries = [{ ...labels, key: 'pairs' }, ...(templates ? [{ ...templates, key: 'includeTemplates' }] : [])];
  return { ...labels, key: 'labels', value: { ...at, type: 'sequence', items: [{ ...at, type: 'map', entries }] } };
}

function isTrue(node: SourceNode | undefined): boolean {
  return node?.type === 'scalar' && node.value === true;
}

function pointer(
  { file, root }: Deployer,
  { path, changes, namespace, recursive }: Target,
  source: KustomizeSource,
  layout: Layout,
): readonly Pointer[] {
  const entry = String(path.value).replace(/^\.?\/+/, '');
  for (const repository of layout.repositories(file)) {
    const directory = source.resolve(repository, entry === '' ? '.' : entry);
    const kustomization = source.kustomizationIn(directory);
    const resources = kustomization ? ['.'] : plainResources(directory, recursive, source, layout);
    if (resources.length === 0) continue;
    const at = place(path);
    const list: SourceNode = { ...at, type: 'sequence', items: resources.map((value) => ({ ...path, value })) };
    const entries = [...changes, { key: 'resources', keyStart: path.start, keyEnd: path.start, value: list }];
    return [
      {
        // Paths of patches and components count from the directory that is pointed at.
        file: {
          directory,
          uri: file,
          // An Application may have several sources: the path tells them apart.
          root: { ...at, type: 'map', entries },
          deployer: `${stringAt(root, 'kind')?.value ?? ''} ${stringAt(root, 'metadata', 'name')?.value ?? ''}`,
          ...(namespace ? { defaultNamespace: namespace } : {}),
        },
        saysMore: !kustomization || changes.length > 0 || namespace !== undefined,
      },
    ];
  }
  return [];
}

/** What Flux and Argo CD put into the kustomization that they make where there is none: manifests, and directories that have one. */
function plainResources(
  directory: string,
  recursive: boolean,
  source: KustomizeSource,
  { filesBelow }: Layout,
): readonly string[] {
  const found = new Set<string>();
  for (const uri of filesBelow(directory)) {
    const steps = uri.slice(directory.length + 1).split('/');
    if (!recursive && steps.length > 1) continue;
    const at = steps.findIndex(
      (_, index) => index > 0 && source.kustomizationIn([directory, ...steps.slice(0, index)].join('/')),
    );
    found.add(decodeURIComponent((at === -1 ? steps : steps.slice(0, at)).join('/')));
  }
  return [...found].sort();
}

function renamedEntries(node: SourceNode | undefined, names: Readonly<Record<string, string>>): readonly MapEntry[] {
  return entriesAt(node).flatMap((entry) => {
    const key = Object.hasOwn(names, entry.key) ? names[entry.key] : undefined;
    return key === undefined ? [] : [{ ...entry, key }];
  });
}

function scalarAt(node: SourceNode | undefined, ...path: readonly string[]): ScalarNode | undefined {
  const found = nodeAt(node, ...path);
  return found?.type === 'scalar' && typeof found.value === 'string' && found.value !== '' ? found : undefined;
}

function place({ start, end, file }: SourceNode): Pick<SourceNode, 'start' | 'end' | 'file'> {
  return { start, end, ...(file === undefined ? {} : { file }) };
}
