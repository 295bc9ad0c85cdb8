import { describesCluster } from '../manifest/kinds';
import { booleanAt, itemsAt, nodeAt, stringAt, type SourceNode, type Sourced } from '../manifest/node';
import { readTrees } from '../manifest/read-trees';
import type { Resource } from '../manifest/resource';
import type { ScalarPart } from '../manifest/scalar-part';
import { parseCidr, type Cidr } from './cidr';
import { byPlace, clusterResourcesOf, derived, workloadsOf, type NetworkModel } from './network-model';

/** What addresses of a range are given to. */
export type AddressUse = 'pod' | 'service' | 'node';

/** A range of addresses as a manifest says it. */
export interface WrittenRange {
  readonly use: AddressUse;
  readonly text: string;
  /** Undefined where the text is none. */
  readonly cidr: Cidr | undefined;
  readonly node: SourceNode;
  /** Where the text is only a piece of the scalar: an item of a list in one text, a field of embedded JSON. */
  readonly part?: ScalarPart;
  /** Nobody wrote it: the tool takes this one where none is written, and `node` is what it was not written in. */
  readonly assumed?: true;
}

/** One resource that says how the cluster's network is set up. */
export interface ClusterSource {
  readonly resource: Resource;
  /** It speaks of a cluster as a whole, so that two of these may speak of two clusters. */
  readonly whole: boolean;
  readonly ranges: readonly WrittenRange[];
  /** `--service-node-port-range` of the API server, as written. */
  readonly nodePortRange?: Sourced<string>;
  /** The domain of DNS names. */
  readonly domain?: string;
}

/** Every resource of a scope that says how the cluster's network is set up, in the order the scope applies them. */
export function clusterSources(model: NetworkModel): readonly ClusterSource[] {
  return derived(model, 'cluster sources', () => {
    const described = [...readers].flatMap(([kind, read]) =>
      clusterResourcesOf(model, kind)
        .filter(({ apiVersion }) => describesCluster(apiVersion, kind))
        .map(read),
    );
    const order = byPlace(model);
    return [...described, ...configMaps(model), ...agents(model)]
      .filter(({ ranges, nodePortRange, domain }) => ranges.length > 0 || nodePortRange || domain !== undefined)
      .sort((a, b) => order(a.resource, b.resource));
  });
}

const readers: ReadonlyMap<string, (resource: Resource) => ClusterSource> = new Map([
  ['ClusterConfiguration', readKubeadm],
  ['Cluster', readKind],
  ['ClusterConfig', readK0s],
  ['Network', readOpenshift],
  ['ServiceCIDR', readServiceCidr],
  ['IPPool', readPool],
  ['Installation', readInstallation],
]);

/** kubeadm's configuration reference: both subnets may be two, with a comma between, for two IP families. */
function readKubeadm(resource: Resource): ClusterSource {
  const networking = nodeAt(resource.root, 'networking');
  const nodePortRange = extraArgument(resource.root, 'service-node-port-range');
  const domain = stringAt(networking, 'dnsDomain')?.value;
  return {
    resource,
    whole: true,
    ranges: [
      ...listed('pod', stringAt(networking, 'podSubnet')),
      ...orAssumed(listed('service', stringAt(networking, 'serviceSubnet')), 'service', '10.96.0.0/12', networking),
    ],
    ...(nodePortRange ? { nodePortRange } : {}),
    ...(domain ? { domain } : {}),
  };
}

/** A mapping up to v1beta3, a list of names and values from v1beta4 on. */
function extraArgument(root: SourceNode, name: string): Sourced<string> | undefined {
  const written = nodeAt(root, 'apiServer', 'extraArgs');
  const item = itemsAt(written).find((argument) => stringAt(argument, 'name')?.value === name);
  return stringAt(written, name) ?? stringAt(item, 'value');
}

/** kind's configuration reference. Clusters of IPv6 have other defaults, which are left out. */
function readKind(resource: Resource): ClusterSource {
  const networking = nodeAt(resource.root, 'networking');
  const isIpv4 = (stringAt(networking, 'ipFamily')?.value ?? 'ipv4') === 'ipv4';
  const written = (use: AddressUse, field: string, assumed: string): readonly WrittenRange[] =>
    orAssumed(listed(use, stringAt(networking, field)), use, assumed, isIpv4 ? networking : undefined);
  return {
    resource,
    whole: true,
    ranges: [...written('pod', 'podSubnet', '10.244.0.0/16'), ...written('service', 'serviceSubnet', '10.96.0.0/16')],
  };
}

function orAssumed(
  written: readonly WrittenRange[],
  use: AddressUse,
  text: string,
  node: SourceNode | undefined,
): readonly WrittenRange[] {
  return written.length > 0 || !node ? written : [{ use, text, cidr: parseCidr(text), node, assumed: true }];
}

function readK0s(resource: Resource): ClusterSource {
  const network = nodeAt(resource.root, 'spec', 'network');
  const ranges = [...one('pod', stringAt(network, 'podCIDR')), ...one('service', stringAt(network, 'serviceCIDR'))];
  return { resource, whole: true, ranges };
}

