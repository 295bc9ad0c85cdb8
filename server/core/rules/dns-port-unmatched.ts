import type { Severity } from '../finding';
import { itemsAt, nodeAt, stringAt } from '../manifest/node';
import { hostReferences, type HostReference } from '../model/dns-references';
import { targetOfReference, type ClusterName } from '../model/dns-targets';
import { defaultPort } from '../model/host-mentions';
import { isPlaceholder } from '../model/label';
import { isPatch, type NetworkModel } from '../model/network-model';
import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import { printServicePort, type Service, type ServicePort } from '../model/service';
import { listed } from '../reach/describe-form';
import { editPart, partFixData, partFixes, partPlace, type PartEdit } from './host-edits';
import { nearest } from './near';
import { defineRule, lowered, type Report } from './rule';

export const dnsPortUnmatched = defineRule({
  id: 'dns-port-unmatched',
  title: 'A Service is called on a port that it does not have',
  severity: 'warning',
  variants: [
    'information: in a script or other free text, or the port is the one that clients of a URL without a port take',
  ],
  check(model, report, settings) {
    for (const reference of hostReferences(model, settings.cluster.domain)) {
      if (reference.use === 'header') continue;
      const target = targetOfReference(model, reference);
      if (target?.type !== 'service') continue;
      const { name, services } = target;
      // Nearly every port is there: that is told first, and costs next to nothing.
      if (!name.srv && isThere(numberIn(reference), services)) continue;
      if (!services.every((service) => arePortsKnown(model, service))) continue;
      if (name.srv) checkRecord(reference, name, services, model, report);
      else if (!services.some(({ headless }) => headless)) checkNumber(reference, services, model, report);
    }
  },
  fixes: partFixes,
});

/** An ExternalName leads to whatever listens there; of a part of a Service nobody knows the ports. */
function arePortsKnown(model: NetworkModel, service: Service): boolean {
  const { type, resource, ports } = service;
  if (type === 'ExternalName' || isPatch(model, resource)) return false;
  return (
    itemsAt(resource.root, 'spec', 'ports').length === ports.length &&
    stringAt(resource.root, 'spec', 'ports') === undefined
  );
}

/** The port that a client asks for; undefined where nobody can tell. */
function numberIn({ mention }: HostReference): number | undefined {
  if (mention.port) return mention.port.number;
  return mention.scheme === undefined || mention.portOpen ? undefined : defaultPort(mention.scheme);
}

function isThere(number: number | undefined, services: readonly Service[]): boolean {
  return number === undefined || services.some(({ ports }) => ports.some(({ port }) => port.value === number));
}

