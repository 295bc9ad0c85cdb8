import { fromFile } from '../manifest/edit-tree';
import { coreValue } from '../manifest/core-schema';
import { entriesAt, entryOf, type MapEntry, type ScalarNode, type SourceNode } from '../manifest/node';
import type { Context } from './context';

/** Reading a kustomization's fields as kustomize does: strictly, and by YAML 1.1, where `yes` is no text. */

export type TextNode = ScalarNode & { readonly value: string };

/** A text that a kustomization gives; undefined where there is none. What is no text is reported under the given name. */
export function textAt(context: Context, node: SourceNode, field: string, name = field): TextNode | undefined {
  const value = entryOf(node, field)?.value;
  if (!value || isAbsent(value)) return undefined;
  if (isText(value)) return value;
  context.invalid(value, notText(value, `\`${name}\``));
  return undefined;
}

/** A boolean that a kustomization gives; false where there is none. */
export function booleanOf(context: Context, node: SourceNode, field: string, name = field): boolean {
  const value = entryOf(node, field)?.value;
  if (!value || isAbsent(value)) return false;
  if (value.type === 'scalar' && typeof value.value === 'boolean') return value.value;
  if (value.type === 'scalar' && value.style === 'plain' && booleanIn11.test(String(value.value)))
    return /^(?:y|on)/i.test(String(value.value));
  context.invalid(value, `\`${name}\` must be true or false: kustomize refuses anything else.`);
  return false;
}

/** The items of a list that a kustomization gives; anything else is reported. */
export function listAt(context: Context, node: SourceNode, field: string, name = field): readonly SourceNode[] {
  const value = entryOf(node, field)?.value;
  if (!value || isAbsent(value)) return [];
  if (value.type === 'sequence') return value.items;
  context.invalid(value, `\`${name}\` must be a list: kustomize refuses anything else.`);
  return [];
}

/**
 * The entries of a mapping of texts, such as labels, sorted by key as kustomize sets them. They are grafted into many resources, so they
 * carry their file and no fix may edit them. An empty value is the empty text.
 */
export function textEntries(context: Context, map: SourceNode, name: string): readonly MapEntry[] {
  if (isAbsent(map)) return [];
  if (map.type !== 'map') {
    context.invalid(map, `\`${name}\` must be a mapping of names to values: kustomize refuses anything else.`);
    return [];
  }
  const entries = entriesAt(map).flatMap((entry) => {
    if (isAbsent(entry.value)) return grafted(context, entry, '');
    if (isText(entry.value)) return grafted(context, entry, entry.value.value);
    context.invalid(entry.value, notText(entry.value, `The value of \`${entry.key}\``));
    return [];
  });
  return entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** Reports keys that kustomize does not know: it refuses them, since most are slips. */
export function checkKeys(context: Context, node: SourceNode, known: readonly string[], name: string): void {
  if (node.type !== 'map') {
    context.invalid(node, `An entry of \`${name}\` must be a mapping of ${listOf(known)}.`);
    return;
  }
  // kustomize tells keys apart as Go's JSON does, without regard to case.
  for (const { key, keyStart, keyEnd, value } of node.entries) {
    if (known.some((candidate) => candidate.toLowerCase() === key.toLowerCase())) continue;
    const place = { start: keyStart, end: keyEnd, ...(value.file === undefined ? {} : { file: value.file }) };
    context.invalid(
      place,
      `kustomize knows no \`${key}\` under \`${name}\`, only ${listOf(known)}, and refuses to build.`,
    );
  }
}

/** A node of a kustomization as part of resources: it says where it is written, and no fix may edit what many resources share. */
export function shareNode<T extends SourceNode>(context: Context, node: T): T {
  return { ...fromFile(node, context.kustomization.uri), shared: true };
}

function grafted(context: Context, entry: MapEntry, value: string): MapEntry {
  const { style, start, end, file = context.kustomization.uri } = entry.value as ScalarNode;
  return { ...entry, value: { type: 'scalar', value, style, start, end, file, shared: true } };
}

/** Go's JSON takes null for nothing said. */
function isAbsent(node: SourceNode): boolean {
  return node.type === 'scalar' && node.value === null;
}

function isText(node: SourceNode): node is TextNode {
  return node.type === 'scalar' && typeof node.value === 'string' && !isOtherIn11(node, node.value);
}

const booleanIn11 = /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/;

/** Plain texts that YAML 1.1, by which kustomize reads its own files, takes for booleans or numbers. */
function isOtherIn11({ style }: ScalarNode, text: string): boolean {
  if (style !== 'plain') return false;
  if (booleanIn11.test(text)) return true;
  return /^[-+]?[0-9][0-9_.]*_/.test(text) && typeof coreValue(text.replaceAll('_', '')) === 'number';
}

function notText(node: SourceNode, subject: string): string {
  if (node.type !== 'scalar') return `${subject} must be a text: kustomize refuses anything else.`;
  const value = String(node.value);
  const kind = /^[-+.0-9]/.test(value) ? 'number' : 'boolean';
  return `${subject} is a ${kind}, which kustomize refuses to build with. Put it in quotes: "${value}".`;
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
