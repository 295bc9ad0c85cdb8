import type { DiagramView, EdgeState, ViewNodeKind } from '../server/core/views/view';
import { mermaidText } from './escape';
import { nodeLines, namedParts, type NamedEdge, type NamedNode } from './named-parts';
import { cleanText } from './text';

/** A Mermaid flowchart of the whole view: a subgraph for each frame. Names and labels hold nothing that Mermaid would obey. */
export function diagramToMermaid(view: DiagramView): string {
  const { free, frames, edges } = namedParts(view);
  return [
    'flowchart LR',
    ...free.map((node) => `  ${nodeStatement(node)}`),
    ...frames.flatMap(({ name, group, members }) => [
      `  subgraph ${name}["${escaped(group.label)}"]`,
      ...members.map((node) => `    ${nodeStatement(node)}`),
      '  end',
    ]),
    ...edges.map((edge) => `  ${edgeStatement(edge)}`),
    ...linkStyles(edges),
    ...classes([...free, ...frames.flatMap(({ members }) => members)]),
    '',
  ].join('\n');
}

const BOX = ['[', ']'] as const;
const STADIUM = ['([', '])'] as const;
const HEXAGON = ['{{', '}}'] as const;

const SHAPES: Readonly<Record<ViewNodeKind, readonly [string, string]>> = {
  outside: STADIUM,
  client: BOX,
  ingress: ['>', ']'],
  service: ['(', ')'],
  workload: BOX,
  endpoints: ['[[', ']]'],
  'external-name': STADIUM,
  missing: BOX,
  policy: ['[/', '/]'],
  addresses: HEXAGON,
  undeclared: BOX,
  several: ['[[', ']]'],
  controller: HEXAGON,
  gateway: HEXAGON,
  host: STADIUM,
  network: ['[(', ')]'],
};

function nodeStatement({ name, node }: NamedNode): string {
  const [before, after] = SHAPES[node.kind];
  return `${name}${before}"${nodeLines(node).map(mermaidText).join('<br/>')}"${after}`;
}

/** A line with an end for one way, and with ends for both. */
const ARROWS: Readonly<Record<EdgeState, readonly [string, string]>> = {
  ok: ['-->', '<-->'],
  broken: ['--x', 'x--x'],
  denied: ['--x', 'x--x'],
  'half-open': ['--o', 'o--o'],
  unknown: ['-.->', '<-.->'],
  plain: ['---', '---'],
};

/** What a change adds is a thick line. */
const ADDED = ['==>', '<==>'] as const;

function edgeStatement({ source, target, edge, label }: NamedEdge): string {
  const [oneWay, bothWays] = edge.change === 'added' && edge.state === 'ok' ? ADDED : ARROWS[edge.state];
  const arrow = edge.mutual === true ? bothWays : oneWay;
  const text = escaped(label);
  return `${source.frame ?? source.name} ${arrow}${text === '' ? '' : `|"${text}"|`} ${target.frame ?? target.name}`;
}

const LINK_STYLES: Readonly<Partial<Record<EdgeState, string>>> = {
  broken: 'stroke:#b91c1c,stroke-dasharray:9 5',
  denied: 'stroke:#b91c1c',
  'half-open': 'stroke:#b45309',
};

/** Edges are styled by their number. */
function linkStyles(edges: readonly NamedEdge[]): readonly string[] {
  return Object.entries(LINK_STYLES).flatMap(([state, style]) => {
    const numbers = edges.flatMap(({ edge }, index) => (edge.state === state ? [index] : []));
    return numbers.length === 0 ? [] : [`  linkStyle ${numbers.join(',')} ${style}`];
  });
}

function classes(nodes: readonly NamedNode[]): readonly string[] {
  const missing = nodes.filter(({ node }) => node.kind === 'missing' || node.kind === 'undeclared');
  if (missing.length === 0) return [];
  return ['  classDef absent stroke-dasharray:4 3', `  class ${missing.map(({ name }) => name).join(',')} absent`];
}

function escaped(text: string): string {
  return mermaidText(cleanText(text));
}
