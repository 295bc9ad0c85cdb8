import { entriesAt, itemsAt, nodeAt, stringAt, type ScalarNode, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Workload } from './workload';

/** A text that pods get, put together from pieces, so that each part of it has the place where it is written. */
export interface PodText {
  readonly text: string;
  readonly pieces: readonly TextPiece[];
  /** The scalar that is written for the whole of it. */
  readonly own: { readonly resource: Resource; readonly node: ScalarNode };
  /** What it is the value of: an environment variable, a flag, a key of a ConfigMap. */
  readonly key: string;
  /**
   * `setting`: an environment variable, an argument, an entry of a ConfigMap. `script`: what a shell or another program reads. `header`: the
   * name a client gives, which nobody looks up.
   */
  readonly use: 'setting' | 'script' | 'header';
}

/** A part of a text, in order: where its first character stands in a scalar's value. */
export interface TextPiece {
  readonly length: number;
  /** Undefined for what no manifest writes, such as the name of the pod's namespace. */
  readonly source: { readonly resource: Resource; readonly node: ScalarNode; readonly start: number } | undefined;
}

/** The data of ConfigMaps that a workload's pods get, whole or a key of it. */
export interface ConfigMapUse {
  readonly configMap: Resource;
  /** Undefined: all of it. */
  readonly key: string | undefined;
}

export interface PodTexts {
  readonly texts: readonly PodText[];
  readonly configMaps: readonly ConfigMapUse[];
}

/** Gives a ConfigMap of the workload's namespace. */
export type ConfigMapNamed = (name: string) => Resource | undefined;

/** Everything that is written for a workload's containers, init containers among them, and the ConfigMaps that they get. */
export function podTextsOf(workload: Workload, configMapNamed: ConfigMapNamed): PodTexts {
  const { podSpec } = workload;
  const containers = [...itemsAt(podSpec, 'initContainers'), ...itemsAt(podSpec, 'containers')];
  const read = containers.map((container) => textsOf(workload, container, configMapNamed));
  return {
    texts: read.flatMap(({ texts }) => texts),
    configMaps: [...mountedIn(workload, configMapNamed), ...read.flatMap(({ configMaps }) => configMaps)],
  };
}

/** The entries of a ConfigMap's data. */
export function textsOfConfigMap(configMap: Resource): readonly PodText[] {
  return entriesAt(configMap.root, 'data').flatMap((entry) => {
    if (!isText(entry.value)) return [];
    const isScript = /\.(sh|bash|py|js|rb|pl|lua|sql|go|java|md|txt|html?)$/.test(entry.key);
    return [wholeOf(configMap, entry.value, entry.key, isScript ? 'script' : 'setting')];
  });
}

type TextNode = ScalarNode & { readonly value: string };

function isText(node: SourceNode | undefined): node is TextNode {
  return node?.type === 'scalar' && typeof node.value === 'string';
}

function wholeOf(resource: Resource, node: TextNode, key: string, use: PodText['use']): PodText {
  return joined({ resource, node }, piecesOf(resource, node), key, use);
}

/** A value of an environment variable as far as manifests tell. */
type Pieces = readonly (TextPiece & { readonly text: string })[];

function textsOf(workload: Workload, container: SourceNode, configMapNamed: ConfigMapNamed): PodTexts {
  const { resource } = workload;
  const { variables, configMaps } = environmentOf(workload, container, configMapNamed);
  const written = itemsAt(container, 'env').flatMap((item): readonly PodText[] => {
    const name = stringAt(item, 'name')?.value;
    const node = nodeAt(item, 'value');
    const value = name === undefined || !isText(node) ? undefined : variables.get(name);
    return value && isText(node) ? [joined({ resource, node }, value, name ?? '', 'setting')] : [];
  });
  const words = (['command', 'args'] as const).flatMap((field) => itemsAt(container, field)).filter(isText);
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].map((field) => nodeAt(container, field));
  const hooks = ['postStart', 'preStop'].map((field) => nodeAt(container, 'lifecycle', field));
  return {
    texts: [
      ...written,
      ...words.map((node, index) =>
        joined({ resource, node }, expanded(piecesOf(resource, node), variables), flagOf(words, index), useOf(node)),
      ),
      ...[...probes, ...hooks].flatMap((handler) => textsOfHandler(resource, handler)),
    ],
    configMaps,
  };
}

/** What sh -c and its like read is a script: it has blanks. */
function useOf({ value }: TextNode): PodText['use'] {
  return /\s/.test(value.trim()) ? 'script' : 'setting';
}

/** `--redis` of `--redis=db:6379`, or of the argument before. */
function flagOf(words: readonly TextNode[], index: number): string {
  const [own] = /^-[\w.-]+(?==)/.exec(words[index]?.value ?? '') ?? [];
  const before = words[index - 1]?.value ?? '';
  return own ?? (before.startsWith('-') && !before.includes('=') ? before : '');
}

