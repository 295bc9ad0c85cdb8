import { fromYaml } from '../core/manifest/from-yaml';
import {
  entriesAt,
  itemsAt,
  keyRange,
  nodeAt,
  toPlain,
  type MapEntry,
  type OffsetRange,
  type SourceNode,
} from '../core/manifest/node';
import { isAliasBomb, parseYaml, tooDeepMessage } from '../core/manifest/parse-yaml';
import { nearest } from '../core/rules/near';
import { rules } from '../core/rules/index';
import { notAnObject, patternProblem, scopeNameProblem, type ScopePattern } from '../core/scope-patterns';
import { settingDefinitions } from '../core/settings';

/** The name of a file with settings for the directory that holds it and all below. */
export const projectFileName = '.kubepath.yaml';

/** What a `.kubepath.yaml` says. Keys other than `scopes` are checked, and have no effect yet. */
export interface ProjectFile {
  /** Relative to the directory of the file, in the order they are written. */
  readonly scopes: readonly ScopePattern[];
  readonly problems: readonly ProjectFileProblem[];
}

/** A sentence about something that cannot be so. What is right beside it holds nevertheless. */
export interface ProjectFileProblem extends OffsetRange {
  readonly message: string;
}

/** Reads the text of a `.kubepath.yaml`. Never throws: what cannot be read is left out, with a problem at its place. */
export function readProjectFile(text: string): ProjectFile {
  const { documents, errors } = parseYaml(text);
  const problems: ProjectFileProblem[] = errors
    .filter(({ tolerated }) => !tolerated)
    .map(({ message, range }) => ({ ...range, message }));
  const [document, second] = documents;
  if (!document) return { scopes: [], problems };
  if (isAliasBomb(document, text))
    return {
      scopes: [],
      problems: [
        ...problems,
        { ...firstLine(text), message: 'The aliases in this file expand to more than is reasonable.' },
      ],
    };
  const { root, duplicateKeys, unresolvedAliases, tooDeep } = fromYaml(document, 0);
  problems.push(
    ...duplicateKeys.map(({ key, range }) => ({
      ...range,
      message: `The key "${key}" stands twice in this mapping: keep one.`,
    })),
    ...unresolvedAliases.map(({ name, range }) => ({
      ...range,
      message: `No anchor &${name} stands before this alias.`,
    })),
    ...(tooDeep ? [{ ...firstLine(text), message: tooDeepMessage }] : []),
  );
  if (second && second.contents !== null)
    problems.push({
      start: second.range[0],
      end: second.range[1],
      message: 'Only the first document of this file is read.',
    });
  if (root?.type === 'map') checkKeys(root, '', problems);
  else if (root && !isEmpty(root))
    problems.push({ ...placeOf(root), message: 'Write settings here, each as "key: value", e.g. "scopes:".' });
  return { scopes: readScopes(root, problems), problems: problems.sort((a, b) => a.start - b.start || a.end - b.end) };
}

/** What the settings' schemas say; see settings.ts. */
interface Schema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly items?: Schema;
}

/** Keys that name programs to run: a repository must not be able to say which. They are set by the user, in the editor. */
const programKeys: ReadonlySet<string> = new Set(
  settingDefinitions.filter(({ runsPrograms }) => runsPrograms).map(({ key }) => key),
);

const severitySchema: Schema = { type: 'string', enum: ['off', 'hint', 'information', 'warning', 'error'] };

const schemas: ReadonlyMap<string, Schema> = new Map([
  ['rules', { type: 'object' }],
  ...settingDefinitions.map(({ key, schema }) => [key, schema as Schema] as const),
]);

/** Dotted keys that can stand in the file, with those that only hold others. */
const knownKeys: ReadonlySet<string> = new Set(
  [...schemas.keys()].flatMap((key) => key.split('.').map((_, index, steps) => steps.slice(0, index + 1).join('.'))),
);

/** @param prefix the keys above the mapping, each followed by a dot */
function checkKeys(map: SourceNode, prefix: string, problems: ProjectFileProblem[]): void {
  for (const entry of entriesAt(map)) {
    const key = prefix + entry.key;
    const schema = schemas.get(key);
    if (programKeys.has(key))
      problems.push({
        ...keyRange(entry),
        message: `"${key}" says which program runs, so it cannot be set by the files of a repository: set kubepath.${key} in the editor's user settings.`,
      });
    else if (!knownKeys.has(key) || entry.key.includes('.'))
      problems.push({ ...keyRange(entry), message: unknownKey(key, prefix) });
    else if (key === 'rules') checkRules(entry.value, problems);
    else if (key === 'scopes') continue;
    else if (schema) checkValue(key, entry.value, schema, problems);
    else if (entry.value.type === 'map') checkKeys(entry.value, `${key}.`, problems);
    else if (!isEmpty(entry.value))
      problems.push({
        ...placeOf(entry.value),
        message: `"${key}" holds other settings: write them below it, each indented as "key: value".`,
      });
  }
}

function unknownKey(key: string, prefix: string): string {
  const plain = key.replace(/^kubepath\./, '');
  if (plain === 'kubepath') return 'Leave "kubepath" off: the settings stand at the top of this file.';
  if (knownKeys.has(plain))
    return plain.includes('.')
      ? `Write "${plain}" as two keys, the second one indented below the first: ${plain.replace(/\.([^.]*)$/, ': { $1: … }')}.`
      : `Leave "kubepath." off: the key is "${plain}".`;
  const here = keysBelow(prefix);
  return `There is no setting "${key}". ${didYouMean(key.slice(prefix.length), here) ?? `Those that can stand here are ${list(here)}.`}`;
}

