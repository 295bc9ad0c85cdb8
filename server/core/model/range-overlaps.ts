import { containsCidr, overlap, type Cidr } from './cidr';
import { printSource, type ClusterCidr, type ClusterFacts } from './cluster';
import { isDisabledPool } from './cluster-sources';

/** Two ranges of one cluster that overlap and must not. */
export interface RangeOverlap {
  readonly outer: ClusterCidr;
  /** It lies wholly in the other one. */
  readonly inner: ClusterCidr;
  /** Services far behind the beginning of Cilium's pool, which it fills from there: of no matter but in a cluster of thousands of nodes. */
  readonly isFar: boolean;
}

/** The ranges that must lie apart and do not. */
export function overlappingRanges({ cidrs, networkPlugin }: ClusterFacts): readonly RangeOverlap[] {
  // These give pods addresses of the network that nodes are in.
  const podsAreAmongNodes = networkPlugin?.name === 'aws-vpc-cni' || networkPlugin?.name === 'azure-cni';
  const isClash = (a: ClusterCidr, b: ClusterCidr): boolean =>
    a.use === b.use ? arePoolsOfOne(a, b) : a.use === 'service' || b.use === 'service' || !podsAreAmongNodes;
  const found: RangeOverlap[] = [];
  // CIDRs lie apart or within each other: what is open where one begins holds it.
  const open: ClusterCidr[] = [];
  for (const inner of [...cidrs].sort(inOrder)) {
    for (let last = open.at(-1); last && !overlap(last.cidr, inner.cidr); last = open.at(-1)) open.pop();
    for (const outer of open)
      if (isClash(outer, inner)) found.push({ outer, inner, isFar: isFarIntoPool(outer, inner) });
    open.push(inner);
  }
  return found;
}

function inOrder(a: ClusterCidr, b: ClusterCidr): number {
  return byStart(a.cidr, b.cidr) || (printSource(a) < printSource(b) ? -1 : 1);
}

/** By family and first address, the wider one first. */
export function byStart(
  a: Pick<Cidr, 'family' | 'first' | 'last'>,
  b: Pick<Cidr, 'family' | 'first' | 'last'>,
): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.last > b.last ? -1 : a.last < b.last ? 1 : 0;
}

/** Calico refuses pools that overlap; one that is switched off may be on its way out. */
function arePoolsOfOne({ source: a }: ClusterCidr, { source: b }: ClusterCidr): boolean {
  if (!a || !b || a.resource.kind !== b.resource.kind) return false;
  if (a.resource.kind === 'Installation') return a.resource === b.resource;
  const isPool = a.resource.kind === 'IPPool' && a.resource.name !== b.resource.name;
  return isPool && !isDisabledPool(a.resource) && !isDisabledPool(b.resource);
}

/**
 * Cilium takes 10.0.0.0/8 where it is told nothing, which holds the Service CIDRs that everybody has, and gives each node a piece of it
 * from the beginning: with fewer than 4,096 nodes of /24 none gets there.
 */
export function isFarIntoPool(pod: ClusterCidr, service: ClusterCidr): boolean {
  return (
    service.use === 'service' &&
    pod.source?.resource.kind === 'ConfigMap' &&
    pod.source.resource.name === 'cilium-config' &&
    containsCidr(pod.cidr, service.cidr) &&
    service.cidr.first - pod.cidr.first >= 1n << 20n
  );
}
