import type { Resource } from '../manifest/resource';
import { isAddress, overlap } from '../model/cidr';
import { clusterFacts, printCidrOf, printSource, printUse, type ClusterCidr } from '../model/cluster';
import { clusterSources, isDisabledPool, type ClusterSource, type WrittenRange } from '../model/cluster-sources';
import { isPlaceholder } from '../model/label';
import { byPlace, type NetworkModel } from '../model/network-model';
import { byStart, isFarIntoPool } from '../model/range-overlaps';
import type { Settings } from '../settings';
import { partFixes } from './host-edits';
import { plannedFixes } from './planned-fixes';
import { addressPlace, changeAddress } from './range-edits';
import { defineRule, type Report } from './rule';
import { severityTogether } from './same-cluster';

export const clusterCidrOverlap = defineRule({
  id: 'cluster-cidr-overlap',
  title: 'Address ranges of the cluster that overlap',
  severity: 'error',
  variants: [
    'warning: the other range stands in another directory, which may be for another cluster',
    "information: Services far behind the beginning of Cilium's cluster pool, which it fills from there",
  ],
  check(model, report, settings) {
    const sources = clusterSources(model);
    for (const source of sources) {
      for (const range of source.ranges) checkForm(source, range, report);
      checkWithin(source, report);
    }
    checkPools(sources, model, report);
    if (sources.length > 0) checkAcross(model, settings, report);
  },
  fixes(data, textOf) {
    // Those of settings come as they are, from where settings are checked.
    const planned = plannedFixes(data).filter((fix) => 'edits' in fix);
    return planned.length > 0 ? planned : partFixes(data, textOf);
  },
});

/** A range that is none, or is written with bits beyond its prefix. */
function checkForm({ resource }: ClusterSource, range: WrittenRange, report: Report): void {
  const { text, cidr } = range;
  if (cidr ? !cidr.hostBits : isPlaceholder(text) || !/^[\d.]+(\/\d*)?$|:.*:/.test(text)) return;
  const canonical = cidr?.canonical;
  report({
    resource,
    at: addressPlace(range),
    message:
      canonical === undefined
        ? `"${text}" is not a CIDR${isAddress(text) ? ': the prefix length is missing' : ''}. Write an address and a prefix length, e.g. ${range.use === 'service' ? '10.96.0.0/12' : '10.244.0.0/16'}.`
        : `${text} has bits beyond its prefix. Write ${canonical}, which is what it covers.`,
    ...changeAddress(resource, range, canonical),
  });
}

/** One resource speaks of one cluster, whatever stands beside it. */
function checkWithin({ resource, ranges }: ClusterSource, report: Report): void {
  ranges.forEach((range, index) => {
    const earlier = ranges.slice(0, index).find((other) => isClash(other, range, resource));
    // What nobody wrote has no place.
    if (earlier)
      reportRanges(resource, ...(range.assumed ? ([range, earlier] as const) : ([earlier, range] as const)), report);
  });
}

function isClash(a: WrittenRange, b: WrittenRange, { kind }: Resource): boolean {
  if (!a.cidr || !b.cidr || (a.assumed && b.assumed)) return false;
  return (a.use !== b.use || kind === 'Installation') && overlap(a.cidr, b.cidr);
}

function reportRanges(resource: Resource, other: WrittenRange, range: WrittenRange, report: Report): void {
  const isAssumed = other.assumed === true;
  report({
    resource,
    at: addressPlace(range),
    message:
      other.use === range.use
        ? `${range.text} and ${other.text} overlap: pools of one cluster must lie apart, and Calico refuses these.`
        : `${clash(range, other)}${isAssumed ? ', which is what is taken where none is written' : ''}. ${advice(range.use)}`,
    related: isAssumed
      ? []
      : [{ resource, at: addressPlace(other), message: `The ${printCidrOf(other.use)} ${other.text}` }],
  });
}

function clash(
  range: { use: WrittenRange['use']; text: string },
  other: { use: WrittenRange['use']; text: string },
): string {
  return `The ${printCidrOf(range.use)} ${range.text} overlaps the ${printCidrOf(other.use)} ${other.text}`;
}

