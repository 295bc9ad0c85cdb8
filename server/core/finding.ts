import type { OffsetRange } from './manifest/node';
import type { Location, Range } from './position';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A place that explains a finding: the near-miss workload, the other policy. */
export interface RelatedPlace extends Location {
  readonly message: string;
}

/** What a rule reports; a diagnostic in the editor. Plain data. */
export interface Finding extends Location {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Name of the scope it was found in; several are joined by ", ". */
  readonly scope: string;
  readonly related: readonly RelatedPlace[];
  readonly tags: readonly ('unnecessary' | 'deprecated')[];
  /** What the rule's fixes read. JSON. */
  readonly data?: unknown;
}

export interface TextEdit {
  readonly file: string;
  readonly range: Range;
  readonly newText: string;
}

/** A quick fix for one finding. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** The one that a careful person would choose. */
  readonly preferred: boolean;
}

/** Something about the files of a scope that no rule finds in a model: a base that cannot be had, a chart that fails. */
export interface SourceProblem {
  /** Id of the rule it is reported under. */
  readonly rule: string;
  /** URI of the file it is reported in. */
  readonly file: string;
  /** Zero-based offsets into that file. */
  readonly range: OffsetRange;
  readonly message: string;
  readonly tags?: Finding['tags'];
  /** What the rule's fixes read. JSON. */
  readonly data?: unknown;
}
