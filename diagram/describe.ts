import type { DiagramView, ViewEdge, ViewNode } from '../server/core/views/view';
import { KIND_NAMES } from './icons';
import { cleanText } from './text';

const STATE_WORDS: Readonly<Record<ViewEdge['state'], string>> = {
  ok: 'connects',
  broken: 'does not connect',
  denied: 'is denied',
  'half-open': 'is admitted by one side only',
  plain: 'belongs to it',
  unknown: 'cannot be told from the manifests',
};

/** A node in one sentence, as it is read aloud. */
export function describeNode(node: ViewNode): string {
  const problems =
    node.problems.length === 0 ? '' : node.problems.length === 1 ? ', 1 problem' : `, ${node.problems.length} problems`;
  return cleanText(`${node.title}, ${node.subtitle === '' ? KIND_NAMES[node.kind] : node.subtitle}${problems}`);
}

/** All that is known of a node, one line each: its tooltip. */
export function nodeTooltip(node: ViewNode): string {
  const problems = node.problems.map((problem) => `${problem.severity}: ${problem.message}`);
  return [`${node.title} (${node.subtitle})`, ...node.lines, ...problems].map(cleanText).join('\n');
}

/** An edge as seen from one of its ends: "to web: 80 → 8080, connects". */
export function describeEdge(view: DiagramView, edge: ViewEdge, from: string): string {
  const isLeaving = edge.source === from;
  const otherId = isLeaving ? edge.target : edge.source;
  const other = view.nodes.find((node) => node.id === otherId);
  const label = edge.label === '' ? '' : `: ${edge.label}`;
  const note = edge.note === undefined ? '' : `, ${edge.note}`;
  return cleanText(
    `${isLeaving ? 'to' : 'from'} ${other?.title ?? otherId}${label}, ${STATE_WORDS[edge.state]}${note}`,
  );
}

/** "12 Services, 14 workloads": what a folded group holds. */
export function summarise(nodes: readonly ViewNode[]): string {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const word = SUMMARY_WORDS[node.kind];
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${count === 1 ? word : `${word}s`}`).join(', ');
}

const SUMMARY_WORDS: Readonly<Partial<Record<ViewNode['kind'], string>>> = {
  ingress: 'route',
  service: 'Service',
  'external-name': 'Service',
  workload: 'workload',
  endpoints: 'endpoint list',
};
