import { checkClusterRanges } from './check-cluster-ranges';
import {
  entriesAt,
  itemsAt,
  keyRange,
  nodeAt,
  toPlain,
  type MapEntry,
  type MapNode,
  type OffsetRange,
  type SourceNode,
} from './manifest/node';
import { podTemplateProblem, podTemplatesExample } from './pod-templates';
import { isRuleId, nearestName, unknownRule } from './rule-names';
import { quoted } from './rules/edits';
import { notAnObject, patternProblem, scopeNameProblem } from './scope-patterns';
import { ruleSettings, settingDefinitions, settingFormats } from './settings';

/** A sentence about something in settings that cannot be so. What is right beside it holds nevertheless. */
export interface SettingProblem extends OffsetRange {
  /** The setting it is about, with dots. */
  readonly key: string;
  readonly message: string;
  /** The rule that tells it, where that is not `settings-invalid`. */
  readonly rule?: string;
  /** The one change that a careful person would make. */
  readonly fix?: SettingFix;
}

export interface SettingFix extends OffsetRange {
  readonly title: string;
  readonly newText: string;
}

/** Whose settings they are. A file of the project may name no program, and every key in it is ours. */
export type SettingsOwner = 'project' | 'user';

/** What is wrong with settings that stand in one mapping, nested where their names have a dot. Never throws. */
export function checkSettings(root: MapNode, owner: SettingsOwner): readonly SettingProblem[] {
  return [...checkKeys(root, '', owner), ...checkClusterRanges((key) => nodeAt(root, ...key.split('.')))];
}

/** What is wrong with the value of one setting. @param key with dots, without `kubepath.` */
export function checkSetting(key: string, entry: MapEntry, owner: SettingsOwner): readonly SettingProblem[] {
  const { value } = entry;
  const schema = schemas.get(key);
  if (owner === 'project' && programKeys.has(key))
    return [
      {
        key,
        ...placeOf(keyRange(entry)),
        message: `"${key}" says which program runs, so it cannot be set by the files of a repository: set kubepath.${key} in the editor's user settings.`,
      },
    ];
  if (!knownKeys.has(key)) return [];
  if (key === 'rules') return checkRules(value);
  if (key === 'scopes') return checkScopes(value);
  if (key === 'podTemplates') return checkPodTemplates(value);
  if (schema) return checkValue(key, value, schema);
  if (value.type === 'map') return checkKeys(value, `${key}.`, owner);
  if (isEmpty(value)) return [];
  const message = `"${key}" holds other settings: write them below it, each indented as "key: value".`;
  return [{ key, ...placeOf(value), message }];
}

/** What is wrong with settings that came as plain values, each sentence after the name of its setting. */
export function settingSentences(raw: unknown): readonly string[] {
  const root = toNode(raw);
  return root.type === 'map' ? checkSettings(root, 'user').map(settingSentence) : [];
}

/** For whoever cannot see the place: the setting, then the sentence. */
export function settingSentence({ key, message }: SettingProblem): string {
  return `kubepath.${key}: ${message}`;
}

/** What the settings' schemas say; see settings.ts. */
interface Schema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  /** One of `settingFormats`. */
  readonly format?: string;
  /** What the format asks for, in words. */
  readonly patternErrorMessage?: string;
  readonly items?: Schema;
}

/** Keys that name programs to run: a repository must not be able to say which. They are set by the user, in the editor. */
const programKeys: ReadonlySet<string> = new Set(
  settingDefinitions.filter(({ runsPrograms }) => runsPrograms).map(({ key }) => key),
);

const severitySchema: Schema = { type: 'string', enum: ruleSettings };

const schemas: ReadonlyMap<string, Schema> = new Map([
  ['rules', { type: 'object' }],
  ...settingDefinitions.map(({ key, schema }) => [key, schema as Schema] as const),
]);

/** Dotted keys that can stand in settings, with those that only hold others. */
const knownKeys: ReadonlySet<string> = new Set(
  [...schemas.keys()].flatMap((key) => key.split('.').map((_, index, steps) => steps.slice(0, index + 1).join('.'))),
);

