import { itemsAt, nodeAt, numberAt, stringAt, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { readLabelSelector, type Selector } from './label';

/** The API group of Gateways and of the routes that attach to them. */
export const gatewayGroup = 'gateway.networking.k8s.io';

/** A kind of route that a listener names. */
export interface AllowedKind {
  readonly group: string;
  readonly kind: string;
}

/** Which routes a listener lets attach (API reference, AllowedRoutes). */
export interface AllowedRoutes {
  /** `Same`, `All` or `Selector`; `Same` when nothing is written. */
  readonly from: string;
  /** Meant for `Selector` only, and ignored otherwise. */
  readonly selector: Selector | undefined;
  /** Empty: every kind that goes with the protocol. */
  readonly kinds: readonly AllowedKind[];
  /** Undefined when all of it is left to the defaults. */
  readonly node: SourceNode | undefined;
}

/** One place where a Gateway takes connections (API reference, Listener). */
export interface Listener {
  readonly name: Sourced<string> | undefined;
  readonly port: Sourced<number> | undefined;
  readonly protocol: Sourced<string> | undefined;
  /** Undefined: every host. */
  readonly hostname: Sourced<string> | undefined;
  /** `Terminate` when nothing is written. */
  readonly tlsMode: string;
  readonly allowedRoutes: AllowedRoutes;
  readonly node: SourceNode;
}

export interface Gateway {
  readonly resource: Resource;
  readonly name: string;
  readonly namespace: string;
  readonly className: Sourced<string> | undefined;
  readonly listeners: readonly Listener[];
}

export function readGateway(resource: Resource, namespace: string): Gateway {
  const spec = nodeAt(resource.root, 'spec');
  return {
    resource,
    name: resource.name,
    namespace,
    className: stringAt(spec, 'gatewayClassName'),
    listeners: itemsAt(spec, 'listeners').map(readListener),
  };
}

function readListener(node: SourceNode): Listener {
  const hostname = stringAt(node, 'hostname');
  return {
    name: stringAt(node, 'name'),
    port: numberAt(node, 'port'),
    protocol: stringAt(node, 'protocol'),
    hostname: hostname?.value === '' ? undefined : hostname,
    tlsMode: stringAt(node, 'tls', 'mode')?.value ?? 'Terminate',
    allowedRoutes: readAllowedRoutes(nodeAt(node, 'allowedRoutes')),
    node,
  };
}

function readAllowedRoutes(node: SourceNode | undefined): AllowedRoutes {
  return {
    from: stringAt(node, 'namespaces', 'from')?.value ?? 'Same',
    selector: readLabelSelector(node, 'namespaces', 'selector'),
    kinds: itemsAt(node, 'kinds').flatMap((item) => {
      const kind = stringAt(item, 'kind')?.value;
      return kind === undefined ? [] : [{ group: stringAt(item, 'group')?.value ?? gatewayGroup, kind }];
    }),
    node,
  };
}

/** `listener http`; one without a name by its port. */
export function printListener({ name, port }: Listener): string {
  if (name) return `listener ${name.value}`;
  return port ? `the listener on port ${port.value}` : 'a listener without name';
}

/**
 * The hosts that two host names have in common, as a name; undefined when there are none. `*.example.com` covers `a.example.com` and
 * `b.a.example.com`, not `example.com` (API reference, Listener.hostname: a suffix match, unlike an Ingress's single label).
 */
export function commonHost(a: string, b: string): string | undefined {
  if (a.toLowerCase() === b.toLowerCase() || coversHost(a, b)) return b;
  return coversHost(b, a) ? a : undefined;
}

function coversHost(wildcard: string, host: string): boolean {
  return wildcard.startsWith('*.') && host.toLowerCase().endsWith(wildcard.slice(1).toLowerCase());
}
