import type { Direction } from '../model/policy';
import type { Reach } from '../reach/reach';
import type { AbsentAnswer } from './policy-absent';
import { addressGroups } from './policy-addresses';
import { createCover, type Cover, type End } from './policy-ends';
import { cellOfAbsent, type LinkMeaning, type Pairs, type PolicyState } from './policy-pairs';

export interface Link {
  readonly from: End;
  readonly to: End;
  readonly meaning: LinkMeaning;
}

export type AddressEnd = Extract<End, { readonly type: 'addresses' }>;

/** The outside of a scope, as sources and as destinations. */
export interface Outside {
  readonly from: readonly AddressEnd[];
  readonly to: readonly AddressEnd[];
}

export function outsideOf({ state: { reach, rows }, before }: Pairs): Outside {
  const all = [rows, ...(before ? [before.rows] : [])];
  return {
    from: addressGroups(reach, all, 'Ingress').map((group) => ({ type: 'addresses', role: 'from', group })),
    to: addressGroups(reach, all, 'Egress').map((group) => ({ type: 'addresses', role: 'to', group })),
  };
}

/** All links of a scope; what many ends have in common is one link. */
export function linksOf(pairs: Pairs, groups: Outside): readonly Link[] {
  const { reach } = pairs.state;
  const count = reach.peers.classes.length;
  const sources = createCover(reach, 'from', openIn(pairs, 'Egress'));
  const targets = createCover(reach, 'to', openIn(pairs, 'Ingress'));
  const byTarget = createSheaf();
  const { absentOf } = pairs;
  const codes = new Int32Array(count);
  for (let target = 0; target < count; target++) {
    pairs.fillColumn(target, codes);
    const self = isAlone(reach, target) ? target : undefined;
    const absent = absentOf(target, 'Ingress');
    const covered = alikeIn(codes, self).flatMap(({ code, members }) =>
      sources(members, self).map((end) => withPods(pairs, { end, code }, absent)),
    );
    for (const { end, code } of covered) byTarget.add(end, code, target);
    for (const end of groups.from) {
      const code = pairs.codeOf(end.group.members[0] ?? 0, target);
      if (code > 0) byTarget.add(end, code, target);
    }
    for (const answer of withoutCovered(absent, covered)) {
      const end = absentEnd(answer, 'from');
      byTarget.add(end, codeOfAbsent(pairs, answer, 'Ingress'), target);
    }
  }
  const covered = new Map<number, Covered[]>();
  const result: Link[] = [];
  const add = (from: End, to: End, code: number): void => {
    const meaning = pairs.meaningOf(code);
    if (meaning) result.push({ from, to, meaning });
  };
  byTarget.merge(reach, targets, (fixed, link) => {
    if (fixed.type !== 'class' || link.end.type !== 'several') {
      add(fixed, link.end, link.code);
      return;
    }
    const own = withPods(pairs, link, absentOf(fixed.podClass, 'Egress'));
    covered.set(fixed.podClass, [...(covered.get(fixed.podClass) ?? []), own]);
    add(fixed, own.end, own.code);
  });
  const bySource = createSheaf();
  for (let source = 0; source < count; source++) {
    for (const end of groups.to) {
      const code = pairs.codeOf(source, end.group.members[0] ?? 0);
      if (code > 0) bySource.add(end, code, source);
    }
    for (const answer of withoutCovered(absentOf(source, 'Egress'), covered.get(source) ?? [])) {
      bySource.add(absentEnd(answer, 'to'), codeOfAbsent(pairs, answer, 'Egress'), source);
    }
  }
  bySource.merge(reach, sources, (fixed, { end, code }) => add(end, fixed, code));
  return result;
}

interface Covered {
  readonly end: End;
  readonly code: number;
}

/** Links by the end that they have in common, before their other ends are merged. There may be hundreds of thousands. */
interface Sheaf {
  /** @param index the class at the other end */
  readonly add: (end: End, code: number, index: number) => void;
  /** Merges the other ends of links that begin, or end, at the same and say the same. */
  readonly merge: (reach: Reach, cover: Cover, visit: (fixed: End, link: Covered) => void) => void;
}