function advice(use: WrittenRange['use']): string {
  return `Addresses of ${printUse(use)} must be nobody else's in the cluster: choose a range apart from it.`;
}

/** Two IPPools that overlap are refused (Calico, IP pool); one that is switched off may be on its way out. */
function checkPools(sources: readonly ClusterSource[], model: NetworkModel, report: Report): void {
  const pools = sources
    .filter(({ resource }) => resource.kind === 'IPPool' && resource.name !== '' && !isDisabledPool(resource))
    .flatMap(({ resource, ranges }) =>
      ranges.flatMap((range) => (range.cidr ? [{ resource, range, cidr: range.cidr }] : [])),
    )
    .sort((a, b) => byStart(a.cidr, b.cidr));
  // CIDRs lie apart or within each other: what is open where one begins holds it.
  const open: (typeof pools)[number][] = [];
  for (const pool of pools) {
    for (let last = open.at(-1); last && !overlap(last.cidr, pool.cidr); last = open.at(-1)) open.pop();
    const outer = open.find(({ resource }) => resource.name !== pool.resource.name);
    open.push(pool);
    if (!outer) continue;
    const [first, second] = byPlace(model)(outer.resource, pool.resource) < 0 ? [outer, pool] : [pool, outer];
    const severity = severityTogether(model, first.resource, second.resource, 'error');
    report({
      resource: second.resource,
      at: addressPlace(second.range),
      severity,
      message: `${second.range.text} overlaps ${first.range.text} of IPPool ${first.resource.name}: Calico refuses pools that overlap. Choose ranges that lie apart.${severity === 'error' ? '' : ' Both can be so only in two clusters.'}`,
      related: [
        {
          resource: first.resource,
          at: addressPlace(first.range),
          message: `${first.range.text} of IPPool ${first.resource.name}`,
        },
      ],
    });
  }
}

/** Ranges of different uses that different resources, or settings, tell. */
function checkAcross(model: NetworkModel, settings: Settings, report: Report): void {
  const { cidrs, networkPlugin } = clusterFacts(model, settings);
  const of = (use: ClusterCidr['use']): readonly ClusterCidr[] => cidrs.filter((known) => known.use === use);
  const podsAreAmongNodes = networkPlugin?.name === 'aws-vpc-cni' || networkPlugin?.name === 'azure-cni';
  const pairs: readonly (readonly [readonly ClusterCidr[], readonly ClusterCidr[]])[] = [
    [of('pod'), of('service')],
    [of('service'), of('node')],
    ...(podsAreAmongNodes ? [] : [[of('pod'), of('node')] as const]),
  ];
  for (const [left, right] of pairs) {
    for (const a of left) for (const b of right) if (overlap(a.cidr, b.cidr)) reportAcross(a, b, model, report);
  }
}

/** At the later of the two, where both have a place. What one resource says of itself was told before. */
function reportAcross(a: ClusterCidr, b: ClusterCidr, model: NetworkModel, report: Report): void {
  if (a.source && a.source.resource === b.source?.resource) return;
  const isPlaced = ({ source }: ClusterCidr): boolean => source !== undefined && !source.range.assumed;
  const bIsLater =
    !isPlaced(a) || (isPlaced(b) && a.source && b.source && byPlace(model)(a.source.resource, b.source.resource) < 0);
  const [other, known] = bIsLater ? [a, b] : [b, a];
  if (!known.source || !isPlaced(known)) return;
  const { resource, range } = known.source;
  const isFar = isFarIntoPool(a, b);
  const together = other.source ? severityTogether(model, other.source.resource, resource, 'error') : 'error';
  report({
    resource,
    at: addressPlace(range),
    severity: isFar ? 'information' : together,
    message: `${clash(known, other)} (${printSource(other)}). ${isFar ? 'Cilium fills its pool from the beginning, so this matters in a cluster of thousands of nodes only.' : advice(known.use)}${together === 'error' ? '' : ' Both can be so only in two clusters.'}`,
    related:
      other.source && !other.source.range.assumed
        ? [
            {
              resource: other.source.resource,
              at: addressPlace(other.source.range),
              message: `The ${printCidrOf(other.use)} ${other.text}`,
            },
          ]
        : [],
  });
}
