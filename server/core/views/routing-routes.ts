import { stringAt } from '../manifest/node';
import { hasHostnames, type GatewayRoute } from '../model/gateway-route';
import type { Ingress } from '../model/ingress';
import type { OpenshiftRoute } from '../model/openshift-route';
import { attachmentsOf, isMeshParent } from '../reach/gateway-attachment';
import { addResource, type Drawing, type Look } from './drawing';
import { answersOfIngress, answersOfRoute } from './routing-answers';
import { addFromOutside } from './routing-entries';
import { lanes } from './routing-lanes';
import type { ViewEdge } from './view';

/** What leads requests to Services. */
export type Route = Ingress | GatewayRoute | OpenshiftRoute;

/** Adds an Ingress or a route of the Gateway API or of OpenShift: what serves it, and its hosts, those with TLS marked. */
export function addRoute(drawing: Drawing, route: Route): void {
  const id = addResource(drawing, route, { kind: 'ingress', lane: lanes.routes, ...lookOf(route) });
  const way = isGatewayRoute(route) ? wayIn(drawing, route) : wayToController(drawing, route);
  if (way) addFromOutside(drawing, id, '', way);
}

export function isIngress(route: Route): route is Ingress {
  return 'routes' in route;
}

export function isGatewayRoute(route: Route): route is GatewayRoute {
  return 'parentRefs' in route;
}

/** With the policy Subdomain a Route takes all names of its host's domain (OpenShift API reference, RouteSpec.wildcardPolicy). */
export function hostOfOpenshift({ host, resource }: OpenshiftRoute): string | undefined {
  const isWildcard = stringAt(resource.root, 'spec', 'wildcardPolicy')?.value === 'Subdomain';
  return isWildcard ? host?.value.replace(/^[^.]+(?=\.)/, '*') : host?.value;
}

function lookOf(route: Route): Pick<Look, 'subtitle' | 'lines'> {
  if (isGatewayRoute(route)) return lookOfGatewayRoute(route);
  if (!isIngress(route)) {
    const tls = route.termination === undefined ? '' : ` (TLS, ${route.termination})`;
    return { subtitle: 'Route', lines: [`${hostOfOpenshift(route) ?? 'host assigned by the cluster'}${tls}`] };
  }
  const { className, tlsHosts, routes } = route;
  const hosts = [...new Set(routes.map(({ host }) => host ?? 'every host'))];
  return {
    subtitle: className === undefined ? 'Ingress' : `Ingress · ${className}`,
    lines: [...hosts.map((host) => (tlsHosts.includes(host) ? `${host} (TLS)` : host)), ...answersOfIngress(route)],
  };
}

function lookOfGatewayRoute(route: GatewayRoute): Pick<Look, 'subtitle' | 'lines'> {
  const { kind, parentRefs, hostnames } = route;
  const parents = [...new Set(parentRefs.map((parent) => `${parent.kind} ${parent.name.value}`))];
  const hosts = hostnames.map(({ value }) => value);
  // What a service mesh steers goes by the Service that is called.
  const isForHosts = hasHostnames(kind) && !(parentRefs.length > 0 && parentRefs.every(isMeshParent));
  return {
    subtitle: [kind, ...(parents.length > 0 ? [parents.join(', ')] : [])].join(' · '),
    lines: [...(hosts.length === 0 && isForHosts ? ['every host'] : hosts), ...answersOfRoute(route)],
  };
}

/** A class of Ingresses that nobody declares may be served by nobody. */
function wayToController({ context }: Drawing, { resource }: Route): Pick<ViewEdge, 'state' | 'note'> {
  const undeclared = context.problemsOf(resource).find(({ rule }) => rule === 'ingress-class-unknown');
  return undeclared ? { state: 'unknown', note: undeclared.message } : { state: 'ok' };
}

/** Whether some listener takes the route. Undefined where no traffic from outside is meant to come: no parent, or only a service mesh's. */
function wayIn({ context: { model } }: Drawing, route: GatewayRoute): Pick<ViewEdge, 'state' | 'note'> | undefined {
  const hops = attachmentsOf(model, route).map(({ hop }) => hop);
  if (hops.length === 0) return undefined;
  if (hops.some(({ ok }) => ok === true)) return { state: 'ok' };
  const open = hops.find(({ ok }) => ok === 'unknown');
  return open ? { state: 'unknown', note: open.text } : { state: 'broken', note: hops[0]?.text ?? '' };
}
