import { dotText } from '../../diagram/escape';
import { oneLine } from './output';
import { groupsOf, linesOf, type Picture, type PicturePeer } from './picture';

/** Graphviz: a cluster for each namespace. Open workloads are dashed. */
export function* toDot({ peers, links }: Picture): Generator<string> {
  const ids = new Map(peers.map(({ id }, index) => [id, `n${index + 1}`]));
  yield 'digraph connectivity {\n';
  yield '  graph [rankdir=LR, bgcolor="#ffffff", fontname="Helvetica", fontsize=12, color="#94a3b8", style="rounded", nodesep=0.3, ranksep=0.9];\n';
  yield '  node [shape=box, style="rounded,filled", fillcolor="#f8fafc", color="#475569", fontname="Helvetica", fontsize=11, margin="0.2,0.08"];\n';
  yield '  edge [color="#475569", fontname="Helvetica", fontsize=10];\n';
  const { free, namespaces } = groupsOf(peers);
  for (const peer of free) yield `  ${node(peer, ids)}\n`;
  for (const [index, { namespace, members }] of namespaces.entries()) {
    yield `  subgraph cluster_${index + 1} {\n    label=${quoted(namespace)};\n`;
    for (const peer of members) yield `    ${node(peer, ids)}\n`;
    yield '  }\n';
  }
  for (const { source, target, conn, isMutual } of links)
    yield `  ${ids.get(source)} -> ${ids.get(target)} [label=${quoted(conn)}${isMutual ? ', dir=both' : ''}];\n`;
  yield '}\n';
}

const looks: Readonly<Record<PicturePeer['type'], string>> = {
  workload: '',
  outside: ', shape=ellipse, fillcolor="#fff7ed"',
  controller: ', shape=cds, fillcolor="#faf5ff"',
  several: ', style="rounded,filled,bold", fillcolor="#eff6ff"',
  namespace: ', shape=folder',
};

function node(peer: PicturePeer, ids: ReadonlyMap<string, string>): string {
  const open = peer.open.length > 0 ? ', style="rounded,filled,dashed", fillcolor="#fefce8"' : '';
  const label = linesOf(peer).map(escaped).join('\\n');
  return `${ids.get(peer.id)} [label="${label}", tooltip=${quoted(peer.id)}${looks[peer.type]}${open}];`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return dotText(oneLine(text));
}
