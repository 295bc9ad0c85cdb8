import { podMakers } from './pod-makers';

/** Where other kinds keep their pod templates, as the setting `kubepath.podTemplates` says: `apps.example.com/Widget` → `spec.template`. */
export type PodTemplates = Readonly<Record<string, string>>;

/**
 * The kinds of Kubernetes that networking reads, with the API groups in which the name means what we mean: a Knative `Service` or a Calico
 * `NetworkPolicy` is another thing. The core group is ''.
 */
const groupsByKind: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', ['']],
  ['Deployment', ['apps', 'extensions']],
  ['StatefulSet', ['apps']],
  ['DaemonSet', ['apps', 'extensions']],
  ['ReplicaSet', ['apps', 'extensions']],
  ['ReplicationController', ['']],
  ['Job', ['batch']],
  ['CronJob', ['batch']],
  ['Service', ['']],
  ['Endpoints', ['']],
  ['EndpointSlice', ['discovery.k8s.io']],
  ['Ingress', ['networking.k8s.io', 'extensions']],
  ['IngressClass', ['networking.k8s.io']],
  ['NetworkPolicy', ['networking.k8s.io', 'extensions']],
  ['AdminNetworkPolicy', ['policy.networking.k8s.io']],
  ['BaselineAdminNetworkPolicy', ['policy.networking.k8s.io']],
  ['ClusterNetworkPolicy', ['policy.networking.k8s.io']],
  ['GatewayClass', ['gateway.networking.k8s.io']],
  ['Gateway', ['gateway.networking.k8s.io']],
  ['HTTPRoute', ['gateway.networking.k8s.io']],
  ['GRPCRoute', ['gateway.networking.k8s.io']],
  ['TLSRoute', ['gateway.networking.k8s.io']],
  ['TCPRoute', ['gateway.networking.k8s.io']],
  ['UDPRoute', ['gateway.networking.k8s.io']],
  ['ReferenceGrant', ['gateway.networking.k8s.io']],
  ['Route', ['route.openshift.io']],
  ['Namespace', ['']],
  ['ConfigMap', ['']],
  ['Secret', ['']],
]);

/**
 * Kinds that say how a cluster's network is set up. Configuration files of tools among them have no name; whatever they are called, they
 * live outside namespaces.
 */
const clusterDescriptions: ReadonlyMap<string, readonly string[]> = new Map([
  ['ClusterConfiguration', ['kubeadm.k8s.io']],
  ['Cluster', ['kind.x-k8s.io']],
  ['ClusterConfig', ['k0s.k0sproject.io']],
  ['Network', ['config.openshift.io']],
  ['ServiceCIDR', ['networking.k8s.io']],
  ['IPPool', ['crd.projectcalico.org', 'projectcalico.org']],
  ['Installation', ['operator.tigera.io']],
]);

/** Kinds of operators that make Secrets: of those networking reads which ones they make, and nothing else (see `made-secrets.ts`). */
const secretMakers: ReadonlyMap<string, readonly string[]> = new Map([
  ['SealedSecret', ['bitnami.com']],
  ['Certificate', ['cert-manager.io', 'cert.gardener.cloud']],
  ['ExternalSecret', ['external-secrets.io', 'kubernetes-client.io']],
  ['ClusterExternalSecret', ['external-secrets.io']],
  ['VaultStaticSecret', ['secrets.hashicorp.com']],
  ['VaultDynamicSecret', ['secrets.hashicorp.com']],
  ['VaultPKISecret', ['secrets.hashicorp.com']],
  ['VaultSecret', ['ricoberger.de']],
  ['OnePasswordItem', ['onepassword.com']],
  ['InfisicalSecret', ['secrets.infisical.com']],
  ['DopplerSecret', ['secrets.doppler.com']],
  ['AzureKeyVaultSecret', ['spv.no']],
  ['BitwardenSecret', ['k8s.bitwarden.com']],
  ['SopsSecret', ['isindir.github.com']],
  ['SecretProviderClass', ['secrets-store.csi.x-k8s.io']],
]);

