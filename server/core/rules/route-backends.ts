import { nodeAt, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { BackendRef, GatewayRoute } from '../model/gateway-route';
import type { Ingress, IngressBackend } from '../model/ingress';
import { gatewayRoutesOf, ingressesOf, openshiftRoutesOf, type NetworkModel } from '../model/network-model';
import type { OpenshiftRoute } from '../model/openshift-route';

/** A Service that a route of any kind names. */
export interface Backend {
  readonly resource: Resource;
  readonly service: Sourced<string>;
  /** Where the Service is looked for. */
  readonly namespace: string;
  /** Where that is written, if it is. */
  readonly writtenNamespace: SourceNode | undefined;
  /** The Service's own port. */
  readonly port: Sourced<number | string> | undefined;
  /** Whatever stands there. */
  readonly portNode?: SourceNode | undefined;
  /** Whether a Service with one port may do without. */
  readonly mayOmitPort: boolean;
  readonly protocol: 'TCP' | 'UDP';
  /** What follows "One is in namespace x, and …". */
  readonly rule: string;
  /** OpenShift's router goes by the ports of the endpoints instead. */
  readonly goesByEndpoints?: true;
}

/** The Services that routes of the scope send traffic to, or a copy of it. */
export function backendsOf(model: NetworkModel): readonly Backend[] {
  return [
    ...ingressesOf(model).flatMap(backendsOfIngress),
    ...gatewayRoutesOf(model).flatMap(backendsOfGatewayRoute),
    ...openshiftRoutesOf(model).flatMap(backendsOfOpenshiftRoute),
  ];
}

function backendsOfIngress({ resource, namespace, routes }: Ingress): readonly Backend[] {
  return routes
    .filter(({ backend }) => !isControllerAction(backend))
    .map(({ backend: { service, port } }) => ({
      resource,
      service,
      namespace,
      writtenNamespace: undefined,
      port,
      mayOmitPort: true,
      protocol: 'TCP',
      rule: 'an Ingress reaches only Services of its own namespace',
    }));
}

/** The AWS load balancer controller takes the backend's name from an annotation when the port says so. */
function isControllerAction(backend: IngressBackend): boolean {
  return backend.port?.value === 'use-annotation';
}

/** A backend that gets no traffic may wait for a Service that is still to come. */
function backendsOfGatewayRoute(route: GatewayRoute): readonly Backend[] {
  const isService = ({ group, kind, weight }: BackendRef): boolean =>
    group === '' && kind === 'Service' && weight !== 0;
  return route.rules.flatMap(({ backendRefs }) =>
    backendRefs.filter(isService).map(({ name, namespace, port, node }) => ({
      resource: route.resource,
      service: name,
      namespace: namespace?.value ?? route.namespace,
      writtenNamespace: namespace?.node,
      port,
      portNode: nodeAt(node, 'port'),
      mayOmitPort: false,
      protocol: route.kind === 'UDPRoute' ? 'UDP' : 'TCP',
      rule: "a backend without a namespace is meant in the route's own",
    })),
  );
}

function backendsOfOpenshiftRoute(route: OpenshiftRoute): readonly Backend[] {
  const { resource, namespace, to, alternateBackends } = route;
  return [...(to ? [to] : []), ...alternateBackends]
    .filter(({ kind, weight, name }) => kind === 'Service' && weight !== 0 && name.value !== '')
    .map(({ name }) => ({
      resource,
      service: name,
      namespace,
      writtenNamespace: undefined,
      port: undefined,
      mayOmitPort: true,
      protocol: 'TCP',
      rule: 'a Route reaches only Services of its own namespace',
      goesByEndpoints: true,
    }));
}
