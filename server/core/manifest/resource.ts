import type { MapNode, OffsetRange, SourceNode } from './node';

/** One Kubernetes object as written in a manifest. Structured-cloneable. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** `metadata.name`; empty when it is missing or made by `generateName`. */
  readonly name: string;
  /** `metadata.namespace` as written; undefined when nothing is written. */
  readonly namespace: string | undefined;
  /** URI of the manifest. */
  readonly file: string;
  /** From the first to the last character of the object. */
  readonly range: OffsetRange;
  /** Where to point when the whole resource is meant: the name, else the kind. */
  readonly nameNode: SourceNode;
  readonly root: MapNode;
  /** Where its pods' template is, for a kind that only the setting `kubepath.podTemplates` knows. */
  readonly podTemplate?: string;
}

/** Something wrong with the text itself. */
export interface ManifestProblem {
  readonly rule: 'yaml-syntax' | 'yaml-duplicate-key';
  /** `tolerated`: kubectl reads it nevertheless. */
  readonly severity: 'error' | 'tolerated';
  readonly message: string;
  readonly range: OffsetRange;
  /** It is in a document of a kind that networking does not read: whatever is broken there, no resource is missing. */
  readonly elsewhere?: true;
}

/** What was read from one file. Structured-cloneable. */
export interface Manifest {
  readonly uri: string;
  readonly resources: readonly Resource[];
  readonly problems: readonly ManifestProblem[];
  /** Sentences for the log: what was left alone and why. */
  readonly notes: readonly string[];
  /** True when the file holds a document with `{{`: a Helm or Go template, left alone. */
  readonly template: boolean;
}
