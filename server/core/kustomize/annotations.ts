import { entryOf } from '../manifest/node';
import type { Context } from './context';
import type { TransformerConfig } from './field-specs';
import type { Item } from './item';
import { addEntries } from './labels';

/** Puts `commonAnnotations` on every item and its pod templates. */
export function applyAnnotations(items: readonly Item[], context: Context, config: TransformerConfig): readonly Item[] {
  const entry = entryOf(context.kustomization.root, 'commonAnnotations');
  return addEntries(items, context, entry, 'commonAnnotations', config.commonAnnotations);
}