function createSheaf(): Sheaf {
  const byEnd = new Map<End, Map<number, number[]>>();
  const byKey = new Map<string, { readonly fixed: End; readonly byCode: Map<number, number[]> }>();
  const bundleOf = (fixed: End): Map<number, number[]> => {
    // The same addresses and pods come as different objects.
    const key = endKey(fixed);
    const { byCode } = byKey.get(key) ?? { byCode: new Map<number, number[]>() };
    if (!byKey.has(key)) byKey.set(key, { fixed, byCode });
    byEnd.set(fixed, byCode);
    return byCode;
  };
  return {
    add(end, code, index) {
      const byCode = byEnd.get(end) ?? bundleOf(end);
      const bundle = byCode.get(code);
      if (bundle) bundle.push(index);
      else byCode.set(code, [index]);
    },
    merge(reach, cover, visit) {
      for (const { fixed, byCode } of byKey.values()) {
        const self = fixed.type === 'class' && isAlone(reach, fixed.podClass) ? fixed.podClass : undefined;
        for (const [code, indexes] of byCode) for (const end of cover(indexes, self)) visit(fixed, { end, code });
      }
    },
  };
}

/** The classes of a column by what holds for them. */
function alikeIn(
  codes: Int32Array,
  self: number | undefined,
): readonly { readonly code: number; readonly members: readonly number[] }[] {
  const found = new Map<number, number[]>();
  codes.forEach((code, index) => {
    if (code === 0 || index === self) return;
    const members = found.get(code);
    if (members) members.push(index);
    else found.set(code, [index]);
  });
  return [...found].map(([code, members]) => ({ code, members }));
}

/** What tells an end from others. */
function endKey(end: End): string {
  switch (end.type) {
    case 'class':
      return `class ${end.podClass}`;
    case 'several':
      return `several ${end.role} ${end.which} ${end.namespace ?? '*'}`;
    case 'addresses':
      return `addresses ${end.role} ${end.group.key}`;
    case 'absent':
      return `absent ${end.role} ${end.peer.text}`;
  }
}

function absentEnd({ peer }: AbsentAnswer, role: 'from' | 'to'): End {
  return { type: 'absent', role, peer };
}

function codeOfAbsent(pairs: Pairs, answer: AbsentAnswer, direction: Direction): number {
  return pairs.codeFor({
    cell: cellOfAbsent(answer, direction),
    before: undefined,
    change: undefined,
    names: answer.names,
  });
}

/** Where pods that no manifest declares fare as all workloads do, the node speaks of them too. */
function withPods(pairs: Pairs, link: Covered, absent: readonly AbsentAnswer[]): Covered {
  const { end, code } = link;
  if (end.type !== 'several' || end.which !== 'workloads') return link;
  const cell = pairs.meaningOf(code)?.cell;
  const answer = absent.find(({ peer }) => isOfPlace(peer, end.namespace));
  if (cell?.state !== 'ok' || answer?.ports !== cell.ports) return link;
  return { end: { ...end, which: 'pods' }, code };
}

function isOfPlace({ namespaces, pods }: AbsentAnswer['peer'], namespace: string | undefined): boolean {
  if (pods.length > 0) return false;
  return 'name' in namespaces ? namespaces.name === namespace : namespace === undefined && namespaces.length === 0;
}

function withoutCovered(absent: readonly AbsentAnswer[], covered: readonly Covered[]): readonly AbsentAnswer[] {
  return absent.filter(
    ({ peer }) =>
      !covered.some(({ end }) => end.type === 'several' && end.which === 'pods' && isOfPlace(peer, end.namespace)),
  );
}

function isAlone({ peers }: Reach, podClass: number): boolean {
  return peers.classes[podClass]?.workloads.length === 1;
}

function openIn({ state, before }: Pairs, direction: Direction): readonly boolean[] {
  const isOpen = ({ reach }: PolicyState, index: number): boolean => (reach.over[direction][index] ?? []).length === 0;
  return state.reach.peers.classes.map((_, index) => isOpen(state, index) && (!before || isOpen(before, index)));
}
