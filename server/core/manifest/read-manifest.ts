import { fromYaml } from './from-yaml';
import {
  groupKind,
  isBuiltInKind,
  isRelevant,
  itemKind,
  kindsIn,
  makesSecrets,
  podTemplateOf,
  type PodTemplates,
} from './kinds';
import { entryOf, itemsAt, nodeAt, stringAt, type OffsetRange, type SourceNode } from './node';
import { isAliasBomb, parseYaml, tooDeepMessage } from './parse-yaml';
import { isPlainYaml } from './plain-yaml';
import type { Manifest, ManifestProblem, Resource } from './resource';
import { documentsIn, isJson } from './split-documents';

/** What settings say about reading. */
export interface ReadOptions {
  readonly podTemplates?: PodTemplates;
  /** Kinds that are read whatever their group: those that a kustomization copies values from. */
  readonly kinds?: ReadonlySet<string>;
}

interface Collected {
  readonly uri: string;
  readonly podTemplates: PodTemplates;
  readonly kinds: ReadonlySet<string>;
  readonly resources: Resource[];
  readonly problems: ManifestProblem[];
  readonly notes: string[];
  template: boolean;
}

/**
 * Reads the resources of one manifest, YAML or JSON. Never throws: broken text yields what could be read, and problems with their
 * places. Of kinds that networking does not read only the problems are told, and large ones are skipped before they are parsed.
 * @param uri identifies the file in everything that is returned
 */
export function readManifest(
  uri: string,
  text: string,
  { podTemplates = {}, kinds = new Set() }: ReadOptions = {},
): Manifest {
  const more = new Set([...kindsIn(podTemplates), ...kinds]);
  const collected: Collected = {
    uri,
    podTemplates,
    kinds,
    resources: [],
    problems: [],
    notes: [],
    template: hasTemplateLine(text),
  };
  for (const range of collected.template ? [] : documentsIn(text, more)) {
    if (range.relevant) readDocument(text, range, collected);
    else readOther(text, range, collected);
  }
  const { resources, problems, notes, template } = collected;
  if (!template) return { uri, resources, problems, notes, template };
  const note = `${uri}: holds "{{" outside of strings, so it is taken for a Helm or Go template and left alone.`;
  return { uri, resources: [], problems: [], notes: [note], template: true };
}

/** The tree of a text's first document, whatever its kind; undefined when there is none or it is too broken to read. */
export function readTree(text: string): SourceNode | undefined {
  const document = parseYaml(text).documents[0];
  return document && !isAliasBomb(document, text) ? fromYaml(document, 0).root : undefined;
}

/** A template action at the first column cannot be inside a block scalar of a manifest, so the file is a template for certain. */
function hasTemplateLine(text: string): boolean {
  return text.startsWith('{{') || text.includes('\n{{');
}

