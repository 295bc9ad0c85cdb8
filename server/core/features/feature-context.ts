import type { OffsetRange } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { NetworkModel } from '../model/network-model';
import type { Location } from '../position';

/** What a feature may ask, beside the model: where things are written. */
export interface FeatureContext {
  readonly model: NetworkModel;
  /** The lines and characters of a place in a resource; of its name without one. */
  locate(resource: Resource, at?: OffsetRange & { readonly file?: string }): Location;
}

/** Markdown over a piece of text. */
export interface Hover extends OffsetRange {
  readonly markdown: string;
}
