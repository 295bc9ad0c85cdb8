import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createAnalyzer, type Analyzer, type Finding } from '../../server/core/index';
import type { Resource } from '../../server/core/manifest/resource';
import { createModel, replaceFile, type NetworkModel } from '../../server/core/model/network-model';
import { lineStartsOf, positionAt } from '../../server/core/position';
import type { ScopeDefinition } from '../../server/core/scope';
import { defaultSettings } from '../../server/core/settings';
import { createWorkspace, type Workspace } from '../../server/workspace/workspace';
import type { Edit, Mistake, Scope, Spot } from './mistake';

/** A workspace of real manifests, read once; mistakes are made and unmade in it. */
export interface Patient {
  readonly scopes: readonly Scope[];
  /** Makes a mistake, tells what is then found that was not before, and takes it back. */
  inject(mistake: Mistake): readonly Finding[];
  /** Whether a finding stands where the mistake is. */
  isAt(finding: Finding, mistake: Mistake): boolean;
}

/** Opens a folder as an editor does. */
export async function openPatient(path: string): Promise<Patient> {
  const logger = { info: () => undefined, warn: () => undefined };
  const analyzer = createAnalyzer({ logger });
  const workspace = createWorkspace({ roots: [pathToFileURL(path).href], analyzer, settings: defaultSettings, logger });
  await workspace.scan();
  const texts = new Map<string, string>();
  const textOf = (uri: string): string => {
    const text = texts.get(uri) ?? readFileSync(fileURLToPath(uri), 'utf8');
    texts.set(uri, text);
    return text;
  };
  const before = new Set(findingsOf(analyzer).map(keyOf));
  return {
    scopes: analyzer.scopes().map((scope) => ({ model: modelOf(scope, analyzer), textOf })),
    inject(mistake) {
      edit(workspace, mistake.edits, textOf);
      const found = findingsOf(analyzer).filter((finding) => !before.has(keyOf(finding)));
      for (const file of new Set(mistake.edits.map((one) => one.file))) workspace.documentChanged(file, textOf(file));
      workspace.update();
      return found;
    },
    isAt: (finding, mistake) =>
      (mistake.anywhereIn === finding.file && isOnAdded(finding, mistake.edits, textOf)) ||
      mistake.orBy === finding.rule ||
      mistake.at.some(
        (spot) => spot.file === finding.file && lineAfter(spot, mistake.edits, textOf) === finding.range.start.line,
      ),
  };
}

function findingsOf(analyzer: Analyzer): readonly Finding[] {
  return [...analyzer.check().values()].flat();
}

function keyOf({ rule, file, message }: Finding): string {
  return JSON.stringify([rule, file, message]);
}

/** The scope as the rules see it, by itself. */
function modelOf(scope: ScopeDefinition, analyzer: Analyzer): NetworkModel {
  const model = createModel(scope, []);
  const byFile = new Map<string, Resource[]>();
  for (const resource of scope.rendering?.resources ?? scope.files.flatMap((uri) => analyzer.resourcesOf(uri)))
    byFile.set(resource.file, [...(byFile.get(resource.file) ?? []), resource]);
  for (const [uri, resources] of byFile) replaceFile(model, uri, resources, false);
  return model;
}

function edit(workspace: Workspace, edits: readonly Edit[], textOf: (uri: string) => string): void {
  for (const file of new Set(edits.map((one) => one.file))) {
    const own = edits.filter((one) => one.file === file).toSorted((a, b) => b.start - a.start);
    const text = own.reduce(
      (sum, { start, end, newText }) => sum.slice(0, start) + newText + sum.slice(end),
      textOf(file),
    );
    workspace.documentChanged(file, text);
  }
  workspace.update();
}

/** Whether a finding begins on a line that the edits wrote, or beside one. */
function isOnAdded({ file, range }: Finding, edits: readonly Edit[], textOf: (uri: string) => string): boolean {
  return edits.some((one) => {
    if (one.file !== file) return false;
    const first = positionAt(lineStartsOf(textOf(file)), one.start).line;
    return first - 1 <= range.start.line && range.start.line <= first + linesIn(one.newText) + 1;
  });
}

/** The line that a place of the old text is on after the edits. */
function lineAfter({ file, offset }: Spot, edits: readonly Edit[], textOf: (uri: string) => string): number {
  const { line } = positionAt(lineStartsOf(textOf(file)), offset);
  return edits
    .filter((one) => one.file === file && one.end <= offset)
    .reduce((sum, { start, end, newText }) => sum + linesIn(newText) - linesIn(textOf(file).slice(start, end)), line);
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}
