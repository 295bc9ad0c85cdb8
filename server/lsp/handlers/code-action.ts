import {
  CodeActionKind,
  type CodeAction,
  type CodeActionParams,
  type Diagnostic,
  type CancellationToken,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { Finding } from '../../core/index';
import { lineStartsOf, positionAt } from '../../core/position';
import { newProjectFile, switchOff } from '../../workspace/project-file-edit';
import type { Session } from '../session';
import {
  diagnosticSource,
  intersects,
  sameRange,
  toCodeAction,
  toDiagnostic,
  toNewFile,
  toWorkspaceEdit,
} from '../to-lsp';
import { normaliseUri } from '../uris';

/** All safe fixes of a file at once: for `editor.codeActionsOnSave`, and for "Source Action…". */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.kubepath`;

/**
 * textDocument/codeAction: the quick fixes of what is wrong in the range now, and ways to switch it off. The client's diagnostics may be a
 * keystroke old; they only say which squiggle a fix belongs to.
 */
export function codeActions(session: Session, params: CodeActionParams, token: CancellationToken): CodeAction[] | null {
  const uri = normaliseUri(params.textDocument.uri);
  const { only } = params.context;
  const wantsFixes = only === undefined || only.some((kind) => isWithin(CodeActionKind.QuickFix, kind));
  // What changes a whole file is made only for whoever asks for it by name.
  const wantsAll = only?.some((kind) => kind !== '' && isWithin(fixAllKind, kind)) === true;
  if (uri === undefined || !session.isComplete() || !(wantsFixes || wantsAll)) return null;
  session.settle();
  const source = wantsAll ? fixAllInFile(session, uri) : [];
  const fixes = wantsFixes ? quickFixes(session, uri, params, token) : [];
  return fixes && [...fixes, ...source];
}

/** Fixes first, then what goes further, then ways to switch off. Null when cancelled. */
function quickFixes(
  session: Session,
  uri: string,
  { range, context }: CodeActionParams,
  token: CancellationToken,
): CodeAction[] | null {
  const { analyzer, features } = session;
  const edit = editOf(session);
  const groups: CodeAction[][] = [];
  for (const finding of analyzer.findingsOf(uri)) {
    if (!intersects(finding.range, range)) continue;
    if (token.isCancellationRequested) return null;
    const diagnostics = shownFor(finding, context.diagnostics, features.docsBase);
    const all = analyzer.fixAllOf(uri, finding.rule);
    const title = `Fix all ${finding.rule} in this file (${all.count})`;
    const [fixes, further, off] = [
      analyzer.fixesOf(finding).map((fix) => toCodeAction(fix, diagnostics, edit(fix))),
      all.count < 2 ? [] : [toCodeAction({ title, preferred: false }, diagnostics, edit(all))],
      analyzer.disableFixesOf(finding).map((fix) => toCodeAction(fix, diagnostics, edit(fix))),
    ];
    groups.push(fixes, further, [...off, ...switchOffInProject(session, finding, diagnostics)]);
  }
  const inOrder = [0, 1, 2].flatMap((kind) => groups.filter((_, index) => index % 3 === kind).flat());
  return once(inOrder);
}

function fixAllInFile(session: Session, uri: string): CodeAction[] {
  const all = session.analyzer.fixAllOf(uri);
  if (all.count === 0) return [];
  return [{ title: 'Fix what is safe to fix in this file (Kubepath)', kind: fixAllKind, edit: editOf(session)(all) }];
}

function switchOffInProject(session: Session, finding: Finding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  const file = session.projectFileFor(finding.file);
  const edit = file && projectEdit(session, file, finding.rule);
  const title = `Set ${finding.rule} to off in .kubepath.yaml`;
  return edit ? [toCodeAction({ title, preferred: false }, diagnostics, edit)] : [];
}

function projectEdit(
  session: Session,
  { uri, text }: { readonly uri: string; readonly text: string | undefined },
  rule: string,
): WorkspaceEdit | undefined {
  if (text === undefined) return session.features.createsFiles ? toNewFile(uri, newProjectFile(rule)) : undefined;
  const change = switchOff(text, rule);
  if (!change) return undefined;
  const starts = lineStartsOf(text);
  const range = { start: positionAt(starts, change.start), end: positionAt(starts, change.end) };
  return editOf(session)({ edits: [{ file: uri, range, newText: change.newText }] });
}

function editOf({ features, versionOf }: Session): (fix: Parameters<typeof toWorkspaceEdit>[0]) => WorkspaceEdit {
  return (fix) => toWorkspaceEdit(fix, features.versionedEdits ? versionOf : undefined);
}

/** Findings of one rule on one line are switched off by one comment. */
function once(actions: readonly CodeAction[]): CodeAction[] {
  const seen = new Set<string>();
  return actions.filter(({ title, edit }) => {
    const key = JSON.stringify([title, edit]);
    return !seen.has(key) && seen.add(key).has(key);
  });
}

/** Whether a kind is the requested one or below it (LSP: kinds are nested by dots, and `''` holds all). */
function isWithin(kind: string, requested: string): boolean {
  return requested === '' || kind === requested || kind.startsWith(`${requested}.`);
}

function shownFor(finding: Finding, shown: readonly Diagnostic[], docsBase: string | undefined): readonly Diagnostic[] {
  const same = shown.filter(
    (diagnostic) =>
      diagnostic.source === diagnosticSource &&
      diagnostic.code === finding.rule &&
      sameRange(diagnostic.range, finding.range),
  );
  return same.length > 0 ? same : [toDiagnostic(finding, docsBase)];
}
