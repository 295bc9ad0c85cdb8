import type { Resource } from '../core/index';

/** A manifest that belongs to no kustomization and no chart. */
export interface PlainFile {
  readonly uri: string;
  readonly resources: readonly Resource[];
}
