import type { Severity } from '../core/index';
import { displayPath } from './load';
import type { Report } from './report';

const commands: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

/** Workflow commands that GitHub shows as annotations; lines and columns are one-based there. */
export function toGithub({ findings }: Report): string {
  return findings
    .map(({ finding }) => {
      const { start, end } = finding.range;
      const properties = {
        file: displayPath(finding.file),
        line: start.line + 1,
        endLine: end.line + 1,
        // GitHub takes columns only for places within one line.
        ...(start.line === end.line ? { col: start.character + 1, endColumn: end.character + 1 } : {}),
        title: finding.rule,
      };
      const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
      return `::${commands[finding.severity]} ${list.join(',')}::${escapeData(finding.message)}\n`;
    })
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