function didYouMean(name: string, candidates: readonly string[]): string | undefined {
  const near = nearest(name, candidates, (candidate) => candidate) ?? candidates.find((other) => isPartOf(name, other));
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

/** `scope` for `scopes`, `excludes` for `exclude`. */
function isPartOf(name: string, candidate: string): boolean {
  const [a, b] = [name.toLowerCase(), candidate.toLowerCase()];
  return Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a));
}

/** Names of the keys directly below a prefix that have an effect in this file. */
function keysBelow(prefix: string): readonly string[] {
  const names = [...schemas.keys()]
    .filter((key) => key.startsWith(prefix) && !programKeys.has(key))
    .map((key) => key.slice(prefix.length).split('.')[0] ?? '');
  return [...new Set(names)];
}

function checkRules(node: SourceNode, problems: ProjectFileProblem[]): void {
  if (node.type !== 'map') {
    if (!isEmpty(node))
      problems.push({
        ...placeOf(node),
        message: 'Write rules and how loudly they report: { "service-selector-unmatched": error }.',
      });
    return;
  }
  const ids = rules.map(({ id }) => id);
  for (const entry of entriesAt(node)) {
    const key = `rules.${entry.key}`;
    if (ids.includes(entry.key)) checkValue(key, entry.value, severitySchema, problems);
    else
      problems.push({
        ...keyRange(entry),
        message: `There is no rule "${entry.key}". ${didYouMean(entry.key, ids) ?? 'The README lists them all.'}`,
      });
  }
}

/** What the settings' schemas ask for, in words: they know no more than types, choices, minima and lists. */
function checkValue(key: string, node: SourceNode, schema: Schema, problems: ProjectFileProblem[]): void {
  if (isEmpty(node)) return;
  if (fits(node, schema)) {
    if (schema.items) for (const item of itemsAt(node)) checkValue(key, item, schema.items, problems);
    return;
  }
  const value = node.type === 'scalar' ? JSON.stringify(node.value) : node.type === 'map' ? 'a mapping' : 'a list';
  problems.push({ ...placeOf(node), message: `"${key}" is ${value}: write ${wanted(schema)}.` });
}

function fits(node: SourceNode, schema: Schema): boolean {
  const value = node.type === 'scalar' ? node.value : undefined;
  if (schema.enum && !schema.enum.includes(value)) return false;
  switch (schema.type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value) && Number(value) >= (schema.minimum ?? -Infinity);
    case 'number':
      return typeof value === 'number' && value >= (schema.minimum ?? -Infinity);
    case 'array':
      return node.type === 'sequence';
    case 'object':
      return node.type === 'map';
    default:
      return true;
  }
}

function wanted(schema: Schema): string {
  if (schema.enum) return list(schema.enum.map(String), 'or');
  const least = schema.minimum === undefined ? '' : ` of at least ${schema.minimum}`;
  switch (schema.type) {
    case 'integer':
      return `a whole number${least}`;
    case 'number':
      return `a number${least}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
      return 'a mapping';
    default:
      return 'text, in quotes where it looks like something else';
  }
}

function readScopes(root: SourceNode | undefined, problems: ProjectFileProblem[]): readonly ScopePattern[] {
  const node = nodeAt(root, 'scopes');
  if (node && node.type !== 'map' && !isEmpty(node))
    problems.push({ ...placeOf(node), message: `"scopes" is of another form: ${notAnObject}` });
  // Where a pattern stands twice the last one holds, as everywhere; the other was reported as a duplicate key.
  const entries = [...new Map(entriesAt(node).map((entry) => [entry.key, entry])).values()];
  return entries.flatMap((entry) => readPattern(entry, problems) ?? []);
}

function readPattern(entry: MapEntry, problems: ProjectFileProblem[]): ScopePattern | undefined {
  const { key: pattern, value } = entry;
  const wrongPattern = patternProblem(pattern);
  if (wrongPattern !== undefined) problems.push({ ...keyRange(entry), message: wrongPattern });
  const nodes = value.type === 'sequence' ? itemsAt(value) : [value];
  const scopes: string[] = [];
  for (const node of nodes) {
    const name = node.type === 'scalar' ? node.value : toPlain(node);
    const wrong = isEmpty(node)
      ? `"${pattern}" names no scope: write its name, or [] for files that belong to none.`
      : scopeNameProblem(name);
    if (wrong === undefined && typeof name === 'string') scopes.push(name);
    else problems.push({ ...(isEmpty(node) ? keyRange(entry) : placeOf(node)), message: wrong ?? notAnObject });
  }
  return wrongPattern === undefined && (scopes.length > 0 || nodes.length === 0) ? { pattern, scopes } : undefined;
}

function isEmpty(node: SourceNode): boolean {
  return node.type === 'scalar' && node.value === null;
}

function placeOf({ start, end }: OffsetRange): OffsetRange {
  return { start, end };
}

function firstLine(text: string): OffsetRange {
  const end = text.search(/[\r\n]/);
  return { start: 0, end: end === -1 ? text.length : end };
}

function list(names: readonly string[], word = 'and'): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${word} ${quoted.at(-1) ?? ''}`;
}
