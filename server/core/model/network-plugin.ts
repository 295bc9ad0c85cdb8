import { booleanAt, itemsAt, nodeAt, stringAt } from '../manifest/node';
import { describesCluster } from '../manifest/kinds';
import type { Resource } from '../manifest/resource';
import { byPlace, clusterResourcesOf, derived, workloadsOf, type NetworkModel } from './network-model';

/** A network plugin that a scope's manifests install or name. */
export interface DetectedPlugin {
  /** One of `networkPlugins`. */
  readonly name: string;
  readonly resource: Resource;
}

/**
 * The network plugin that manifests tell of. Undefined where they tell of none, or of several, which then work together in ways that no
 * manifest tells (chained plugins, a plugin with somebody else's policy controller).
 */
export function detectPlugin(model: NetworkModel): DetectedPlugin | undefined {
  return derived(model, 'network plugin', () => {
    const found = new Map<string, Resource>([...agents(model), ...described(model)]);
    const canal = found.get('canal') ?? (found.has('flannel') ? found.get('calico') : undefined);
    if (canal) for (const part of ['calico', 'flannel']) found.delete(part);
    if (canal) found.set('canal', canal);
    // kind brings its own plugin unless it is told not to, and that does not go with another one.
    if (found.size > 1) found.delete('kindnet');
    const [only, more] = found;
    return only && !more && only[0] !== otherEnforcer ? { name: only[0], resource: only[1] } : undefined;
  });
}

/** Holds policies for a plugin that does not: no plugin by itself. */
const otherEnforcer = 'kube-network-policies';

interface Agent {
  readonly plugin: string;
  /** Name of its DaemonSet in the manifests and charts that its makers publish. */
  readonly daemonSet: RegExp;
  /** The repository of an image that only its agent has. */
  readonly image: RegExp;
}

const knownAgents: readonly Agent[] = [
  { plugin: 'antrea', daemonSet: /^antrea-agent$/, image: /antrea\/antrea-(agent|ubuntu|ubi)/ },
  { plugin: 'aws-vpc-cni', daemonSet: /^aws-node$/, image: /amazon-k8s-cni(:|@|$)/ },
  { plugin: 'azure-cni', daemonSet: /^azure-cns$/, image: /azure-cns(:|@|$)/ },
  { plugin: 'calico', daemonSet: /^calico-node$/, image: /calico\/node(:|@|$)/ },
  { plugin: 'canal', daemonSet: /^canal$/, image: /^$/ },
  { plugin: 'cilium', daemonSet: /^cilium$/, image: /cilium\/cilium(:|@|$)/ },
  { plugin: 'flannel', daemonSet: /^kube-flannel(-ds)?(-\w+)?$/, image: /(flannel\/|coreos\/|\/)flannel(:|@|$)/ },
  { plugin: 'gke-dataplane', daemonSet: /^anetd$/, image: /^$/ },
  { plugin: 'kindnet', daemonSet: /^kindnet$/, image: /kindest\/kindnetd/ },
  { plugin: 'kube-router', daemonSet: /^kube-router$/, image: /cloudnativelabs\/kube-router/ },
  { plugin: 'openshift-sdn', daemonSet: /^sdn$/, image: /^$/ },
  { plugin: 'ovn-kubernetes', daemonSet: /^ovnkube-node$/, image: /ovn-kubernetes\/ovn-kube/ },
  { plugin: 'weave-net', daemonSet: /^weave-net$/, image: /weaveworks\/weave-kube/ },
  { plugin: otherEnforcer, daemonSet: /^kube-network-policies$/, image: /kube-network-policies/ },
];

/** The last first: of several of one plugin the first in the files stays, whatever was edited last. */
function agents(model: NetworkModel): readonly (readonly [string, Resource])[] {
  const order = byPlace(model);
  const daemonSets = workloadsOf(model).filter(({ kind }) => kind === 'DaemonSet');
  return daemonSets
    .sort((a, b) => order(b.resource, a.resource))
    .flatMap(({ name, resource }) => {
      const images = itemsAt(resource.root, 'spec', 'template', 'spec', 'containers').flatMap(
        (container) => stringAt(container, 'image')?.value ?? [],
      );
      return knownAgents
        .filter(({ daemonSet, image }) => daemonSet.test(name) || images.some((text) => image.test(text)))
        .map(({ plugin }) => [plugin, resource] as const);
    });
}

function described(model: NetworkModel): readonly (readonly [string, Resource])[] {
  return [...namedBy].flatMap(([kind, nameIn]) =>
    clusterResourcesOf(model, kind).flatMap((resource) => {
      const name = describesCluster(resource.apiVersion, kind) ? nameIn(resource) : undefined;
      return name === undefined ? [] : [[name, resource] as const];
    }),
  );
}

type NamePlugin = (resource: Resource) => string | undefined;

const namedBy: ReadonlyMap<string, NamePlugin> = new Map<string, NamePlugin>([
  ['Installation', () => 'calico'],
  ['Cluster', ({ root }) => (booleanAt(root, 'networking', 'disableDefaultCNI') === true ? undefined : 'kindnet')],
  ['Network', ({ root }) => openshiftPlugins.get(stringAt(root, 'spec', 'networkType')?.value ?? '')],
  ['ClusterConfig', ({ root }) => k0sPlugin(root)],
]);

const openshiftPlugins: ReadonlyMap<string, string> = new Map([
  ['OVNKubernetes', 'ovn-kubernetes'],
  ['OpenShiftSDN', 'openshift-sdn'],
]);

/** k0s brings kube-router where it is told nothing (k0s, networking). */
function k0sPlugin(root: Resource['root']): string | undefined {
  const network = nodeAt(root, 'spec', 'network');
  const provider = stringAt(network, 'provider')?.value ?? 'kuberouter';
  if (provider === 'kuberouter') return 'kube-router';
  return provider === 'calico' ? provider : undefined;
}
