import type { SourceNode, Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { BackendRef, GatewayRoute, GatewayRouteRule } from '../model/gateway-route';
import { derived, serviceNamed, type NetworkModel } from '../model/network-model';
import type { OpenshiftRoute } from '../model/openshift-route';
import type { RouteHop } from '../reach/route-hop';
import { routedTraffic, type RoutedTraffic } from '../reach/routed-traffic';
import type { PolicyAnswer } from './decisions';
import { addEdge, type Drawing } from './drawing';
import { shorten } from './routing-lanes';
import { conditionsOfIngress, conditionsOfMatch, printConditions, type Conditions } from './routing-matches';
import { addMissingService } from './routing-missing';
import { isGatewayRoute, isIngress, type Route } from './routing-routes';
import type { ViewEdge } from './view';

/** A Service that a route names. */
interface Backend {
  readonly node: SourceNode;
  readonly name: Sourced<string>;
  readonly namespace: string;
  readonly weight: number;
  /** `90%`, `mirrored`; empty where all requests go there. */
  readonly share: string;
  /** What asks for it. */
  readonly paths: readonly Path[];
}

interface Path {
  /** Undefined: every path. */
  readonly path: string | undefined;
  readonly conditions: Conditions;
}

const everyPath: Path = { path: undefined, conditions: [] };

/** Where a route leads, and whether it arrives. */
type End = Pick<ViewEdge, 'target' | 'state' | 'note' | 'deciders'>;

/**
 * Adds a route's backends, one edge for all requests that go to one Service and fare alike there.
 * @param answerOf what policies make of traffic that gets to its Service; undefined: that is told elsewhere
 */
export function addBackends(drawing: Drawing, route: Route, answerOf?: (traffic: RoutedTraffic) => PolicyAnswer): void {
  const { model } = drawing.context;
  const ends = new Map<string, { readonly end: End; readonly labels: Set<string> }>();
  const add = (end: End, label: string): void => {
    const key = JSON.stringify(end);
    const known = ends.get(key) ?? { end, labels: new Set() };
    ends.set(key, known);
    if (label !== '') known.labels.add(label);
  };
  const backends = new Map(backendsOf(route).map((backend) => [backend.node, backend]));
  const traffic = trafficByRoute(model).get(route.resource) ?? [];
  const isOneHost = new Set(traffic.map(({ host }) => host)).size <= 1;
  for (const one of traffic) {
    const backend = backends.get(one.node);
    if (!backend) continue;
    const end = endOf(drawing, route, backend, one.hops);
    const answer = end.state === 'ok' ? answerOf?.(one) : undefined;
    add({ ...end, ...answer }, labelOf(route, one.host, one.path, isOneHost, backend));
  }
  for (const backend of backends.values()) {
    if (traffic.length > 0 && backend.weight > 0) continue;
    const end = idleEnd(drawing, route, backend);
    for (const { path } of end ? backend.paths : []) if (end) add(end, labelOf(route, undefined, path, true, backend));
  }
  const source = drawing.ids.get(route) ?? '';
  for (const { end, labels } of ends.values())
    addEdge(drawing, { source, label: shorten([...labels]), ...end }, end.state === 'ok' ? '' : end.state);
}

/** What comes in through each route. */
export function trafficByRoute(model: NetworkModel): ReadonlyMap<Resource, readonly RoutedTraffic[]> {
  return derived(model, 'traffic-by-route', () => {
    const byRoute = new Map<Resource, RoutedTraffic[]>();
    for (const traffic of routedTraffic(model)) {
      const known = byRoute.get(traffic.route);
      if (known) known.push(traffic);
      else byRoute.set(traffic.route, [traffic]);
    }
    return byRoute;
  });
}

function backendsOf(route: Route): readonly Backend[] {
  const { namespace } = route;
  if (isGatewayRoute(route)) return route.rules.flatMap((rule) => backendsOfRule(route, rule));
  if (!isIngress(route)) return backendsOfOpenshift(route);
  return route.routes.map((own) => {
    const { node, service } = own.backend;
    const paths = [{ path: own.path, conditions: conditionsOfIngress(own) }];
    return { node, name: service, namespace, weight: 1, share: '', paths };
  });
}

/** A ServiceImport or a bucket is not ours to follow. */
function backendsOfRule(route: GatewayRoute, { backendRefs, matches }: GatewayRouteRule): readonly Backend[] {
  const sharing = backendRefs.filter(({ mirror }) => !mirror);
  const share = ({ mirror, weight }: BackendRef): string => (mirror ? 'mirrored' : shareOf(weight, sharing));
  const paths =
    matches.length === 0
      ? [everyPath]
      : matches.map((match) => ({ path: match.path, conditions: conditionsOfMatch(route, match) }));
  return backendRefs
    .filter(({ group, kind }) => group === '' && kind === 'Service')
    .map((backend) => {
      const { node, name, weight } = backend;
      const namespace = backend.namespace?.value ?? route.namespace;
      return { node, name, namespace, weight, share: share(backend), paths };
    });
}

function backendsOfOpenshift({ namespace, path, to, alternateBackends }: OpenshiftRoute): readonly Backend[] {
  const all = [...(to ? [to] : []), ...alternateBackends];
  return all
    .filter(({ kind }) => kind === 'Service')
    .map(({ node, name, weight }) => {
      return { node, name, namespace, weight, share: shareOf(weight, all), paths: [{ path, conditions: [] }] };
    });
}

function shareOf(weight: number, all: readonly { readonly weight: number }[]): string {
  const sum = all.reduce((total, other) => total + other.weight, 0);
  if (all.length < 2 || !(sum > 0) || weight < 0) return '';
  const percent = Math.round((weight / sum) * 100);
  return weight > 0 && percent === 0 ? '<1%' : `${percent}%`;
}

/** The host stands on the route's own card: where there is only one, edges need not repeat it. */
function labelOf(
  route: Route,
  host: string | undefined,
  path: string | undefined,
  isOneHost: boolean,
  { share, paths }: Backend,
): string {
  const asking = paths.filter((own) => own.path === path).map(({ conditions }) => conditions);
  const request = requestOf(route, host, path, isOneHost) + printConditions(asking);
  return [request === '/' && share !== '' ? '' : request, share].filter((text) => text !== '').join(' ');
}

function requestOf(route: Route, host: string | undefined, path: string | undefined, isOneHost: boolean): string {
  if (isIngress(route) && host === undefined && path === undefined)
    return route.routes.length > 1 ? 'everything else' : 'everything';
  const kind = isGatewayRoute(route) ? route.kind : 'HTTPRoute';
  const shownHost = isOneHost ? '' : (host ?? '*');
  if (kind === 'HTTPRoute') return `${shownHost}${path ?? '/'}`;
  if (kind !== 'GRPCRoute') return shownHost;
  return `${shownHost}${isOneHost ? '' : ' '}${path ?? 'every method'}`;
}

/** What lies behind the Service is its own edges' matter. */
const hopsToService: ReadonlySet<RouteHop['kind']> = new Set(['listener', 'reference-grant', 'service', 'port']);

function endOf(drawing: Drawing, route: Route, backend: Backend, hops: readonly RouteHop[]): End {
  const service = serviceOf(drawing, backend);
  const own = hops.filter(({ kind }) => hopsToService.has(kind));
  const broken = own.find(({ ok }) => ok === false);
  // A listener that is elsewhere is told on the way to the route; that a Service is only another name breaks nothing.
  const open = own.find(
    ({ kind, ok }) => ok === 'unknown' && kind !== 'listener' && (kind !== 'service' || service === undefined),
  );
  const target = service ?? addMissing(drawing, route, backend, broken?.kind === 'service');
  if (broken?.kind === 'listener') return { target, state: 'plain', note: `No traffic comes this way: ${broken.text}` };
  if (broken) return { target, state: 'broken', note: broken.text };
  return open ? { target, state: 'unknown', note: open.text } : { target, state: 'ok' };
}

/** A backend that gets no traffic, or whose traffic comes in no way that manifests tell of; undefined where it is not here either. */
function idleEnd(drawing: Drawing, route: Route, backend: Backend): End | undefined {
  const target = serviceOf(drawing, backend);
  if (target === undefined) return undefined;
  if (backend.weight <= 0) return { target, state: 'plain', note: 'Its weight is 0: it gets no traffic.' };
  const parents = isGatewayRoute(route) ? route.parentRefs : [];
  if (parents.length === 0)
    return { target, state: 'plain', note: 'The route names no parent: no traffic comes this way.' };
  const named = shorten(parents.map(({ kind, name }) => `${kind} ${name.value}`));
  return { target, state: 'unknown', note: `A service mesh sends calls to ${named} this way, if there is one.` };
}

function serviceOf(drawing: Drawing, { namespace, name }: Backend): string | undefined {
  const service = serviceNamed(drawing.context.model, namespace, name.value);
  return service && drawing.ids.get(service);
}

function addMissing(drawing: Drawing, { resource }: Route, { namespace, name }: Backend, isSure: boolean): string {
  return addMissingService(drawing, namespace, name.value, { resource, place: name.node }, isSure);
}
