/**
 * The kinds that networking reads, with the API groups in which the name means what we mean: a Knative `Service` or a Calico
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
]);

/** Kinds that have no namespace. */
const clusterScopedKinds: ReadonlySet<string> = new Set([
  'Namespace',
  'IngressClass',
  'GatewayClass',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
]);

/** `apps` of `apps/v1`; the empty string for the core group. */
function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** Whether this apiVersion and kind are among those that networking reads. */
export function isRelevant(apiVersion: string, kind: string): boolean {
  return groupsByKind.get(kind)?.includes(groupOf(apiVersion)) ?? false;
}

/** Whether a document of this kind may hold something relevant, judged before it is parsed: the kind itself or a list of it. */
export function mayBeRelevant(kind: string): boolean {
  return kind === 'List' || groupsByKind.has(kind) || groupsByKind.has(itemKind(kind) ?? '');
}

/** `Service` of `ServiceList`, the form that `kubectl get --raw` and API clients write. */
export function itemKind(kind: string): string | undefined {
  return kind.length > 4 && kind.endsWith('List') ? kind.slice(0, -4) : undefined;
}

/** Whether resources of this kind live outside namespaces. */
export function isClusterScoped(kind: string): boolean {
  return clusterScopedKinds.has(kind);
}