/** Kinds that make pods and are not of Kubernetes itself, as `apps.kruise.io/CloneSet`. */
const makers: ReadonlySet<string> = new Set(podMakers.map(({ kind }) => kind));

/** Every kind that is read, without its group: what can be told of a document before it is parsed. */
const relevantKinds: ReadonlySet<string> = new Set([
  ...groupsByKind.keys(),
  ...clusterDescriptions.keys(),
  ...secretMakers.keys(),
  ...[...makers].map(kindIn),
]);

const noKinds: ReadonlySet<string> = new Set();

/** Kinds that have no namespace. */
const clusterScopedKinds: ReadonlySet<string> = new Set([
  'Namespace',
  'IngressClass',
  'GatewayClass',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'ClusterConfiguration',
  'ClusterConfig',
  'Network',
  'ServiceCIDR',
  'IPPool',
  'Installation',
  'ClusterExternalSecret',
]);

/** `apps` of `apps/v1`; the empty string for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** `apps/Deployment`, `/Service`: a kind as tables and settings name it. */
export function groupKind(apiVersion: string, kind: string): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

/** `CloneSet` of `apps.kruise.io/CloneSet`. */
function kindIn(groupAndKind: string): string {
  return groupAndKind.slice(groupAndKind.indexOf('/') + 1);
}

/** Whether this is one of the kinds that Kubernetes, the Gateway API or OpenShift define: settings cannot say what those mean. */
export function isBuiltInKind(groupAndKind: string): boolean {
  const kind = kindIn(groupAndKind);
  return groupsByKind.get(kind)?.includes(groupAndKind.slice(0, -kind.length - 1)) ?? false;
}

/** Whether this kind says how the cluster itself is set up: a kind's `Cluster`, and not a database by this name. */
export function describesCluster(apiVersion: string, kind: string): boolean {
  return clusterDescriptions.get(kind)?.includes(groupOf(apiVersion)) ?? false;
}

/** Whether an operator makes Secrets of resources of this kind. */
export function makesSecrets(apiVersion: string, kind: string): boolean {
  return secretMakers.get(kind)?.includes(groupOf(apiVersion)) ?? false;
}

/** Whether this apiVersion and kind are among those that networking reads. */
export function isRelevant(apiVersion: string, kind: string, podTemplates: PodTemplates = {}): boolean {
  if (groupsByKind.get(kind)?.includes(groupOf(apiVersion))) return true;
  if (describesCluster(apiVersion, kind) || makesSecrets(apiVersion, kind)) return true;
  const name = groupKind(apiVersion, kind);
  return makers.has(name) || Object.hasOwn(podTemplates, name);
}

/** Whether a document of this kind may hold something relevant, judged before it is parsed: the kind itself or a list of it. */
export function mayBeRelevant(kind: string, more: ReadonlySet<string> = noKinds): boolean {
  if (kind === 'List' || relevantKinds.has(kind) || more.has(kind)) return true;
  const item = itemKind(kind);
  return item !== undefined && (relevantKinds.has(item) || more.has(item));
}

/** Where a kind's pod template is, when a setting says so. */
export function podTemplateOf(apiVersion: string, kind: string, podTemplates: PodTemplates): string | undefined {
  const name = groupKind(apiVersion, kind);
  return Object.hasOwn(podTemplates, name) && !isBuiltInKind(name) ? podTemplates[name] : undefined;
}

/** The kinds that a setting adds, without their groups, for `mayBeRelevant`. */
export function kindsIn(podTemplates: PodTemplates): ReadonlySet<string> {
  return new Set(Object.keys(podTemplates).map(kindIn));
}

/** `Service` of `ServiceList`, the form that `kubectl get --raw` and API clients write. */
export function itemKind(kind: string): string | undefined {
  return kind.length > 4 && kind.endsWith('List') ? kind.slice(0, -4) : undefined;
}

/** Whether resources of this kind live outside namespaces. */
export function isClusterScoped(kind: string): boolean {
  return clusterScopedKinds.has(kind);
}
