import type { OffsetRange } from '../manifest/node';
import type { KustomizationFile, KustomizeSource } from './source';

/** Something about a kustomization that a person should know. */
export interface KustomizeProblem {
  /**
   * `kustomization-invalid`: kustomize refuses it. `kustomization-incomplete`: something it asks for cannot be had here.
   * `yaml-duplicate-key`: it says something twice, and all that is deployed is here.
   */
  readonly rule: 'kustomization-invalid' | 'kustomization-incomplete' | 'yaml-duplicate-key';
  /** URI of the kustomization or patch that is to blame. */
  readonly file: string;
  readonly range: OffsetRange;
  /** What is wrong and what would make it right, in full sentences. */
  readonly message: string;
}

/** A place in a file; in the kustomization itself when no file is said. */
export interface KustomizePlace extends OffsetRange {
  readonly file?: string;
}

/** What the parts of one kustomization are worked out with. */
export interface Context {
  readonly kustomization: KustomizationFile;
  readonly source: KustomizeSource;
  /** kustomize would refuse to build this. What is reported is left out, and the rest goes on. */
  invalid(at: KustomizePlace, message: string): void;
  /** The same for a name that nothing here has: not said where it may come with what is missing. */
  missing(at: KustomizePlace, message: string): void;
  /** Something that is deployed cannot be had here (a URL, a plugin, a missing file): the result is not all there is. */
  incomplete(at: KustomizePlace, message: string): void;
  /** A key stands twice in one mapping. */
  duplicate(at: KustomizePlace, message: string): void;
}