/** A document of a kind that networking does not read: only what is wrong with its text is told. */
function readOther(text: string, range: OffsetRange, collected: Collected): void {
  const piece = text.slice(range.start, range.end);
  if (isPlainYaml(piece)) return;
  const other: Collected = { ...collected, resources: [], problems: [], notes: [] };
  readDocument(text, range, other);
  // A template for another tool is no manifest, and neither is an object with these words somewhere within.
  if (other.problems.length === 0 || (/\{[{%]/.test(piece) && isUnreadable(other.problems))) return;
  if (isJson(piece) && !isObject(readTree(piece))) return;
  collected.problems.push(...other.problems.map((problem) => ({ ...problem, elsewhere: true as const })));
}

function isUnreadable(problems: readonly ManifestProblem[]): boolean {
  return problems.some(({ rule, severity }) => rule === 'yaml-syntax' && severity === 'error');
}

function isObject(root: SourceNode | undefined): boolean {
  return stringAt(root, 'apiVersion') !== undefined && stringAt(root, 'kind') !== undefined;
}

function readDocument(text: string, range: OffsetRange, collected: Collected): void {
  const piece = text.slice(range.start, range.end);
  const source = isJson(piece) ? piece.replace(/\t/g, ' ') : piece;
  const { documents, errors } = parseYaml(source);
  for (const document of documents) {
    if (isAliasBomb(document, source)) {
      collected.notes.push(`${collected.uri}: a document's aliases expand to more than is reasonable; it is skipped.`);
      continue;
    }
    const { root, duplicateKeys, unresolvedAliases, tooDeep, template } = fromYaml(document, range.start);
    if (
      (template && !isForeign(root, piece, collected.podTemplates)) ||
      (errors.some((error) => !error.tolerated) && piece.includes('{{'))
    )
      collected.template = true;
    if (root) readResource(root, undefined, collected);
    if (tooDeep)
      collected.problems.push({
        rule: 'yaml-syntax',
        severity: 'error',
        message: tooDeepMessage,
        range: firstLine(source, range.start),
      });
    for (const { name, range: place, withinAnchor } of unresolvedAliases) {
      const message = withinAnchor
        ? `The anchor &${name} holds this alias of itself.`
        : `No anchor &${name} stands before this alias.`;
      collected.problems.push({ rule: 'yaml-syntax', severity: 'error', message, range: place });
    }
    for (const { key, range: place } of duplicateKeys) {
      collected.problems.push({
        rule: 'yaml-duplicate-key',
        severity: 'error',
        message: `The key "${key}" stands twice in this mapping. Some readers take the last one, others refuse the file: keep one.`,
        range: place,
      });
    }
  }
  for (const error of errors) {
    collected.problems.push({
      rule: 'yaml-syntax',
      severity: error.tolerated ? 'tolerated' : 'error',
      message: error.tolerated ? `${error.message} kubectl accepts this, stricter readers do not.` : error.message,
      range: { start: error.range.start + range.start, end: error.range.end + range.start },
    });
  }
}

/**
 * Kinds that Kubernetes does not define may hold `{{` in quotes as a value of their own (arguments of an analysis, a query). Only where it
 * stands unquoted, such a document is a template.
 */
function isForeign(root: SourceNode | undefined, text: string, podTemplates: PodTemplates): boolean {
  const apiVersion = stringAt(root, 'apiVersion')?.value ?? '';
  const kind = stringAt(root, 'kind')?.value ?? '';
  // Their templates are for the operator, and seldom all in quotes.
  if (makesSecrets(apiVersion, kind)) return true;
  if (!isRelevant(apiVersion, kind, podTemplates) || isBuiltInKind(groupKind(apiVersion, kind))) return false;
  return !/^[^"'\n]*\{\{/m.test(text);
}

function firstLine(text: string, offset: number): OffsetRange {
  const start = Math.max(0, text.search(/\S/));
  return { start: offset + start, end: offset + start + (/^[^\r\n]*/.exec(text.slice(start))?.[0].length ?? 0) };
}

/** Collects a resource, or the items of a list. `inherited` is what a typed list says of items that do not say it themselves. */
function readResource(
  root: SourceNode,
  inherited: { apiVersion: string; kind: string } | undefined,
  collected: Collected,
): void {
  if (root.type === 'sequence') {
    // A JSON array of objects is no manifest for kubectl, yet tools write them; each item speaks for itself.
    for (const item of root.items) if (item.type === 'map') readResource(item, undefined, collected);
    return;
  }
  if (root.type !== 'map') return;
  const kind = stringAt(root, 'kind')?.value ?? inherited?.kind;
  const apiVersion = stringAt(root, 'apiVersion')?.value ?? inherited?.apiVersion;
  if (kind === undefined || apiVersion === undefined) return;
  if (nodeAt(root, 'items')?.type === 'sequence') {
    const item = itemKind(kind);
    for (const node of itemsAt(root, 'items'))
      readResource(node, item ? { apiVersion, kind: item } : undefined, collected);
    return;
  }
  if (!isRelevant(apiVersion, kind, collected.podTemplates) && !collected.kinds.has(kind)) return;
  const podTemplate = podTemplateOf(apiVersion, kind, collected.podTemplates);
  const name = stringAt(root, 'metadata', 'name');
  collected.resources.push({
    apiVersion,
    kind,
    name: name?.value ?? '',
    // An empty namespace is an absent one (API reference, ObjectMeta).
    namespace: stringAt(root, 'metadata', 'namespace')?.value || undefined,
    file: collected.uri,
    range: { start: root.start, end: root.end },
    nameNode: name?.node ?? entryOf(root, 'kind')?.value ?? root,
    root,
    ...(podTemplate === undefined ? {} : { podTemplate }),
  });
}
