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
  /** The path with its backend; the backend alone for the default one. */
  readonly node: SourceNode;
}

/** One certificate and the hosts that it is for (API reference, IngressTLS). */
export interface IngressTls {
  /** Empty: whatever the controller takes it for, as a rule every host. */
  readonly hosts: readonly Sourced<string>[];
  readonly secretName: Sourced<string> | undefined;
  readonly node: SourceNode;
}

export interface Ingress {
  readonly resource: Resource;
  readonly name: string;
  readonly namespace: string;
  readonly className: string | undefined;
  /** Hosts of its TLS entries. */
  readonly tlsHosts: readonly string[];
  readonly tls: readonly IngressTls[];
  /** The host of each rule that names one, whether or not the rule has paths. */
  readonly hosts: readonly Sourced<string>[];
  readonly routes: readonly IngressRoute[];
}

/** Reads an Ingress in its v1 form or in the removed ones (`serviceName`, `servicePort`; gone with Kubernetes 1.22). */
export function readIngress(resource: Resource, namespace: string): Ingress {
  const spec = nodeAt(resource.root, 'spec');
  const fallback = readBackend(nodeAt(spec, 'defaultBackend') ?? nodeAt(spec, 'backend'));
  const rules = itemsAt(spec, 'rules');
  const routes = rules.flatMap(readRule);
  const tls = itemsAt(spec, 'tls').map(readTls);
  return {
    resource,
    name: resource.name,
    namespace,
    className:
      stringAt(spec, 'ingressClassName')?.value ??
      stringAt(resource.root, 'metadata', 'annotations', 'kubernetes.io/ingress.class')?.value,
    tlsHosts: tls.flatMap(({ hosts }) => hosts.map(({ value }) => value)),
    tls,
    hosts: rules.flatMap((rule) => stringAt(rule, 'host') ?? []),
    routes: fallback
      ? [...routes, { host: undefined, path: undefined, pathType: undefined, backend: fallback, node: fallback.node }]
      : routes,
  };
}

function readTls(node: SourceNode): IngressTls {
  return {
    hosts: itemsAt(node, 'hosts').flatMap((host) => stringAt(host) ?? []),
    secretName: stringAt(node, 'secretName'),
    node,
  };
}

function readRule(rule: SourceNode): readonly IngressRoute[] {
  const host = stringAt(rule, 'host')?.value;
  return itemsAt(rule, 'http', 'paths').flatMap((path) => {
    const backend = readBackend(nodeAt(path, 'backend'));
    return backend
      ? [
          {
            host,
            path: stringAt(path, 'path')?.value,
            pathType: stringAt(path, 'pathType')?.value,
            backend,
            node: path,
          },
        ]
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
