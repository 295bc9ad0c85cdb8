import { sha256 } from '@noble/hashes/sha2.js';
import { changeAt, computed } from '../manifest/edit-tree';
import { nodeAt, stringAt, toPlain, type MapNode, type SourceNode } from '../manifest/node';
import { utf8 } from './bytes';
import { withRoot, type Item } from './item';

/**
 * Puts the hash of its content behind the name of every generated resource that asks for it. kustomize does this once, when everything
 * else about the resources is settled (kustomize, HashTransformer).
 */
export function addHashes(items: readonly Item[]): readonly Item[] {
  return items.map((item) => {
    const hash = item.generated?.needsHash ? contentHash(item.root) : undefined;
    return hash === undefined ? item : withRoot(item, changeAt(item.root, ['metadata', 'name'], renamed(hash)));
  });
}

/**
 * The hash of a ConfigMap or Secret as kustomize and kubectl work it out: of the JSON of its kind and data (kustomize,
 * hasher.Hasher). Undefined for other kinds, which no generator makes.
 */
export function contentHash(root: MapNode): string | undefined {
  const content = hashedContent(root);
  return content && shortHash(sha256(utf8(goJson(content))));
}

function renamed(hash: string): (name: SourceNode) => SourceNode | undefined {
  return (name) =>
    name.type === 'scalar' && typeof name.value === 'string' ? computed(name, `${name.value}-${hash}`) : undefined;
}

function hashedContent(root: MapNode): Readonly<Record<string, unknown>> | undefined {
  const kind = stringAt(root, 'kind')?.value;
  // kustomize looks for the name where none can be, so equal content has an equal hash.
  const common = { kind, name: '', data: fieldOf(root, 'data') };
  if (kind === 'ConfigMap') return { ...common, ...optionalMap(root, 'binaryData') };
  if (kind === 'Secret') return { ...common, type: fieldOf(root, 'type'), ...optionalMap(root, 'stringData') };
  return undefined;
}

/** A field that is missing counts as an empty text. */
function fieldOf(root: MapNode, key: string): unknown {
  const node = nodeAt(root, key);
  return node ? toPlain(node) : '';
}

function optionalMap(root: MapNode, key: string): Readonly<Record<string, unknown>> {
  const node = nodeAt(root, key);
  return node?.type === 'map' ? { [key]: toPlain(node) } : {};
}

/** Without the letters and digits that could make words or be taken for each other (kubernetes, kubectl's hash). */
const replacements: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

function shortHash(digest: Uint8Array): string {
  const hex = [...digest.subarray(0, 5)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/[013ae]/g, (digit) => replacements[digit] ?? digit);
}

/** JSON as Go's encoder writes it: keys in order, and what could end a script element or a line of JavaScript escaped. */
function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${goJson(key)}:${goJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
