import { nodeAt, toPlain, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';

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
    ].map((kind) => [kind, [['spec']]]),
  ),
  Endpoints: [['subsets']],
  EndpointSlice: [['addressType'], ['endpoints'], ['ports']],
  Namespace: [],
  ConfigMap: [['data']],
};

/**
 * What networking reads of a resource, as plain data.
 * @param namespace that takes the place of the one written; undefined to leave it
 */
export function networkingFields(resource: Resource, namespace: string | undefined): NetworkingObject {
  const object: Record<string, unknown> = {};
  const paths = [...metadata, ...(fieldsByKind[resource.kind] ?? workloadFields(resource))];
  for (const path of paths) copyPath(resource.root, object, path);
  for (const path of podSpecPaths(resource)) copyContainers(resource.root, object, path);
  if (namespace !== undefined) object['metadata'] = { ...(object['metadata'] as object | undefined), namespace };
  return object;
}

function templatePath(resource: Resource): readonly string[] {
  if (resource.kind === 'Pod') return [];
  return resource.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
}

function workloadFields(resource: Resource): Paths {
  const template = templatePath(resource);
  const own = template.length === 0 ? [] : controller;
  return [...own, ...podFields.map((path) => [...template, ...path])];
}

function podSpecPaths(resource: Resource): Paths {
  if (resource.kind in fieldsByKind) return [];
  return ['containers', 'initContainers'].map((field) => [...templatePath(resource), 'spec', field]);
}

function copyPath(root: SourceNode, object: Record<string, unknown>, path: readonly string[]): void {
  const found = nodeAt(root, ...path);
  if (found) setAt(object, path, toPlain(found));
}

/** Of a container: its name, ports and what may hold names of Services. */
function copyContainers(root: SourceNode, object: Record<string, unknown>, path: readonly string[]): void {
  const found = nodeAt(root, ...path);
  if (found?.type !== 'sequence') return;
  const kept = ['name', 'ports', 'env', 'envFrom', 'args', 'command', 'restartPolicy'];
  const containers = found.items.map((item) =>
    item.type === 'map'
      ? Object.fromEntries(
          item.entries.filter(({ key }) => kept.includes(key)).map(({ key, value }) => [key, toPlain(value)]),
        )
      : toPlain(item),
  );
  setAt(object, path, containers);
}

function setAt(object: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let target = object;
  for (const step of path.slice(0, -1)) target = (target[step] ??= {}) as Record<string, unknown>;
  const last = path.at(-1);
  if (last !== undefined) target[last] = value;
}
