import type { Ingress, IngressBackend, IngressRoute } from '../model/ingress';
import { isPlaceholder } from '../model/label';
import { servicesOf } from '../model/network-model';
import { portOfBackend } from '../model/relations';
import { printServicePort, type Service } from '../model/service';
import { addFromOutside } from './routing-entries';
import { addEdge, addGhost, addResource, type Drawing } from './drawing';
import { lanes } from './routing-lanes';
import type { ViewEdge } from './view';

/** Finds the Service that counts under a name. */
export type ServiceLookup = (namespace: string, name: string) => Service | undefined;

/** Adds an Ingress: its class and its hosts, those with TLS marked. */
export function addIngress(drawing: Drawing, ingress: Ingress): void {
  const { className, tlsHosts } = ingress;
  const id = addResource(drawing, ingress, {
    kind: 'ingress',
    lane: lanes.routes,
    subtitle: className === undefined ? 'Ingress' : `Ingress · ${className}`,
    lines: hostsOf(ingress).map((host) => (tlsHosts.includes(host) ? `${host} (TLS)` : host)),
  });
  addFromOutside(drawing, id, '');
}

function hostsOf({ routes }: Ingress): readonly string[] {
  return [...new Set(routes.map(({ host }) => host ?? 'every host'))];
}

/** Where a route leads, and whether it arrives. */
type End = Pick<ViewEdge, 'target' | 'state' | 'note'>;

/** Adds an Ingress's routes, one edge for all that lead to one Service and fare alike there. */
export function addRoutes(drawing: Drawing, ingress: Ingress, find: ServiceLookup): void {
  const source = drawing.ids.get(ingress) ?? '';
  const isOneHost = hostsOf(ingress).length === 1;
  const ends = new Map<string, { readonly end: End; readonly labels: Set<string> }>();
  for (const route of ingress.routes) {
    const end = endOf(drawing, ingress, route.backend, find);
    const key = JSON.stringify(end);
    const known = ends.get(key) ?? { end, labels: new Set() };
    ends.set(key, known);
    known.labels.add(describeRoute(route, isOneHost));
  }
  for (const { end, labels } of ends.values()) {
    addEdge(drawing, { source, label: shorten([...labels]), ...end }, end.state === 'ok' ? '' : end.state);
  }
}

/** The host stands on the Ingress's own card: where there is only one, edges need not repeat it. */
function describeRoute({ host, path }: IngressRoute, isOneHost: boolean): string {
  if (host === undefined && path === undefined) return 'everything else';
  return isOneHost ? (path ?? '/') : `${host ?? '*'}${path ?? '/'}`;
}

function shorten(labels: readonly string[]): string {
  return labels.length > 3 ? `${labels.slice(0, 2).join(', ')} and ${labels.length - 2} more` : labels.join(', ');
}

/** A backend is in the Ingress's own namespace (API reference, IngressServiceBackend). */
function endOf(drawing: Drawing, ingress: Ingress, backend: IngressBackend, find: ServiceLookup): End {
  const name = backend.service.value;
  const service = find(ingress.namespace, name);
  const target = service && drawing.ids.get(service);
  if (!service || target === undefined) return missingService(drawing, ingress, backend);
  const { port } = backend;
  const isFree =
    !port || isPlaceholder(String(port.value)) || (service.type === 'ExternalName' && service.ports.length === 0);
  if (isFree || portOfBackend(service, backend)) return { target, state: 'ok' };
  const has = service.ports.length > 0 ? service.ports.map(printServicePort).join(', ') : 'no ports';
  const wanted = typeof port.value === 'number' ? String(port.value) : `named "${port.value}"`;
  return { target, state: 'broken', note: `Service ${name} has no port ${wanted}. It has ${has}.` };
}

/** Other repositories bring Services too: a miss is certain only where the manifests are complete and know Services of that namespace. */
function missingService(drawing: Drawing, { namespace, resource }: Ingress, { service, port }: IngressBackend): End {
  const { model } = drawing.context;
  const name = service.value;
  const target = `missing/Service/${namespace}/${name}`;
  const ghost = { id: target, namespace, lane: lanes.services, title: name, subtitle: 'no such Service' };
  addGhost(drawing, ghost, resource, service.node);
  if (port?.value === 'use-annotation') {
    return {
      target,
      state: 'unknown',
      note: 'The AWS load balancer controller reads this backend from an annotation.',
    };
  }
  const isKnown = model.complete && !isPlaceholder(name) && servicesOf(model, namespace).length > 0;
  const note = `No Service named "${name}" in namespace ${namespace}${isKnown ? '.' : ' is here: it may come from elsewhere.'}`;
  return { target, state: isKnown ? 'broken' : 'unknown', note };
}
