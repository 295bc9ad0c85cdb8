import type { DiagramView, ViewNode } from '../server/core/views/view';

/** Ids of the nodes in which every word of the query occurs, in the view's order. An empty query finds nothing. */
export function searchNodes(view: DiagramView, query: string): readonly string[] {
  const words = query
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const groups = new Map(view.groups.map((group) => [group.id, group.label]));
  return view.nodes.filter((node) => matches(node, groups.get(node.group ?? '') ?? '', words)).map((node) => node.id);
}

function matches(node: ViewNode, group: string, words: readonly string[]): boolean {
  const text = [
    node.title,
    node.subtitle,
    ...node.lines,
    ...(node.badges ?? []).map((badge) => badge.text),
    ...(node.parts ?? []).map((part) => `${part.text} ${part.note ?? ''}`),
    ...Object.entries(node.labels ?? {}).map(([key, value]) => `${key}=${value}`),
    group,
    ...node.problems.map((problem) => `${problem.rule} ${problem.message}`),
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