/** @param prefix the keys above the mapping, each followed by a dot */
function checkKeys(map: SourceNode, prefix: string, owner: SettingsOwner): readonly SettingProblem[] {
  return entriesAt(map).flatMap((entry) => {
    const key = prefix + entry.key;
    const isKnown = (knownKeys.has(key) && !entry.key.includes('.')) || programKeys.has(key);
    if (isKnown) return checkSetting(key, entry, owner);
    // An editor holds keys under this name that are not the server's business, and tells of those that it does not know.
    return owner === 'project' ? [unknownKey(entry, prefix)] : [];
  });
}

function unknownKey(entry: MapEntry, prefix: string): SettingProblem {
  const key = prefix + entry.key;
  const at = { key, ...placeOf(keyRange(entry)) };
  const plain = key.replace(/^kubepath\./, '');
  if (plain === 'kubepath')
    return { ...at, message: 'Leave "kubepath" off: the settings stand at the top of this file.' };
  if (knownKeys.has(plain)) {
    const nested = `Write "${plain}" as two keys, the second one indented below the first: ${plain.replace(/\.([^.]*)$/, ': { $1: … }')}.`;
    return { ...at, message: plain.includes('.') ? nested : `Leave "kubepath." off: the key is "${plain}".` };
  }
  const here = keysBelow(prefix);
  const near = nearestName(entry.key, here);
  const advice = near === undefined ? `Those that can stand here are ${list(here)}.` : `Did you mean "${near}"?`;
  return { ...at, message: `There is no setting "${key}". ${advice}`, ...fixOfKey(entry, near) };
}

/** Names of the keys directly below a prefix that have an effect in a file of the project. */
function keysBelow(prefix: string): readonly string[] {
  const names = [...schemas.keys()]
    .filter((key) => key.startsWith(prefix) && !programKeys.has(key))
    .map((key) => key.slice(prefix.length).split('.')[0] ?? '');
  return [...new Set(names)];
}

function checkRules(node: SourceNode): readonly SettingProblem[] {
  if (node.type !== 'map') {
    const message = 'Write rules and how loudly they report: { "service-selector-unmatched": error }.';
    return isEmpty(node) ? [] : [{ key: 'rules', ...placeOf(node), message }];
  }
  return entriesAt(node).flatMap((entry) => {
    if (isRuleId(entry.key)) return checkValue(`rules.${entry.key}`, entry.value, severitySchema);
    const { message, near } = unknownRule(entry.key);
    return [{ key: 'rules', ...placeOf(keyRange(entry)), message, ...fixOfKey(entry, near) }];
  });
}

/** What the settings' schemas ask for, in words: they know no more than types, choices, minima, formats and lists. */
function checkValue(key: string, node: SourceNode, schema: Schema): readonly SettingProblem[] {
  if (isEmpty(node)) return [];
  if (fits(node, schema)) {
    const { items } = schema;
    return items ? itemsAt(node).flatMap((item) => checkValue(key, item, items)) : [];
  }
  const value = node.type === 'scalar' ? JSON.stringify(node.value) : node.type === 'map' ? 'a mapping' : 'a list';
  const near = node.type === 'scalar' ? nearestValue(node.value, schema) : undefined;
  const message = near
    ? `"${key}" is ${value}. Did you mean "${near}"?`
    : `"${key}" is ${value}: write ${wanted(schema)}.`;
  return [{ key, ...placeOf(node), message, ...fixOfValue(node, near) }];
}

function fits(node: SourceNode, schema: Schema): boolean {
  const value = node.type === 'scalar' ? node.value : undefined;
  if (schema.enum && !schema.enum.includes(value)) return false;
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' && (settingFormats.get(schema.format)?.(value) ?? true);
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
      return schema.patternErrorMessage ?? 'text, in quotes where it looks like something else';
  }
}

