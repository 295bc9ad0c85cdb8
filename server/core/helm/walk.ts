import type { HelperForms } from './helper-forms';
import { matchLine, weightOf } from './match-line';
import type { TemplateLine, TemplateLines, TemplateLoop, TemplatePart } from './template-lines';

/** Where a walk is when it writes a rendered line. */
export interface Step {
  /** Index of the template's line; -1 when there is none. */
  readonly at: number;
  /** Whether the rendered line has the form of this line; else the walk has stayed, and an action may have written one more line. */
  readonly hasForm: boolean;
}

/** What speaks against a walk, in literal characters that agree. */
const costs = {
  /** A rendered line that nothing in the template explains. */
  unexplained: 2,
  /** A line that belongs to no part for certain, but may. */
  doubtful: 1.5,
  /** A line that stands in no block was not rendered. */
  skipped: 1,
  /** The same for a line in a block. */
  skippedOptional: 0.02,
  /** The line above it, at a lower indentation, was not rendered. */
  withoutParent: 3,
  /** The helper that the action names has no line of that form. */
  notFromHelper: 0.2,
  /** What follows each other may come from one action, or from several: one is likelier. */
  anotherAction: 0.05,
} as const;

/** What speaks for it, beside literal characters. */
const gains = {
  /** One more line of an action that may write many. */
  continued: 0.1,
  /** The helper that the action names has a line of that form. */
  fromHelper: 1,
  /** What was written once is likelier to be written again than the next optional block of that form to be there. */
  again: 0.1,
} as const;

/**
 * The most plausible walk through a template that writes these lines in their order (Viterbi's algorithm). A walk may skip what stands in
 * blocks, may go round in a `range`, and stays within one document of the template.
 * @returns a step for each rendered line
 */
export function mostPlausibleWalk(
  template: TemplateLines,
  rendered: readonly string[],
  helpers: HelperForms,
): readonly Step[] {
  if (template.lines.length === 0) return rendered.map(() => ({ at: -1, hasForm: false }));
  const ground = groundOf(template, helpers);
  let values: Float64Array = new Float64Array(template.lines.length).fill(-Infinity);
  const origins: Int32Array[] = [];
  for (const [index, text] of rendered.entries()) {
    const taken = takeLine(ground, values, text, index === 0);
    values = taken.values;
    origins.push(taken.origins);
  }
  return trace(ground, values, origins);
}

/** What is known of a template before anything is rendered. */
interface Ground {
  readonly lines: readonly TemplateLine[];
  readonly loops: readonly TemplateLoop[];
  /** For each line the loops that it stands in. */
  readonly loopsOf: readonly (readonly number[])[];
  readonly weights: readonly number[];
  /** For each line what it costs to skip all lines before it. */
  readonly skipped: Float64Array;
  /** For each line the nearest one above, of its document, with less indentation; -1 when there is none. */
  readonly parents: Int32Array;
  readonly helpers: HelperForms;
}

function groundOf({ lines, loops }: TemplateLines, helpers: HelperForms): Ground {
  const weights = lines.map(weightOf);
  const loopsOf: number[][] = lines.map(() => []);
  for (const [index, { first, last }] of loops.entries()) {
    for (let line = first; line <= last; line++) loopsOf[line]?.push(index);
  }
  return { lines, loops, loopsOf, weights, skipped: skippedOf(lines, weights), parents: parentsOf(lines), helpers };
}

/** A document as a whole may stand in a block: what stands no deeper than its other lines is not optional. */
function skippedOf(lines: readonly TemplateLine[], weights: readonly number[]): Float64Array {
  const least = new Map<number, number>();
  for (const { document, depth } of lines) least.set(document, Math.min(depth, least.get(document) ?? depth));
  const skipped = new Float64Array(lines.length + 1);
  for (const [index, { document, depth }] of lines.entries()) {
    const isOptional = depth > (least.get(document) ?? 0);
    const cost = weights[index] === 0 ? 0 : isOptional ? costs.skippedOptional : costs.skipped;
    skipped[index + 1] = (skipped[index] ?? 0) + cost;
  }
  return skipped;
}

function parentsOf(lines: readonly TemplateLine[]): Int32Array {
  const parents = new Int32Array(lines.length).fill(-1);
  for (const [index, { indent, document }] of lines.entries()) {
    let above = index - 1;
    while (above >= 0 && (lines[above]?.indent ?? 0) >= indent) above = parents[above] ?? -1;
    if (lines[above]?.document === document) parents[index] = above;
  }
  return parents;
}

/** For each template line the value of the best walk that has just written it; and where that came from: `stayed`, `began` or a line. */
interface Taken {
  readonly values: Float64Array;
  readonly origins: Int32Array;
}

const stayed = -1;
const began = -2;

/** Takes one more rendered line. Plain loops here and below: for a long document they run a million times. */
function takeLine(ground: Ground, before: Float64Array, text: string, isFirst: boolean): Taken {
  const { lines, helpers } = ground;
  const ways = waysInto(ground, before, isFirst);
  const values = new Float64Array(lines.length);
  const origins = new Int32Array(lines.length).fill(stayed);
  const indent = text.length - text.trimStart().length;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (!line) continue;
    const staying = (before[index] ?? 0) + worthOfStaying(line, text, indent, helpers);
    const coming = (ways.values[index] ?? 0) + worthOfForm(ground, index, line, text, indent);
    const comes = coming > staying && matchLine(line, text) !== undefined;
    values[index] = comes ? coming : staying;
    if (comes) origins[index] = ways.origins[index] ?? began;
  }
  return { values, origins };
}

