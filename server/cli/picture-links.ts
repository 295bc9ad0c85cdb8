import type { PictureLink, PicturePeer, Relation } from './picture';

export interface LinksInput {
  /** What is to be drawn. */
  readonly relation: Relation;
  /** Everything, for whether something holds for all. */
  readonly all: Relation;
  /** The workloads. */
  readonly peers: readonly PicturePeer[];
}

interface Link {
  readonly source: string;
  readonly target: string;
  readonly conn: string;
}

/** Workloads that are spoken of as one. */
interface Several {
  readonly peer: PicturePeer;
  readonly members: ReadonlySet<string>;
}

/** So many links at least are worth a peer that stands for all of them. */
const leastMerged = 3;

/**
 * The links of a picture. What all workloads of a namespace, or all there are, have in common is said once, by a peer that stands for
 * them; two that may talk both ways in the same terms have one link.
 */
export function mergeLinks(input: LinksInput): {
  readonly peers: readonly PicturePeer[];
  readonly links: readonly PictureLink[];
} {
  const groups = groupsOf(input.peers);
  const links = [...input.relation].flatMap(([source, row]) =>
    [...row].map(([target, conn]): Link => ({ source, target, conn })),
  );
  const membersOf = new Map(groups.map(({ peer, members }) => [peer.id, [...members]]));
  const holds = ({ source, target, conn }: Link): boolean =>
    (membersOf.get(source) ?? [source]).every(
      (member) => member === target || input.all.get(member)?.get(target) === conn,
    );
  const merged = mergeEnds(mergeEnds(links, 'source', groups, holds), 'target', groups, holds);
  const used = new Set(merged.flatMap(({ source, target }) => [source, target]));
  const loops = new Map(
    merged.filter(({ source, target }) => source === target).map((link) => [link.source, link.conn]),
  );
  return {
    peers: groups.flatMap(({ peer }) => {
      const among = loops.get(peer.id);
      if (!used.has(peer.id)) return [];
      return among === undefined ? [peer] : [{ ...peer, exposed: [{ peer: 'among each other', conn: among }] }];
    }),
    links: paired(merged.filter(({ source, target }) => source !== target)),
  };
}

function groupsOf(peers: readonly PicturePeer[]): readonly Several[] {
  const byNamespace = new Map<string, Set<string>>();
  for (const { id, namespace = '' } of peers) {
    const members = byNamespace.get(namespace) ?? new Set();
    byNamespace.set(namespace, members);
    members.add(id);
  }
  const all = { peer: several('all', undefined, peers.length), members: new Set(peers.map(({ id }) => id)) };
  const namespaces = [...byNamespace].map(([namespace, members]) => ({
    peer: several(`all/${namespace}`, namespace, members.size),
    members,
  }));
  return byNamespace.size === 1 ? namespaces : [all, ...namespaces];
}

function several(id: string, namespace: string | undefined, count: number): PicturePeer {
  return {
    id,
    type: 'several',
    namespace,
    title: 'Every workload',
    subtitle: namespace === undefined ? `all ${count}` : `all ${count} in this namespace`,
    open: [],
    exposed: [],
  };
}

/** Replaces links that differ in one end only by one link of a group, where it holds for the whole group. */
function mergeEnds(
  links: readonly Link[],
  end: 'source' | 'target',
  groups: readonly Several[],
  holds: (link: Link) => boolean,
): readonly Link[] {
  const other = end === 'source' ? 'target' : 'source';
  const bundles = new Map<string, Link[]>();
  for (const link of links) {
    const key = JSON.stringify([link[other], link.conn]);
    const bundle = bundles.get(key);
    if (bundle) bundle.push(link);
    else bundles.set(key, [link]);
  }
  return [...bundles.values()].flatMap((bundle) => {
    const result: Link[] = [];
    let rest: readonly Link[] = bundle;
    for (const { peer, members } of groups) {
      const [first] = rest;
      if (!first || rest.length < leastMerged) break;
      const isCovered = (link: Link): boolean => members.has(link[end]);
      if (rest.filter(isCovered).length < leastMerged) continue;
      if (![...members].every((member) => member === first[other] || holds({ ...first, [end]: member }))) continue;
      result.push({ ...first, [end]: peer.id });
      rest = rest.filter((link) => !isCovered(link));
    }
    return [...result, ...rest];
  });
}

function paired(links: readonly Link[]): readonly PictureLink[] {
  const known = new Map(links.map((link) => [JSON.stringify([link.source, link.target]), link]));
  return links.flatMap((link): readonly PictureLink[] => {
    const isMutual = known.get(JSON.stringify([link.target, link.source]))?.conn === link.conn;
    return isMutual && link.target < link.source ? [] : [{ ...link, isMutual }];
  });
}
