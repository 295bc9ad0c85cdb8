import type { Direction } from '../model/policy';
import type { CompiledPolicy, Reach } from '../reach/reach';
import { decidersOf, noteOf, type Cell, type EndNames } from './policy-cells';
import type { End } from './policy-ends';
import type { Link } from './policy-links';
import { cellOfAbsent, type LinkMeaning, type Pairs } from './policy-pairs';
import { groupId } from './drawing';
import { policyId, printPolicies, printShort } from './policy-words';
import type { ViewEdge } from './view';

/** More edges than these say nothing to anybody. */
const maxEdges = 2000;

/** The node of an end: one for each workload of a class. */
export interface Ends {
  readonly idsOf: (end: End) => readonly string[];
  readonly nameOf: (id: string) => string;
}

interface Drawn {
  readonly source: string;
  readonly target: string;
  readonly link: Link;
}

/** The edges of links, at most so many, and a sentence on what was left out. */
export function edgesOfLinks(
  pairs: Pairs,
  links: readonly Link[],
  ends: Ends,
): { readonly edges: readonly ViewEdge[]; readonly notes: readonly string[] } {
  const countOf = ({ from, to }: Link): number => ends.idsOf(from).length * ends.idsOf(to).length;
  const total = links.reduce((sum, link) => sum + countOf(link), 0);
  const isCut = total > maxEdges;
  const kept = isCut ? keepFirst(pairs, links, countOf) : links;
  const drawn = paired(kept.flatMap((link) => expand(link, ends))).map((item) => toEdge(pairs, item, ends));
  if (!isCut) return { edges: drawn, notes: [] };
  const folded = foldRest(pairs, links, new Set(kept), countOf);
  const shown = kept.reduce((sum, link) => sum + countOf(link), 0);
  const left = total - shown - folded.reduce((sum, { count }) => sum + count, 0);
  const rest = left > 0 ? `, but for ${print(left)} that are left out` : '';
  const note = `Showing ${print(shown)} of ${print(total)} connections one by one: first those that policies deny or leave open. The others are counted between their namespaces${rest}.`;
  return { edges: [...drawn, ...folded.map(({ edge }) => edge)], notes: [note] };
}

function print(count: number): string {
  return count.toLocaleString('en-US');
}

function expand(link: Link, { idsOf }: Ends): readonly Drawn[] {
  const targets = idsOf(link.to);
  return idsOf(link.from).flatMap((source) =>
    targets.filter((target) => target !== source).map((target) => ({ source, target, link })),
  );
}

/** What is wrong first, then what speaks of many, then what stays within a namespace; what joins two is counted between their frames. */
function keepFirst({ state: { reach } }: Pairs, links: readonly Link[], countOf: CountOf): readonly Link[] {
  const rankOf = ({ from, to, meaning: { cell, change } }: Link): number => {
    if (cell.state !== 'ok' || change !== undefined) return 0;
    const [source, target] = [frameOf(reach, from), frameOf(reach, to)];
    if (source === undefined || target === undefined) return 1;
    return source === target ? 2 : 3;
  };
  const byRank: Link[][] = [[], [], [], []];
  for (const link of links) byRank[rankOf(link)]?.push(link);
  const kept: Link[] = [];
  let left = maxEdges;
  for (const link of byRank.slice(0, 3).flat()) {
    left -= countOf(link);
    if (left < 0) break;
    kept.push(link);
  }
  return kept;
}

type CountOf = (link: Link) => number;

/** The namespace of a workload; other ends have none, or stand for many. */
function frameOf({ peers: { classes } }: Reach, end: End): string | undefined {
  return end.type === 'class' ? classes[end.podClass]?.namespace : undefined;
}

/** Edges between frames, with how many connections they stand for. */
function foldRest(
  { state: { reach } }: Pairs,
  links: readonly Link[],
  kept: ReadonlySet<Link>,
  countOf: CountOf,
): readonly { readonly edge: ViewEdge; readonly count: number }[] {
  const counts = new Map<string, Map<string, number>>();
  for (const link of links) {
    const [source, target] = [frameOf(reach, link.from), frameOf(reach, link.to)];
    if (source === undefined || target === undefined || source === target || kept.has(link)) continue;
    const row = counts.get(source) ?? new Map<string, number>();
    counts.set(source, row);
    row.set(target, (row.get(target) ?? 0) + countOf(link));
  }
  const all = [...counts].flatMap(([source, row]) => [...row].map(([target, count]) => ({ source, target, count })));
  return all.slice(0, maxEdges).map(({ source, target, count }) => ({
    count,
    edge: {
      id: `namespace/${source}→namespace/${target}`,
      source: groupId(source) ?? '',
      target: groupId(target) ?? '',
      label: `${print(count)} connection${count === 1 ? '' : 's'}`,
      state: 'ok',
      note: 'The picture is too large to draw each of them.',
    },
  }));
}

/** `back`: says the same, the other way. */
type Paired = Drawn & { readonly back: Link | undefined };

