import { toPlain, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { fieldsReadBy, isPodMaker, makersOf } from '../model/made-pods';

/** A resource with the fields that networking reads, in their Kubernetes shape. */
export type NetworkingObject = Readonly<Record<string, unknown>>;

type Paths = readonly (readonly string[])[];

const podFields: Paths = [
  ['metadata', 'labels'],
  ['spec', 'hostNetwork'],
  ['spec', 'hostname'],
  ['spec', 'subdomain'],
  ['spec', 'dnsPolicy'],
];
/** Of a container: its name, ports and what may hold names of Services. */
const containerFields = ['name', 'ports', 'env', 'envFrom', 'args', 'command', 'restartPolicy'];
const metadata: Paths = [
  ['apiVersion'],
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'labels'],
];
const controller: Paths = [
  ['spec', 'selector'],
  ['spec', 'replicas'],
  ['spec', 'serviceName'],
];

const fieldsByKind: Readonly<Record<string, Paths>> = {
  Service: ['type', 'clusterIP', 'externalName', 'selector', 'ports'].map((field) => ['spec', field]),
  Ingress: ['ingressClassName', 'defaultBackend', 'backend', 'tls', 'rules'].map((field) => ['spec', field]),
  ...Object.fromEntries(
    [
      'IngressClass',
      'NetworkPolicy',
      'AdminNetworkPolicy',
      'BaselineAdminNetworkPolicy',
      'ClusterNetworkPolicy',
      'GatewayClass',
      'Gateway',
      'HTTPRoute',
      'GRPCRoute',
      'TLSRoute',
      'TCPRoute',
      'UDPRoute',
      'ReferenceGrant',
      'Route',
      'ClusterConfig',
      'Network',
      'ServiceCIDR',
      'IPPool',
      'Installation',
    ].map((kind) => [kind, [['spec']]]),
  ),
  ClusterConfiguration: [['networking'], ['apiServer', 'extraArgs']],
  Cluster: [['networking']],
  Endpoints: [['subsets']],
  EndpointSlice: [['addressType'], ['endpoints'], ['ports']],
  Namespace: [],
  ConfigMap: [['data']],
  // What a Secret holds is nobody's business: only its name is read.
  Secret: [],
};

/** What networking reads of a resource, as plain data. */
export function networkingFields(resource: Resource): NetworkingObject {
  const paths = isPodMaker(resource)
    ? pathsReadOf(resource)
    : (fieldsByKind[resource.kind] ?? workloadFields(resource));
  return (project(resource.root, [...metadata, ...paths]) ?? {}) as NetworkingObject;
}

function workloadFields({ kind }: Resource): Paths {
  const template =
    kind === 'Pod' ? [] : kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
  return [...(kind === 'Pod' ? [] : controller), ...podPaths(template)];
}

function podPaths(template: readonly string[]): Paths {
  const ofContainers = ['containers', 'initContainers'].flatMap((field) =>
    containerFields.map((name) => ['spec', field, '[]', name]),
  );
  return [...podFields, ...ofContainers].map((path) => [...template, ...path]);
}

/** Of what an operator makes pods from: templates, labels, and whatever else decides which pods there are. */
function pathsReadOf(resource: Resource): Paths {
  return makersOf(resource).flatMap((maker) => {
    const { template, ...others } = fieldsReadBy(maker);
    return [...(template ? podPaths(template) : []), ...others.paths];
  });
}

/** The part of a tree that these paths lead to; `[]` stands for every item of a list, `{}` for every value of a mapping. */
function project(node: SourceNode, paths: Paths): unknown {
  if (paths.some((path) => path.length === 0)) return toPlain(node);
  const below = (step: string): Paths => paths.filter(([first]) => first === step).map((path) => path.slice(1));
  if (node.type === 'scalar') return undefined;
  if (node.type === 'sequence') {
    const rest = below('[]');
    return rest.length === 0 ? undefined : node.items.map((item) => project(item, rest) ?? {});
  }
  const entries = node.entries.flatMap(({ key, value }) => {
    const found = project(value, [...below(key), ...below('{}')]);
    return found === undefined ? [] : [[key, found] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
