import { overlap, parseCidr, printAddress, type Cidr } from '../model/cidr';
import { printCidrOf, printSource, type ClusterCidr, type ClusterFacts } from '../model/cluster';
import { policiesOf, type NetworkModel } from '../model/network-model';
import { byStart, overlappingRanges, type RangeOverlap } from '../model/range-overlaps';
import type { Location } from '../position';
import { severityTogether } from '../rules/same-cluster';
import { compare } from './drawing';
import type { AddressBar, ViewOverlap, ViewRange } from './view';
import type { ViewContext } from './view-context';

/** A range as one resource or setting says it: several may say the same. */
interface ToldRange {
  readonly use: ViewRange['use'];
  readonly cidr: Cidr;
  readonly text: string;
  readonly source: string;
  readonly location: Location | undefined;
}

/** More blocks of policies than this would hide the ranges that the bar is about. */
const maxBlocks = 20;

/**
 * The cluster's ranges of addresses with those of policies that lie among them, and how many of these are left out; undefined where nothing
 * tells of any.
 */
export function addressBarOf(
  context: ViewContext,
  facts: ClusterFacts,
): { readonly bar: AddressBar; readonly leftOut: number } | undefined {
  if (facts.cidrs.length === 0) return undefined;
  const own = merged(facts.cidrs.map((known) => toldByCluster(context, known)));
  const blocks = merged(toldByPolicies(context, facts));
  const widest = [...blocks].sort((a, b) => compareSizes(b, a)).slice(0, maxBlocks);
  const ranges = [...own, ...widest].sort(inOrder).map(toRange);
  return { bar: { ranges, overlaps: overlapsOf(context.model, facts) }, leftOut: blocks.length - widest.length };
}

function toldByCluster(context: ViewContext, known: ClusterCidr): ToldRange {
  const { use, cidr, text, source } = known;
  return {
    use,
    cidr,
    text,
    source: sourceOf(known),
    // What nobody wrote has no place but the resource.
    location: source && context.locate(source.resource, source.range.assumed ? undefined : source.range.node),
  };
}

function toldByPolicies(context: ViewContext, { cidrs }: ClusterFacts): readonly ToldRange[] {
  return policiesOf(context.model).flatMap(({ resource, namespace, name, rules }) =>
    rules
      .flatMap(({ peers }) => peers)
      .flatMap(({ ipBlock }): readonly ToldRange[] => {
        const written = ipBlock?.cidr;
        const cidr = written && parseCidr(written.value);
        if (!cidr || !isAmong(cidr, cidrs)) return [];
        const source = `NetworkPolicy ${namespace}/${name}`;
        return [{ use: 'policy', cidr, text: written.value, source, location: context.locate(resource, written.node) }];
      }),
  );
}

/** A block far wider than a range that it holds, such as 10.0.0.0/8, says little of it and would leave it no room in the picture. */
function isAmong(block: Cidr, cidrs: readonly ClusterCidr[]): boolean {
  const met = cidrs.filter(({ cidr }) => overlap(block, cidr));
  return met.length > 0 && met.every(({ cidr }) => sizeOf(block) <= sizeOf(cidr) * 16n);
}

function sizeOf({ first, last }: Cidr): bigint {
  return last - first + 1n;
}

/** All who say the same, by id. */
interface SharedRange {
  readonly id: string;
  readonly first: ToldRange;
  readonly sources: string;
}

/** One range for all who say the same, in the order of addresses. */
function merged(told: readonly ToldRange[]): readonly SharedRange[] {
  const byId = new Map<string, ToldRange[]>();
  for (const range of told) {
    const id = idOf(range);
    const known = byId.get(id);
    if (known) known.push(range);
    else byId.set(id, [range]);
  }
  return [...byId]
    .map(([id, same]) => ({ id, same: same.sort((a, b) => compare(a.source, b.source)) }))
    .flatMap(({ id, same }) => (same[0] ? [{ id, first: same[0], sources: namesOf(same) }] : []))
    .sort(inOrder);
}

function inOrder(a: SharedRange, b: SharedRange): number {
  return byStart(a.first.cidr, b.first.cidr) || compare(a.id, b.id);
}

function compareSizes({ first: { cidr: a } }: SharedRange, { first: { cidr: b } }: SharedRange): number {
  const [left, right] = [sizeOf(a), sizeOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function toRange({ id, first: { use, cidr, text, location }, sources }: SharedRange): ViewRange {
  return {
    id,
    use,
    cidr: text,
    family: cidr.family,
    first: String(cidr.first),
    last: String(cidr.last),
    source: sources,
    ...(location === undefined ? {} : { location }),
  };
}

function namesOf(told: readonly ToldRange[]): string {
  const [first = '', second, ...more] = new Set(told.map(({ source }) => source));
  if (second === undefined) return first;
  return `${first} and ${more.length === 0 ? second : `${more.length + 1} more`}`;
}

function overlapsOf(model: NetworkModel, facts: ClusterFacts): readonly ViewOverlap[] {
  const byIds = new Map<string, ViewOverlap>();
  for (const found of overlappingRanges(facts)) {
    const { outer, inner } = found;
    const ids = [idOf(outer), idOf(inner)] as const;
    const { first, last } = inner.cidr;
    if (!byIds.has(ids.join()))
      byIds.set(ids.join(), { ranges: ids, first: String(first), last: String(last), text: explain(model, found) });
  }
  return [...byIds.values()];
}

function explain(model: NetworkModel, { outer, inner, isFar }: RangeOverlap): string {
  const both = `The ${print(inner)} overlaps the ${print(outer)} from ${rangeOf(inner)}.`;
  const together =
    outer.source && inner.source
      ? severityTogether(model, outer.source.resource, inner.source.resource, 'error')
      : 'error';
  return `${both} ${adviceFor(outer, inner, isFar)}${together === 'error' ? '' : ' Both can be so only in two clusters.'}`;
}

function print(known: ClusterCidr): string {
  return `${printCidrOf(known.use)} ${known.text} (${sourceOf(known)})`;
}

function sourceOf(known: ClusterCidr): string {
  return known.source?.range.assumed ? `${printSource(known)}, by default` : printSource(known);
}

function rangeOf({ cidr: { first, last, family } }: ClusterCidr): string {
  return `${printAddress(first, family)} to ${printAddress(last, family)}`;
}

function adviceFor(outer: ClusterCidr, inner: ClusterCidr, isFar: boolean): string {
  if (isFar)
    return 'Cilium fills its pool from the beginning, so this matters in a cluster of thousands of nodes only.';
  if (outer.use === inner.use) return 'Calico refuses pools that overlap: choose ranges that lie apart.';
  return `One address may then be that of ${owners[outer.use]} and of ${owners[inner.use]}: choose ranges that lie apart.`;
}

const owners: Readonly<Record<ClusterCidr['use'], string>> = { node: 'a node', pod: 'a pod', service: 'a Service' };

function idOf({ use, cidr }: Pick<ToldRange, 'use' | 'cidr'>): string {
  return `${use} ${cidr.canonical}`;
}