/** Two that say the same of each other have one edge. */
function paired(all: readonly Drawn[]): readonly Paired[] {
  const byEnds = new Map(all.map((drawn) => [`${drawn.source}→${drawn.target}`, drawn]));
  return all.flatMap((drawn): readonly Paired[] => {
    const back = byEnds.get(`${drawn.target}→${drawn.source}`);
    const mutual = back !== undefined && saysTheSame(back.link.meaning, drawn.link.meaning);
    if (!mutual) return [{ ...drawn, back: undefined }];
    return drawn.target < drawn.source ? [] : [{ ...drawn, back: back.link }];
  });
}

function saysTheSame(a: LinkMeaning, b: LinkMeaning): boolean {
  return (
    a.cell.state === b.cell.state &&
    a.cell.ports === b.cell.ports &&
    a.change === b.change &&
    a.before?.ports === b.before?.ports &&
    a.names.join() === b.names.join()
  );
}

function toEdge(pairs: Pairs, { source, target, link, back }: Paired, { nameOf }: Ends): ViewEdge {
  const { cell, change, before } = link.meaning;
  const names = {
    source: nameOf(source),
    destination: nameOf(target),
    isSourceAbroad: isAbroad(link.from),
    isDestinationAbroad: isAbroad(link.to),
  };
  const forth = reasonsOf(pairs, link, names);
  const { note, deciders } = back ? bothReasons(forth, reasonsOf(pairs, back, turned(names))) : forth;
  const shown = change === 'removed' && before ? before : cell;
  return {
    id: `${source}→${target}${suffixOf(link)}`,
    source,
    target,
    label: [printShort(pairs.state.reach, shown.ports), ...link.meaning.names].filter((part) => part !== '').join(','),
    state: cell.state,
    note: change === undefined ? note : `${changeNote(pairs, link.meaning)} ${note}`,
    ...(back ? { mutual: true } : {}),
    ...(change === undefined ? {} : { change }),
    ...(deciders.length > 0 ? { deciders: [...new Set(deciders.map(policyId))] } : {}),
  };
}

function isAbroad({ type }: End): boolean {
  return type === 'addresses' || type === 'absent';
}

/** Two links may join the same nodes only where one speaks of pods that are described otherwise. */
function suffixOf({ from, to }: Link): string {
  const isPods = (end: End): boolean => end.type === 'several' && end.which === 'pods';
  return isPods(from) || isPods(to) ? ':pods' : '';
}

function changeNote({ state: { reach } }: Pairs, { change, before, cell }: LinkMeaning): string {
  if (change === 'added') return 'Allowed without this policy.';
  if (change === 'removed') return 'Not allowed without this policy.';
  return `${printShort(reach, cell.ports)} without this policy, ${before ? printShort(reach, before.ports) : ''} with it.`;
}

interface Reasons {
  readonly note: string;
  readonly deciders: readonly CompiledPolicy[];
}

function turned({ source, destination, isSourceAbroad, isDestinationAbroad }: Required<EndNames>): EndNames {
  return {
    source: destination,
    destination: source,
    isSourceAbroad: isDestinationAbroad,
    isDestinationAbroad: isSourceAbroad,
  };
}

function bothReasons(forth: Reasons, back: Reasons): Reasons {
  return {
    note: forth.note === back.note ? forth.note : `${forth.note} The other way: ${back.note}`,
    deciders: [...new Set([...forth.deciders, ...back.deciders])],
  };
}

/** Pairs that say the same may do so by different policies. */
function reasonsOf(pairs: Pairs, { from, to, meaning }: Link, names: EndNames): Reasons {
  const cells = cellsAmong(pairs, from, to);
  const [one = meaning.cell] = cells;
  const deciders = [...new Set(cells.flatMap(decidersOf))];
  const isOne = cells.every((cell) => decidersOf(cell).every((policy) => decidersOf(one).includes(policy)));
  if (isOne && deciders.length === decidersOf(one).length) return { note: noteOf(one, names), deciders };
  const verb = meaning.cell.state === 'ok' ? 'Allowed' : 'Decided';
  return { note: `${verb} for each of them, by ${printPolicies(deciders)}.`, deciders };
}

/** So many pairs are asked why. */
const maxAsked = 200;

function cellsAmong(pairs: Pairs, from: End, to: End): readonly Cell[] {
  const found = new Set<Cell>();
  let asked = 0;
  for (const source of numbersOf(from)) {
    for (const target of numbersOf(to)) {
      if (source === target && from.type === 'several') continue;
      if (asked++ >= maxAsked) return [...found];
      const cell = cellBetween(pairs, from, source, to, target);
      if (cell) found.add(cell);
    }
  }
  return [...found];
}

function cellBetween(pairs: Pairs, from: End, source: number, to: End, target: number): Cell | undefined {
  if (from.type === 'absent') return absentCell(pairs, target, 'Ingress', from.peer.text);
  if (to.type === 'absent') return absentCell(pairs, source, 'Egress', to.peer.text);
  return pairs.cellOf(source, target);
}

function absentCell(pairs: Pairs, podClass: number, direction: Direction, text: string): Cell | undefined {
  const answer = pairs.absentOf(podClass, direction).find(({ peer }) => peer.text === text);
  return answer && cellOfAbsent(answer, direction);
}

function numbersOf(end: End): readonly number[] {
  switch (end.type) {
    case 'class':
      return [end.podClass];
    case 'several':
      return end.members;
    case 'addresses':
      return end.group.members.slice(0, 1);
    case 'absent':
      // Known by its text alone.
      return [-1];
  }
}
