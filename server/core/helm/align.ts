import type { HelperForms } from './helper-forms';
import type { TemplateLine, TemplateLines } from './template-lines';
import { mostPlausibleWalk } from './walk';

/** A line of rendered text: a template's line of that form, or one more line of what an action in that line wrote. */
export interface AlignedLine {
  readonly line: TemplateLine;
  /** Undefined when the template's line has this form; else which of its parts wrote the rendered line. */
  readonly part: number | undefined;
}

/** Beyond so many pairs of lines the rest of a document is left without places. */
const maxPairs = 6_000_000;

/**
 * Finds for each line of a rendered document the template's line it came from.
 * @param rendered lines without line breaks; blank ones and comments are passed over
 * @returns as many entries as there are lines
 */
export function alignLines(
  template: TemplateLines,
  rendered: readonly string[],
  helpers: HelperForms,
): readonly (AlignedLine | undefined)[] {
  const result: (AlignedLine | undefined)[] = rendered.map(() => undefined);
  const { lines } = template;
  const considered = rendered
    .flatMap((text, index) => (/^\s*(#|$)/.test(text) ? [] : [index]))
    .slice(0, Math.floor(maxPairs / Math.max(1, lines.length)));
  const texts = considered.map((index) => rendered[index] ?? '');
  let last: AlignedLine | undefined;
  for (const [step, { at, hasForm }] of mostPlausibleWalk(template, texts, helpers).entries()) {
    const line = lines[at];
    if (!line) continue;
    const before = last?.line === line ? last.part : undefined;
    const part = hasForm ? undefined : writerOf(line, before, texts[step] ?? '', helpers);
    const aligned = hasForm || part !== undefined ? { line, part } : undefined;
    last = aligned ?? last;
    result[considered[step] ?? -1] = aligned;
  }
  return result;
}

/**
 * Which of a line's parts wrote one more line. Several actions that are joined by `{{-` write one after the other: a helper what looks like
 * it, any other what does not.
 */
function writerOf(
  { parts }: TemplateLine,
  from: number | undefined,
  text: string,
  helpers: HelperForms,
): number | undefined {
  const candidates = [...parts.entries()].filter(([index, part]) => part.manyLines && index >= (from ?? 0));
  const isHelper = (name: string | undefined): name is string => name !== undefined && helpers.knows(name);
  const [index] =
    candidates.find(([, { helper }]) => isHelper(helper) && helpers.wrote(helper, text)) ??
    candidates.find(([, { helper, indent }]) => !isHelper(helper) && indent <= text.length - text.trimStart().length) ??
    candidates[0] ??
    [];
  return index;
}
