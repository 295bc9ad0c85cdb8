import { fromYaml } from '../core/manifest/from-yaml';
import { entryOf, keyRange, type MapEntry, type MapNode, type OffsetRange } from '../core/manifest/node';
import { parseYaml } from '../core/manifest/parse-yaml';
import { addEntry } from '../core/rules/edits';
import { readProjectFile } from './project-file';

/** One change of text, by offsets. */
export interface OffsetEdit extends OffsetRange {
  readonly newText: string;
}

/** What a new `.kubepath.yaml` says that switches a rule off. */
export function newProjectFile(rule: string): string {
  return `rules:\n  ${rule}: off\n`;
}

/**
 * Switches a rule off in the text of a `.kubepath.yaml`; comments and everything else stay as they are. Undefined where that takes more
 * care than an edit has: in broken text, or in one written in flow style as a whole.
 */
export function switchOff(text: string, rule: string): OffsetEdit | undefined {
  const edit = editOf(text, rule);
  if (!edit) return undefined;
  const before = readProjectFile(text);
  const after = readProjectFile(text.slice(0, edit.start) + edit.newText + text.slice(edit.end));
  const isRight = after.settings.rules?.[rule] === 'off' && after.problems.length <= before.problems.length;
  return isRight ? edit : undefined;
}

function editOf(text: string, rule: string): OffsetEdit | undefined {
  const {
    documents: [document],
    errors,
  } = parseYaml(text);
  if (errors.length > 0) return undefined;
  const root = document && fromYaml(document, 0).root;
  if (!root || (root.type === 'scalar' && root.value === null)) return append(text, rule);
  if (root.type !== 'map' || text[root.start] === '{') return undefined;
  const rules = entryOf(root, 'rules');
  if (!rules) return append(text, rule);
  const { value } = rules;
  if (value.shared) return undefined;
  if (value.type === 'scalar' && value.value === null) return below(text, rules, `  ${rule}: off`);
  return value.type === 'map' ? within(text, value, rule) : undefined;
}

function append(text: string, rule: string): OffsetEdit {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const open = text === '' || text.endsWith('\n') ? '' : lineBreak;
  const newText = open + newProjectFile(rule).replaceAll('\n', lineBreak);
  return { start: text.length, end: text.length, newText };
}

function within(text: string, rules: MapNode, rule: string): OffsetEdit | undefined {
  const own = entryOf(rules, rule)?.value;
  if (own) return own.type === 'scalar' && own.start < own.end ? { ...placeOf(own), newText: 'off' } : undefined;
  const last = rules.entries.at(-1);
  if (text[rules.start] !== '{') return last && below(text, last, `${rule}: off`);
  if (!last) return { ...placeOf(rules), newText: `{ ${rule}: off }` };
  const end = Math.max(last.value.end, last.keyEnd);
  return { start: end, end, newText: `, ${rule}: off` };
}

function below(text: string, entry: MapEntry, line: string): OffsetEdit | undefined {
  return addEntry(text, { file: '', keyRange: keyRange(entry), value: placeOf(entry.value) }, [line]);
}

function placeOf({ start, end }: OffsetRange): OffsetRange {
  return { start, end };
}
