import { itemsAt, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPlaceholder, printSelector } from '../model/label';
import { isClusterNamespace, serviceNamed, servicesOf, workloadsOf, type NetworkModel } from '../model/network-model';
import { operatorServiceNamed, printMaker } from '../model/made-services';
import { looksLikePatch } from '../model/patch';
import { followPort, printContainerPort, type PortPath } from '../model/port-path';
import { hasManualEndpoints, podsBehind, portOfBackend } from '../model/relations';
import { printServicePort, targetOf, type Service, type ServicePort } from '../model/service';
import { printWorkload, type Protocol, type Workload } from '../model/workload';
import { printList, printNamed, type Arrival, type FollowedPath, type RouteHop } from './route-hop';

/** A Service that a route names. */
export interface NamedService {
  readonly route: Resource;
  /** The route's namespace. */
  readonly from: string;
  readonly name: Sourced<string>;
  /** The Service's namespace. */
  readonly namespace: string;
}

/** A Service that a route names together with the Service's own port. */
export interface NamedBackend extends NamedService {
  readonly port: Sourced<number | string> | undefined;
  /** Whether the only port of a Service may go without saying. */
  readonly mayOmitPort: boolean;
  readonly protocol: Protocol;
  readonly node: SourceNode;
}

/** From a backend that names the Service's own port to the pods. */
export function followBackend(model: NetworkModel, backend: NamedBackend): FollowedPath {
  const { service, hops } = findService(model, backend);
  if (!service) return { hops, arrivals: [] };
  const candidates = { ...service, ports: service.ports.filter(({ protocol }) => protocol === backend.protocol) };
  const named = { service: backend.name, port: backend.port, node: backend.node };
  const port = backend.port || backend.mayOmitPort ? portOfBackend(candidates, named) : undefined;
  if (!port) return { hops: [...hops, missingPort(service, backend)], arrivals: [] };
  const rest = followPorts(model, service, [port]);
  return { hops: [...hops, ...rest.hops], arrivals: rest.arrivals };
}

/** The Service that a route names, and the hop to it. No Service: there is none, or it leads to no pods of ours. */
export function findService(
  model: NetworkModel,
  { route, from, name, namespace }: NamedService,
): { readonly service: Service | undefined; readonly hops: readonly RouteHop[] } {
  const service = serviceNamed(model, namespace, name.value);
  const made = service ? undefined : operatorServiceNamed(model, namespace, name.value);
  if (made) {
    const text = `Service ${name.value} is made by ${printMaker(made)}: where it leads no manifest tells.`;
    return { service, hops: [{ kind: 'service', resource: made.resource, at: undefined, text, ok: 'unknown' }] };
  }
  if (!service) {
    const isKnown = isCertainlyMissing(model, namespace, name.value);
    const text = `No Service named "${name.value}" in namespace ${namespace}${isKnown ? '.' : ' is here: it may come from elsewhere.'}`;
    const hop: RouteHop = { kind: 'service', resource: route, at: name.node, text, ok: isKnown ? false : 'unknown' };
    return { service, hops: [hop] };
  }
  const printed = printNamed('Service', service.name, namespace, from);
  const hop = { kind: 'service', resource: service.resource, at: undefined } as const;
  if (service.type === 'ExternalName') {
    const text = `${printed} is another name for ${service.externalName ?? 'a host outside'}: no pods are behind it.`;
    return { service: undefined, hops: [{ ...hop, text, ok: 'unknown' }] };
  }
  return { service, hops: [{ ...hop, text: `${printed}.`, ok: true }] };
}

/** Other repositories and the cluster bring Services too: a miss is certain only where the manifests are complete and know Services of that namespace. */
function isCertainlyMissing(model: NetworkModel, namespace: string, name: string): boolean {
  const services = servicesOf(model, namespace);
  const isUncertain = [namespace, name, ...services.map((service) => service.name)].some(isPlaceholder);
  return model.complete && services.length > 0 && !isClusterNamespace(namespace) && !isUncertain;
}

function missingPort(service: Service, { route, port, protocol, node }: NamedBackend): RouteHop {
  const hop = { kind: 'port', resource: route, at: port?.node ?? node } as const;
  const has = describePorts(service);
  if (!port) return { ...hop, text: `The backend names no port of Service ${service.name}. ${has}`, ok: false };
  if (!arePortsKnown(service) || isPlaceholder(String(port.value))) {
    return { ...hop, text: `The manifests here do not tell all ports of Service ${service.name}.`, ok: 'unknown' };
  }
  const wanted = typeof port.value === 'number' ? `port ${port.value}` : `port named "${port.value}"`;
  const other = portOfBackend(service, { service: { value: service.name, node }, port, node });
  if (other) {
    const text = `Service ${service.name} has ${wanted} for ${other.protocol} only, and ${route.kind} ${route.name} needs ${protocol}.`;
    return { ...hop, text, ok: false };
  }
  const byTarget = service.ports.find((candidate) => candidate.targetPort?.value === port.value);
  const hint = byTarget
    ? ` ${port.value} is its target port: a route names the Service's own port, ${byTarget.port.value}.`
    : '';
  return { ...hop, text: `Service ${service.name} has no ${wanted}. ${has}${hint}`, ok: false };
}

