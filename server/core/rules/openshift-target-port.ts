import type { SourceNode, Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { openshiftRoutesOf, servicesOf, type NetworkModel } from '../model/network-model';
import type { OpenshiftRoute } from '../model/openshift-route';
import { targetOf, type Service } from '../model/service';
import { routedTraffic, type RouteHop } from '../reach/routed-traffic';
import { nearest } from './near';
import { lowered, type FixDraft, type Report } from './rule';
import { arePortsKnown, replacement } from './service-ports-of-routes';

/** OpenShift's router looks for a port of the endpoints that has the name or the number (openshift/router, endpointsForAlias). */
export function checkTargetPorts(model: NetworkModel, report: Report): void {
  const routes = new Map(openshiftRoutesOf(model).map((route) => [route.resource, route]));
  if (routes.size === 0) return;
  const told = new Set<SourceNode>();
  for (const { route: resource, hops } of routedTraffic(model)) {
    const route = routes.get(resource);
    const hop = hops.find(({ kind, ok }) => kind === 'port' && ok === false);
    const at = hop?.at;
    if (!route || !at || told.has(at)) continue;
    told.add(at);
    reportTargetPort(route, hop, at, hops, model, report);
  }
}

function reportTargetPort(
  { resource, namespace, targetPort }: OpenshiftRoute,
  hop: RouteHop,
  at: SourceNode,
  hops: readonly RouteHop[],
  model: NetworkModel,
  report: Report,
): void {
  const found = hops.find(({ kind, ok }) => kind === 'service' && ok === true)?.resource;
  const service = servicesOf(model, namespace).find((one) => one.resource === found);
  if (service && !arePortsKnown(service)) return;
  report({
    resource,
    at,
    severity: model.complete ? 'error' : lowered('error'),
    message: hop.text,
    related: service ? [{ resource: service.resource, message: `Service ${service.name}` }] : [],
    data: { fixes: service && targetPort ? targetPortFixes(resource, targetPort, service) : [] },
  });
}

function targetPortFixes(resource: Resource, port: Sourced<number | string>, service: Service): readonly FixDraft[] {
  const tcp = service.ports.filter(({ protocol }) => protocol === 'TCP');
  const best =
    tcp.find((candidate) => candidate.port.value === port.value) ??
    nearest(String(port.value), tcp, (candidate) => candidate.name?.value ?? '') ??
    (tcp.length === 1 ? tcp[0] : undefined);
  if (!best) return [];
  const target = targetOf(best);
  const value = best.name?.value ?? (typeof target === 'number' ? target : undefined);
  return value === undefined ? [] : replacement(resource, port, value);
}
