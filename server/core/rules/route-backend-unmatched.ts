import type { Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPlaceholder } from '../model/label';
import { operatorServiceNamed } from '../model/made-services';
import {
  derived,
  isClusterNamespace,
  serviceNamed,
  servicesOf,
  workloadsOf,
  type NetworkModel,
} from '../model/network-model';
import { printServicePort, type Service } from '../model/service';
import type { Workload } from '../model/workload';
import type { Settings } from '../settings';
import { replaceScalar } from './edits';
import { isNear, isOneEdit, isPrefixed, isSameService, isWordOf, nearest } from './near';
import { checkTargetPorts } from './openshift-target-port';
import { backendsOf, type Backend } from './route-backends';
import { defineRule, lowered, type FixDraft, type Report } from './rule';
import { arePortsKnown, replacement } from './service-ports-of-routes';

export const routeBackendUnmatched = defineRule({
  id: 'route-backend-unmatched',
  title: 'A route names no Service, or a port that the Service does not have',
  severity: 'error',
  variants: [
    'warning: the Service is in another namespace',
    'information: the Service is in another scope, or nothing comes close',
  ],
  check(model, report, settings) {
    for (const backend of backendsOf(model)) {
      if (isPlaceholder(backend.service.value)) continue;
      const service = serviceNamed(model, backend.namespace, backend.service.value);
      if (!service) reportMissing(backend, model, settings, report);
      else if (!backend.goesByEndpoints) checkPort(backend, service, model, report);
    }
    checkTargetPorts(model, report);
  },
  fixes: (data) => (data['fixes'] as readonly FixDraft[] | undefined) ?? [],
});

function reportMissing(backend: Backend, model: NetworkModel, settings: Settings, report: Report): void {
  const { resource, service: named, namespace } = backend;
  const name = named.value;
  const services = servicesOf(model, namespace);
  if (isPlaceholder(namespace) || services.some((service) => isPlaceholder(service.name))) return;
  if (operatorServiceNamed(model, namespace, name)) return;
  const near = nearService(name, resource, services, workloadsOf(model, namespace));
  const head = `No Service named "${name}" in namespace ${namespace}.`;
  const at = named.node;
  if (near) {
    const edit = replaceScalar(resource, at, near.name);
    report({
      resource,
      at,
      severity: 'error',
      message: `${head} Service ${near.name} is there.`,
      related: [{ resource: near.resource, message: `Service ${near.name}` }],
      data: { fixes: edit ? [{ title: `Change "${name}" to "${near.name}"`, edits: [edit] }] : [] },
    });
    return;
  }
  const elsewhere = findElsewhere(model, name);
  if (elsewhere && isPlaceholder(elsewhere.service.namespace)) return;
  if (elsewhere) {
    reportElsewhere(backend, head, elsewhere, model, report);
    return;
  }
  const populated = services.length > 0 || workloadsOf(model, namespace).length > 0;
  const known = populated && model.complete && !isClusterNamespace(namespace);
  const severity = known ? 'information' : settings.unmatchedOutside;
  if (severity !== 'off')
    report({
      resource,
      at,
      severity,
      message: `${head} Nothing here comes close: check the name, unless the Service comes from elsewhere.`,
    });
}

/**
 * The Service that a backend very likely means. Short names, and names with the product's before them, come close where no other Service
 * can be meant; not where a workload has the name that is asked for: then it is that one's Service which is missing.
 */
function nearService(
  name: string,
  route: Resource,
  services: readonly Service[],
  workloads: readonly Workload[],
): Service | undefined {
  const near = nearest(name, services, (service) => service.name);
  if (near || workloads.some((workload) => workload.name === name)) return near;
  const isOnly = services.length === 1;
  const close = services.filter(
    (service) =>
      isSameService(name, service.name) ||
      (isOneEdit(name, service.name) && (isOnly || isWordOf(service.name, route.name))) ||
      (isOnly && isPrefixed(name, service.name)),
  );
  return close.length === 1 ? close[0] : undefined;
}

interface Elsewhere {
  readonly service: Service;
  readonly model: NetworkModel;
}

