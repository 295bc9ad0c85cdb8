import type { Reach } from '../reach/reach';
import type { AbsentPeer } from '../reach/absent-peer';
import type { AddressGroup } from './policy-addresses';

/** What an edge may begin or end at, before it has a node. */
export type End =
  | { readonly type: 'class'; readonly podClass: number }
  /** What many workloads have in common is drawn once. */
  | SeveralEnd
  | { readonly type: 'addresses'; readonly role: Role; readonly group: AddressGroup }
  | { readonly type: 'absent'; readonly role: Role; readonly peer: AbsentPeer };

export interface SeveralEnd {
  readonly type: 'several';
  readonly role: Role;
  /** Undefined: of every namespace. */
  readonly namespace: string | undefined;
  /** `open`: only those that no policy selects in this direction; `pods`: also those that no manifest declares. */
  readonly which: 'workloads' | 'open' | 'pods';
  readonly members: readonly number[];
}

export type Role = 'from' | 'to';

/** Classes of one namespace: they follow each other. */
export interface Stretch {
  readonly namespace: string;
  readonly first: number;
  readonly end: number;
}

function stretchesOf({ peers: { classes } }: Reach): readonly Stretch[] {
  const found: Stretch[] = [];
  classes.forEach(({ namespace }, index) => {
    const last = found.at(-1);
    if (last?.namespace === namespace) found[found.length - 1] = { ...last, end: index + 1 };
    else found.push({ namespace, first: index, end: index + 1 });
  });
  return found;
}

/** Speaks of many ends as one, where the same holds for all of them. */
export type Cover = (alike: readonly number[], self: number | undefined) => readonly End[];

/** So many workloads at least are worth a node that stands for all of them. */
const leastTogether = 3;

interface Group {
  readonly end: SeveralEnd;
  readonly weight: number;
}

/**
 * Takes classes for which the same holds, in ascending order, and the class that is the other end itself, of which nothing is asked.
 * @param isOpen by class: whether no policy selects it in the direction that the role asks of
 */
export function createCover(reach: Reach, role: Role, isOpen: readonly boolean[]): Cover {
  const { classes } = reach.peers;
  const weights = classes.map(({ workloads }) => workloads.length);
  const weigh = (members: readonly number[]): number => members.reduce((sum, index) => sum + (weights[index] ?? 0), 0);
  const single = classes.map((_, podClass): End => ({ type: 'class', podClass }));
  const groupOf = (namespace: string | undefined, which: 'workloads' | 'open', all: readonly number[]): Group => {
    const members = which === 'open' ? all.filter((index) => isOpen[index]) : all;
    return { end: { type: 'several', role, namespace, which, members }, weight: weigh(members) };
  };
  const groupsOf = (namespace: string | undefined, all: readonly number[]): readonly Group[] => [
    groupOf(namespace, 'workloads', all),
    groupOf(namespace, 'open', all),
  ];
  const stretches = stretchesOf(reach).map(({ namespace, first, end }) =>
    groupsOf(
      namespace,
      Array.from({ length: end - first }, (_, index) => first + index),
    ),
  );
  const stretchOf = stretches.flatMap((groups, index) => (groups[0]?.end.members ?? []).map(() => index));
  const everywhere = stretches.length > 1 ? groupsOf(undefined, [...single.keys()]) : [];
  const tryGroups = (groups: readonly Group[], alike: readonly number[], self: number | undefined, found: End[]) => {
    for (const { end, weight } of groups) {
      const own = end.which === 'open' ? alike.filter((index) => isOpen[index]) : alike;
      const isSelfIn = self !== undefined && isMember(end, isOpen[self] ?? false, classes[self]?.namespace);
      const covered = weigh(own);
      if (covered < leastTogether || covered + (isSelfIn ? (weights[self] ?? 0) : 0) !== weight) continue;
      found.push(end);
      return end.which === 'open' ? alike.filter((index) => !isOpen[index]) : [];
    }
    return alike;
  };
  return (alike, self) => {
    if (alike.length === 0) return [];
    const found: End[] = [];
    const rest = tryGroups(everywhere, alike, self, found);
    for (let at = 0; at < rest.length;) {
      const place = stretchOf[rest[at] ?? 0] ?? 0;
      let next = at;
      while (next < rest.length && stretchOf[rest[next] ?? 0] === place) next++;
      for (const index of tryGroups(stretches[place] ?? [], rest.slice(at, next), self, found)) {
        const end = single[index];
        if (end) found.push(end);
      }
      at = next;
    }
    return found;
  };
}

function isMember({ which, namespace }: SeveralEnd, isOpen: boolean, own: string | undefined): boolean {
  return (namespace === undefined || namespace === own) && (which !== 'open' || isOpen);
}
