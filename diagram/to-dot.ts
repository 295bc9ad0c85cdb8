import type { DiagramView, EdgeState, ViewNodeKind } from '../server/core/views/view';
import { nodeTooltip } from './describe';
import { dotText } from './escape';
import { nodeLines, namedParts, type NamedEdge, type NamedNode } from './named-parts';
import { PALETTES } from './palette';
import { cleanText } from './text';

const { background, foreground, frame, border, ok, denied, unknown, muted, ...tints } = PALETTES.light;

/** The whole view for Graphviz: a cluster for each frame. */
export function diagramToDot(view: DiagramView): string {
  const { free, frames, edges } = namedParts(view);
  return [
    'digraph kubepath {',
    `  graph [rankdir=LR, compound=true, bgcolor="${background}", fontname="Helvetica", fontsize=12, color="${border}", style="rounded,filled", fillcolor="${frame}", nodesep=0.3, ranksep=0.9];`,
    `  node [shape=box, style="rounded,filled", fillcolor="${background}", color="${border}", fontcolor="${foreground}", fontname="Helvetica", fontsize=11, margin="0.2,0.08"];`,
    `  edge [color="${ok}", fontcolor="${foreground}", fontname="Helvetica", fontsize=10];`,
    ...free.map((node) => `  ${nodeStatement(node)}`),
    ...frames.flatMap(({ name, group, members }) => [
      `  subgraph cluster_${name} {`,
      `    label=${quoted(group.label)};`,
      ...members.map((node) => `    ${nodeStatement(node)}`),
      '  }',
    ]),
    ...edges.map((edge) => `  ${edgeStatement(edge)}`),
    '}',
    '',
  ].join('\n');
}

const LOOKS: Readonly<Record<ViewNodeKind, string>> = {
  outside: `shape=ellipse, color="${tints.outside}"`,
  client: `shape=octagon, color="${tints.outside}"`,
  ingress: `shape=cds, color="${tints.route}"`,
  service: `shape=box, color="${tints.service}"`,
  workload: `shape=box3d, color="${tints.workload}"`,
  endpoints: `shape=note, color="${tints.workload}"`,
  'external-name': `shape=ellipse, color="${tints.outside}"`,
  missing: `shape=box, style="rounded,filled,dashed", color="${tints.error}"`,
  policy: `shape=folder, color="${tints.route}"`,
  addresses: `shape=hexagon, color="${tints.outside}"`,
  undeclared: `shape=box, style="rounded,filled,dashed", color="${muted}"`,
  several: `shape=box3d, color="${tints.workload}"`,
  controller: `shape=house, color="${tints.outside}"`,
  gateway: `shape=house, color="${tints.route}"`,
  host: `shape=ellipse, color="${tints.route}"`,
  network: `shape=cylinder, color="${tints.outside}"`,
};

function nodeStatement({ name, node }: NamedNode): string {
  const lines = nodeLines(node).map(dotText).join('\\n');
  const tooltip = dotText(nodeTooltip(node)).replaceAll('\n', '\\n');
  return `${name} [label="${lines}", tooltip="${tooltip}", ${LOOKS[node.kind]}];`;
}

/** Colour, dash and head. */
const LINES: Readonly<Record<EdgeState, string>> = {
  ok: `style=solid, arrowhead=normal`,
  broken: `style=dashed, color="${denied}", arrowhead=tee`,
  denied: `style=dashed, color="${denied}", arrowhead=box`,
  'half-open': `style=dashed, color="${unknown}", arrowhead=odot`,
  unknown: `style=dotted, color="${unknown}", arrowhead=empty`,
  plain: `style=solid, color="${border}", arrowhead=none`,
};

function edgeStatement({ source, target, edge, label }: NamedEdge): string {
  const attributes = [
    ...(label === '' ? [] : [`label=${quoted(label)}`]),
    LINES[edge.state],
    ...(edge.mutual === true ? ['dir=both'] : []),
    ...(edge.change === 'added' ? ['penwidth=2'] : []),
    ...(edge.note === undefined ? [] : [`tooltip=${quoted(edge.note)}`]),
    ...(source.frame === undefined ? [] : [`ltail=cluster_${source.frame}`]),
    ...(target.frame === undefined ? [] : [`lhead=cluster_${target.frame}`]),
  ];
  return `${source.name} -> ${target.name} [${attributes.join(', ')}];`;
}

function quoted(text: string): string {
  return `"${dotText(cleanText(text))}"`;
}