/** `It has http 80/TCP.` */
export function describePorts({ ports }: Service): string {
  return ports.length > 0 ? `It has ${printList(ports.map(printServicePort))}.` : 'It has no ports.';
}

/** Whether every port of a Service could be read: one that is filled in later, or that a patch leaves out, may be the one. */
function arePortsKnown(service: Service): boolean {
  return (
    !looksLikePatch(service.resource) &&
    itemsAt(service.resource.root, 'spec', 'ports').length === service.ports.length &&
    !service.ports.some(({ name }) => name && isPlaceholder(name.value))
  );
}

/** From some ports of a Service to the pods: to all behind it, or to those that `leads` admits. */
export function followPorts(
  model: NetworkModel,
  service: Service,
  ports: readonly ServicePort[],
  leads: (port: ServicePort, workload: Workload) => boolean = () => true,
): FollowedPath {
  const portHops = ports.map((port): RouteHop => {
    const text = `Port ${printServicePort(port)} of Service ${service.name}.`;
    return { kind: 'port', resource: service.resource, at: port.node, text, ok: true };
  });
  const workloads = podsBehind(model, service);
  if (workloads.length === 0) return { hops: [...portHops, withoutPods(model, service)], arrivals: [] };
  const ends = ports.flatMap((port) =>
    workloads.filter((workload) => leads(port, workload)).map((workload) => endIn(service, port, workload)),
  );
  return { hops: [...portHops, ...ends.map(({ hop }) => hop)], arrivals: distinctArrivals(ends) };
}

/** Why no pods are behind a Service, and whether that is a mistake: without selector, somebody or something else makes the endpoints (API reference, ServiceSpec.selector). */
function withoutPods(model: NetworkModel, service: Service): RouteHop {
  const { selector, name, namespace } = service;
  const hop = { kind: 'pod', resource: service.resource, at: selector?.node } as const;
  if (!selector) {
    const text = `Service ${name} has no selector: its endpoints are made by hand or by a controller.`;
    return { ...hop, text, ok: hasManualEndpoints(model, service) ? true : 'unknown' };
  }
  const isUncertain = selector.requirements.some(({ values }) => values.some(isPlaceholder));
  const local = workloadsOf(model, namespace);
  const isKnown =
    model.complete &&
    !isUncertain &&
    !isClusterNamespace(namespace) &&
    local.length > 0 &&
    local.every(({ labelsKnown }) => labelsKnown);
  const text = `No pod in namespace ${namespace} has ${printSelector(selector)}${isKnown ? '.' : ' here: they may come from elsewhere.'}`;
  return { ...hop, text, ok: isKnown ? false : 'unknown' };
}

interface End {
  readonly hop: RouteHop;
  readonly arrival: Arrival | undefined;
}

function endIn(service: Service, port: ServicePort, workload: Workload): End {
  const path = followPort(port, workload);
  if (path.number === undefined) return { hop: missingTarget(service, port, workload), arrival: undefined };
  const { protocol } = port;
  const hop: RouteHop = {
    kind: 'target-port',
    resource: workload.resource,
    at: path.declared?.node,
    text: `${printWorkload(workload)} takes it on ${describeTarget(path, path.number, protocol)}.`,
    ok: true,
  };
  return { hop, arrival: { workload, protocol, port: path.number } };
}

function describeTarget({ declared }: PortPath, number: number, protocol: Protocol): string {
  if (!declared) return `${number}/${protocol}, which no container declares`;
  return `${number}/${protocol}${declared.name ? `, its port ${declared.name.value}` : ''}`;
}

/** A name that no container declares makes no endpoint of that pod (endpoints controller, FindPort). */
function missingTarget(service: Service, port: ServicePort, workload: Workload): RouteHop {
  const { ports, portsKnown } = workload;
  const has = ports.length > 0 ? `It has ${printList(ports.map(printContainerPort))}.` : 'It declares no ports.';
  return {
    kind: 'target-port',
    resource: service.resource,
    at: port.targetPort?.node ?? port.node,
    text: `${printWorkload(workload)} has no ${port.protocol} port named "${targetOf(port)}". ${has}`,
    ok: portsKnown && !isPlaceholder(String(targetOf(port))) ? false : 'unknown',
  };
}

function distinctArrivals(ends: readonly End[]): readonly Arrival[] {
  const byKey = new Map<Workload, Set<string>>();
  return ends.flatMap(({ arrival }) => {
    if (!arrival) return [];
    const known = byKey.get(arrival.workload) ?? new Set();
    byKey.set(arrival.workload, known);
    const key = `${arrival.protocol} ${arrival.port}`;
    if (known.has(key)) return [];
    known.add(key);
    return [arrival];
  });
}
