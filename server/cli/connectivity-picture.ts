import type { Connectivity, ExposedConnection, Exposure } from '../core/index';
import {
  controllerNames,
  isOutside,
  namesIn,
  opennessTest,
  type Direction,
  type Exposed,
  type Openness,
  type Picture,
  type PictureLimits,
  type PicturePeer,
  type Relation,
} from './picture';
import { joinAddresses } from './picture-addresses';
import { mergeLinks } from './picture-links';
import { namespacesAsPeers } from './picture-namespaces';

export interface PictureInput {
  /** With exposure: it tells which workloads are open. */
  readonly connectivity: Connectivity;
  /** The names of all workloads, connected or not. */
  readonly workloads: readonly string[];
  readonly showsExposure: boolean;
  readonly limits: PictureLimits;
}

/** The picture of a result: of its workloads, or of its namespaces where those are too many, or have too many connections. */
export function pictureOf({ connectivity, limits, showsExposure, ...input }: PictureInput): Picture {
  const workloads = [...new Set(input.workloads)].sort();
  const exposure = connectivity.exposure ?? { egress: [], ingress: [], unprotected: [] };
  const open = opennessOf(exposure);
  const namespaces = (surplus: string): Picture =>
    limited(namespacesAsPeers(connectivity, workloads, open, surplus), limits);
  if (workloads.length > limits.peers) return namespaces(`${workloads.length} workloads`);
  const picture = pictureOfWorkloads(connectivity, workloads, showsExposure ? exposure : undefined, open);
  const hasNamespaces = new Set(workloads.map((id) => namesIn(id).namespace)).size > 1;
  return picture.links.length > limits.links && hasNamespaces
    ? namespaces(`${picture.links.length} connections`)
    : limited(picture, limits);
}

function pictureOfWorkloads(
  { connections }: Connectivity,
  workloads: readonly string[],
  exposure: Exposure | undefined,
  open: Openness,
): Picture {
  const relation = relationOf(connections);
  const exposed = exposure ? exposedOf(exposure, open) : new Map<string, readonly Exposed[]>();
  const peers = workloads.map((id): PicturePeer => {
    const { namespace, name, kind } = namesIn(id);
    const own = { open: open.get(id) ?? [], exposed: exposed.get(id) ?? [] };
    return { id, type: 'workload', namespace, title: name, subtitle: kind, ...own };
  });
  const shown = visible(relation, open);
  const joined = joinAddresses(shown);
  const merged = mergeLinks({ relation: joined.relation, all: relation, peers });
  const all = [...joined.peers, ...controllers(shown, workloads), ...merged.peers, ...peers];
  return { peers: all, links: merged.links, notes: [] };
}

/** Peers that are neither workloads nor addresses. */
function controllers(relation: Relation, workloads: readonly string[]): readonly PicturePeer[] {
  const known = new Set(workloads);
  const others = [...relation.keys()].filter((id) => !known.has(id) && !isOutside(id));
  return others.map((id) => ({
    id,
    type: 'controller',
    namespace: undefined,
    ...controllerNames,
    open: [],
    exposed: [],
  }));
}

function opennessOf({ unprotected }: Exposure): Openness {
  const open = new Map<string, Direction[]>();
  for (const { workload, direction } of unprotected) open.set(workload, [...(open.get(workload) ?? []), direction]);
  return open;
}

/** What undeclared pods may do, besides what is said already by a workload being open. */
function exposedOf({ egress, ingress }: Exposure, open: Openness): ReadonlyMap<string, readonly Exposed[]> {
  const exposed = new Map<string, Exposed[]>();
  const add = (direction: Direction, word: string, lines: readonly ExposedConnection[]): void => {
    for (const { workload, peer, conn } of lines) {
      if (isOutside(peer) || open.get(workload)?.includes(direction)) continue;
      const known = exposed.get(workload) ?? [];
      exposed.set(workload, known);
      known.push({ peer: `${word} ${peer}`, conn });
    }
  };
  add('Ingress', 'from', ingress);
  add('Egress', 'to', egress);
  return exposed;
}

function relationOf(connections: Connectivity['connections']): Relation {
  const relation = new Map<string, Map<string, string>>();
  for (const { src, dst, conn } of connections) {
    const row = relation.get(src);
    if (row) row.set(dst, conn);
    else relation.set(src, new Map([[dst, conn]]));
  }
  return relation;
}

/** What is to be drawn: between two peers that are both open everything passes, which their badges say. */
function visible(relation: Relation, open: Openness): Relation {
  const isOpen = opennessTest(open);
  const rows = [...relation].map(([src, row]) => {
    const leavesFreely = isOpen(src, 'Egress');
    const kept = [...row].filter(
      ([dst, conn]) => !(leavesFreely && conn === 'All Connections' && isOpen(dst, 'Ingress')),
    );
    return [src, new Map(kept)] as const;
  });
  return new Map(rows.filter(([, row]) => row.size > 0));
}

/** As much of a picture as its limits admit, with a word about the rest. Besides workloads there may be as many other peers. */
function limited(picture: Picture, limits: PictureLimits): Picture {
  const peers = picture.peers.slice(0, limits.peers * 2);
  const known = new Set(peers.map(({ id }) => id));
  const drawable = picture.links.filter(({ source, target }) => known.has(source) && known.has(target));
  const links = drawable.slice(0, limits.links);
  const left = [
    ...(peers.length < picture.peers.length
      ? [`${picture.peers.length - peers.length} of ${picture.peers.length} peers`]
      : []),
    ...(links.length < picture.links.length
      ? [`${picture.links.length - links.length} of ${picture.links.length} connections`]
      : []),
  ];
  const note = `The picture leaves out ${left.join(' and ')}: it would be too large to be opened. --scope and a smaller PATH narrow it down; --format text has all.`;
  return { peers, links, notes: left.length === 0 ? picture.notes : [...picture.notes, note] };
}
