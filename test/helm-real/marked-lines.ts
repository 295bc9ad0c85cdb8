import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alignLines } from '../../server/core/helm/align';
import { helperForms } from '../../server/core/helm/helper-forms';
import { templateLines } from '../../server/core/helm/template-lines';
import type { LoadedChart } from '../../server/workspace/helm/load-chart';
import { renderedSources } from '../../server/workspace/helm/rendered-sources';
import { tempFolder } from '../support/temp-folder';
import { chartAt, outputOf } from './helm';
import type { ChartRendering } from '../../server/workspace/helm/renderings';

/**
 * Truth about which template line wrote which line: every line of a chart's templates gets a comment with its number, which helm renders
 * along. Without the comments the same text is then aligned.
 */
export interface Measured {
  /** Lines whose origin helm told. */
  readonly lines: number;
  readonly right: number;
  /** What was taken for another line, with how often that was. */
  readonly wrong: readonly string[];
}

export async function measureAlignment(
  chart: LoadedChart,
  renderings: readonly Partial<ChartRendering>[],
): Promise<Measured> {
  const marked = withMarks(chart);
  const wrong: string[] = [];
  let lines = 0;
  for (const rendering of renderings) {
    for (const document of (await outputOf(marked, rendering)).split(/^---$/m)) {
      const found = measureDocument(chart, document);
      lines += found.lines;
      wrong.push(...found.wrong);
    }
  }
  return { lines, right: lines - wrong.length, wrong: counted(wrong) };
}

const mark = / ?#@(\d+)/g;

function measureDocument(chart: LoadedChart, document: string): { readonly lines: number; readonly wrong: string[] } {
  const [header = '', source = ''] = /# Source: (.*)\n/.exec(document) ?? [];
  const { sourceOf, helpers } = renderedSources(chart);
  const template = sourceOf(source)?.text ?? '';
  const forms = helperForms(new Map(helpers.flatMap((text) => [...templateLines(text).helpers])));
  const marked = document.slice(document.indexOf(header) + header.length).split('\n');
  const rendered = marked.map((line) => line.replace(mark, ''));
  const aligned = alignLines(templateLines(template), rendered, forms);
  const wrong: string[] = [];
  let lines = 0;
  for (const [index, line] of marked.entries()) {
    const truth = [...line.matchAll(mark)].map(([, number]) => Number(number));
    const text = rendered[index] ?? '';
    if (truth.length === 0 || text.trim() === '') continue;
    lines++;
    const at = aligned[index];
    const parts = at?.part === undefined ? (at?.line.parts ?? []) : at.line.parts.slice(at.part, at.part + 1);
    const told = parts.map(({ start, literal }) => {
      const offset = start + ((literal?.length ?? 0) - (literal?.trimStart().length ?? 0));
      return template.slice(0, offset).split('\n').length;
    });
    if (!told.some((number) => truth.includes(number)))
      wrong.push(`${source}:${truth.join()} "${text.trim()}" was taken for ${told.join() || 'nothing'}`);
  }
  return { lines, wrong };
}

function counted(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => `${count} × ${text}`);
}

function withMarks(chart: LoadedChart): LoadedChart {
  const copy = tempFolder();
  cpSync(chart.path, copy.path, { recursive: true });
  for (const file of chart.files.filter((name) => /(^|\/)templates\/.*\.ya?ml$/.test(name))) {
    writeFileSync(join(copy.path, file), markLines(readFileSync(join(chart.path, file), 'utf8')));
  }
  return chartAt(copy.path);
}

/** Lines of named templates and within actions are left alone, and so is what a comment would not end. */
function markLines(text: string): string {
  const literal = text
    .replace(/\{\{-?\s*define\b[^]*?\n\{\{-?\s*end\s*-?\}\}/g, blanked)
    .replace(/\{\{[^]*?\}\}/g, blanked)
    .split('\n');
  return text
    .split('\n')
    .map((line, index) => {
      const plain = literal[index] ?? '';
      const words = plain.replaceAll('\0', '').trim();
      const isOpen = plain.endsWith('\0') && !line.trimEnd().endsWith('}}');
      const isUnmarked = words === '' || /^(#|---)/.test(words) || /[|>][-+]?$/.test(words) || isOpen;
      return isUnmarked || line.trimEnd().endsWith('-}}') ? line : `${line} #@${index + 1}`;
    })
    .join('\n');
}

function blanked(text: string): string {
  return text.replace(/[^\n]/g, '\0');
}