/** What it is worth to meet a line's form; where it has no literal character, that says little. */
function worthOfForm(
  { weights, helpers }: Ground,
  index: number,
  { parts }: TemplateLine,
  text: string,
  indent: number,
): number {
  const weight = weights[index] ?? 0;
  if (weight > 0) return weight;
  const action = parts.find(({ literal }) => literal === undefined);
  if (!action) return 0;
  // The first of its lines begins where the action stands, or where it indents to.
  const isAtIts = indent === Math.max(parts[0]?.literal?.length ?? 0, action.indent);
  return isAtIts ? worthOfPart(action, text, indent, helpers) - costs.anotherAction : -costs.doubtful;
}

function worthOfStaying({ parts }: TemplateLine, text: string, indent: number, helpers: HelperForms): number {
  let worth: number = -costs.unexplained;
  for (const part of parts) if (part.manyLines) worth = Math.max(worth, worthOfPart(part, text, indent, helpers));
  return worth;
}

function worthOfPart(part: TemplatePart, text: string, indent: number, helpers: HelperForms): number {
  if (indent < part.indent) return -costs.doubtful;
  if (part.helper === undefined) return gains.continued;
  if (helpers.wrote(part.helper, text)) return gains.fromHelper;
  return helpers.knows(part.helper) ? -costs.notFromHelper : gains.continued;
}

/** For each template line the best walk so far that can go on with it. Linear in the lines, times how deep they stand. */
function waysInto(ground: Ground, before: Float64Array, isFirst: boolean): Taken {
  const { lines, loops, loopsOf, skipped, parents } = ground;
  const values = new Float64Array(lines.length).fill(-Infinity);
  const origins = new Int32Array(lines.length).fill(began);
  const improve = (index: number, value: number, origin: number): void => {
    if (value <= (values[index] ?? 0)) return;
    values[index] = value;
    origins[index] = origin;
  };
  // What a walk is worth once it has left a line: skipping further lines costs their difference.
  const left = new Float64Array(lines.length);
  for (let index = 0; index < lines.length; index++) left[index] = (before[index] ?? 0) + (skipped[index + 1] ?? 0);
  const leftAt = (line: number): number => left[line] ?? -Infinity;
  const better = (one: number, other: number): number => (leftAt(other) > leftAt(one) ? other : one);
  const rounds = loops.map(({ first, last }) => {
    let best = first;
    for (let line = first + 1; line <= last; line++) best = better(best, line);
    return best;
  });
  /** The best line so far of the document, and for each line the best of it and what stands below it so far. */
  let best = -1;
  const bestSince = new Int32Array(lines.length);
  let start = 0;
  for (let index = 0; index < lines.length; index++) {
    if (index > 0 && lines[index - 1]?.document !== lines[index]?.document) {
      best = -1;
      start = index;
    }
    const parent = parents[index] ?? -1;
    const cost = skipped[index] ?? 0;
    if (isFirst) improve(index, (skipped[start] ?? 0) - cost - (parent >= 0 ? costs.withoutParent : 0), began);
    const since = parent >= 0 ? (bestSince[parent] ?? -1) : best;
    improve(index, leftAt(since) - cost, since);
    improve(index, leftAt(best) - cost - costs.withoutParent, best);
    for (const loop of loopsOf[index] ?? []) {
      const { first = 0, last = 0 } = loops[loop] ?? {};
      const from = rounds[loop] ?? -1;
      const rest = (skipped[last + 1] ?? 0) + cost - (skipped[first] ?? 0);
      improve(index, leftAt(from) - rest - (parent >= first ? costs.withoutParent : 0) + gains.again, from);
    }
    bestSince[index] = index;
    for (let above = parent; above >= 0; above = parents[above] ?? -1)
      bestSince[above] = better(bestSince[above] ?? -1, index);
    best = better(best, index);
  }
  return { values, origins };
}

function trace({ lines, skipped }: Ground, values: Float64Array, origins: readonly Int32Array[]): readonly Step[] {
  const steps: Step[] = [];
  let at = bestEnd(lines, skipped, values);
  for (const origin of origins.toReversed()) {
    const from = origin[at] ?? stayed;
    steps.push({ at, hasForm: from !== stayed });
    if (from >= 0) at = from;
  }
  return steps.reverse();
}

/** The last line of the best walk; what is left of its document is skipped. */
function bestEnd(lines: readonly TemplateLine[], skipped: Float64Array, values: Float64Array): number {
  const ends = new Map<number, number>();
  for (const [index, { document }] of lines.entries()) ends.set(document, index + 1);
  let best = 0;
  let most = -Infinity;
  for (const [index, { document }] of lines.entries()) {
    const rest = (skipped[ends.get(document) ?? 0] ?? 0) - (skipped[index + 1] ?? 0);
    const value = (values[index] ?? 0) - rest;
    if (value <= most) continue;
    most = value;
    best = index;
  }
  return best;
}