function reportElsewhere(
  { resource, service, namespace, writtenNamespace, rule }: Backend,
  head: string,
  elsewhere: Elsewhere,
  model: NetworkModel,
  report: Report,
): void {
  const other = elsewhere.service.namespace;
  const sameScope = elsewhere.model === model;
  const related = [{ resource: elsewhere.service.resource, message: `Service ${service.value} in namespace ${other}` }];
  if (writtenNamespace && sameScope && isNear(namespace, other)) {
    const edit = replaceScalar(resource, writtenNamespace, other);
    report({
      resource,
      at: writtenNamespace,
      message: `${head} One is in namespace ${other}.`,
      related,
      data: { fixes: edit ? [{ title: `Change "${namespace}" to "${other}"`, edits: [edit] }] : [] },
    });
    return;
  }
  // Whoever writes a namespace that is applied with something else means what is there.
  if (writtenNamespace && (elsewhere.service.namespace === namespace || !model.contents.has(namespace))) return;
  const where = sameScope
    ? `is in namespace ${other}${writtenNamespace ? '' : `, and ${rule}`}`
    : `belongs to ${elsewhere.model.scope.name}, which is applied separately`;
  const severity = sameScope ? 'warning' : 'information';
  report({
    resource,
    at: service.node,
    severity: model.complete ? severity : lowered(severity),
    message: `${head} One ${where}.`,
    related,
  });
}

function findElsewhere(model: NetworkModel, name: string): Elsewhere | undefined {
  for (const other of [model, ...model.neighbours.filter((neighbour) => neighbour !== model)]) {
    const service = servicesByName(other).get(name);
    if (service) return { service, model: other };
  }
  return undefined;
}

/** Of several Services of one name the one in the first namespace. */
function servicesByName(model: NetworkModel): ReadonlyMap<string, Service> {
  return derived(model, 'first-service-by-name', () => {
    const byName = new Map<string, Service>();
    for (const namespace of [...model.contents.keys()].sort()) {
      for (const [name, services] of model.contents.get(namespace)?.services ?? []) {
        const last = services.at(-1);
        if (last && !byName.has(name)) byName.set(name, last);
      }
    }
    return byName;
  });
}

/** `port.name` and `port.number` speak of the Service's ports, never of the container's (API reference, ServiceBackendPort). */
function checkPort(backend: Backend, service: Service, model: NetworkModel, report: Report): void {
  const { port, resource } = backend;
  if (!arePortsKnown(service) || (service.ports.length === 0 && service.type === 'ExternalName')) return;
  if (!port) {
    if (!backend.mayOmitPort) reportNoPort(backend, service, model, report);
    return;
  }
  if (isPlaceholder(String(port.value))) return;
  const matching = service.ports.filter((candidate) =>
    typeof port.value === 'number' ? candidate.port.value === port.value : candidate.name?.value === port.value,
  );
  if (matching.some(({ protocol }) => protocol === backend.protocol)) return;
  const [other] = matching;
  const wanted = `port ${typeof port.value === 'number' ? port.value : `named "${port.value}"`}`;
  const has =
    service.ports.length > 0 ? `It has ${service.ports.map(printServicePort).join(', ')}.` : 'It has no ports.';
  report({
    resource,
    at: port.node,
    severity: model.complete ? 'error' : lowered('error'),
    message: other
      ? `Service ${service.name} has ${wanted} for ${other.protocol} only, and ${resource.kind} ${resource.name} needs ${backend.protocol}.`
      : `Service ${service.name} has no ${wanted}. ${has}${hintAtTargetPort(port.value, service)}`,
    related: [
      {
        resource: service.resource,
        message: `Service ${service.name}`,
        ...(service.ports[0] ? { at: service.ports[0].node } : {}),
      },
    ],
    data: { fixes: other ? [] : portFixes(resource, port, service) },
  });
}

/** A Service needs a port (validation of BackendObjectReference). A port of a wrong type is another mistake. */
function reportNoPort(
  { resource, service: name, portNode }: Backend,
  service: Service,
  model: NetworkModel,
  report: Report,
) {
  if (portNode) return;
  report({
    resource,
    at: name.node,
    severity: model.complete ? 'error' : lowered('error'),
    message: `This backend names no port of Service ${service.name}. It has ${service.ports.map(printServicePort).join(', ')}.`,
    related: [{ resource: service.resource, message: `Service ${service.name}` }],
  });
}

/** The commonest slip: the container's port where the Service's is asked for. */
function hintAtTargetPort(port: number | string, service: Service): string {
  const match = service.ports.find((candidate) => candidate.targetPort?.value === port);
  return match ? ` ${String(port)} is its target port: a route names the Service's own port, ${match.port.value}.` : '';
}

function portFixes(resource: Resource, port: Sourced<number | string>, service: Service): readonly FixDraft[] {
  const byTarget = service.ports.find((candidate) => candidate.targetPort?.value === port.value);
  const named = service.ports.filter((candidate) => candidate.name !== undefined);
  const best =
    byTarget ??
    (typeof port.value === 'string'
      ? nearest(port.value, named, (candidate) => candidate.name?.value ?? '')
      : undefined) ??
    (service.ports.length === 1 ? service.ports[0] : undefined);
  if (!best) return [];
  const value = typeof port.value === 'string' ? best.name?.value : best.port.value;
  return value === undefined ? [] : replacement(resource, port, value);
}