function checkScopes(node: SourceNode): readonly SettingProblem[] {
  if (node.type !== 'map')
    return isEmpty(node)
      ? []
      : [{ key: 'scopes', ...placeOf(node), message: `"scopes" is of another form: ${notAnObject}` }];
  return entriesAt(node).flatMap(checkPattern);
}

function checkPattern(entry: MapEntry): readonly SettingProblem[] {
  const { key: pattern, value } = entry;
  const atKey = { key: 'scopes', ...placeOf(keyRange(entry)) };
  const wrongPattern = patternProblem(pattern);
  const nodes = value.type === 'sequence' ? itemsAt(value) : [value];
  const wrongNames = nodes.flatMap((node): readonly SettingProblem[] => {
    if (isEmpty(node))
      return [
        { ...atKey, message: `"${pattern}" names no scope: write its name, or [] for files that belong to none.` },
      ];
    const message = scopeNameProblem(node.type === 'scalar' ? node.value : toPlain(node));
    return message === undefined ? [] : [{ key: 'scopes', ...placeOf(node), message }];
  });
  return [...(wrongPattern === undefined ? [] : [{ ...atKey, message: wrongPattern }]), ...wrongNames];
}

function checkPodTemplates(node: SourceNode): readonly SettingProblem[] {
  const key = 'podTemplates';
  if (node.type !== 'map')
    return isEmpty(node)
      ? []
      : [
          {
            key,
            ...placeOf(node),
            message: `"${key}" is of another form: write a mapping such as ${podTemplatesExample}.`,
          },
        ];
  return entriesAt(node).flatMap((entry) => {
    const message = podTemplateProblem(entry.key, toPlain(entry.value));
    return message === undefined ? [] : [{ key, ...placeOf(keyRange(entry)), message }];
  });
}

function fixOfKey(entry: MapEntry, near: string | undefined): { readonly fix?: SettingFix } {
  const { start, end } = keyRange(entry);
  const quote = end - start === entry.key.length + 2 ? 1 : 0;
  // What is escaped, or stands for something else, is not written as it is.
  if (near === undefined || entry.value.shared || end - start - 2 * quote !== entry.key.length) return {};
  const title = `Change "${entry.key}" to "${near}"`;
  return { fix: { title, start: start + quote, end: end - quote, newText: near } };
}

/** What other tools call silence; `off` and `no` are booleans in YAML 1.1. */
const silence: readonly unknown[] = [false, 'false', 'no', 'none', 'ignore', 'ignored', 'disable', 'disabled', 'never'];

function nearestValue(value: unknown, schema: Schema): string | undefined {
  const choices = schema.enum?.filter((choice): choice is string => typeof choice === 'string' && choice !== '') ?? [];
  return silence.includes(value) ? choices.find((choice) => choice === 'off') : nearestName(String(value), choices);
}

function fixOfValue(node: SourceNode, near: string | undefined): { readonly fix?: SettingFix } {
  if (near === undefined || node.type !== 'scalar' || node.shared) return {};
  if (node.style === 'block' || node.style === 'alias') return {};
  const newText = near === 'off' && node.style === 'plain' ? near : quoted(near, node.style);
  return { fix: { title: `Change "${String(node.value)}" to "${near}"`, ...placeOf(node), newText } };
}

/** A plain value as a tree without places. */
function toNode(value: unknown): SourceNode {
  const place = { start: 0, end: 0 };
  if (Array.isArray(value)) return { type: 'sequence', items: value.map(toNode), ...place };
  if (typeof value === 'object' && value !== null)
    return {
      type: 'map',
      entries: Object.entries(value).map(([key, item]) => ({ key, keyStart: 0, keyEnd: 0, value: toNode(item) })),
      ...place,
    };
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  return { type: 'scalar', value: isScalar ? (value as string | number | boolean) : null, style: 'double', ...place };
}

function isEmpty(node: SourceNode): boolean {
  return node.type === 'scalar' && node.value === null;
}

function placeOf({ start, end }: OffsetRange): OffsetRange {
  return { start, end };
}

function list(names: readonly string[], word = 'and'): string {
  const shown = names.map((name) => `"${name}"`);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1) ?? ''}`;
}
