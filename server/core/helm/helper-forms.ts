import { matchLine, weightOf } from './match-line';
import type { TemplateLine } from './template-lines';

/** What is known of the named templates (`define`) that actions include. */
export interface HelperForms {
  /** Whether each line that the helper may write has a form that can be told. */
  knows(name: string): boolean;
  /** Whether a rendered line, wherever it is indented to, may be one that the helper wrote. */
  wrote(name: string, rendered: string): boolean;
}

/** A form with fewer literal characters than this tells nothing. */
const minWeight = 3;

/** @param helpers lines of each named template of a chart */
export function helperForms(helpers: ReadonlyMap<string, readonly TemplateLine[]>): HelperForms {
  const known = new Map<string, readonly TemplateLine[]>();
  const formsOf = (name: string): readonly TemplateLine[] => {
    const found = known.get(name);
    if (found) return found;
    const forms = allLines(helpers, name, new Set())
      .filter((line) => weightOf(line) >= minWeight)
      .map(withoutIndent);
    known.set(name, forms);
    return forms;
  };
  return {
    knows: (name) =>
      helpers.has(name) &&
      allLines(helpers, name, new Set()).every((line) => weightOf(line) >= minWeight || includesOnly(line)),
    wrote(name, rendered) {
      const text = rendered.trim();
      return formsOf(name).some((form) => matchLine(form, text) !== undefined);
    },
  };
}

/** A helper's lines with those of the helpers that it includes. */
function allLines(
  helpers: ReadonlyMap<string, readonly TemplateLine[]>,
  name: string,
  seen: Set<string>,
): readonly TemplateLine[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const own = helpers.get(name) ?? [];
  return [
    ...own,
    ...own.flatMap(({ parts }) =>
      parts.flatMap(({ helper }) => (helper === undefined ? [] : allLines(helpers, helper, seen))),
    ),
  ];
}

/** A line that other helpers write: theirs are looked at in its place. */
function includesOnly({ parts }: TemplateLine): boolean {
  return parts.every(({ literal, helper }) => literal?.trim() === '' || helper !== undefined);
}

function withoutIndent(line: TemplateLine): TemplateLine {
  const [first, ...rest] = line.parts;
  if (first?.literal === undefined) return line;
  return { ...line, parts: [{ ...first, literal: first.literal.trimStart() }, ...rest] };
}
