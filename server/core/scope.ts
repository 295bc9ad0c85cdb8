/** A manifest as part of a scope. */
export interface ScopeFile {
  readonly uri: string;
  /** Namespace that takes the place of whatever its resources say (Kustomize `namespace:`). */
  readonly namespace?: string;
}

/** Files that are analysed together, as the workspace found them. */
export interface ScopeDefinition {
  /** Unique within the workspace; shown to people: `overlays/prod`, `deploy`. */
  readonly name: string;
  readonly kind: 'kustomize' | 'helm' | 'directory';
  /** URI of the directory. */
  readonly root: string;
  /** False when something that will be deployed is not in it: rules about absence lower their voice. */
  readonly complete: boolean;
  /** In the order they are applied. */
  readonly files: readonly ScopeFile[];
}