/** Names of headless Services are the pods' addresses, which listen on more than a Service says: nothing is said of those. */
function checkNumber(
  reference: HostReference,
  services: readonly Service[],
  model: NetworkModel,
  report: Report,
): void {
  const { mention, place, portPlace } = reference;
  const ports = services.flatMap((service) => service.ports);
  const number = numberIn(reference);
  const service = services.at(-1);
  if (!service || number === undefined) return;
  const isImplied = mention.port === undefined;
  if (isImplied && isPortElsewhere(reference, ports)) return;
  const wanted = portBehind(number, service, model);
  report({
    resource: place.resource,
    at: partPlace(portPlace ?? place),
    severity: severityOf(reference, wanted, model),
    message: [
      `Service ${service.name} in namespace ${service.namespace} has no port ${number}${isImplied ? `, which is what ${mention.scheme ?? ''}:// means without a port` : ''}.`,
      describePorts(service),
      explain(number, service, wanted),
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    related: [{ resource: service.resource, message: `Service ${service.name}: ${printPorts(service)}` }],
    ...partFixData(fixesOf(reference, number, wanted ?? onNode(number, service) ?? onlyPort(service))),
  });
}

/** Whoever names a Service with its pods' port means an address, in whatever text it stands. */
function severityOf({ mention, use }: HostReference, wanted: ServicePort | undefined, model: NetworkModel): Severity {
  const isImplied = mention.port === undefined;
  const isCertain = isImplied
    ? mention.closed && use === 'setting'
    : wanted !== undefined || mention.form !== 'pair' || (mention.alone && use === 'setting');
  const severity: Severity = isCertain ? 'warning' : 'information';
  return model.complete ? severity : lowered(severity);
}

/** A program that gets `http://web` may get the port beside it. */
function isPortElsewhere({ mention, key, users }: HostReference, ports: readonly ServicePort[]): boolean {
  if (mention.closed) return false;
  if (/host/i.test(key)) return true;
  return users.some(({ podSpec }) =>
    ['containers', 'initContainers'].some((field) =>
      itemsAt(podSpec, field).some((container) =>
        itemsAt(container, 'env').some((item) => {
          const value = nodeAt(item, 'value');
          return (
            value?.type === 'scalar' &&
            /port/i.test(stringAt(item, 'name')?.value ?? '') &&
            ports.some(({ port }) => String(port.value) === String(value.value))
          );
        }),
      ),
    ),
  );
}

/** The Service's port that leads to this port of its pods: the one that clients have to ask for. */
function portBehind(number: number, service: Service, model: NetworkModel): ServicePort | undefined {
  const workloads = podsBehind(model, service);
  return service.ports.find(
    (port) =>
      port.targetPort?.value === number || workloads.some((workload) => followPort(port, workload).number === number),
  );
}

function onlyPort({ ports }: Service): ServicePort | undefined {
  return ports.length === 1 ? ports[0] : undefined;
}

function printPorts({ ports }: Service): string {
  return ports.length === 0 ? 'no ports' : listed(ports.map(printServicePort), 'and');
}

function describePorts(service: Service): string {
  return service.ports.length === 0 ? 'It has no ports.' : `It has ${printPorts(service)}.`;
}

function onNode(number: number, { ports }: Service): ServicePort | undefined {
  return ports.find(({ nodePort }) => nodePort === number);
}

function explain(number: number, service: Service, wanted: ServicePort | undefined): string {
  if (wanted) return `${number} is the port of its pods: clients ask for ${wanted.port.value}, which leads there.`;
  const byNode = onNode(number, service);
  return byNode ? `${number} is open on the nodes: within the cluster clients ask for ${byNode.port.value}.` : '';
}

function fixesOf(
  { mention, place, portPlace }: HostReference,
  number: number,
  wanted: ServicePort | undefined,
): readonly { readonly title: string; readonly edit: PartEdit | undefined }[] {
  if (!wanted) return [];
  const { value } = wanted.port;
  if (portPlace) return [{ title: `Change ${number} to ${value}`, edit: editPart(portPlace, String(value)) }];
  // Whether another port speaks TLS no manifest tells.
  return mention.scheme === 'https' || mention.scheme === 'wss'
    ? []
    : [{ title: `Add port ${value}`, edit: editPart(place, `${mention.host}:${value}`) }];
}

/** An SRV record is there for every port that has a name (DNS specification of Kubernetes). */
function checkRecord(
  reference: HostReference,
  { srv }: ClusterName,
  services: readonly Service[],
  model: NetworkModel,
  report: Report,
): void {
  const service = services.at(-1);
  if (!srv || !service || services.some(({ ports }) => ports.some(({ name }) => isPlaceholder(name?.value ?? ''))))
    return;
  const named = services.flatMap(({ ports }) => ports).filter(({ name }) => name?.value === srv.port);
  if (named.some(({ protocol }) => protocol.toLowerCase() === srv.protocol)) return;
  const [other] = named;
  const near = other ? undefined : nearest(srv.port, service.ports, ({ name }) => name?.value ?? '');
  const [text, range, protocol] = other
    ? [srv.protocol, protocolRange(srv), other.protocol.toLowerCase()]
    : [srv.port, { start: 1, end: 1 + srv.port.length }, near?.name?.value];
  report({
    resource: reference.place.resource,
    at: partPlace(reference.place, range),
    severity: model.complete ? 'warning' : 'information',
    message: `Service ${service.name} in namespace ${service.namespace} has no ${srv.protocol.toUpperCase()} port named "${srv.port}", so there is no such SRV record. ${describePorts(service)}`,
    related: [{ resource: service.resource, message: `Service ${service.name}: ${printPorts(service)}` }],
    ...partFixData(
      protocol === undefined
        ? []
        : [{ title: `Change "${text}" to "${protocol}"`, edit: editPart(reference.place, protocol, range) }],
    ),
  });
}

/** Of the protocol in `_port._protocol`. */
function protocolRange({ port, protocol }: { readonly port: string; readonly protocol: string }) {
  const start = port.length + 3;
  return { start, end: start + protocol.length };
}
