import type { Severity } from '../finding';
import type { OffsetRange } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { ScalarPart } from '../manifest/scalar-part';
import type { NetworkModel } from '../model/network-model';
import type { Settings } from '../settings';

/** A place in a resource, before it becomes lines and characters. */
export interface Place extends OffsetRange {
  /** URI, when the text stands in another file than the resource's own. */
  readonly file?: string;
  /** Only this piece of the scalar that stands there is meant: found in the text, which rules do not have. */
  readonly part?: ScalarPart;
}

export interface RelatedReport {
  readonly resource: Resource;
  /** The resource's name when absent. */
  readonly at?: Place;
  readonly message: string;
}

export interface ReportInput {
  readonly resource: Resource;
  /** The resource's name when absent. */
  readonly at?: Place;
  /** What is wrong, in the user's names, and what would make it right. */
  readonly message: string;
  /** The rule's own severity when absent. */
  readonly severity?: Severity;
  readonly related?: readonly RelatedReport[];
  readonly tags?: readonly ('unnecessary' | 'deprecated')[];
  /** What the rule's fixes read: JSON. */
  readonly data?: FixData;
}

export type Report = (input: ReportInput) => void;

/** One change of text, by zero-based offsets into the file. */
export interface EditData {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** A fix as the rule prepares it. Fixes are plain edits, so that they survive being sent to an editor and back. */
export interface FixDraft {
  readonly title: string;
  readonly edits: readonly EditData[];
}

/** Data of a finding: whatever the rule's `fixes` needs. */
export type FixData = Readonly<Record<string, unknown>>;

/** Gives the text of a manifest by its URI. */
export type TextOf = (uri: string) => string;

export interface Rule {
  /** The file's name, the page's name, the fixture folder's name, the diagnostic's code. */
  readonly id: string;
  /** One line for tables. */
  readonly title: string;
  /** Severity of a plain case. A finding may lower it, settings replace it. */
  readonly severity: Severity;
  /** Off until a setting names the rule: what it asks for is a matter of taste. */
  readonly optIn?: true;
  /** Further severities, for the table: "information: a number that is not declared". */
  readonly variants?: readonly string[];
  check(model: NetworkModel, report: Report, settings: Settings): void;
  /** Quick fixes for a finding of this rule, the best first. They read `data`, never the message. */
  fixes?(data: FixData, textOf: TextOf): readonly FixDraft[];
  /** The best fix of each finding is what a careful person would do, wherever the rule reports in a file: all may be done at once. */
  readonly fixAll?: true;
}

/** Declares a rule. */
export function defineRule(rule: Rule): Rule {
  return rule;
}

/** One step quieter, for scopes that do not hold everything that will be deployed. */
export function lowered(severity: Severity): Severity {
  if (severity === 'error') return 'warning';
  return severity === 'warning' ? 'information' : 'hint';
}
