import { gatewayRoutesOf, ingressesOf, openshiftRoutesOf, servicesOf, workloadsOf } from '../model/network-model';
import { compare, createDrawing, framesOf, inOrder, type Drawing } from './drawing';
import { addBackends } from './routing-backends';
import { addClients } from './routing-clients';
import { addEntry } from './routing-entries';
import { lanes } from './routing-lanes';
import { addRoute, type Route } from './routing-routes';
import { addService, addWorkload } from './routing-services';
import { addTargets } from './routing-targets';
import { wayFromOutside, wayOfTraffic } from './routing-ways';
import type { DiagramView, ViewNode } from './view';
import type { ViewContext } from './view-context';

/**
 * The Service Routing diagram of one scope: from outside and from clients within over names and routes to Services and the pods behind
 * them. The same manifests give the same diagram, in whatever order they were read and edited.
 */
export function serviceRouting(context: ViewContext): DiagramView {
  const { model } = context;
  const drawing = createDrawing(context);
  const routes = inOrder<Route>(model, [...ingressesOf(model), ...gatewayRoutesOf(model), ...openshiftRoutesOf(model)]);
  const services = inOrder(model, servicesOf(model));
  const workloads = inOrder(model, workloadsOf(model));
  for (const route of routes) addRoute(drawing, route);
  for (const service of services) addService(drawing, service);
  for (const workload of workloads) addWorkload(drawing, workload);
  for (const route of routes) addBackends(drawing, route, (traffic) => wayOfTraffic(drawing, traffic));
  addClients(drawing, workloads);
  for (const service of services) {
    addEntry(drawing, service, (open) => wayFromOutside(drawing, open));
    addTargets(drawing, service);
  }
  const nodes = [...drawing.nodes.values()];
  return {
    view: 'services',
    scope: model.scope.name,
    groups: framesOf(drawing, [...routes, ...services, ...workloads]),
    nodes: nodes.sort(inReadingOrder(drawing)),
    edges: [...drawing.edges.values()],
    lanes: ['Outside', 'Clients & routes', 'Services', 'Pods'],
    openLanes: [lanes.outside],
    notes: notesOf(nodes),
  };
}

function notesOf(nodes: readonly ViewNode[]): readonly string[] {
  if (nodes.length === 0) return ['Nothing here: no Service, no route and no workload.'];
  if (!nodes.some(({ kind }) => kind === 'client')) return [];
  return [
    'Clients are workloads whose environment, arguments or ConfigMaps name a Service. Names from Secrets and names put together at run time are not seen.',
  ];
}

/** By lane and frame, and there first what is connected: the eye shall meet it before what is not. */
function inReadingOrder({ edges }: Drawing): (a: ViewNode, b: ViewNode) => number {
  const connected = new Set([...edges.values()].flatMap(({ source, target }) => [source, target]));
  const rank = ({ id }: ViewNode): number => (connected.has(id) ? 0 : 1);
  return (a, b) => a.lane - b.lane || compare(a.group ?? '', b.group ?? '') || rank(a) - rank(b);
}
