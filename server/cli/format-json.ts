import { displayPath } from './load';
import type { Report } from './report';

/** The contract of docs and DESIGN.md: lines and characters are zero-based, as in LSP. */
export function toJson({ findings, summary }: Report): string {
  const { files, resources, scopes, errors, warnings, information, hints, milliseconds } = summary;
  const plain = findings.map(({ finding, fixes }) => ({
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    file: displayPath(finding.file),
    range: finding.range,
    scope: finding.scope,
    related: finding.related.map(({ message, file, range }) => ({ message, file: displayPath(file), range })),
    fixes: fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map(({ file, range, newText }) => ({ file: displayPath(file), range, newText })),
    })),
  }));
  return `${JSON.stringify({ findings: plain, summary: { files, resources, scopes, errors, warnings, information, hints, milliseconds } }, null, 2)}\n`;
}
