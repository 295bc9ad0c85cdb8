import { itemsAt } from '../manifest/node';
import type { IngressBackend, Ingress } from '../model/ingress';
import { isPlaceholder } from '../model/label';
import {
  isClusterNamespace,
  ingressesOf,
  serviceNamed,
  servicesOf,
  type NetworkModel,
  workloadsOf,
} from '../model/network-model';
import { operatorServiceNamed } from '../model/made-services';
import { printServicePort, type Service } from '../model/service';
import type { Settings } from '../settings';
import { replaceScalar } from './edits';
import { nearest } from './near';
import { defineRule, lowered, type FixDraft, type Report } from './rule';

export const routeBackendUnmatched = defineRule({
  id: 'route-backend-unmatched',
  title: 'A route names no Service, or a port that the Service does not have',
  severity: 'error',
  variants: [
    'warning: the Service is in another namespace',
    'information: the Service is in another scope, or nothing comes close',
  ],
  check(model, report, settings) {
    for (const ingress of ingressesOf(model)) {
      for (const { backend } of ingress.routes) {
        if (isPlaceholder(backend.service.value) || isControllerAction(backend)) continue;
        const service = serviceNamed(model, ingress.namespace, backend.service.value);
        if (service) checkPort(ingress, backend, service, model, report);
        else reportMissing(ingress, backend, model, settings, report);
      }
    }
  },
  fixes: (data) => (data['fixes'] as readonly FixDraft[] | undefined) ?? [],
});

/** The AWS load balancer controller takes the backend's name from an annotation when the port says so. */
function isControllerAction(backend: IngressBackend): boolean {
  return backend.port?.value === 'use-annotation';
}

function reportMissing(
  ingress: Ingress,
  backend: IngressBackend,
  model: NetworkModel,
  settings: Settings,
  report: Report,
): void {
  const name = backend.service.value;
  const { namespace, resource } = ingress;
  const services = servicesOf(model, namespace);
  if (isPlaceholder(namespace) || services.some((service) => isPlaceholder(service.name))) return;
  if (operatorServiceNamed(model, namespace, name)) return;
  const near = nearest(name, services, (service) => service.name);
  const head = `No Service named "${name}" in namespace ${namespace}.`;
  const at = backend.service.node;
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
    const sameScope = elsewhere.model === model;
    const where = sameScope
      ? `is in namespace ${elsewhere.service.namespace}, and an Ingress reaches only Services of its own namespace`
      : `belongs to ${elsewhere.model.scope.name}, which is applied separately`;
    const severity = sameScope ? 'warning' : 'information';
    report({
      resource,
      at,
      severity: model.complete ? severity : lowered(severity),
      message: `${head} One ${where}.`,
      related: [
        {
          resource: elsewhere.service.resource,
          message: `Service ${name} in namespace ${elsewhere.service.namespace}`,
        },
      ],
    });
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

function findElsewhere(
  model: NetworkModel,
  name: string,
): { readonly service: Service; readonly model: NetworkModel } | undefined {
  for (const other of [model, ...model.neighbours.filter((neighbour) => neighbour !== model)]) {
    for (const namespace of [...other.contents.keys()].sort()) {
      const service = serviceNamed(other, namespace, name);
      if (service) return { service, model: other };
    }
  }
  return undefined;
}

/** `port.name` and `port.number` speak of the Service's ports, never of the container's (API reference, ServiceBackendPort). */
function checkPort(
  ingress: Ingress,
  backend: IngressBackend,
  service: Service,
  model: NetworkModel,
  report: Report,
): void {
  const { port } = backend;
  if (
    !port ||
    !arePortsKnown(service) ||
    (service.ports.length === 0 && service.type === 'ExternalName') ||
    isPlaceholder(String(port.value))
  )
    return;
  const matches = service.ports.some((candidate) =>
    typeof port.value === 'number' ? candidate.port.value === port.value : candidate.name?.value === port.value,
  );
  if (matches) return;
  const fixes = portFixes(ingress, port, service);
  const has =
    service.ports.length > 0 ? `It has ${service.ports.map(printServicePort).join(', ')}.` : 'It has no ports.';
  report({
    resource: ingress.resource,
    at: port.node,
    severity: model.complete ? 'error' : lowered('error'),
    message: `Service ${service.name} has no port ${typeof port.value === 'number' ? port.value : `named "${port.value}"`}. ${has}${hintAtTargetPort(port.value, service)}`,
    related: [
      {
        resource: service.resource,
        message: `Service ${service.name}`,
        ...(service.ports[0] ? { at: service.ports[0].node } : {}),
      },
    ],
    data: { fixes },
  });
}

/** Whether every port of a Service could be read: one that is filled in later may be the one. */
function arePortsKnown(service: Service): boolean {
  return (
    itemsAt(service.resource.root, 'spec', 'ports').length === service.ports.length &&
    !service.ports.some(({ name }) => name && isPlaceholder(name.value))
  );
}

/** The commonest slip: the container's port where the Service's is asked for. */
function hintAtTargetPort(port: number | string, service: Service): string {
  const match = service.ports.find((candidate) => candidate.targetPort?.value === port);
  return match ? ` ${String(port)} is its target port: a route names the Service's own port, ${match.port.value}.` : '';
}

function portFixes(ingress: Ingress, port: NonNullable<IngressBackend['port']>, service: Service): readonly FixDraft[] {
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
  if (value === undefined) return [];
  const edit = replaceScalar(ingress.resource, port.node, value);
  return edit ? [{ title: `Change ${JSON.stringify(port.value)} to ${JSON.stringify(value)}`, edits: [edit] }] : [];
}
