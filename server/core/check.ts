import type { Finding, Fix, RelatedPlace, Severity, SourceProblem } from './finding';
import type { Manifest, Resource } from './manifest/resource';
import type { NetworkModel } from './model/network-model';
import type { Location, Range } from './position';
import { rules } from './rules/index';
import type { Place, ReportInput, Rule, TextOf } from './rules/rule';
import type { Settings } from './settings';
import type { SettingsByPlace } from './settings-by-place';

/** Turns offsets of a file, or those of a piece of a scalar in it, into lines and characters. */
export type ToRange = (uri: string, range: Omit<Place, 'file'>) => Range;

export const loudness: Readonly<Record<Severity, number>> = { hint: 0, information: 1, warning: 2, error: 3 };

/**
 * Runs every rule over one scope that is on somewhere; whether it is so at a finding, and how loud, is decided where the finding lies. What rules
 * read of the settings is what holds for the scope. A rule that fails is reported to `onFailure` and the others go on.
 */
export function checkModel(
  model: NetworkModel,
  settings: SettingsByPlace,
  toRange: ToRange,
  onFailure: (rule: string, error: unknown) => void,
): readonly Finding[] {
  const findings: Finding[] = [];
  const ofScope = settings.of(model.scope.root);
  for (const rule of rules) {
    if (settings.all.every((some) => isOff(rule, some))) continue;
    try {
      rule.check(
        model,
        (input) => {
          const finding = toFinding(rule, input, model.scope.name, settings, toRange);
          if (finding) findings.push(finding);
        },
        ofScope,
      );
    } catch (error) {
      onFailure(rule.id, error);
    }
  }
  return findings;
}

/** What reading the text itself brought up. */
export function checkText(manifest: Manifest, settings: SettingsByPlace, toRange: ToRange): readonly Finding[] {
  const here = settings.of(manifest.uri);
  return manifest.problems.flatMap((problem) => {
    const rule = ruleById.get(problem.rule);
    if (!rule || isOff(rule, here)) return [];
    const severity = problem.severity === 'tolerated' ? 'hint' : rule.severity;
    const location = { file: manifest.uri, range: toRange(manifest.uri, problem.range) };
    return [
      {
        rule: rule.id,
        severity: configured(rule, severity, here),
        message: problem.message,
        ...location,
        scope: '',
        related: [],
        tags: [],
      },
    ];
  });
}

/**
 * What no rule finds in a model: what making a scope brought up, reading settings, or reading comments. Each problem once, but what is
 * incomplete once for each file, with the other places linked.
 */
export function checkSource(
  problems: readonly SourceProblem[],
  scope: string,
  settings: SettingsByPlace,
  toRange: ToRange,
): readonly Finding[] {
  const groups = new Map<string, SourceProblem[]>();
  for (const problem of problems) {
    const key = problem.rule === onePerFile ? problem.file : JSON.stringify(problem);
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    const rule = first && ruleById.get(first.rule);
    const here = first && settings.of(first.file);
    if (!rule || !here || isOff(rule, here)) return [];
    const at = ({ file, range }: SourceProblem): Location => ({ file, range: toRange(file, range) });
    const finding: Finding = {
      rule: rule.id,
      severity: configured(rule, rule.severity, here),
      message: others.length === 0 ? first.message : `${first.message} ${andMore(others.length)}`,
      ...at(first),
      scope,
      related: others.map((other) => ({ ...at(other), message: other.message })),
      tags: first.tags ?? [],
      ...(first.data === undefined ? {} : { data: first.data }),
    };
    return [finding];
  });
}

/** Whether settings let a rule speak in a file. */
export function isHeard(rule: string, uri: string, settings: SettingsByPlace): boolean {
  const known = ruleById.get(rule);
  return known !== undefined && !isOff(known, settings.of(uri));
}

/** Whether the best fix of each finding of a rule may be done all over a file at once. */
export function mayFixAll(rule: string): boolean {
  return ruleById.get(rule)?.fixAll === true;
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

/** Undefined where settings switch the rule off. */
function toFinding(
  rule: Rule,
  input: ReportInput,
  scope: string,
  settings: SettingsByPlace,
  toRange: ToRange,
): Finding | undefined {
  const place = locate(input.resource, input.at, toRange);
  const here = settings.of(place.file);
  if (isOff(rule, here)) return undefined;
  const related: readonly RelatedPlace[] = (input.related ?? []).map(({ resource, at, message }) => ({
    ...locate(resource, at, toRange),
    message,
  }));
  return {
    rule: rule.id,
    severity: configured(rule, input.severity ?? rule.severity, here),
    message: input.message,
    ...place,
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