/** A probe or hook: whom it asks, what it calls itself, what it runs. */
function textsOfHandler(resource: Resource, handler: SourceNode | undefined): readonly PodText[] {
  if (!handler) return [];
  const hosts = ['httpGet', 'tcpSocket'].map((field) => nodeAt(handler, field, 'host')).filter(isText);
  const headers = itemsAt(handler, 'httpGet', 'httpHeaders')
    .filter((header) => stringAt(header, 'name')?.value.toLowerCase() === 'host')
    .map((header) => nodeAt(header, 'value'))
    .filter(isText);
  const words = itemsAt(handler, 'exec', 'command').filter(isText);
  return [
    ...hosts.map((node) => wholeOf(resource, node, 'host', 'setting')),
    ...headers.map((node) => wholeOf(resource, node, 'Host', 'header')),
    ...words.map((node, index) => wholeOf(resource, node, flagOf(words, index), useOf(node))),
  ];
}

/** The variables of a container: `envFrom` first, then `env` from top to bottom (API reference, Container). */
function environmentOf(
  workload: Workload,
  container: SourceNode,
  configMapNamed: ConfigMapNamed,
): { readonly variables: ReadonlyMap<string, Pieces>; readonly configMaps: readonly ConfigMapUse[] } {
  const { resource, namespace } = workload;
  const variables = new Map<string, Pieces>();
  const configMaps: ConfigMapUse[] = [];
  for (const source of itemsAt(container, 'envFrom')) {
    const configMap = configMapAt(nodeAt(source, 'configMapRef'), configMapNamed);
    if (!configMap) continue;
    configMaps.push({ configMap, key: undefined });
    const prefix = stringAt(source, 'prefix')?.value ?? '';
    for (const { key, value } of entriesAt(configMap.root, 'data')) {
      if (isText(value)) variables.set(`${prefix}${key}`, piecesOf(configMap, value));
    }
  }
  for (const item of itemsAt(container, 'env')) {
    const name = stringAt(item, 'name')?.value;
    if (name === undefined) continue;
    const value = nodeAt(item, 'value');
    const reference = nodeAt(item, 'valueFrom', 'configMapKeyRef');
    const configMap = configMapAt(reference, configMapNamed);
    const key = stringAt(reference, 'key')?.value;
    if (configMap && key !== undefined) configMaps.push({ configMap, key });
    const held = configMap && key !== undefined ? nodeAt(configMap.root, 'data', key) : undefined;
    const pieces = isText(value)
      ? expanded(piecesOf(resource, value), variables)
      : configMap && isText(held)
        ? piecesOf(configMap, held)
        : stringAt(item, 'valueFrom', 'fieldRef', 'fieldPath')?.value === 'metadata.namespace'
          ? [{ text: namespace, length: namespace.length, source: undefined }]
          : undefined;
    if (pieces) variables.set(name, pieces);
    else variables.delete(name);
  }
  return { variables, configMaps };
}

function configMapAt(reference: SourceNode | undefined, configMapNamed: ConfigMapNamed): Resource | undefined {
  const name = stringAt(reference, 'name')?.value;
  return name === undefined ? undefined : configMapNamed(name);
}

/** ConfigMaps that are mounted as files, by themselves or among others (API reference, ProjectedVolumeSource). */
function mountedIn({ podSpec }: Workload, configMapNamed: ConfigMapNamed): readonly ConfigMapUse[] {
  return itemsAt(podSpec, 'volumes').flatMap((volume) => {
    const sources = [volume, ...itemsAt(volume, 'projected', 'sources')].map((source) => nodeAt(source, 'configMap'));
    return sources.flatMap((source): readonly ConfigMapUse[] => {
      const configMap = configMapAt(source, configMapNamed);
      if (!configMap) return [];
      const keys = itemsAt(source, 'items').flatMap((item) => stringAt(item, 'key')?.value ?? []);
      return keys.length > 0 ? keys.map((key) => ({ configMap, key })) : [{ configMap, key: undefined }];
    });
  });
}

function piecesOf(resource: Resource, node: TextNode): Pieces {
  return [{ text: node.value, length: node.value.length, source: { resource, node, start: 0 } }];
}

/** A text grows by expansion; what nobody would write on purpose stays as it is. */
const longestText = 20_000;

/** Fills in `$(NAME)` where the value is known; `$$(NAME)` stands for itself (API reference, EnvVar.value). */
function expanded(pieces: Pieces, variables: ReadonlyMap<string, Pieces>): Pieces {
  const [piece] = pieces;
  if (!piece?.text.includes('$(') || piece.text.length > longestText) return pieces;
  const { text, source } = piece;
  const result: Pieces[number][] = [];
  let read = 0;
  let length = 0;
  const keep = (end: number): void => {
    if (end === read) return;
    const part = source && { ...source, start: source.start + read };
    result.push({ text: text.slice(read, end), length: end - read, source: part });
    length += end - read;
    read = end;
  };
  for (const match of text.matchAll(/\$\$|\$\(([\w.-]+)\)/g)) {
    const value = match[1] === undefined ? undefined : variables.get(match[1]);
    const more = value?.reduce((sum, part) => sum + part.length, 0) ?? 0;
    if (!value || length + more > longestText) continue;
    keep(match.index);
    result.push(...value);
    length += more;
    read = match.index + match[0].length;
  }
  keep(text.length);
  return result;
}

function joined(own: PodText['own'], pieces: Pieces, key: string, use: PodText['use']): PodText {
  return { text: pieces.map(({ text }) => text).join(''), pieces, own, key, use };
}
