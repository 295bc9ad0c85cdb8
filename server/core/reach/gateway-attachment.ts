import type { SourceNode } from '../manifest/node';
import { commonHost, gatewayGroup, printListener, type Gateway, type Listener } from '../model/gateway';
import { hasHostnames, type GatewayRoute, type GatewayRouteKind, type ParentRef } from '../model/gateway-route';
import { isPlaceholder, labelsAt, printSelector } from '../model/label';
import { byPlace, gatewaysOf, namespaceMeets, type NetworkModel } from '../model/network-model';
import { printList, printNamed, type RouteHop } from './route-hop';

/** A route at one of its parents, the ones through which traffic comes from outside. */
export interface Attachment {
  readonly parent: ParentRef;
  /** Undefined when no manifest here declares it. */
  readonly gateway: Gateway | undefined;
  /** The hosts under which traffic arrives; undefined: every host. */
  readonly hosts: readonly (string | undefined)[];
  /** The listeners that take the route, each with the hosts that the two have in common; empty where that is not known. */
  readonly taking: readonly { readonly listener: Listener; readonly hosts: readonly (string | undefined)[] }[];
  /** Whether some listener takes the route, and if none does, why. */
  readonly hop: RouteHop;
}

/** Parents that steer traffic between pods rather than bring it in (Gateway API for service mesh, and Istio's ServiceEntry). */
const meshKinds: ReadonlySet<string> = new Set(['Service', 'ServiceImport', 'ServiceEntry', 'Mesh']);

/** The protocols whose listeners take a kind of route. Any other protocol is an implementation's own (API reference, ProtocolType). */
const protocolsOf: Readonly<Record<GatewayRouteKind, readonly string[]>> = {
  HTTPRoute: ['HTTP', 'HTTPS'],
  GRPCRoute: ['HTTP', 'HTTPS'],
  TLSRoute: ['TLS'],
  TCPRoute: ['TCP', 'TLS'],
  UDPRoute: ['UDP'],
};
const knownProtocols: ReadonlySet<string> = new Set(Object.values(protocolsOf).flat());

/** A route at each of its parents, but for those of a service mesh. */
export function attachmentsOf(model: NetworkModel, route: GatewayRoute): readonly Attachment[] {
  return route.parentRefs.filter((parent) => !isMeshParent(parent)).map((parent) => attach(model, route, parent));
}

/** Whether a parent is one of a service mesh, which steers traffic between pods. */
export function isMeshParent({ kind }: ParentRef): boolean {
  return meshKinds.has(kind);
}

function attach(model: NetworkModel, route: GatewayRoute, parent: ParentRef): Attachment {
  const gateway = gatewayOf(model, route, parent);
  const asked = hostsOf(route);
  const stray = (ok: RouteHop['ok'], at: SourceNode, text: string): Attachment => {
    return {
      parent,
      gateway,
      hosts: asked,
      taking: [],
      hop: { kind: 'listener', resource: route.resource, at, text, ok },
    };
  };
  if (!gateway) {
    const namespace = parent.namespace?.value ?? route.namespace;
    const printed = printNamed(parent.kind, parent.name.value, namespace, route.namespace);
    return stray('unknown', parent.name.node, `${printed} is not here: it may come from elsewhere.`);
  }
  const named = gateway.listeners.filter((listener) => isNamed(listener, parent));
  if (named.length > 0) {
    const answers = named.map((listener) => judge(model, route, gateway, listener));
    return { parent, gateway, ...settle(route, gateway, answers) };
  }
  if (gateway.listeners.length === 0) {
    // It could not be applied so: a patch, whose other part is elsewhere.
    return stray('unknown', parent.name.node, `${printGateway(gateway, route)} has no listeners here.`);
  }
  const names = [parent.sectionName, ...gateway.listeners.map(({ name }) => name)];
  if (names.some((name) => name !== undefined && isPlaceholder(name.value))) {
    return stray(
      'unknown',
      parent.node,
      `Which listener of ${printGateway(gateway, route)} is meant is filled in later.`,
    );
  }
  const at = parent.sectionName?.node ?? parent.port?.node ?? parent.node;
  return stray(false, at, missingListener(route, gateway, parent));
}

/** The hosts a route asks for; undefined: every host. */
function hostsOf(route: GatewayRoute): Attachment['hosts'] {
  return route.hostnames.length > 0 ? route.hostnames.map(({ value }) => value) : [undefined];
}

