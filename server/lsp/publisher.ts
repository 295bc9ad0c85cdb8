import type { Diagnostic } from 'vscode-languageserver/node';
import type { Finding } from '../core/index';
import { toDiagnostic } from './to-lsp';

/** Sends a manifest's diagnostics, replacing those it had. */
export type SendDiagnostics = (uri: string, diagnostics: Diagnostic[]) => void;

interface Published {
  readonly findings: readonly Finding[];
  readonly text: string;
}

/**
 * Keeps the client's diagnostics in step with the findings: sends a file's diagnostics only when they changed, and an empty list for a file
 * that has none any more.
 */
export function createPublisher(
  send: SendDiagnostics,
  docsBase: string | undefined,
): (findings: ReadonlyMap<string, readonly Finding[]>) => void {
  const published = new Map<string, Published>();
  return (findings) => {
    for (const uri of [...published.keys()].filter((known) => !hasFindings(findings, known))) {
      published.delete(uri);
      send(uri, []);
    }
    for (const [uri, list] of findings) {
      const before = published.get(uri);
      // The analyzer hands out the same list for what it did not check again.
      if (list.length === 0 || before?.findings === list) continue;
      const diagnostics = list.map((finding) => toDiagnostic(finding, docsBase));
      const text = JSON.stringify(diagnostics);
      published.set(uri, { findings: list, text });
      if (before?.text !== text) send(uri, diagnostics);
    }
  };
}

function hasFindings(findings: ReadonlyMap<string, readonly Finding[]>, uri: string): boolean {
  return (findings.get(uri)?.length ?? 0) > 0;
}
