import { numberAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { controllerNames, controllerPods } from '../model/controllers';
import type { Gateway, Listener } from '../model/gateway';
import type { ParentRef } from '../model/gateway-route';
import type { Ingress } from '../model/ingress';
import { clusterResourcesOf } from '../model/network-model';
import type { OpenshiftRoute } from '../model/openshift-route';
import { printContainerPort } from '../model/port-path';
import { servicesInFront } from '../model/relations';
import { printWorkload, type Workload } from '../model/workload';
import { listed } from '../reach/describe-form';
import { ingressController, printPeer } from '../reach/peers';
import { proxyOf } from '../rules/ingress-proxy';
import { addGhost, addNode, addResource, nodeId } from './drawing';
import { lanes, type Flow, type Front, type Way } from './flow';
import { addDelivery, isOpen } from './flow-backends';
import { printTls } from './flow-tls';
import { addEntry, addFromOutside } from './routing-entries';
import { shorten } from './routing-lanes';
import { addService } from './routing-services';

/** Adds the controller that serves an Ingress or an OpenShift Route, once for all of its class. */
export function addController(flow: Flow, served: Ingress | OpenshiftRoute): Front {
  const key = 'className' in served ? `Ingress ${classOf(flow, served) ?? ''}`.trimEnd() : 'Route';
  const known = flow.fronts.get(key);
  if (known) return known;
  const { pods } = controllerPods(flow.context.model, served);
  const ids =
    pods.length > 0 ? pods.map((workload) => addDeclared(flow, workload)) : [addUndeclared(flow, served, key)];
  const front = { key, ids };
  flow.fronts.set(key, front);
  return front;
}

/** The class of an Ingress, also the default one where the scope says which that is; undefined for a Route, which has none. */
function classOf({ context: { model } }: Flow, served: Ingress | OpenshiftRoute): string | undefined {
  return 'className' in served ? proxyOf(model, served).className || undefined : undefined;
}

/** Adds a Gateway with its listeners, and how traffic gets to it. */
export function addGateway(flow: Flow, gateway: Gateway): Front {
  const { namespace, name, className, listeners } = gateway;
  const key = nodeId('Gateway', namespace, name);
  const known = flow.fronts.get(key);
  if (known) return known;
  const { pods, known: isKnown } = controllerPods(flow.context.model, gateway);
  const id = addResource(flow, gateway, {
    kind: 'gateway',
    lane: lanes.fronts,
    subtitle: className ? `Gateway · ${className.value}` : 'Gateway',
    lines: [...listeners.map(printListenerLine), ...(pods.length > 0 ? [`pods: ${namesOf(pods)}`] : [])],
  });
  for (const workload of pods) addEntries(flow, workload, id);
  if (pods.length === 0) {
    const ports = [...new Set(listeners.flatMap(({ port }) => port?.value ?? []))];
    const note = `Which controller serves ${className ? `class ${className.value}` : 'a Gateway without class'}, no manifest here tells.`;
    addFromOutside(flow, id, ports.join(', '), isKnown ? { state: 'ok' } : { state: 'unknown', note });
  }
  const front = { key, ids: [id] };
  flow.fronts.set(key, front);
  return front;
}

/** Whether all that a Gateway takes is traffic between pods: a waypoint of Istio's. */
export function isWaypoint({ listeners }: Gateway): boolean {
  return listeners.length > 0 && listeners.every(({ protocol }) => protocol?.value.toUpperCase() === 'HBONE');
}

/** Adds the ghost of a Gateway that a route names and no manifest here declares. */
export function addMissingGateway(
  flow: Flow,
  { kind, name, namespace }: ParentRef,
  route: { readonly resource: Resource; readonly namespace: string },
  way: Way,
): Front {
  const place = namespace?.value ?? route.namespace;
  const id = `missing/${nodeId(kind, place, name.value)}`;
  const isMissing = way.state === 'broken';
  const subtitle = isMissing ? `no such ${kind}` : `${kind}, not declared here`;
  const ghost = { id, namespace: place, lane: lanes.fronts, title: name.value, subtitle };
  addGhost(flow, ghost, route.resource, name.node);
  const key = nodeId(kind, place, name.value);
  const front = { key, ids: [id] };
  if (!flow.fronts.has(key) && !isMissing) addFromOutside(flow, id, '', way);
  flow.fronts.set(key, front);
  return front;
}

function addDeclared(flow: Flow, workload: Workload): string {
  const known = flow.ids.get(workload);
  if (known !== undefined) return known;
  const id = addResource(flow, workload, {
    kind: 'controller',
    lane: lanes.fronts,
    subtitle: `${workload.kind} · controller`,
    lines: workload.ports.map(printContainerPort),
    ask: printPeer(workload),
  });
  addEntries(flow, workload, id);
  return id;
}

/** How traffic from outside gets to pods that take it in: over Services, or at their nodes' ports. */
function addEntries(flow: Flow, workload: Workload, target: string): void {
  const services = servicesInFront(flow.context.model, workload).filter(isOpen);
  for (const service of services) {
    if (!flow.ids.has(service)) addService(flow.behind, service);
    const id = flow.ids.get(service) ?? '';
    if (!flow.entries.has(id)) addEntry(flow, service);
    flow.entries.add(id);
    const visits = service.ports.map((port) => ({ port, sender: 'outside', arrivals: undefined }) as const);
    addDelivery(flow, service, workload, target, visits);
  }
  const label = describeHostPorts(workload);
  if (label !== '') addFromOutside(flow, target, label);
  else if (services.length === 0) {
    const note = `No LoadBalancer or NodePort Service in front of ${printWorkload(workload)} is here: how traffic gets to it, no manifest tells.`;
    addFromOutside(flow, target, '', { state: 'unknown', note });
  }
}

/** Ports of the nodes that lead to pods; empty when none does. */
export function describeHostPorts({ hostNetwork, ports }: Workload): string {
  const numbers = ports.flatMap(({ node, number }) => numberAt(node, 'hostPort')?.value ?? (hostNetwork ? number : []));
  if (numbers.length === 0) return hostNetwork ? 'host network' : '';
  return `host port ${shorten([...new Set(numbers)].map(String))}`;
}

/** A controller without pods here: where it is known by name, a load balancer of the cloud is told from pods that are elsewhere. */
function addUndeclared(flow: Flow, served: Ingress | OpenshiftRoute, key: string): string {
  const { model } = flow.context;
  const id = `controller/${key}`;
  const className = classOf(flow, served);
  const declared = clusterResourcesOf(model, 'IngressClass').findLast(({ name }) => name === className);
  const controllers = controllerNames(model, served);
  const isInPods = controllers.length === 0 || controllers.some(({ inPods }) => inPods);
  const names = controllers.map(({ name }) => name);
  const byClass = className === undefined ? 'Ingress controller' : `class ${className}`;
  const title = names.length === 1 ? names.join('') : byClass;
  addNode(flow, {
    id,
    kind: 'controller',
    lane: lanes.entry,
    group: undefined,
    title,
    subtitle: isInPods ? 'not in these manifests' : 'no pods carry its traffic',
    lines: [names.length > 1 ? listed(names, 'or') : className === undefined ? '' : byClass].filter(
      (line) => line !== '' && line !== title,
    ),
    ask: ingressController,
    ...(declared ? { location: flow.context.locate(declared) } : {}),
    problems: [],
  });
  addFromOutside(flow, id, '', wayToUndeclared(flow, served, isInPods, names));
  return id;
}

function wayToUndeclared(
  flow: Flow,
  served: Ingress | OpenshiftRoute,
  isInPods: boolean,
  names: readonly string[],
): Way {
  if (!isInPods) return { state: 'ok' };
  const undeclared = flow.context.problemsOf(served.resource).find(({ rule }) => rule === 'ingress-class-unknown');
  if (undeclared) return { state: 'unknown', note: undeclared.message };
  const className = classOf(flow, served);
  const subject =
    names.length > 0
      ? `Where ${listed(names, 'or')} runs`
      : `Which controller serves ${className === undefined ? 'Ingresses without a class' : `class ${className}`}`;
  return { state: 'unknown', note: `${subject}, and how traffic gets to it, no manifest here tells.` };
}

function namesOf(workloads: readonly Workload[]): string {
  return shorten(workloads.map(printWorkload));
}

/** `https 443/HTTPS *.example.com (TLS: web-cert)`. */
function printListenerLine(listener: Listener): string {
  const { name, port, protocol, hostname } = listener;
  const end = [port?.value, protocol?.value].filter((part) => part !== undefined).join('/');
  const tls = printTls(listener);
  return [name?.value, end, hostname?.value, tls === undefined ? undefined : `(${tls})`]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}
