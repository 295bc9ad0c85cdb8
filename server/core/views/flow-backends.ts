import type { Cidr } from '../model/cidr';
import { isPlaceholder } from '../model/label';
import { derived, overwrittenResources, serviceNamed, servicesOf, type NetworkModel } from '../model/network-model';
import { followPort, printPortPath } from '../model/port-path';
import { podsBehind } from '../model/relations';
import { targetOf, type Service, type ServicePort } from '../model/service';
import { printWorkload, type Workload } from '../model/workload';
import type { Arrival, RoutedTraffic } from '../reach/routed-traffic';
import type { PolicyAnswer } from './decisions';
import { answerToDelivery } from './delivery-verdicts';
import { addEdge } from './drawing';
import { addVisit, noTraffic, type Flow, type Visit } from './flow';
import { addBackends, trafficByRoute } from './routing-backends';
import { addEntry, externalIpsOf, sourceRangesOf } from './routing-entries';
import { shorten } from './routing-lanes';
import { isGatewayRoute, isIngress, type Route } from './routing-routes';
import { addService, addWorkload } from './routing-services';
import { addTargets, wayToPods } from './routing-targets';
import { blockedAt, sendersOf } from './routing-ways';
import type { ViewEdge } from './view';

/** Adds the Services that a route names, with the edges to them. What it asks for there is kept for `addDeliveries`. */
export function addRouteBackends(flow: Flow, route: Route): void {
  const { model } = flow.context;
  for (const service of servicesNamedBy(model, route)) addReached(flow, service);
  const own = { ...flow.behind, edges: new Map<string, ViewEdge>() };
  addBackends(own, route);
  const stop = flow.stopped.get(route);
  for (const [id, edge] of own.edges) flow.edges.set(id, stop === undefined ? edge : { ...edge, ...noTraffic(stop) });
  if (stop !== undefined) return;
  for (const { hops, sources, arrivals, node } of trafficByRoute(model).get(route.resource) ?? []) {
    const service = serviceAt(model, hops);
    if (!service) continue;
    const ports = service.ports.filter(({ node }) => hops.some(({ kind, at }) => kind === 'port' && at === node));
    const denied = sources.length > 0 ? undefined : blockedAt(flow, route.resource, node);
    for (const port of ports) {
      const ends = arrivals.filter((arrival) => isAt(arrival, port)).map(({ workload }) => workload);
      for (const sender of sendersOf(sources))
        addVisit(flow, service, { port, sender, arrivals: new Set(ends), denied });
    }
    // A name in DNS has no ports.
    if (service.type === 'ExternalName') flow.visits.set(service, []);
  }
}

function isAt({ workload, protocol, port }: Arrival, front: ServicePort): boolean {
  return protocol === front.protocol && port === followPort(front, workload).number;
}

/** Adds the Services that are open to the outside by themselves, rather than in front of a controller. */
export function addOpenServices(flow: Flow, services: readonly Service[]): void {
  const overwritten = overwrittenResources(flow.context.model);
  for (const service of services) {
    if (!isOpen(service) || overwritten.has(service.resource)) continue;
    if (flow.entries.has(flow.ids.get(service) ?? '')) continue;
    addReached(flow, service);
    addEntry(flow, service);
    for (const port of service.ports) addVisit(flow, service, { port, sender: 'outside', arrivals: undefined });
  }
}

/** Whether traffic from outside gets to a Service without a route. */
export function isOpen(service: Service): boolean {
  const { type } = service;
  return type === 'LoadBalancer' || type === 'NodePort' || externalIpsOf(service).length > 0;
}

/** Adds what is behind the Services that traffic comes to, on the ports that it asks for. */
export function addDeliveries(flow: Flow): void {
  const { model } = flow.context;
  for (const [service, visits] of flow.visits) {
    if (flow.entries.has(flow.ids.get(service) ?? '')) continue;
    const workloads = podsBehind(model, service);
    if (workloads.length === 0) addTargets(flow.behind, service);
    for (const workload of workloads) {
      if (!flow.ids.has(workload)) addWorkload(flow.behind, workload);
      addDelivery(flow, service, workload, flow.ids.get(workload) ?? '', visits);
    }
  }
}

