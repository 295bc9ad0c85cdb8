import type { Finding, Severity } from '../core/index';
import { displayPath } from './load';
import { paint, type Style } from './paint';
import type { Report } from './report';

const styles: Readonly<Record<Severity, Style>> = {
  error: 'red',
  warning: 'yellow',
  information: 'blue',
  hint: 'gray',
};
const labels: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'info',
  hint: 'hint',
};

/** For people: grouped by file, lines and columns one-based, with what explains a finding and what would fix it. Colour on a terminal only. */
export function toPretty({ findings, summary }: Report): string {
  const lines: string[] = [];
  let file: string | undefined;
  for (const { finding, fixes } of findings) {
    if (finding.file !== file)
      lines.push(...(file === undefined ? [] : ['']), paint('underline', displayPath(finding.file)));
    file = finding.file;
    lines.push(...describe(finding));
    const [fix] = fixes;
    if (fix) lines.push(`${indentation}${paint('green', 'fix:')} ${fix.title}`);
  }
  const seconds = (summary.milliseconds / 1000).toFixed(1);
  const found = (['errors', 'warnings', 'information', 'hints'] as const).flatMap((kind) =>
    summary[kind] > 0 ? [counted(summary[kind], kind)] : [],
  );
  const read = `${plural(summary.resources, 'resource')} in ${plural(summary.files, 'file')}, ${plural(summary.scopes, 'scope')}, ${seconds} s`;
  const total = found.length > 0 ? found.join(', ') : 'Nothing to report';
  return `${[...lines, ...(lines.length > 0 ? [''] : []), `${paint('bold', total)} (${read})`].join('\n')}\n`;
}

const indentation = ' '.repeat(10);

function describe(finding: Finding): readonly string[] {
  const { line, character } = finding.range.start;
  const place = `${line + 1}:${character + 1}`.padEnd(8);
  const head = `  ${paint('gray', place)}${paint(styles[finding.severity], labels[finding.severity])}  ${finding.message}  ${paint('gray', finding.rule)}`;
  const related = finding.related.map(
    (other) =>
      `${indentation}${paint('gray', `see ${displayPath(other.file)}:${other.range.start.line + 1}  ${other.message}`)}`,
  );
  return [head, ...related];
}

function counted(count: number, kind: 'errors' | 'warnings' | 'information' | 'hints'): string {
  return kind === 'information' ? `${count} information` : `${count} ${count === 1 ? kind.slice(0, -1) : kind}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