function readOpenshift(resource: Resource): ClusterSource {
  const spec = nodeAt(resource.root, 'spec');
  const pods = itemsAt(spec, 'clusterNetwork').flatMap((item) => one('pod', stringAt(item, 'cidr')));
  return { resource, whole: true, ranges: [...pods, ...texts('service', nodeAt(spec, 'serviceNetwork'))] };
}

/** KEP-1880: further ranges for Services beside the first, which the API server keeps in one that is called `kubernetes`. */
function readServiceCidr(resource: Resource): ClusterSource {
  return { resource, whole: false, ranges: texts('service', nodeAt(resource.root, 'spec', 'cidrs')) };
}

/** A pool may be kept for load balancers or tunnels (`allowedUses`): pods get nothing of that. */
function readPool(resource: Resource): ClusterSource {
  const spec = nodeAt(resource.root, 'spec');
  const uses = itemsAt(spec, 'allowedUses').map((item) => (item.type === 'scalar' ? item.value : undefined));
  const isForPods = uses.length === 0 || uses.includes('Workload');
  return { resource, whole: false, ranges: isForPods ? one('pod', stringAt(spec, 'cidr')) : [] };
}

function readInstallation(resource: Resource): ClusterSource {
  const pools = itemsAt(resource.root, 'spec', 'calicoNetwork', 'ipPools');
  return { resource, whole: false, ranges: pools.flatMap((pool) => one('pod', stringAt(pool, 'cidr'))) };
}

/** Configuration of network plugins, under the names that their manifests and charts give it. */
function configMaps(model: NetworkModel): readonly ClusterSource[] {
  const named = (name: string): readonly Resource[] =>
    [...model.contents.values()].flatMap((contents) => contents.configMaps.get(name) ?? []);
  return [
    ...[...named('kube-flannel-cfg'), ...named('canal-config')].map((resource) => ({
      resource,
      whole: false,
      ranges: netConf(stringAt(resource.root, 'data', 'net-conf.json')),
    })),
    ...named('cilium-config').map((resource) => ({ resource, whole: false, ranges: clusterPool(resource) })),
  ];
}

/** Flannel's own configuration: JSON within the ConfigMap. */
function netConf(text: Sourced<string> | undefined): readonly WrittenRange[] {
  if (!text) return [];
  const [root] = readTrees(text.value).roots;
  return ['Network', 'IPv6Network'].flatMap((field): readonly WrittenRange[] => {
    const found = stringAt(root, field);
    if (!found) return [];
    const quote = found.node.end - found.node.start === found.value.length + 2 ? 1 : 0;
    const part = { value: text.value, start: found.node.start + quote, end: found.node.end - quote };
    return [{ use: 'pod', text: found.value, cidr: parseCidr(found.value), node: text.node, part }];
  });
}

/** Cilium gives pods addresses of its cluster pool in these modes of IPAM only; elsewhere the pool stands there without effect. */
function clusterPool({ root }: Resource): readonly WrittenRange[] {
  const data = nodeAt(root, 'data');
  if (!stringAt(data, 'ipam')?.value.startsWith('cluster-pool')) return [];
  return ['cluster-pool-ipv4-cidr', 'cluster-pool-ipv6-cidr'].flatMap((key) => listed('pod', stringAt(data, key)));
}

/** Environment of network plugins that take their range from there. */
function agents(model: NetworkModel): readonly ClusterSource[] {
  return workloadsOf(model).flatMap(({ kind, resource }): readonly ClusterSource[] => {
    if (kind !== 'DaemonSet') return [];
    const containers = itemsAt(resource.root, 'spec', 'template', 'spec', 'containers');
    const ranges = containers
      .flatMap((container) => itemsAt(container, 'env'))
      .filter((variable) => rangeVariables.has(stringAt(variable, 'name')?.value ?? ''))
      .flatMap((variable) => listed('pod', stringAt(variable, 'value')));
    return [{ resource, whole: false, ranges }];
  });
}

const rangeVariables: ReadonlySet<string> = new Set(['CALICO_IPV4POOL_CIDR', 'CALICO_IPV6POOL_CIDR', 'IPALLOC_RANGE']);

function one(use: AddressUse, text: Sourced<string> | undefined): readonly WrittenRange[] {
  return text && text.value !== '' ? [{ use, text: text.value, cidr: parseCidr(text.value), node: text.node }] : [];
}

/** Ranges with commas or spaces between. */
function listed(use: AddressUse, text: Sourced<string> | undefined): readonly WrittenRange[] {
  if (!text) return [];
  const { value, node } = text;
  return [...value.matchAll(/[^\s,]+/g)].map((match): WrittenRange => {
    const [range] = match;
    const part = { value, start: match.index, end: match.index + range.length };
    return { use, text: range, cidr: parseCidr(range), node, ...(range === value ? {} : { part }) };
  });
}

function texts(use: AddressUse, list: SourceNode | undefined): readonly WrittenRange[] {
  return itemsAt(list).flatMap((_, index) => one(use, stringAt(list, index)));
}

/** Whether a pool of Calico is switched off: it stays, and gives no addresses. */
export function isDisabledPool({ root }: Resource): boolean {
  return booleanAt(root, 'spec', 'disabled') === true;
}
