import { itemsAt, nodeAt, numberAt, stringAt, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';

/** A Service that a Route sends traffic to (OpenShift API reference, RouteTargetReference). */
export interface OpenshiftBackend {
  /** `Service` when nothing is written; nothing else is allowed. */
  readonly kind: string;
  readonly name: Sourced<string>;
  /** 100 when nothing is written; 0: no traffic at all. */
  readonly weight: number;
  readonly node: SourceNode;
}

/** A Route of route.openshift.io. */
export interface OpenshiftRoute {
  readonly resource: Resource;
  readonly name: string;
  readonly namespace: string;
  /** Undefined: the cluster makes one up. */
  readonly host: Sourced<string> | undefined;
  /** Undefined: every path. */
  readonly path: string | undefined;
  readonly to: OpenshiftBackend | undefined;
  readonly alternateBackends: readonly OpenshiftBackend[];
  /**
   * A port of the pods, by its number or by the name its endpoints have, which is the Service port's name. Undefined: every port of the
   * Service.
   */
  readonly targetPort: Sourced<number | string> | undefined;
  /** `edge`, `passthrough` or `reencrypt`; undefined: no TLS. */
  readonly termination: string | undefined;
}

export function readOpenshiftRoute(resource: Resource, namespace: string): OpenshiftRoute {
  const spec = nodeAt(resource.root, 'spec');
  const host = stringAt(spec, 'host');
  return {
    resource,
    name: resource.name,
    namespace,
    host: host?.value === '' ? undefined : host,
    path: stringAt(spec, 'path')?.value || undefined,
    to: readBackend(nodeAt(spec, 'to')),
    alternateBackends: itemsAt(spec, 'alternateBackends').flatMap((item) => readBackend(item) ?? []),
    targetPort: numberAt(spec, 'port', 'targetPort') ?? stringAt(spec, 'port', 'targetPort'),
    termination: stringAt(spec, 'tls', 'termination')?.value || undefined,
  };
}

function readBackend(node: SourceNode | undefined): OpenshiftBackend | undefined {
  const name = stringAt(node, 'name');
  if (!node || !name) return undefined;
  return {
    kind: stringAt(node, 'kind')?.value || 'Service',
    name,
    weight: numberAt(node, 'weight')?.value ?? 100,
    node,
  };
}
