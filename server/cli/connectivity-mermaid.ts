import { mermaidText } from '../../diagram/escape';
import { oneLine } from './output';
import { groupsOf, linesOf, type Picture, type PicturePeer } from './picture';

/** A Mermaid flowchart: a subgraph for each namespace. */
export function* toMermaid({ peers, links }: Picture): Generator<string> {
  const ids = new Map(peers.map(({ id }, index) => [id, `n${index + 1}`]));
  yield 'flowchart LR\n';
  const { free, namespaces } = groupsOf(peers);
  for (const peer of free) yield `  ${node(peer, ids)}\n`;
  for (const [index, { namespace, members }] of namespaces.entries()) {
    yield `  subgraph g${index + 1}["${escaped(namespace)}"]\n`;
    for (const peer of members) yield `    ${node(peer, ids)}\n`;
    yield '  end\n';
  }
  for (const { source, target, conn, isMutual } of links)
    yield `  ${ids.get(source)} ${isMutual ? '<-->' : '-->'}|"${escaped(conn)}"| ${ids.get(target)}\n`;
  const open = peers.filter((peer) => peer.open.length > 0).map(({ id }) => ids.get(id));
  if (open.length > 0) yield `  classDef open stroke-dasharray:4 3\n  class ${open.join(',')} open\n`;
}

const shapes: Readonly<Record<PicturePeer['type'], readonly [string, string]>> = {
  workload: ['[', ']'],
  outside: ['([', '])'],
  controller: ['{{', '}}'],
  several: ['[[', ']]'],
  namespace: ['[', ']'],
};

function node(peer: PicturePeer, ids: ReadonlyMap<string, string>): string {
  const [before, after] = shapes[peer.type];
  return `${ids.get(peer.id)}${before}"${linesOf(peer).map(escaped).join('<br/>')}"${after}`;
}

function escaped(text: string): string {
  return mermaidText(oneLine(text));
}
