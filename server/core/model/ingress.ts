import { itemsAt, nodeAt, numberAt, stringAt, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';

/** Where a route sends its traffic. */
export interface IngressBackend {
  readonly service: Sourced<string>;
  /** The Service's port, by number or by name; undefined when none is written. */
  readonly port: Sourced<number | string> | undefined;
  readonly node: SourceNode;
}

export interface IngressRoute {
  /** Undefined: every host. */
  readonly host: string | undefined;
  /** Undefined for a rule without paths and for the default backend. */
  readonly path: string | undefined;
  readonly pathType: string | undefined;
  readonly backend: IngressBackend;
}

export interface Ingress {
  readonly resource: Resource;
  readonly name: string;
  readonly namespace: string;
  readonly className: string | undefined;
  /** Hosts of its TLS entries. */
  readonly tlsHosts: readonly string[];
  readonly routes: readonly IngressRoute[];
}

/** Reads an Ingress in its v1 form or in the removed ones (`serviceName`, `servicePort`; gone with Kubernetes 1.22). */
export function readIngress(resource: Resource, namespace: string): Ingress {
  const spec = nodeAt(resource.root, 'spec');
  const fallback = readBackend(nodeAt(spec, 'defaultBackend') ?? nodeAt(spec, 'backend'));
  const routes = itemsAt(spec, 'rules').flatMap(readRule);
  return {
    resource,
    name: resource.name,
    namespace,
    className:
      stringAt(spec, 'ingressClassName')?.value ??
      stringAt(resource.root, 'metadata', 'annotations', 'kubernetes.io/ingress.class')?.value,
    tlsHosts: itemsAt(spec, 'tls').flatMap((tls) =>
      itemsAt(tls, 'hosts').flatMap((host) =>
        host.type === 'scalar' && typeof host.value === 'string' ? [host.value] : [],
      ),
    ),
    routes: fallback
      ? [...routes, { host: undefined, path: undefined, pathType: undefined, backend: fallback }]
      : routes,
  };
}

function readRule(rule: SourceNode): readonly IngressRoute[] {
  const host = stringAt(rule, 'host')?.value;
  return itemsAt(rule, 'http', 'paths').flatMap((path) => {
    const backend = readBackend(nodeAt(path, 'backend'));
    return backend
      ? [{ host, path: stringAt(path, 'path')?.value, pathType: stringAt(path, 'pathType')?.value, backend }]
      : [];
  });
}

function readBackend(node: SourceNode | undefined): IngressBackend | undefined {
  if (!node) return undefined;
  const service = stringAt(node, 'service', 'name');
  if (service) {
    return {
      service,
      port: numberAt(node, 'service', 'port', 'number') ?? stringAt(node, 'service', 'port', 'name'),
      node,
    };
  }
  const legacy = stringAt(node, 'serviceName');
  return legacy && { service: legacy, port: numberAt(node, 'servicePort') ?? stringAt(node, 'servicePort'), node };
}
