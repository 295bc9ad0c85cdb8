import { fromYaml } from '../core/manifest/from-yaml';
import { toPlain, type OffsetRange, type SourceNode } from '../core/manifest/node';
import { checkSettings, type SettingProblem } from '../core/check-settings';
import { isAliasBomb, parseYaml, tooDeepMessage } from '../core/manifest/parse-yaml';
import type { SourceProblem } from '../core/finding';
import type { ScopePattern } from '../core/scope-patterns';
import { readPart, type SettingsPart } from '../core/settings';

/** The name of a file with settings for the directory that holds it and all below. */
export const projectFileName = '.kubepath.yaml';

/** What a `.kubepath.yaml` says (docs/switching-off.md). Paths and patterns are relative to its directory. */
export interface ProjectFile {
  /** In the order they are written. */
  readonly scopes: readonly ScopePattern[];
  /** Patterns in the syntax of .gitignore. */
  readonly exclude: readonly string[];
  /** All else, for everything below the directory. */
  readonly settings: SettingsPart;
  readonly problems: readonly ProjectFileProblem[];
}

/** A sentence about something that cannot be so. What is right beside it holds nevertheless. */
export type ProjectFileProblem = Omit<SettingProblem, 'key'>;

/** As the analyzer reports it. */
export function settingProblem(file: string, { start, end, message, fix, ...told }: ProjectFileProblem): SourceProblem {
  const problem = { rule: told.rule ?? 'settings-invalid', file, range: { start, end }, message };
  if (!fix) return problem;
  const edit = { file, start: fix.start, end: fix.end, newText: fix.newText };
  return { ...problem, data: { fixes: [{ title: fix.title, edits: [edit] }] } };
}

/** Reads the text of a `.kubepath.yaml`. Never throws: what cannot be read is left out, with a problem at its place. */
export function readProjectFile(text: string): ProjectFile {
  const { documents, errors } = parseYaml(text);
  const problems: ProjectFileProblem[] = errors
    .filter(({ tolerated }) => !tolerated)
    .map(({ message, range }) => ({ ...range, message }));
  const [document, second] = documents;
  if (!document) return { ...partOf(undefined), problems };
  if (isAliasBomb(document, text)) {
    const message = 'The aliases in this file expand to more than is reasonable.';
    return { ...partOf(undefined), problems: [...problems, { ...firstLine(text), message }] };
  }
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
  if (root?.type === 'map') problems.push(...checkSettings(root, 'project'));
  else if (root && !isEmpty(root))
    problems.push({ ...placeOf(root), message: 'Write settings here, each as "key: value", e.g. "scopes:".' });
  return { ...partOf(root), problems: problems.sort((a, b) => a.start - b.start || a.end - b.end) };
}

function isEmpty(node: SourceNode): boolean {
  return node.type === 'scalar' && node.value === null;
}

function partOf(root: SourceNode | undefined): Pick<ProjectFile, 'scopes' | 'exclude' | 'settings'> {
  const part = readPart(root ? toPlain(root) : {});
  const { scopes = [], exclude = [] } = part;
  const settings = Object.fromEntries(Object.entries(part).filter(([key]) => !setApart.has(key)));
  return { scopes, exclude, settings };
}

/** Patterns hold by themselves, and no file of the project says which program runs. */
const setApart: ReadonlySet<string> = new Set(['scopes', 'exclude', 'helmPath', 'kustomizeCommand']);

function placeOf({ start, end }: OffsetRange): OffsetRange {
  return { start, end };
}

function firstLine(text: string): OffsetRange {
  const end = text.search(/[\r\n]/);
  return { start: 0, end: end === -1 ? text.length : end };
}
