import { itemsAt, type OffsetRange, type SourceNode } from './manifest/node';
import { overlap, parseCidr, type Cidr } from './model/cidr';
import { printCidrOf } from './model/cluster';
import type { AddressUse } from './model/cluster-sources';
import { quoted } from './rules/edits';

/** A sentence about a range in settings, told by the rule about the cluster's ranges. */
export interface RangeProblem extends OffsetRange {
  readonly key: string;
  readonly rule: string;
  readonly message: string;
  readonly fix?: OffsetRange & { readonly title: string; readonly newText: string };
}

/** One range of a setting. */
interface Range {
  readonly use: AddressUse;
  readonly key: string;
  readonly text: string;
  readonly cidr: Cidr;
  readonly node: SourceNode;
}

/**
 * What `cluster-cidr-overlap` says of ranges that settings give: those of different uses that overlap, and those with bits beyond their
 * prefix. Between settings and manifests the rule itself says it.
 * @param valueOf what stands at a setting, by its key with dots
 */
export function checkClusterRanges(valueOf: (key: string) => SourceNode | undefined): readonly RangeProblem[] {
  const ranges = (['pod', 'service', 'node'] as const)
    .flatMap((use) => rangesOf(use, valueOf(`cluster.${use}Cidrs`)))
    .sort((a, b) => a.node.start - b.node.start);
  return ranges.flatMap((range, index) => {
    const form = formProblem(range);
    const earlier = ranges.slice(0, index).find(({ use, cidr }) => use !== range.use && overlap(cidr, range.cidr));
    return [...(form ? [form] : []), ...(earlier ? [overlapProblem(range, earlier)] : [])];
  });
}

function rangesOf(use: AddressUse, list: SourceNode | undefined): readonly Range[] {
  return itemsAt(list).flatMap((node): readonly Range[] => {
    if (node.type !== 'scalar' || typeof node.value !== 'string') return [];
    const cidr = parseCidr(node.value);
    return cidr ? [{ use, key: `cluster.${use}Cidrs`, text: node.value, cidr, node }] : [];
  });
}

function formProblem({ key, text, cidr, node }: Range): RangeProblem | undefined {
  if (!cidr.hostBits) return undefined;
  const { canonical } = cidr;
  const at = { start: node.start, end: node.end };
  const message = `${text} has bits beyond its prefix. Write ${canonical}, which is what it covers.`;
  const problem: RangeProblem = { key, rule, ...at, message };
  if (node.type !== 'scalar' || node.shared || node.style === 'block' || node.style === 'alias') return problem;
  return {
    ...problem,
    fix: { title: `Change ${text} to ${canonical}`, ...at, newText: quoted(canonical, node.style) },
  };
}

function overlapProblem(range: Range, other: Range): RangeProblem {
  const { key, node } = range;
  return {
    key,
    rule,
    start: node.start,
    end: node.end,
    message: `The ${printCidrOf(range.use)} ${range.text} overlaps the ${printCidrOf(other.use)} ${other.text} (${other.key}): write the ranges that the cluster has, which lie apart.`,
  };
}

const rule = 'cluster-cidr-overlap';
