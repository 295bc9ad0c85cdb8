import type { Severity } from '../server/core/finding';
import type { DiagramView, ViewEdge, ViewNode } from '../server/core/views/view';

const LOUDNESS: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** The loudest of the problems' severities. */
export function worstSeverity(nodes: Iterable<Pick<ViewNode, 'problems'>>): Severity | undefined {
  let worst = LOUDNESS.length;
  for (const node of nodes)
    for (const problem of node.problems) worst = Math.min(worst, LOUDNESS.indexOf(problem.severity));
  return LOUDNESS[worst];
}

/** A sign that tells severities apart without colour. */
export const SEVERITY_GLYPHS: Readonly<Record<Severity, string>> = {
  error: '✕',
  warning: '!',
  information: 'i',
  hint: '·',
};

/** Ids of stand-ins for what may well exist elsewhere: no edge to them is known to break. */
export function unsureNodes({ nodes, edges }: DiagramView): ReadonlySet<string> {
  const broken = new Set(edges.filter((edge) => edge.state === 'broken').map((edge) => edge.target));
  return new Set(nodes.filter((node) => node.kind === 'missing' && !broken.has(node.id)).map((node) => node.id));
}

/** Ids of nodes that an edge breaks at: what they point to is not there. */
export function brokenNodes(edges: readonly ViewEdge[]): ReadonlySet<string> {
  return new Set(edges.filter((edge) => edge.state === 'broken').map((edge) => edge.source));
}
