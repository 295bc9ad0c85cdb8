import type { Exposure } from '../core/index';

/** Who may talk to whom as a picture for people shows it: peers in their namespaces, and as few links as say the same. */
export interface Picture {
  readonly peers: readonly PicturePeer[];
  readonly links: readonly PictureLink[];
  /** Sentences about what the picture leaves out. */
  readonly notes: readonly string[];
}

export interface PicturePeer {
  readonly id: string;
  /** `several`: many workloads that one link speaks of. */
  readonly type: 'workload' | 'outside' | 'controller' | 'several' | 'namespace';
  /** Undefined outside of all namespaces. */
  readonly namespace: string | undefined;
  readonly title: string;
  readonly subtitle: string;
  /** Directions in which no policy holds: everything may pass, and is not drawn. */
  readonly open: readonly Direction[];
  /** What pods that no manifest declares may do, and other remarks. */
  readonly exposed: readonly Exposed[];
}

/** `from entire-cluster`: `TCP 8080`. */
export interface Exposed {
  readonly peer: string;
  /** Empty where a remark is not about connections. */
  readonly conn: string;
}

export interface PictureLink {
  readonly source: string;
  readonly target: string;
  readonly conn: string;
  /** The same may pass the other way. */
  readonly isMutual: boolean;
}

export type Direction = Exposure['unprotected'][number]['direction'];

/** More than this opens in no viewer, or helps nobody. */
export interface PictureLimits {
  readonly peers: number;
  readonly links: number;
}

/** By source, then destination: what may pass. */
export type Relation = ReadonlyMap<string, ReadonlyMap<string, string>>;

export type Openness = ReadonlyMap<string, readonly Direction[]>;

/** Whether a peer lets everything pass in a direction. Only workloads can have policies. */
export type OpennessTest = (peer: string, direction: Direction) => boolean;

export function opennessTest(open: Openness): OpennessTest {
  return (peer, direction) => isOutside(peer) || (open.get(peer)?.includes(direction) ?? false);
}

export function isOutside(peer: string): boolean {
  return peer.endsWith('[External]');
}

/** The parts of `shop/web[Deployment]`; the whole as the name where it is something else. */
export function namesIn(id: string): { readonly namespace: string; readonly name: string; readonly kind: string } {
  const [, namespace = '', name = id, kind = ''] = /^([^/]*)\/(.*)\[([^[\]]*)\]$/s.exec(id) ?? [];
  return { namespace, name, kind };
}

/** What `{ingress-controller}` is called. */
export const controllerNames = { title: 'Ingress controller', subtitle: 'traffic of routes' } as const;

/** What a badge says of an open workload; undefined for one that policies hold in both directions. */
export function openBadge({ open }: PicturePeer): string | undefined {
  if (open.length === 0) return undefined;
  return open.length > 1 ? 'open' : open[0] === 'Ingress' ? 'open ingress' : 'open egress';
}

/** What a peer's node says, one line each. */
export function linesOf(peer: PicturePeer): readonly string[] {
  const badge = openBadge(peer);
  return [peer.title, peer.subtitle, ...(badge === undefined ? [] : [badge]), ...peer.exposed.map(printExposed)].filter(
    (line) => line !== '',
  );
}

/** Peers outside of all namespaces, and those of each namespace in the order of their names. */
export function groupsOf(peers: readonly PicturePeer[]): {
  readonly free: readonly PicturePeer[];
  readonly namespaces: readonly { readonly namespace: string; readonly members: readonly PicturePeer[] }[];
} {
  const members = new Map<string, PicturePeer[]>();
  for (const peer of peers) {
    if (peer.namespace === undefined) continue;
    const known = members.get(peer.namespace);
    if (known) known.push(peer);
    else members.set(peer.namespace, [peer]);
  }
  return {
    free: peers.filter(({ namespace }) => namespace === undefined),
    namespaces: [...members]
      .map(([namespace, list]) => ({ namespace, members: list }))
      .sort((a, b) => (a.namespace < b.namespace ? -1 : 1)),
  };
}

export function printExposed({ peer, conn }: Exposed): string {
  return conn === '' ? peer : `${peer}: ${conn}`;
}
