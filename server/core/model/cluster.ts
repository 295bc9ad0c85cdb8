import type { Resource } from '../manifest/resource';
import type { Settings } from '../settings';
import { parseCidr, type Cidr } from './cidr';
import { clusterSources, type AddressUse, type ClusterSource, type WrittenRange } from './cluster-sources';
import { derived, type NetworkModel } from './network-model';
import { detectPlugin } from './network-plugin';
import { defaultNodePorts, nodePortsIn, type NodePorts } from './node-ports';

/** A range of the cluster's own addresses, and who says so. */
export interface ClusterCidr {
  readonly use: AddressUse;
  readonly cidr: Cidr;
  /** As written. */
  readonly text: string;
  /** Undefined: a setting says it. */
  readonly source: { readonly resource: Resource; readonly range: WrittenRange } | undefined;
}

/** What manifests and settings tell of the cluster. */
export interface ClusterFacts {
  readonly cidrs: readonly ClusterCidr[];
  /** Whether `cidrs` hold every range that Services get addresses from. */
  readonly allServiceCidrs: boolean;
  /** One of `networkPlugins`; undefined where nothing tells. */
  readonly networkPlugin: { readonly name: string; readonly resource: Resource | undefined } | undefined;
  /** Numbers that node ports may have, and whether somebody says so: else it is what the API server takes by itself. */
  readonly nodePorts: NodePorts & { readonly isWritten: boolean };
  /** The domain of the cluster's DNS names. */
  readonly domain: string;
}

/** What is known of the cluster that a scope is applied to; settings go before what manifests tell. */
export function clusterFacts(model: NetworkModel, { cluster }: Pick<Settings, 'cluster'>): ClusterFacts {
  return derived(model, `cluster facts ${JSON.stringify(cluster)}`, () => {
    const sources = clusterSources(model);
    const wholes = sources.filter(({ whole }) => whole);
    const services = cidrsFor('service', cluster.serviceCidrs, sources);
    const said = cluster.networkPlugin;
    const nodePorts = nodePortsIn(cluster.nodePortRange) ?? same(wholes, ({ nodePortRange }) => nodePortRange?.value);
    const known = typeof nodePorts === 'string' ? nodePortsIn(nodePorts) : nodePorts;
    return {
      cidrs: [
        ...cidrsFor('pod', cluster.podCidrs, sources),
        ...services,
        ...cidrsFor('node', cluster.nodeCidrs, sources),
      ],
      allServiceCidrs: services.some(({ source }) => !source || isFirstServiceCidr(source.resource, wholes)),
      networkPlugin: said === '' ? detectPlugin(model) : { name: said, resource: undefined },
      nodePorts: known ? { ...known, isWritten: true } : { ...defaultNodePorts, isWritten: false },
      domain:
        cluster.domain === defaultDomain ? (same(wholes, ({ domain }) => domain) ?? defaultDomain) : cluster.domain,
    };
  });
}

/** `pods`, `Services`, `nodes`: whom a range is for. */
export function printUse(use: AddressUse): string {
  return use === 'service' ? 'Services' : `${use}s`;
}

/** `pod CIDR`, `Service CIDR`, `node CIDR`. */
export function printCidrOf(use: AddressUse): string {
  return use === 'service' ? 'Service CIDR' : `${use} CIDR`;
}

/** Who says what a cluster is like: `IPPool blue`, `kubeadm's ClusterConfiguration`, `the setting kubepath.cluster.podCidrs`. */
export function printSource({ source, use }: Pick<ClusterCidr, 'source' | 'use'>): string {
  if (!source) return `the setting kubepath.cluster.${use}Cidrs`;
  const { kind, name } = source.resource;
  return name === '' ? (namelessSources.get(kind) ?? `the ${kind}`) : `${kind} ${name}`;
}

/** Whether only kind's configuration says it: a place to try things out, and the manifests beside it may be for other clusters too. */
export function isOfKind({ source }: ClusterCidr): boolean {
  return source?.resource.kind === 'Cluster';
}

const namelessSources: ReadonlyMap<string, string> = new Map([
  ['ClusterConfiguration', "kubeadm's ClusterConfiguration"],
  ['Cluster', "kind's Cluster"],
]);

const defaultDomain = 'cluster.local';

function cidrsFor(use: AddressUse, said: readonly string[], sources: readonly ClusterSource[]): readonly ClusterCidr[] {
  const set = said.flatMap((text): readonly ClusterCidr[] => {
    const cidr = parseCidr(text);
    return cidr ? [{ use, cidr, text, source: undefined }] : [];
  });
  if (set.length > 0) return set;
  const wholes = sources.filter(({ whole }) => whole).map((source) => rangesFor(use, source));
  const told = wholes.filter((cidrs) => cidrs.length > 0);
  // Two configurations of whole clusters that differ are two clusters, and nobody knows which one is meant.
  const agreed = new Set(told.map(printed)).size === 1 ? (told[0] ?? []) : [];
  return [...agreed, ...sources.filter(({ whole }) => !whole).flatMap((source) => rangesFor(use, source))];
}

/**
 * What kind takes by itself says nothing of the clusters that manifests beside its configuration are for: it is a place to try things out.
 * What kubeadm takes is as good as written.
 */
function rangesFor(use: AddressUse, { resource, ranges }: ClusterSource): readonly ClusterCidr[] {
  return ranges.flatMap((range): readonly ClusterCidr[] => {
    const { cidr, text, assumed } = range;
    if (range.use !== use || !cidr || (assumed && resource.kind === 'Cluster')) return [];
    return [{ use, cidr, text, source: { resource, range } }];
  });
}

function printed(cidrs: readonly ClusterCidr[]): string {
  return cidrs
    .map(({ cidr }) => cidr.canonical)
    .sort()
    .join();
}

/** A ServiceCIDR brings further ranges, but for the one that the API server makes of its own flag (KEP-1880). */
function isFirstServiceCidr(resource: Resource, wholes: readonly ClusterSource[]): boolean {
  const isWhole = wholes.some((source) => source.resource === resource);
  return isWhole || (resource.kind === 'ServiceCIDR' && resource.name === 'kubernetes');
}

/** What all that say something agree on. */
function same(
  sources: readonly ClusterSource[],
  valueOf: (source: ClusterSource) => string | undefined,
): string | undefined {
  const values = new Set(sources.flatMap((source) => valueOf(source) ?? []));
  const [only] = values;
  return values.size === 1 ? only : undefined;
}
