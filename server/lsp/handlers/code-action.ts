import {
  CodeActionKind,
  type CodeAction,
  type CodeActionParams,
  type Diagnostic,
  type CancellationToken,
} from 'vscode-languageserver/node';
import type { Finding } from '../../core/index';
import type { Session } from '../session';
import { diagnosticSource, intersects, sameRange, toCodeAction, toDiagnostic, toWorkspaceEdit } from '../to-lsp';
import { normaliseUri } from '../uris';

/**
 * textDocument/codeAction: the quick fixes of what is wrong in the range now. The client's diagnostics may be a keystroke old; they only say
 * which squiggle a fix belongs to.
 */
export function codeActions(session: Session, params: CodeActionParams, token: CancellationToken): CodeAction[] | null {
  const uri = normaliseUri(params.textDocument.uri);
  if (uri === undefined || !session.isComplete() || !wantsQuickFixes(params.context.only)) return null;
  session.settle();
  const { analyzer, features } = session;
  const versionOf = features.versionedEdits ? session.versionOf : undefined;
  const actions: CodeAction[] = [];
  for (const finding of analyzer.findingsOf(uri)) {
    if (!intersects(finding.range, params.range)) continue;
    if (token.isCancellationRequested) return null;
    const diagnostics = shownFor(finding, params.context.diagnostics, features.docsBase);
    for (const fix of analyzer.fixesOf(finding)) {
      actions.push(toCodeAction(fix, diagnostics, toWorkspaceEdit(fix, versionOf)));
    }
  }
  return actions;
}

/** A request may be for a kind above ours (`''`), for ours, or for one that this server does not offer. */
function wantsQuickFixes(only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix);
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