/** The Gateway that a parent names; the last one applied where there are several. */
function gatewayOf(model: NetworkModel, route: GatewayRoute, parent: ParentRef): Gateway | undefined {
  if (parent.kind !== 'Gateway' || parent.group !== gatewayGroup) return undefined;
  const namespace = parent.namespace?.value ?? route.namespace;
  const order = byPlace(model);
  return gatewaysOf(model, namespace)
    .filter(({ name }) => name === parent.name.value)
    .toSorted((a, b) => order(a.resource, b.resource))
    .at(-1);
}

/** Whether a parent means a listener. Where name and port are both written, both must agree (API reference, ParentReference.sectionName). */
export function isNamed({ name, port }: Listener, parent: ParentRef): boolean {
  return (
    (parent.sectionName === undefined || parent.sectionName.value === name?.value) &&
    (parent.port === undefined || parent.port.value === port?.value)
  );
}

function missingListener(route: GatewayRoute, gateway: Gateway, { sectionName, port }: ParentRef): string {
  const printed = printGateway(gateway, route);
  const { listeners } = gateway;
  const byName = sectionName && listeners.find(({ name }) => name?.value === sectionName.value);
  if (byName)
    return `${printSubject(byName, gateway, route)} is on port ${printPort(byName)}, not on ${port?.value ?? 0}.`;
  if (sectionName) {
    const names = listeners.flatMap(({ name }) => name?.value ?? []);
    return `${printed} has no listener named ${sectionName.value}. It has ${printList(names)}.`;
  }
  const ports = [...new Set(listeners.map(printPort))];
  return `${printed} has no listener on port ${port?.value ?? 0}. It listens on ${printList(ports)}.`;
}

function printPort({ port }: Listener): string {
  return String(port?.value ?? 'no port');
}

function printGateway(gateway: Gateway, route: GatewayRoute): string {
  return printNamed('Gateway', gateway.name, gateway.namespace, route.namespace);
}

function printSubject(listener: Listener, gateway: Gateway, route: GatewayRoute): string {
  const printed = printListener(listener);
  return `${printed.slice(0, 1).toUpperCase()}${printed.slice(1)} of ${printGateway(gateway, route)}`;
}

/** Why a listener does not take a route, or why that cannot be told. */
interface Objection {
  readonly ok: false | 'unknown';
  readonly at: SourceNode | undefined;
  /** What follows the listener's name in a sentence. */
  readonly text: string;
}

/** What one listener says to a route. */
interface Answer {
  readonly listener: Listener;
  readonly objection: Objection | undefined;
  readonly hosts: Attachment['hosts'];
}

function judge(model: NetworkModel, route: GatewayRoute, gateway: Gateway, listener: Listener): Answer {
  const host = meetHosts(route, listener);
  const objections = [
    objectToProtocol(route, listener),
    objectToKind(route, listener),
    objectToNamespace(model, route, gateway, listener),
    host.objection,
  ].filter((objection) => objection !== undefined);
  return { listener, objection: objections.find(({ ok }) => ok === false) ?? objections[0], hosts: host.hosts };
}

/** One listener that takes the route is enough (API reference, ParentReference.sectionName). */
function settle(
  route: GatewayRoute,
  gateway: Gateway,
  answers: readonly Answer[],
): Pick<Attachment, 'hosts' | 'taking' | 'hop'> {
  const of = (wanted: RouteHop['ok']): readonly Answer[] =>
    answers.filter(({ objection }) => (objection?.ok ?? true) === wanted);
  const ok = of(true).length > 0 ? true : of('unknown').length > 0 ? 'unknown' : false;
  const deciding = of(ok);
  const taking = [...of(true), ...of('unknown')];
  const reasons = deciding.map(
    ({ listener, objection }) => `${printSubject(listener, gateway, route)} ${objection?.text ?? ''}`,
  );
  const names = deciding.map(({ listener }) => printListener(listener)).join(' and ');
  const text = ok === true ? `${printGateway(gateway, route)} takes it on ${names}.` : reasons.slice(0, 3).join(' ');
  const at = deciding[0]?.objection?.at ?? deciding[0]?.listener.node;
  return {
    hosts: taking.length > 0 ? mergeHosts(taking.flatMap(({ hosts }) => hosts)) : hostsOf(route),
    taking: of(true).map(({ listener, hosts }) => ({ listener, hosts })),
    hop: { kind: 'listener', resource: gateway.resource, at, text, ok },
  };
}

