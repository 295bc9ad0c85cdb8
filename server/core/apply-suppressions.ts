import type { Finding, SourceProblem } from './finding';
import type { OffsetRange } from './manifest/node';
import {
  withoutComment,
  withoutRule,
  type SuppressedRule,
  type Suppression,
  type SuppressionFix,
  type Suppressions,
} from './suppressions';

export interface SuppressionInput {
  /** The comments of every file that holds some, by URI. */
  readonly files: ReadonlyMap<string, Suppressions>;
  readonly textOf: (uri: string) => string;
  /** Whether anything is said of a file at all. */
  readonly isRead: (uri: string) => boolean;
  /** Whether a rule would report in a file whatever there is to report: only then a comment can be of no use. */
  readonly isHeard: (rule: string, uri: string) => boolean;
  /** Makes findings, as loud as settings say. */
  readonly report: (problems: readonly SourceProblem[]) => readonly Finding[];
}

/**
 * Leaves out what comments switch off, and tells of comments that are wrong or of no use. What is told of comments can be switched off by
 * comments likewise; of those that switch off `suppression-unused` nothing more is told, or the last word would never be spoken.
 */
export function applySuppressions(findings: readonly Finding[], input: SuppressionInput): readonly Finding[] {
  const { files, report } = input;
  if (files.size === 0) return findings;
  const used = new Set<SuppressedRule>();
  const heard = (some: readonly Finding[]): readonly Finding[] =>
    some.filter((finding) => {
      const fitting = fittingRules(finding, files.get(finding.file));
      for (const rule of fitting) used.add(rule);
      return fitting.length === 0;
    });
  const kept = heard(findings);
  const wrong = heard(report(invalidOnes(input)));
  return [...kept, ...wrong, ...heard(report(unusedOnes(input, used)))];
}

/** What switches a finding off: it begins on a line that the comment is for. */
function fittingRules({ rule, range }: Finding, read: Suppressions | undefined): readonly SuppressedRule[] {
  const { line } = range.start;
  return (read?.suppressions ?? []).flatMap(({ rules, firstLine, lastLine }) =>
    firstLine <= line && line <= lastLine ? rules.filter(({ id }) => id === rule) : [],
  );
}

function invalidOnes({ files, isRead }: SuppressionInput): readonly SourceProblem[] {
  return [...files].flatMap(([file, { problems }]) =>
    isRead(file)
      ? problems.map(({ start, end, message, fix }) => ({
          rule: 'suppression-invalid',
          file,
          range: { start, end },
          message,
          ...dataOf(file, fix),
        }))
      : [],
  );
}

function unusedOnes(input: SuppressionInput, used: ReadonlySet<SuppressedRule>): readonly SourceProblem[] {
  return [...input.files].flatMap(([file, { suppressions }]) =>
    input.isRead(file) ? suppressions.flatMap((suppression) => unusedIn(file, suppression, input, used)) : [],
  );
}

/** One problem for a comment without any use, else one for each rule that could go. */
function unusedIn(
  file: string,
  suppression: Suppression,
  { textOf, isHeard }: SuppressionInput,
  used: ReadonlySet<SuppressedRule>,
): readonly SourceProblem[] {
  const { rules, range, extent, isWhole } = suppression;
  const unused = rules.filter((rule) => !used.has(rule) && rule.id !== 'suppression-unused' && isHeard(rule.id, file));
  const problem = (some: readonly SuppressedRule[], at: OffsetRange, fix: SuppressionFix): SourceProblem => ({
    rule: 'suppression-unused',
    file,
    range: { start: at.start, end: at.end },
    message: `${some.map(({ id }) => id).join(' and ')} ${some.length === 1 ? 'reports' : 'report'} nothing ${where[extent]}: there is nothing to switch off.`,
    tags: ['unnecessary'],
    ...dataOf(file, fix),
  });
  // First comes what is wrong with it.
  if (unused.length === 0 || !isWhole) return [];
  return unused.length === rules.length
    ? [problem(unused, range, withoutComment(textOf(file), suppression))]
    : unused.map((rule) => problem([rule], rule, withoutRule(suppression, rule)));
}

const where: Readonly<Record<Suppression['extent'], string>> = {
  line: 'on the next line',
  document: 'in the rest of this document',
};

function dataOf(file: string, fix: SuppressionFix | undefined): Pick<SourceProblem, 'data'> {
  if (!fix) return {};
  const { title, start, end, newText } = fix;
  return { data: { fixes: [{ title, edits: [{ file, start, end, newText }] }] } };
}
