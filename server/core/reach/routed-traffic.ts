import type { SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { controllerPods } from '../model/controllers';
import { gatewayGroup, type Gateway } from '../model/gateway';
import type { BackendRef, GatewayRoute, GatewayRouteRule } from '../model/gateway-route';
import type { Ingress, IngressRoute } from '../model/ingress';
import { isPlaceholder } from '../model/label';
import {
  byPlace,
  derived,
  derivedIn,
  gatewayRoutesOf,
  ingressesOf,
  openshiftRoutesOf,
  referenceGrantsOf,
  servicesOf,
  type NetworkModel,
} from '../model/network-model';
import type { OpenshiftBackend, OpenshiftRoute } from '../model/openshift-route';
import { followPort } from '../model/port-path';
import { admitsReference } from '../model/reference-grant';
import { podsBehind } from '../model/relations';
import { sameItems } from '../model/same-items';
import { targetOf, type Service, type ServicePort } from '../model/service';
import type { Workload } from '../model/workload';
import { describePorts, findService, followBackend, followPorts } from './backend-path';
import { attachmentsOf, mergeHosts, type Attachment } from './gateway-attachment';
import { printNamed, type Arrival, type FollowedPath, type RouteHop } from './route-hop';

export type { Arrival, RouteHop } from './route-hop';

/** Traffic of one backend of one route, followed to the pods. */
export interface RoutedTraffic {
  /** An Ingress, HTTPRoute, GRPCRoute, TLSRoute, TCPRoute, UDPRoute or OpenShift Route. */
  readonly route: Resource;
  /** The route's. */
  readonly namespace: string;
  /** Undefined: every host. */
  readonly host: string | undefined;
  /** An HTTP path, or `service/method` of gRPC; undefined: every path. */
  readonly path: string | undefined;
  /** Where the backend is written. */
  readonly node: SourceNode;
  /** The controller's pods in this scope; empty: nobody here declares them. */
  readonly sources: readonly Workload[];
  /** In the order in which traffic passes them. */
  readonly hops: readonly RouteHop[];
  /** Where it arrives; empty when a hop is broken. A target port that only some pods lack breaks the way to those alone. */
  readonly arrivals: readonly Arrival[];
}

/**
 * All traffic that routes bring into the scope, in the order of the manifests: for each host, path and backend of a route, and for each
 * set of controller pods it comes from. Backends without traffic (weight 0) and those that are no Services are left out.
 */
export function routedTraffic(model: NetworkModel): readonly RoutedTraffic[] {
  return derived(model, 'routed-traffic', () => followAll(model));
}

function followAll(model: NetworkModel): readonly RoutedTraffic[] {
  const sourcesOf = rememberSources(model);
  return [
    ...inPlace(model, ingressesOf(model)).flatMap((ingress) => trafficOfIngress(model, ingress, sourcesOf)),
    ...inPlace(model, gatewayRoutesOf(model)).flatMap((route) => trafficOfGatewayRoute(model, route, sourcesOf)),
    ...inPlace(model, openshiftRoutesOf(model)).flatMap((route) => trafficOfOpenshiftRoute(model, route, sourcesOf)),
  ];
}

type SourcesOf = (served: Ingress | Gateway | OpenshiftRoute) => readonly Workload[];

/** Finding a controller means looking through all namespaces: once for a class of Ingresses, a Gateway, and all Routes is enough. */
function rememberSources(model: NetworkModel): SourcesOf {
  const known = new Map<unknown, readonly Workload[]>();
  return (served) => {
    const key = 'listeners' in served ? served : 'targetPort' in served ? 'Route' : `Ingress ${served.className ?? ''}`;
    const found = known.get(key) ?? controllerPods(model, served).pods;
    known.set(key, found);
    return found;
  };
}

function inPlace<T extends { readonly resource: Resource }>(model: NetworkModel, items: readonly T[]): readonly T[] {
  const order = byPlace(model);
  return items.toSorted((a, b) => order(a.resource, b.resource));
}

/**
 * A backend is in the Ingress's own namespace (API reference, IngressServiceBackend): while nothing there changes, and its controller has the
 * same pods, this is the same traffic.
 */
function trafficOfIngress(model: NetworkModel, ingress: Ingress, sourcesOf: SourcesOf): readonly RoutedTraffic[] {
  const { resource, namespace } = ingress;
  const sources = sourcesOf(ingress);
  const all = derivedIn(
    model,
    namespace,
    `traffic-of-ingresses/${model.complete}`,
    () => new Map<Ingress, readonly RoutedTraffic[]>(),
  );
  const known = all.get(ingress);
  if (known?.every((traffic) => sameItems(traffic.sources, sources))) return known;
  const made = ingress.routes.map(({ host, path, backend }) => {
    const followed = followIngressBackend(model, ingress, backend);
    return { route: resource, namespace, host, path, node: backend.node, sources, ...followed };
  });
  all.set(ingress, made);
  return made;
}

function followIngressBackend(
  model: NetworkModel,
  { resource: route, namespace }: Ingress,
  { service: name, port, node }: IngressRoute['backend'],
): FollowedPath {
  if (port?.value === 'use-annotation') {
    const text = 'The AWS load balancer controller reads this backend from an annotation.';
    return { hops: [{ kind: 'service', resource: route, at: name.node, text, ok: 'unknown' }], arrivals: [] };
  }
  return followBackend(model, {
    route,
    from: namespace,
    name,
    namespace,
    port,
    mayOmitPort: true,
    protocol: 'TCP',
    node,
  });
}

function trafficOfGatewayRoute(
  model: NetworkModel,
  route: GatewayRoute,
  sourcesOf: SourcesOf,
): readonly RoutedTraffic[] {
  const ways = waysInto(model, route, sourcesOf);
  if (ways.length === 0) return [];
  const { resource, namespace } = route;
  return route.rules.flatMap((rule) =>
    rule.backendRefs.filter(carriesTraffic).flatMap((backend) => {
      const followed = followGatewayBackend(model, route, backend);
      return ways.flatMap(({ sources, hosts, hops, isBroken }) => {
        const end = isBroken
          ? { hops, arrivals: [] }
          : { hops: [...hops, ...followed.hops], arrivals: followed.arrivals };
        return hosts.flatMap((host) =>
          pathsOf(rule).map((path) => {
            return { route: resource, namespace, host, path, node: backend.node, sources, ...end };
          }),
        );
      });
    }),
  );
}

/** Traffic to other kinds (a ServiceImport, a bucket) is not ours to follow. */
function carriesTraffic({ group, kind, weight }: BackendRef): boolean {
  return group === '' && kind === 'Service' && weight > 0;
}

/** A rule without matches takes every request (API reference, HTTPRouteRule.matches). */
function pathsOf({ matches }: GatewayRouteRule): readonly (string | undefined)[] {
  return matches.length === 0 ? [undefined] : [...new Set(matches.map(({ path }) => path))];
}

/** How traffic comes to a route from one set of pods. */
interface WayIn {
  readonly sources: readonly Workload[];
  readonly hosts: Attachment['hosts'];
  readonly hops: readonly RouteHop[];
  readonly isBroken: boolean;
}

/** The parents that take a route, one way for all that bring traffic from the same pods; when none takes it, one way that is broken. */
function waysInto(model: NetworkModel, route: GatewayRoute, sourcesOf: SourcesOf): readonly WayIn[] {
  const attachments = attachmentsOf(model, route).map((attachment) => {
    const { gateway, hosts, hop } = attachment;
    return { sources: gateway ? sourcesOf(gateway) : [], hosts, hop };
  });
  const taking = attachments.filter(({ hop }) => hop.ok !== false);
  const join = (items: typeof attachments, isBroken: boolean): WayIn => ({
    sources: [...new Set(items.flatMap(({ sources }) => sources))],
    hosts: mergeHosts(items.flatMap(({ hosts }) => hosts)),
    hops: items.map(({ hop }) => hop),
    isBroken,
  });
  if (taking.length === 0) return attachments.length === 0 ? [] : [join(attachments, true)];
  const groups: (typeof attachments)[] = [];
  for (const attachment of taking) {
    const group = groups.find(([first]) => first && samePods(first.sources, attachment.sources));
    if (group) group.push(attachment);
    else groups.push([attachment]);
  }
  return groups.map((group) => join(group, false));
}

function samePods(a: readonly Workload[], b: readonly Workload[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

function followGatewayBackend(model: NetworkModel, route: GatewayRoute, backend: BackendRef): FollowedPath {
  const { name, port, node } = backend;
  const namespace = backend.namespace?.value ?? route.namespace;
  const grant = namespace === route.namespace ? [] : [findGrant(model, route, backend, namespace)];
  if (grant.some(({ ok }) => ok === false)) return { hops: grant, arrivals: [] };
  const protocol = route.kind === 'UDPRoute' ? 'UDP' : 'TCP';
  const named = { route: route.resource, from: route.namespace, name, namespace };
  // A Service's port has to be written (API reference, BackendObjectReference.port).
  return joined(grant, followBackend(model, { ...named, port, mayOmitPort: false, protocol, node }));
}

/** A reference across namespaces works only where the other one grants it (API reference, BackendObjectReference). */
function findGrant(model: NetworkModel, route: GatewayRoute, backend: BackendRef, namespace: string): RouteHop {
  const name = backend.name.value;
  const reference = {
    from: { group: gatewayGroup, kind: route.kind, namespace: route.namespace },
    to: { group: '', kind: 'Service', namespace, name },
  };
  const grant = referenceGrantsOf(model, namespace).find((candidate) => admitsReference(candidate, reference));
  const hop = { kind: 'reference-grant' } as const;
  if (grant) {
    const text = `${printNamed('ReferenceGrant', grant.name, namespace, route.namespace)} admits it.`;
    return { ...hop, resource: grant.resource, at: undefined, text, ok: true };
  }
  const isKnown = model.complete && servicesOf(model, namespace).length > 0 && !isPlaceholder(namespace);
  const needed = `from ${route.kind} of namespace ${route.namespace} to Service ${name}`;
  return {
    ...hop,
    resource: route.resource,
    at: backend.namespace?.node ?? backend.node,
    text: `No ReferenceGrant in namespace ${namespace} admits a reference ${needed}${isKnown ? '.' : ' here: it may come from elsewhere.'}`,
    ok: isKnown ? false : 'unknown',
  };
}

function trafficOfOpenshiftRoute(
  model: NetworkModel,
  route: OpenshiftRoute,
  sourcesOf: SourcesOf,
): readonly RoutedTraffic[] {
  const { resource, namespace, host, path, to, alternateBackends } = route;
  const sources = sourcesOf(route);
  return [...(to ? [to] : []), ...alternateBackends]
    .filter(({ kind, weight }) => kind === 'Service' && weight > 0)
    .map((backend) => {
      const followed = followOpenshiftBackend(model, route, backend);
      return { route: resource, namespace, host: host?.value, path, node: backend.node, sources, ...followed };
    });
}

/**
 * The router takes the endpoints whose port has the name or the number that the Route asks for, TCP only, all of them where it asks for
 * none (openshift/router, endpointsForAlias). The name of an endpoint's port is that of the Service port, its number that of the pod's.
 */
function followOpenshiftBackend(model: NetworkModel, route: OpenshiftRoute, { name }: OpenshiftBackend): FollowedPath {
  const { resource, namespace, targetPort } = route;
  const { service, hops } = findService(model, { route: resource, from: namespace, name, namespace });
  if (!service) return { hops, arrivals: [] };
  const workloads = podsBehind(model, service);
  const ports = service.ports.filter(({ protocol }) => protocol === 'TCP');
  const wanted = String(targetPort?.value ?? '');
  const leads = (port: ServicePort, workload: Workload): boolean =>
    wanted === '' || port.name?.value === wanted || String(followPort(port, workload).number) === wanted;
  const chosen = ports.filter((port) => workloads.some((workload) => leads(port, workload)));
  if (chosen.length > 0) return joined(hops, followPorts(model, service, chosen, leads));
  if (workloads.length === 0) return joined(hops, followPorts(model, service, ports));
  const byTarget = ports.filter((port) => targetOf(port) === wanted);
  const rest = byTarget.length > 0 ? followPorts(model, service, byTarget) : { hops: [], arrivals: [] };
  const at = targetPort?.node ?? name.node;
  const hop: RouteHop = { kind: 'port', resource, at, ...explainNoEndpoint(service, wanted, workloads) };
  return joined([...hops, hop], rest);
}

/** Why no endpoint has the port that a Route asks for. */
function explainNoEndpoint(
  service: Service,
  wanted: string,
  workloads: readonly Workload[],
): Pick<RouteHop, 'ok' | 'text'> {
  const ports = service.ports.filter(({ protocol }) => protocol === 'TCP');
  if (wanted === '') return { ok: false, text: `Service ${service.name} has no TCP port. ${describePorts(service)}` };
  if (ports.some((port) => targetOf(port) === wanted)) {
    const text = `The router looks for a port of Service ${service.name} that is called ${wanted}; only its target port is.`;
    return { ok: 'unknown', text };
  }
  const own = ports.find(({ port }) => String(port.value) === wanted);
  const isUncertain = isPlaceholder(wanted) || workloads.some(({ portsKnown }) => !portsKnown);
  return {
    ok: isUncertain ? 'unknown' : false,
    text: `No port of Service ${service.name} is called ${wanted} or leads to it. ${describePorts(service)}${own ? hintAtOwnPort(own) : ''}`,
  };
}

/** The commonest slip: the Service's port where the pods' is asked for. */
function hintAtOwnPort(own: ServicePort): string {
  const target = targetOf(own);
  const byName = own.name ? `its name, ${own.name.value}, or by ` : '';
  const byNumber = typeof target === 'number' ? `the pods' port, ${target}` : "the number of the pods' port";
  return ` ${own.port.value} is the Service's own port: a Route goes by ${byName}${byNumber}.`;
}

function joined(hops: readonly RouteHop[], { hops: rest, arrivals }: FollowedPath): FollowedPath {
  return { hops: [...hops, ...rest], arrivals };
}
