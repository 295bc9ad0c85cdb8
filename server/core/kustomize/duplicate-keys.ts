import { keyRange, type SourceNode } from '../manifest/node';
import type { Context } from './context';

/**
 * Reports keys that stand twice in one mapping of a kustomization or a patch. kustomize takes both (v5.5): of a kustomization and of a JSON
 * patch the last one counts, of a strategic merge patch the first.
 * @param file URI of what the tree is written in, where its nodes do not say so; the kustomization's own when it is left out
 */
export function reportDuplicateKeys(tree: SourceNode, context: Context, file?: string): void {
  // What an anchor holds is there once, however often it is used.
  const seen = new Set<object>();
  const visit = (node: SourceNode): void => {
    if (node.type === 'scalar') return;
    const content = node.type === 'map' ? node.entries : node.items;
    if (seen.has(content)) return;
    seen.add(content);
    if (node.type === 'sequence') {
      node.items.forEach(visit);
      return;
    }
    const keys = new Set<string>();
    for (const entry of node.entries) {
      const at = keyRange(entry);
      if (keys.has(entry.key)) context.duplicate(file === undefined ? at : { file, ...at }, messageOf(entry.key));
      keys.add(entry.key);
      visit(entry.value);
    }
  };
  visit(tree);
}

function messageOf(key: string): string {
  return `The key "${key}" stands twice in this mapping. kustomize takes one of them and drops the other without a word: keep one.`;
}
