import {
  gatewayRoutesOf,
  gatewaysOf,
  ingressesOf,
  openshiftRoutesOf,
  overwrittenResources,
  servicesOf,
  workloadsOf,
} from '../model/network-model';
import { compare, framesOf, inOrder, type Placed } from './drawing';
import { createFlow, lanes, placeBehind, type Flow } from './flow';
import { addDeliveries, addOpenServices, addRouteBackends } from './flow-backends';
import { addGateway, describeHostPorts, isWaypoint } from './flow-fronts';
import { addFlowRoute, addHosts } from './flow-routes';
import { shorten } from './routing-lanes';
import type { Route } from './routing-routes';
import type { DiagramView } from './view';
import type { ViewContext } from './view-context';

/**
 * The Ingress Flow diagram of one scope: how traffic from outside comes in, over load balancers, controllers and Gateways, hosts and
 * routes, to Services and pods, and where it stops. The same manifests give the same diagram, in whatever order they were read and edited.
 */
export function ingressFlow(context: ViewContext): DiagramView {
  const { model } = context;
  const flow = createFlow(context);
  const overwritten = overwrittenResources(model);
  const routes = inOrder<Route>(model, [...ingressesOf(model), ...gatewayRoutesOf(model), ...openshiftRoutesOf(model)]);
  const services = inOrder(model, servicesOf(model));
  const workloads = inOrder(model, workloadsOf(model));
  const gateways = inOrder(model, gatewaysOf(model));
  const shown = new Set(routes.filter((route) => addFlowRoute(flow, route)));
  for (const gateway of gateways)
    if (!isWaypoint(gateway) && !overwritten.has(gateway.resource)) addGateway(flow, gateway);
  addHosts(flow);
  for (const route of shown) addRouteBackends(flow, route);
  addOpenServices(flow, services);
  addDeliveries(flow);
  placeBehind(flow);
  return {
    view: 'ingress',
    scope: model.scope.name,
    groups: framesOf(flow, [...routes, ...gateways, ...services, ...workloads]),
    nodes: [...flow.nodes.values()].sort((a, b) => a.lane - b.lane || compare(a.group ?? '', b.group ?? '')),
    edges: [...flow.edges.values()],
    lanes: ['Outside', 'Entry', 'Controller or Gateway', 'Hosts', 'Routes', 'Services', 'Pods'],
    openLanes: [lanes.outside, lanes.entry],
    notes: notesOf(flow, {
      services: services.filter((service) => !flow.ids.has(service)),
      routes: routes.filter((route) => !shown.has(route)),
      workloads: workloads.filter((workload) => !flow.ids.has(workload) && describeHostPorts(workload) !== ''),
    }),
  };
}

interface LeftOut {
  readonly services: readonly Placed[];
  readonly routes: readonly Placed[];
  readonly workloads: readonly Placed[];
}

/** What the picture leaves out, and why. */
function notesOf({ context: { model }, nodes, edges }: Flow, leftOut: LeftOut): readonly string[] {
  const { services, routes, workloads } = leftOut;
  const count = servicesOf(model).length;
  const isUnsure = [...edges.values()].some(({ state, deciders }) => state === 'unknown' && deciders !== undefined);
  const notes: readonly [boolean, string][] = [
    [
      nodes.size === 0,
      'Nothing here lets traffic in: no Ingress, Gateway or Route, and no Service that is open to the outside.',
    ],
    [
      nodes.size > 0 && services.length > 0,
      `${services.length} of ${count} Services ${services.length === 1 ? 'is not shown: no route names it, and it is' : 'are not shown: no route names them, and they are'} not open to the outside.`,
    ],
    [routes.length > 0, `Not shown, since no parent brings traffic from outside to them: ${namesOf(routes)}.`],
    [workloads.length > 0, `Not shown, though they may be reached at the ports of their nodes: ${namesOf(workloads)}.`],
    [
      isUnsure && [...nodes.values()].some(({ kind, lane }) => kind === 'controller' && lane === lanes.entry),
      'Of a controller that is not declared here neither namespace nor labels are known: where policies go by them, the way is unknown.',
    ],
  ];
  return notes.flatMap(([holds, text]) => (holds ? [text] : []));
}

function namesOf(items: readonly Placed[]): string {
  return shorten(items.map(({ resource: { kind }, namespace, name }) => `${kind} ${namespace}/${name}`));
}
