import type { Connectivity } from '../core/index';
import {
  controllerNames,
  isOutside,
  namesIn,
  opennessTest,
  type Openness,
  type Picture,
  type PictureLink,
  type PicturePeer,
} from './picture';

/**
 * The picture of a scope that is too large to be drawn: namespaces, and how many connections are between them.
 * @param surplus what there is too much of: `700 workloads`
 */
export function namespacesAsPeers(
  { connections }: Connectivity,
  workloads: readonly string[],
  open: Openness,
  surplus: string,
): Picture {
  const isOpen = opennessTest(open);
  const peers = new Map<string, PicturePeer>();
  const counts = new Map<string, Counts>();
  for (const [namespace, members] of byNamespace(workloads))
    peers.set(namespace, namespacePeer(namespace, members, open));
  for (const { src, dst, conn } of connections) {
    if (conn === 'All Connections' && isOpen(src, 'Egress') && isOpen(dst, 'Ingress')) continue;
    const [from, to] = [placeOf(src, peers), placeOf(dst, peers)];
    if (from === to) continue;
    const [source, target] = from < to ? [from, to] : [to, from];
    const key = JSON.stringify([source, target]);
    const count = counts.get(key) ?? { source, target, there: 0, back: 0 };
    counts.set(key, count);
    if (from === source) count.there += 1;
    else count.back += 1;
  }
  return {
    peers: [...peers.values()],
    links: [...counts.values()].map(toLink),
    notes: [
      `The picture shows namespaces only: ${surplus} are more than it can hold. --scope and a smaller PATH narrow it down; --format text has all.`,
    ],
  };
}

interface Counts {
  readonly source: string;
  readonly target: string;
  there: number;
  back: number;
}

/** One link for both ways, with how many connections that are. */
function toLink({ source, target, there, back }: Counts): PictureLink {
  const total = there + back;
  const conn = total === 1 ? '1 connection' : `${total} connections`;
  return there === 0
    ? { source: target, target: source, conn, isMutual: false }
    : { source, target, conn, isMutual: back > 0 };
}

function byNamespace(workloads: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const id of workloads) {
    const { namespace } = namesIn(id);
    const members = found.get(namespace);
    if (members) members.push(id);
    else found.set(namespace, [id]);
  }
  return found;
}

function namespacePeer(namespace: string, members: readonly string[], open: Openness): PicturePeer {
  const unprotected = members.filter((id) => open.has(id)).length;
  const remark = { peer: `${unprotected} open in some direction`, conn: '' };
  return {
    id: namespace,
    type: 'namespace',
    namespace: undefined,
    title: namespace,
    subtitle: `${members.length} workload${members.length === 1 ? '' : 's'}`,
    open: [],
    exposed: unprotected === 0 ? [] : [remark],
  };
}

/** Where a peer is drawn; all addresses are one place. */
function placeOf(id: string, peers: Map<string, PicturePeer>): string {
  const { namespace, kind } = namesIn(id);
  if (kind !== '' && !isOutside(id)) return namespace;
  const names = isOutside(id) ? { title: 'Addresses', subtitle: 'outside of the cluster' } : controllerNames;
  const place = `{${names.title}}`;
  const type = isOutside(id) ? 'outside' : 'controller';
  if (!peers.has(place)) peers.set(place, { id: place, type, namespace: undefined, ...names, open: [], exposed: [] });
  return place;
}
