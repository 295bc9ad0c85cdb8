import type { Service, ServicePort } from '../model/service';
import type { Workload } from '../model/workload';
import type { Location } from '../position';
import type { Sender } from './delivery-verdicts';
import { createDrawing, type Drawing } from './drawing';
import { lanes as routingLanes } from './routing-lanes';
import type { Route } from './routing-routes';
import type { ViewBadge, ViewEdge } from './view';
import type { ViewContext } from './view-context';

/** Lanes of the Ingress Flow diagram, as indexes into its headings. */
export const lanes = { outside: 0, entry: 1, fronts: 2, hosts: 3, routes: 4, services: 5, pods: 6 } as const;

/** Who asks for a port of a Service, and the pods where that arrives; undefined: all behind it. */
export interface Visit {
  readonly port: ServicePort;
  readonly sender: Sender;
  readonly arrivals: ReadonlySet<Workload> | undefined;
  /** Where it is a controller that is not declared here: why it is shut out all the same, as a rule warns. */
  readonly denied?: string | undefined;
}

/** Whether traffic gets from one node to the next. */
export type Way = Pick<ViewEdge, 'state' | 'note'>;

/** What takes traffic in and chooses a route for it: a controller or a Gateway. */
export interface Front {
  /** What tells its hosts from those of others: `Ingress nginx`, `Gateway infra/web`. */
  readonly key: string;
  readonly ids: readonly string[];
}

/** A host of a front, for the routes of one namespace. */
export interface Host {
  readonly id: string;
  readonly group: string | undefined;
  readonly front: Front;
  readonly title: string;
  readonly subtitle: string;
  /** Where it is written first. */
  readonly location: Location;
  readonly lines: Set<string>;
  readonly tls: ViewBadge[];
  /** Per route: whether the front takes it, and for which paths. */
  readonly routes: Map<string, { readonly way: Way; readonly paths: Set<string> }>;
}

/** An Ingress Flow diagram while it is being drawn up. */
export interface Flow extends Drawing {
  /** What is at a Service is drawn as in Service Routing, with lanes of its own; edges and ids are shared. */
  readonly behind: Drawing;
  /** Services in front of a controller or Gateway, by their ids. */
  readonly entries: Set<string>;
  readonly fronts: Map<string, Front>;
  readonly hosts: Map<string, Host>;
  /** Routes that nothing takes for certain, and why. */
  readonly stopped: Map<Route, string>;
  /** Services that traffic comes to, and what it asks for. */
  readonly visits: Map<Service, Visit[]>;
}

export function createFlow(context: ViewContext): Flow {
  const drawing = createDrawing(context);
  const behind = { ...drawing, nodes: new Map() };
  return {
    ...drawing,
    behind,
    entries: new Set(),
    fronts: new Map(),
    hosts: new Map(),
    stopped: new Map(),
    visits: new Map(),
  };
}

/** Puts what is at Services into the lanes of this diagram. */
export function placeBehind({ nodes, behind, entries }: Flow): void {
  for (const node of behind.nodes.values()) {
    const lane = entries.has(node.id) ? lanes.entry : node.lane + lanes.services - routingLanes.services;
    if (!nodes.has(node.id)) nodes.set(node.id, { ...node, lane });
  }
}

/** Says that somebody asks for a port of a Service: once for all routes that do. */
export function addVisit({ visits }: Flow, service: Service, visit: Visit): void {
  const known = visits.get(service) ?? [];
  visits.set(service, known);
  const index = known.findIndex(({ port, sender }) => port === visit.port && sender === visit.sender);
  const same = known[index];
  if (!same) known.push(visit);
  else known[index] = joined(same, visit);
}

/** It is shut out only where it is for all that ask. */
function joined(a: Visit, b: Visit): Visit {
  const arrivals = a.arrivals && b.arrivals && new Set([...a.arrivals, ...b.arrivals]);
  return { ...a, arrivals, denied: a.denied && b.denied && a.denied };
}

/** What lies behind a place where traffic stops. */
export function noTraffic(why: string): Way {
  return { state: 'plain', note: `No traffic comes this way: ${why}` };
}
