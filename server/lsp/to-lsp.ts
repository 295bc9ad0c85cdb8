import {
  CodeActionKind,
  CreateFile,
  DiagnosticSeverity,
  DiagnosticTag,
  MarkupKind,
  SymbolKind,
  TextDocumentEdit,
  type CodeAction,
  type Diagnostic,
  type DocumentSymbol,
  type Hover,
  type SymbolInformation,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { Finding, Fix, HoverResult, Position, Range, Severity, SymbolResult } from '../core/index';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Icons that tell the kinds of a manifest apart in an outline. */
const symbolKinds: Readonly<Record<string, SymbolKind>> = {
  Service: SymbolKind.Interface,
  Endpoints: SymbolKind.Interface,
  EndpointSlice: SymbolKind.Interface,
  Ingress: SymbolKind.Event,
  IngressClass: SymbolKind.Event,
  NetworkPolicy: SymbolKind.Key,
  Namespace: SymbolKind.Namespace,
  ConfigMap: SymbolKind.Constant,
  Pod: SymbolKind.Object,
  container: SymbolKind.Module,
  port: SymbolKind.Number,
  rule: SymbolKind.Operator,
  host: SymbolKind.String,
  path: SymbolKind.String,
};

/** Source of every diagnostic; the client's filters and tests know it by this name. */
export const diagnosticSource = 'kubepath';

/** A finding as the editor shows it. `docsBase` is the folder of the rules' pages. */
export function toDiagnostic(finding: Finding, docsBase: string | undefined): Diagnostic {
  return {
    range: finding.range,
    severity: severities[finding.severity],
    source: diagnosticSource,
    code: finding.rule,
    message: finding.message,
    ...(docsBase === undefined ? {} : { codeDescription: { href: `${docsBase}/${finding.rule}.md` } }),
    ...(finding.tags.length === 0 ? {} : { tags: finding.tags.map(toTag) }),
    ...(finding.related.length === 0
      ? {}
      : {
          relatedInformation: finding.related.map(({ file, range, message }) => ({
            location: { uri: file, range },
            message,
          })),
        }),
  };
}

export function toHover(hover: HoverResult): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: hover.markdown }, range: hover.range };
}

export function toSymbolTree(symbol: SymbolResult): DocumentSymbol {
  return {
    // VS Code refuses the whole outline for one symbol without a name, or with a selection outside its range.
    name: symbol.name === '' ? `(${symbol.kind})` : symbol.name,
    detail: symbol.detail,
    kind: symbolKinds[symbol.kind] ?? SymbolKind.Class,
    range: symbol.range,
    selectionRange: contains(symbol.range, symbol.selectionRange) ? symbol.selectionRange : symbol.range,
    children: symbol.children.map(toSymbolTree),
  };
}

/** For clients that know flat lists only. */
export function toSymbolList(uri: string, symbol: SymbolResult, containerName?: string): SymbolInformation[] {
  const { name, kind } = toSymbolTree(symbol);
  const own: SymbolInformation = {
    name,
    kind,
    location: { uri, range: symbol.range },
    ...(containerName === undefined ? {} : { containerName }),
  };
  return [own, ...symbol.children.flatMap((child) => toSymbolList(uri, child, name))];
}

/** What the light bulb offers. */
export function toCodeAction(
  { title, preferred }: Pick<Fix, 'title' | 'preferred'>,
  diagnostics: readonly Diagnostic[],
  edit: WorkspaceEdit,
): CodeAction {
  return { title, kind: CodeActionKind.QuickFix, diagnostics: [...diagnostics], isPreferred: preferred, edit };
}

/**
 * The edits of a fix.
 *
 * @param versionOf version of an open document, so that the editor refuses an edit made for another text; undefined for clients that do not
 * know versioned edits
 */
export function toWorkspaceEdit(
  { edits }: Pick<Fix, 'edits'>,
  versionOf: ((uri: string) => number | null) | undefined,
): WorkspaceEdit {
  const byFile = new Map<string, { range: Range; newText: string }[]>();
  for (const { file, range, newText } of edits) {
    const list = byFile.get(file);
    if (list) list.push({ range, newText });
    else byFile.set(file, [{ range, newText }]);
  }
  if (versionOf === undefined) return { changes: Object.fromEntries(byFile) };
  return {
    documentChanges: [...byFile].map(([uri, list]) => TextDocumentEdit.create({ uri, version: versionOf(uri) }, list)),
  };
}

/** A file that is not there yet. For clients that can make files. */
export function toNewFile(uri: string, text: string): WorkspaceEdit {
  const start = { line: 0, character: 0 };
  return {
    documentChanges: [
      // Where somebody made it meanwhile, nothing is changed.
      CreateFile.create(uri, { overwrite: false }),
      TextDocumentEdit.create({ uri, version: null }, [{ range: { start, end: start }, newText: text }]),
    ],
  };
}

/** Whether two ranges share a place; touching ends count, as a cursor at the end of a word still means the word. */
export function intersects(a: Range, b: Range): boolean {
  return !before(a.end, b.start) && !before(b.end, a.start);
}

export function sameRange(a: Range, b: Range): boolean {
  return contains(a, b) && contains(b, a);
}

function contains(outer: Range, inner: Range): boolean {
  return !before(inner.start, outer.start) && !before(outer.end, inner.end);
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function toTag(tag: Finding['tags'][number]): DiagnosticTag {
  return tag === 'unnecessary' ? DiagnosticTag.Unnecessary : DiagnosticTag.Deprecated;
}
