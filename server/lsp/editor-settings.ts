import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseTree, type Node } from 'jsonc-parser';
import { checkClusterRanges } from '../core/check-cluster-ranges';
import { checkSetting, settingSentence, type SettingProblem } from '../core/check-settings';
import type { MapEntry, SourceNode } from '../core/manifest/node';
import { settingProblem } from '../workspace/project-file';
import type { CheckEditorSettings } from '../workspace/reading';

/** What is wrong with our part of VS Code's `.vscode/settings.json`, as findings in it. */
export const checkEditorSettings: CheckEditorSettings = (uri, text) =>
  problemsIn(text).map((problem) => settingProblem(uri, problem));

/** What is wrong in the settings that folders keep, on disk, as it is told where no place is known. */
export function sentencesInFolders(roots: readonly string[]): ReadonlySet<string> {
  return new Set(roots.flatMap((root) => problemsIn(readOnDisk(`${root}/.vscode/settings.json`))).map(settingSentence));
}

const prefix = 'kubepath.';

/** Broken text yields what could be read: the editor tells of the rest. Settings that are not the server's are the editor's business. */
function problemsIn(text: string): readonly SettingProblem[] {
  if (!text.includes(prefix)) return [];
  const properties = rootOf(text)?.children ?? [];
  const entries = properties.flatMap((property) => toEntry(property) ?? []);
  return [
    ...entries.flatMap((entry) =>
      entry.key.startsWith(prefix) ? checkSetting(entry.key.slice(prefix.length), entry, 'user') : [],
    ),
    ...checkClusterRanges((key) => entries.findLast((entry) => entry.key === prefix + key)?.value),
  ];
}

function rootOf(text: string): Node | undefined {
  try {
    const root = parseTree(text, undefined, { allowTrailingComma: true });
    return root?.type === 'object' ? root : undefined;
  } catch {
    // Nested too deeply.
    return undefined;
  }
}

/** Undefined for a property that has no value yet. */
function toEntry({ children = [] }: Node): MapEntry | undefined {
  const [key, value] = children;
  if (!key || !value) return undefined;
  return {
    key: String(key.value),
    keyStart: key.offset,
    keyEnd: key.offset + key.length,
    value: toNode(value),
  };
}

function toNode({ type, value, offset, length, children = [] }: Node): SourceNode {
  const place = { start: offset, end: offset + length };
  if (type === 'array') return { type: 'sequence', items: children.map(toNode), ...place };
  if (type === 'object') return { type: 'map', entries: children.flatMap((child) => toEntry(child) ?? []), ...place };
  const scalar = value as string | number | boolean | null;
  return { type: 'scalar', value: scalar, style: 'double', ...place };
}

function readOnDisk(uri: string): string {
  try {
    return readFileSync(fileURLToPath(uri), 'utf8');
  } catch {
    return '';
  }
}
