import { itemsAt, nodeAt, type SourceNode } from '../manifest/node';
import type { Ingress, IngressRoute } from '../model/ingress';
import { portOfBackend } from '../model/relations';
import { printServicePort, type Service } from '../model/service';
import { addEdge, addGhost, addNode, addResource, lanes, type Drawing } from './routing-parts';

const outsideId = 'outside';

/** Adds an Ingress: its class and its hosts, those with TLS marked. */
export function addIngress(drawing: Drawing, ingress: Ingress): void {
  const { className, tlsHosts } = ingress;
  const lines = hostsOf(ingress).map((host) => (tlsHosts.includes(host) ? `${host} (TLS)` : host));
  const id = addResource(drawing, ingress, {
    kind: 'ingress',
    lane: lanes.routes,
    subtitle: className === undefined ? 'Ingress' : `Ingress · ${className}`,
    lines,
  });
  addOutside(drawing);
  addEdge(drawing, { source: outsideId, target: id, label: '', state: 'ok' });
}

function hostsOf({ routes }: Ingress): readonly string[] {
  return [...new Set(routes.map(({ host }) => host ?? 'every host'))];
}

/**
 * Adds the edge from outside to a Service that can be reached from there without a route. ClusterIP Services get none: any pod may ask
 * for them, and a hub with an edge to each of them would say nothing.
 */
export function addEntry(drawing: Drawing, service: Service): void {
  const label = describeEntry(service);
  if (label === undefined) return;
  addOutside(drawing);
  addEdge(drawing, { source: outsideId, target: drawing.ids.get(service) ?? '', label, state: 'ok' });
}

function describeEntry(service: Service): string | undefined {
  const spec = nodeAt(service.resource.root, 'spec');
  const ports = service.ports.map(({ port }) => String(port.value)).join(', ');
  if (service.type === 'LoadBalancer') {
    const from = texts(itemsAt(spec, 'loadBalancerSourceRanges'));
    return from.length > 0 ? `${ports} from ${from.join(', ')}` : ports;
  }
  if (service.type === 'NodePort') {
    const written = service.ports.flatMap(({ nodePort }) => nodePort ?? []);
    return written.length > 0 ? `node port ${written.join(', ')}` : 'node port, assigned';
  }
  const addresses = texts(itemsAt(spec, 'externalIPs'));
  return addresses.length > 0 ? `${addresses.join(', ')}: ${ports}` : undefined;
}

function texts(nodes: readonly SourceNode[]): readonly string[] {
  return nodes.flatMap((node) => (node.type === 'scalar' ? [String(node.value)] : []));
}

function addOutside(drawing: Drawing): void {
  const look = {
    kind: 'outside',
    lane: lanes.outside,
    title: 'Outside the cluster',
    subtitle: 'internet, other networks',
    lines: [],
  } as const;
  addNode(drawing, { id: outsideId, ...look, group: undefined, problems: [] });
}

/**
 * Adds an Ingress's routes, one edge for all that lead to one Service in one state. A backend is in the Ingress's own namespace (API
 * reference, IngressServiceBackend).
 */
export function addRoutes(
  drawing: Drawing,
  ingress: Ingress,
  serviceNamed: (namespace: string, name: string) => Service | undefined,
): void {
  const source = drawing.ids.get(ingress) ?? '';
  const isOneHost = hostsOf(ingress).length === 1;
  const edges = new Map<
    string,
    { readonly target: string; readonly note: string | undefined; readonly labels: Set<string> }
  >();
  for (const route of ingress.routes) {
    const { target, note } = resolve(
      drawing,
      ingress,
      route,
      serviceNamed(ingress.namespace, route.backend.service.value),
    );
    const key = JSON.stringify([target, note]);
    const edge = edges.get(key) ?? { target, note, labels: new Set() };
    edges.set(key, edge);
    edge.labels.add(describeRoute(route, isOneHost));
  }
  for (const { target, note, labels } of edges.values()) {
    const state = note === undefined ? 'ok' : 'broken';
    addEdge(
      drawing,
      { source, target, label: shorten([...labels]), state, ...(note === undefined ? {} : { note }) },
      note === undefined ? '' : 'broken',
    );
  }
}

/** The host is written on the Ingress's own card; where there is only one, edges need not repeat it. */
function describeRoute({ host, path }: IngressRoute, isOneHost: boolean): string {
  if (host === undefined && path === undefined) return 'everything else';
  return isOneHost ? (path ?? '/') : `${host ?? '*'}${path ?? '/'}`;
}

function shorten(labels: readonly string[]): string {
  return labels.length > 3 ? `${labels.slice(0, 2).join(', ')} and ${labels.length - 2} more` : labels.join(', ');
}

interface Resolved {
  readonly target: string;
  /** Why it does not connect. */
  readonly note: string | undefined;
}

function resolve(
  drawing: Drawing,
  { namespace, resource }: Ingress,
  { backend }: IngressRoute,
  service: Service | undefined,
): Resolved {
  const name = backend.service.value;
  if (!service) {
    const target = `missing/Service/${namespace}/${name}`;
    addGhost(
      drawing,
      { id: target, namespace, lane: lanes.services, title: name, subtitle: 'no such Service' },
      resource,
      backend.service.node,
    );
    return { target, note: `No Service named "${name}" in namespace ${namespace}.` };
  }
  const target = drawing.ids.get(service) ?? '';
  const isFree = !backend.port || (service.type === 'ExternalName' && service.ports.length === 0);
  if (isFree || portOfBackend(service, backend)) return { target, note: undefined };
  const has =
    service.ports.length > 0 ? `It has ${service.ports.map(printServicePort).join(', ')}.` : 'It has no ports.';
  return { target, note: `Service ${name} has no port ${JSON.stringify(backend.port?.value)}. ${has}` };
}
