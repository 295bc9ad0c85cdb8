import { itemsAt, nodeAt, numberAt, stringAt, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { gatewayGroup } from './gateway';

/** What a route wants to attach to (API reference, ParentReference). */
export interface ParentRef {
  readonly group: string;
  readonly kind: string;
  /** Undefined: the route's own. */
  readonly namespace: Sourced<string> | undefined;
  readonly name: Sourced<string>;
  /** The name of a Gateway's listener; undefined: any listener. */
  readonly sectionName: Sourced<string> | undefined;
  /** The port of a Gateway's listeners; undefined: any port. */
  readonly port: Sourced<number> | undefined;
  readonly node: SourceNode;
}

/** Where a route sends its traffic (API reference, BackendRef). */
export interface BackendRef {
  /** Empty for the core group, the default. */
  readonly group: string;
  /** `Service` when nothing is written. */
  readonly kind: string;
  readonly name: Sourced<string>;
  /** Undefined: the route's own. */
  readonly namespace: Sourced<string> | undefined;
  /** The Service's own port. */
  readonly port: Sourced<number> | undefined;
  /** 1 when nothing is written; 0: no traffic at all. */
  readonly weight: number;
  /** True for the copy that a `RequestMirror` filter sends. */
  readonly mirror: boolean;
  readonly node: SourceNode;
}

/** What a rule asks of a request, as far as it is a path. */
export interface RouteMatch {
  /** `PathPrefix`, `Exact` or `RegularExpression`. */
  readonly type: string;
  /** An HTTP path, or `service/method` of gRPC; undefined: every path. */
  readonly path: string | undefined;
  readonly node: SourceNode;
}

export interface GatewayRouteRule {
  /** Empty: every request. */
  readonly matches: readonly RouteMatch[];
  /** Its backends, then those of its `RequestMirror` filters. */
  readonly backendRefs: readonly BackendRef[];
  readonly node: SourceNode;
}

/** An HTTPRoute, GRPCRoute, TLSRoute, TCPRoute or UDPRoute. */
export interface GatewayRoute {
  readonly resource: Resource;
  readonly kind: GatewayRouteKind;
  readonly name: string;
  readonly namespace: string;
  /** Empty: every host. Always empty for kinds that know no hosts. */
  readonly hostnames: readonly Sourced<string>[];
  readonly parentRefs: readonly ParentRef[];
  readonly rules: readonly GatewayRouteRule[];
}

export type GatewayRouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute' | 'UDPRoute';

/** Whether routes of a kind choose by host (API reference: only these have `hostnames`). */
export function hasHostnames(kind: GatewayRouteKind): boolean {
  return kind === 'HTTPRoute' || kind === 'GRPCRoute' || kind === 'TLSRoute';
}

export function readGatewayRoute(resource: Resource, kind: GatewayRouteKind, namespace: string): GatewayRoute {
  const spec = nodeAt(resource.root, 'spec');
  return {
    resource,
    kind,
    name: resource.name,
    namespace,
    hostnames: hasHostnames(kind) ? itemsAt(spec, 'hostnames').flatMap(readHostname) : [],
    parentRefs: itemsAt(spec, 'parentRefs').flatMap(readParentRef),
    rules: itemsAt(spec, 'rules').map((rule) => readRule(rule, kind)),
  };
}

function readHostname(node: SourceNode): readonly Sourced<string>[] {
  const hostname = written(stringAt(node));
  return hostname ? [hostname] : [];
}

function readParentRef(node: SourceNode): readonly ParentRef[] {
  const name = stringAt(node, 'name');
  if (!name) return [];
  return [
    {
      group: stringAt(node, 'group')?.value ?? gatewayGroup,
      kind: stringAt(node, 'kind')?.value ?? 'Gateway',
      namespace: written(stringAt(node, 'namespace')),
      name,
      sectionName: written(stringAt(node, 'sectionName')),
      port: numberAt(node, 'port'),
      node,
    },
  ];
}

/** An empty text means what an absent one does (API reference, for instance ParentReference.sectionName). */
function written(text: Sourced<string> | undefined): Sourced<string> | undefined {
  return text?.value === '' ? undefined : text;
}

function readRule(node: SourceNode, kind: GatewayRouteKind): GatewayRouteRule {
  const backends = itemsAt(node, 'backendRefs').flatMap((item) =>
    readBackendRef(item, numberAt(item, 'weight')?.value ?? 1, false).map((backend) => ({ item, backend })),
  );
  return {
    matches: itemsAt(node, 'matches').map((match) => readMatch(match, kind)),
    backendRefs: [
      ...backends.map(({ backend }) => backend),
      ...readMirrors(node),
      // A filter on a backend works on the requests that this backend gets: none, if its weight is 0.
      ...backends.flatMap(({ item, backend }) => (backend.weight > 0 ? readMirrors(item) : [])),
    ],
    node,
  };
}

function readBackendRef(node: SourceNode, weight: number, mirror: boolean): readonly BackendRef[] {
  const name = stringAt(node, 'name');
  if (!name) return [];
  return [
    {
      group: stringAt(node, 'group')?.value ?? '',
      kind: stringAt(node, 'kind')?.value ?? 'Service',
      name,
      namespace: written(stringAt(node, 'namespace')),
      port: numberAt(node, 'port'),
      weight,
      mirror,
      node,
    },
  ];
}

/** Backends of `RequestMirror` filters. A share of nothing copies nothing (API reference, HTTPRequestMirrorFilter). */
function readMirrors(node: SourceNode): readonly BackendRef[] {
  return itemsAt(node, 'filters').flatMap((filter) => {
    const mirror = nodeAt(filter, 'requestMirror');
    const backend = nodeAt(mirror, 'backendRef');
    if (stringAt(filter, 'type')?.value !== 'RequestMirror' || !backend) return [];
    const share = numberAt(mirror, 'percent') ?? numberAt(mirror, 'fraction', 'numerator');
    return readBackendRef(backend, share?.value === 0 ? 0 : 1, true);
  });
}

function readMatch(node: SourceNode, kind: GatewayRouteKind): RouteMatch {
  if (kind === 'GRPCRoute') {
    const type = stringAt(node, 'method', 'type')?.value ?? 'Exact';
    return { type, path: printMethod(node), node };
  }
  return {
    type: stringAt(node, 'path', 'type')?.value ?? 'PathPrefix',
    path: stringAt(node, 'path', 'value')?.value,
    node,
  };
}

/** `com.example.User/Login`; a service alone means all its methods, a method alone means that of every service (API reference, GRPCMethodMatch). */
function printMethod(match: SourceNode): string | undefined {
  const service = stringAt(match, 'method', 'service')?.value;
  const method = stringAt(match, 'method', 'method')?.value;
  if (service === undefined && method === undefined) return undefined;
  return `${service ?? '*'}/${method ?? '*'}`;
}