/** Adds the edges from a Service to pods, one for all ports that fare alike. */
export function addDelivery(
  flow: Flow,
  service: Service,
  workload: Workload,
  target: string,
  visits: readonly Visit[],
): void {
  const from = sourceRangesOf(service);
  const ends = new Map<PolicyAnswer['state'], { labels: Set<string>; notes: Set<string>; deciders: Set<string> }>();
  for (const visit of visits) {
    const path = followPort(visit.port, workload);
    if (path.number !== undefined && visit.arrivals && !visit.arrivals.has(workload)) continue;
    const { state, note, deciders = [] } = answerTo(flow, visit, workload, from);
    const end = ends.get(state) ?? { labels: new Set(), notes: new Set(), deciders: new Set() };
    ends.set(state, end);
    end.labels.add(printPortPath(service, visit.port, path));
    if (note !== undefined) end.notes.add(note);
    for (const decider of deciders) end.deciders.add(decider);
  }
  for (const [state, { labels, notes, deciders }] of ends) {
    const why = {
      ...(notes.size > 0 ? { note: [...notes].slice(0, mostNotes).join(' ') } : {}),
      ...(deciders.size > 0 ? { deciders: [...deciders] } : {}),
    };
    const edge = { source: flow.ids.get(service) ?? '', target, label: shorten([...labels]), state, ...why };
    addEdge(flow, edge, state === 'ok' ? '' : state);
  }
}

const mostNotes = 3;

/** A name that no container declares leads nowhere; else policies decide. */
function answerTo(
  flow: Flow,
  { port, sender, denied }: Visit,
  workload: Workload,
  from: readonly Cidr[] | undefined,
): PolicyAnswer {
  const { number } = followPort(port, workload);
  if (number === undefined) return missingTarget(port, workload);
  const { protocol } = port;
  const way = wayToPods(workload);
  if (way.state !== 'ok') return way;
  const answer = answerToDelivery(flow, { sender, from, workload, protocol, port: number, frontPort: port.port.value });
  return denied !== undefined && answer.state === 'unknown' ? { ...answer, state: 'denied', note: denied } : answer;
}

function missingTarget(port: ServicePort, workload: Workload): PolicyAnswer {
  const name = String(targetOf(port));
  const note = `${printWorkload(workload)} has no ${port.protocol} port named "${name}".`;
  const isSure = workload.portsKnown && !isPlaceholder(name);
  return isSure
    ? { state: 'broken', note }
    : { state: 'unknown', note: `${note.slice(0, -1)} here: it may be filled in later.` };
}

function addReached(flow: Flow, service: Service): void {
  if (!flow.ids.has(service)) addService(flow.behind, service);
}

function servicesNamedBy(model: NetworkModel, route: Route): readonly Service[] {
  const named = (name: string, namespace = route.namespace): Service | readonly [] =>
    serviceNamed(model, namespace, name) ?? [];
  if (isIngress(route)) return route.routes.flatMap(({ backend }) => named(backend.service.value));
  if (!isGatewayRoute(route))
    return [...(route.to ? [route.to] : []), ...route.alternateBackends].flatMap(({ name }) => named(name.value));
  const backends = route.rules.flatMap(({ backendRefs }) => backendRefs);
  return backends
    .filter(({ group, kind }) => group === '' && kind === 'Service')
    .flatMap(({ name, namespace }) => named(name.value, namespace?.value));
}

/** The Service that traffic was followed to. */
function serviceAt(model: NetworkModel, hops: RoutedTraffic['hops']): Service | undefined {
  const byResource = derived(
    model,
    'services-by-resource',
    () => new Map(servicesOf(model).map((service) => [service.resource, service])),
  );
  const hop = hops.find(({ kind, resource }) => kind === 'service' && byResource.has(resource));
  return hop && byResource.get(hop.resource);
}
