import type { Finding, Fix, RelatedPlace, Severity, SourceProblem } from './finding';
import type { OffsetRange } from './manifest/node';
import type { Manifest, Resource } from './manifest/resource';
import type { NetworkModel } from './model/network-model';
import type { Location, Range } from './position';
import { rules } from './rules/index';
import type { Place, ReportInput, Rule, TextOf } from './rules/rule';
import type { Settings } from './settings';

/** Turns offsets of a file into lines and characters. */
export type ToRange = (uri: string, range: OffsetRange) => Range;

export const loudness: Readonly<Record<Severity, number>> = { hint: 0, information: 1, warning: 2, error: 3 };

/** Runs every rule that is not off over one scope. A rule that fails is reported to `onFailure` and the others go on. */
export function checkModel(
  model: NetworkModel,
  settings: Settings,
  toRange: ToRange,
  onFailure: (rule: string, error: unknown) => void,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) {
    if (isOff(rule, settings)) continue;
    try {
      rule.check(
        model,
        (input) => findings.push(toFinding(rule, input, model.scope.name, settings, toRange)),
        settings,
      );
    } catch (error) {
      onFailure(rule.id, error);
    }
  }
  return findings;
}

/** What reading the text itself brought up. */
export function checkText(manifest: Manifest, settings: Settings, toRange: ToRange): readonly Finding[] {
  return manifest.problems.flatMap((problem) => {
    const rule = ruleById.get(problem.rule);
    if (!rule || isOff(rule, settings)) return [];
    const severity = problem.severity === 'tolerated' ? 'hint' : rule.severity;
    const location = { file: manifest.uri, range: toRange(manifest.uri, problem.range) };
    return [
      {
        rule: rule.id,
        severity: configured(rule, severity, settings),
        message: problem.message,
        ...location,
        scope: '',
        related: [],
        tags: [],
      },
    ];
  });
}

/** What making a scope, or reading the project's settings, brought up: each problem once, but what is incomplete once for each file, with the other places linked. */
export function checkSource(
  problems: readonly SourceProblem[],
  scope: string,
  settings: Settings,
  toRange: ToRange,
): readonly Finding[] {
  const groups = new Map<string, SourceProblem[]>();
  for (const problem of problems) {
    const key = problem.rule === onePerFile ? problem.file : JSON.stringify(problem);
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    const rule = first && ruleById.get(first.rule);
    if (!rule || isOff(rule, settings)) return [];
    const at = ({ file, range }: SourceProblem): Location => ({ file, range: toRange(file, range) });
    const finding: Finding = {
      rule: rule.id,
      severity: configured(rule, rule.severity, settings),
      message: others.length === 0 ? first.message : `${first.message} ${andMore(others.length)}`,
      ...at(first),
      scope,
      related: others.map((other) => ({ ...at(other), message: other.message })),
      tags: [],
    };
    return [finding];
  });
}

const onePerFile = 'kustomization-incomplete';

function andMore(count: number): string {
  return count === 1 ? 'One thing more here cannot be had.' : `${count} things more here cannot be had.`;
}

/**
 * Quick fixes of a finding, the best first.
 * @param mayEdit whether an edit of a file mends the finding without touching what is right
 */
export function fixesFor(
  finding: Finding,
  textOf: TextOf,
  toRange: ToRange,
  mayEdit: (uri: string) => boolean,
): readonly Fix[] {
  const rule = ruleById.get(finding.rule);
  if (!rule?.fixes || typeof finding.data !== 'object' || finding.data === null) return [];
  const drafts = rule
    .fixes(finding.data as Record<string, unknown>, textOf)
    .filter(({ edits }) => edits.every(({ file }) => mayEdit(file)));
  return drafts.map((draft, index) => ({
    title: draft.title,
    preferred: index === 0,
    edits: draft.edits.map((edit) => ({ file: edit.file, range: toRange(edit.file, edit), newText: edit.newText })),
  }));
}

/** Findings by position, then by rule, so that output is the same from run to run. */
export function byPosition(a: Finding, b: Finding): number {
  return (
    a.range.start.line - b.range.start.line ||
    a.range.start.character - b.range.start.character ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message)
  );
}

/** Where a place of a resource is, in lines and characters; its name without a place. */
export function locate(resource: Resource, at: Place | undefined, toRange: ToRange): Location {
  const place: Place = at ?? resource.nameNode;
  const file = place.file ?? resource.file;
  return { file, range: toRange(file, place) };
}

const ruleById: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.id, rule]));

function toFinding(rule: Rule, input: ReportInput, scope: string, settings: Settings, toRange: ToRange): Finding {
  const related: readonly RelatedPlace[] = (input.related ?? []).map(({ resource, at, message }) => ({
    ...locate(resource, at, toRange),
    message,
  }));
  return {
    rule: rule.id,
    severity: configured(rule, input.severity ?? rule.severity, settings),
    message: input.message,
    ...locate(input.resource, input.at, toRange),
    scope,
    related,
    tags: input.tags ?? [],
    ...(input.data === undefined ? {} : { data: input.data }),
  };
}

/** Whether settings switch a rule off, or do not switch it on where it wants that. */
function isOff(rule: Rule, settings: Settings): boolean {
  return (settings.rules[rule.id] ?? (rule.optIn ? 'off' : rule.severity)) === 'off';
}

/** A setting replaces the rule's plain severity; what a rule says more quietly never gets louder by it. */
function configured(rule: Rule, severity: Severity, settings: Settings): Severity {
  const set = settings.rules[rule.id];
  if (set === undefined || set === 'off') return severity;
  return loudness[severity] >= loudness[rule.severity] || loudness[set] < loudness[severity] ? set : severity;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
