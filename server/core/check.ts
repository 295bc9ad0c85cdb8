import type { Finding, Fix, RelatedPlace, Severity } from './finding';
import type { OffsetRange } from './manifest/node';
import type { Manifest, Resource } from './manifest/resource';
import type { NetworkModel } from './model/network-model';
import type { Location, Range } from './position';
import { rules } from './rules/index';
import type { Place, ReportInput, Rule, TextOf } from './rules/rule';
import type { Settings } from './settings';

/** Turns offsets of a file into lines and characters. */
export type ToRange = (uri: string, range: OffsetRange) => Range;

const loudness: Readonly<Record<Severity, number>> = { hint: 0, information: 1, warning: 2, error: 3 };

/** Runs every rule that is not off over one scope. A rule that fails is reported to `onFailure` and the others go on. */
export function checkModel(
  model: NetworkModel,
  settings: Settings,
  toRange: ToRange,
  onFailure: (rule: string, error: unknown) => void,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) {
    if (settings.rules[rule.id] === 'off') continue;
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
    if (!rule || settings.rules[rule.id] === 'off') return [];
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

/** Quick fixes of a finding, the best first. */
export function fixesFor(finding: Finding, textOf: TextOf, toRange: ToRange): readonly Fix[] {
  const rule = ruleById.get(finding.rule);
  if (!rule?.fixes || typeof finding.data !== 'object' || finding.data === null) return [];
  return rule.fixes(finding.data as Record<string, unknown>, textOf).map((draft, index) => ({
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

/** Findings that several scopes share become one that names them all. */
export function mergeScopes(findings: readonly Finding[]): readonly Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.rule, finding.file, finding.range, finding.message]);
    const known = merged.get(key);
    merged.set(
      key,
      known && known.scope !== finding.scope
        ? { ...known, scope: `${known.scope}, ${finding.scope}` }
        : (known ?? finding),
    );
  }
  return [...merged.values()];
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

/** A setting replaces the rule's plain severity; what a rule says more quietly never gets louder by it. */
function configured(rule: Rule, severity: Severity, settings: Settings): Severity {
  const set = settings.rules[rule.id];
  if (set === undefined || set === 'off') return severity;
  return loudness[severity] >= loudness[rule.severity] || loudness[set] < loudness[severity] ? set : severity;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
