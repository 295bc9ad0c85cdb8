import type { SourceProblem } from './finding';
import type { Resource } from './manifest/resource';

/** Files that are analysed together, as the workspace found them. */
export interface ScopeDefinition {
  /** Unique within the workspace; shown to people: `overlays/prod`, `deploy`. */
  readonly name: string;
  readonly kind: 'kustomize' | 'helm' | 'directory';
  /** URI of the directory. */
  readonly root: string;
  /** False when something that will be deployed is not in it: rules about absence lower their voice. */
  readonly complete: boolean;
  /** URIs of its manifests, in the order they are applied. */
  readonly files: readonly string[];
  /** What a renderer made of the files; absent where the files are deployed as they are written. */
  readonly rendering?: Rendering;
}

/** What will be deployed, where that is not what the files say. Compared by identity: a new rendering is a new object. */
export interface Rendering {
  /** Every node knows the file and place it comes from. */
  readonly resources: readonly Resource[];
  readonly problems: readonly SourceProblem[];
  /** URIs of everything it was made of. */
  readonly inputs: ReadonlySet<string>;
  /** What this scope puts around names (`dev-`): findings that differ in it, or in the namespace, alone are told once for several scopes. */
  readonly affixes: readonly string[];
}