/** Hosts, each once; every host takes in all the others. */
export function mergeHosts(hosts: Attachment['hosts']): Attachment['hosts'] {
  return hosts.includes(undefined) ? [undefined] : [...new Set(hosts)];
}

/** Protocols are the same in any case of letters (API reference, ProtocolType). Only a TLSRoute can pass TLS through (TLSModePassthrough). */
function objectToProtocol({ kind }: GatewayRoute, { protocol, tlsMode }: Listener): Objection | undefined {
  const name = protocol?.value.toUpperCase() ?? '';
  const at = protocol?.node;
  if (!knownProtocols.has(name)) {
    const text = protocol ? `speaks ${protocol.value}, which only its implementation knows.` : 'names no protocol.';
    return { ok: 'unknown', at, text };
  }
  const needed = protocolsOf[kind].join(' or ');
  if (!protocolsOf[kind].includes(name)) return { ok: false, at, text: `speaks ${name}, and ${kind}s need ${needed}.` };
  if (name !== 'TLS' || kind === 'TLSRoute' || tlsMode !== 'Passthrough') return undefined;
  return { ok: false, at, text: `passes TLS through, and ${kind}s need it terminated.` };
}

function objectToKind({ kind }: GatewayRoute, { allowedRoutes }: Listener): Objection | undefined {
  const { kinds, node } = allowedRoutes;
  if (kinds.length === 0 || kinds.some((item) => item.kind === kind && item.group === gatewayGroup)) return undefined;
  const listed = printList(kinds.map((item) => item.kind));
  return { ok: false, at: node, text: `takes ${listed} only. Its allowedRoutes.kinds lack ${kind}.` };
}

function objectToNamespace(
  model: NetworkModel,
  route: GatewayRoute,
  gateway: Gateway,
  { allowedRoutes }: Listener,
): Objection | undefined {
  const { from, selector, node: at } = allowedRoutes;
  const { kind, name, namespace } = route;
  if (from === 'All') return undefined;
  if (from === 'Same') {
    if (namespace === gateway.namespace) return undefined;
    const text = `takes routes of its own namespace only, and ${kind} ${name} is in ${namespace}. Its allowedRoutes.namespaces.from would have to be All, or Selector.`;
    return { ok: false, at, text };
  }
  if (from !== 'Selector') {
    const text = `takes routes from ${from}, which is none of Same, All and Selector.`;
    return { ok: isPlaceholder(from) ? 'unknown' : false, at, text };
  }
  if (!selector) return { ok: false, at, text: 'takes routes of selected namespaces, but has no selector.' };
  const declaration = model.namespaceDeclarations.get(namespace);
  const labels = declaration ? labelsAt(declaration.root, 'metadata', 'labels') : [];
  const meets = namespaceMeets({ name: namespace, declaration, labels }, selector);
  if (!selector.valid || meets === 'unknown') {
    const text = `takes routes of namespaces with ${printSelector(selector)}, and no manifest here tells whether ${namespace} is one.`;
    return { ok: 'unknown', at: selector.node, text };
  }
  if (meets) return undefined;
  return {
    ok: false,
    at: selector.node,
    text: `takes routes of namespaces with ${printSelector(selector)}, and ${namespace} is none.`,
  };
}

/** The hosts that route and listener have in common. Those of the route's that meet no listener are ignored (API reference, HTTPRouteSpec.hostnames). */
function meetHosts(
  route: GatewayRoute,
  { hostname }: Listener,
): { readonly hosts: Attachment['hosts']; readonly objection: Objection | undefined } {
  const asked = hostsOf(route);
  if (!hostname || !hasHostnames(route.kind)) return { hosts: asked, objection: undefined };
  if (route.hostnames.length === 0) return { hosts: [hostname.value], objection: undefined };
  const names = route.hostnames.map(({ value }) => value);
  const hosts = names.flatMap((name) => commonHost(hostname.value, name) ?? []);
  if (hosts.length > 0) return { hosts, objection: undefined };
  const isUncertain = [hostname.value, ...names].some(isPlaceholder);
  const text = `is for ${hostname.value}, and ${route.kind} ${route.name} for ${printList(names)}.`;
  return { hosts: asked, objection: { ok: isUncertain ? 'unknown' : false, at: hostname.node, text } };
}
