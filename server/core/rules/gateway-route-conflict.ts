import { itemsAt, nodeAt, stringAt, toPlain, type SourceNode } from '../manifest/node';
import type { GatewayRoute, GatewayRouteRule } from '../model/gateway-route';
import { isPlaceholder } from '../model/label';
import { byPlace, gatewayRoutesOf, overwrittenResources, type NetworkModel } from '../model/network-model';
import { attachmentsOf } from '../reach/gateway-attachment';
import type { Place, Report } from './rule';

/** A match of a rule, or a rule without matches, which takes every request. */
interface Claim {
  readonly route: GatewayRoute;
  readonly rule: GatewayRouteRule;
  readonly key: string;
  readonly at: Place;
}

/** Reports matches of Gateway API routes that an earlier rule, or another route of the same listener and host, has already. */
export function checkGatewayRoutes(model: NetworkModel, report: Report): void {
  const order = byPlace(model);
  const overwritten = overwrittenResources(model);
  const routes = gatewayRoutesOf(model)
    .filter(({ resource }) => !overwritten.has(resource))
    .toSorted((a, b) => order(a.resource, b.resource));
  for (const route of routes) if (isHttp(route)) checkWithin(route, report);
  checkAcross(model, routes, report);
}

function isHttp({ kind }: GatewayRoute): boolean {
  return kind === 'HTTPRoute' || kind === 'GRPCRoute';
}

/** The first of two rules that match alike takes the requests (API reference, HTTPRouteRule.matches). */
function checkWithin(route: GatewayRoute, report: Report): void {
  if (route.rules.length < 2) return;
  const first = new Map<string, Claim>();
  for (const claim of claimsOf(route)) {
    const earlier = first.get(claim.key);
    if (!earlier) first.set(claim.key, claim);
    else if (earlier.rule !== claim.rule) {
      report({
        resource: route.resource,
        at: claim.at,
        message: `An earlier rule of this ${route.kind} matches ${printKey(claim.key)} too and takes the requests, so this one gets none. Give it another match, or put its backends into the earlier rule.`,
        related: [{ resource: route.resource, at: earlier.at, message: 'The earlier rule' }],
      });
    }
  }
}

/** Of two routes that match alike the older one takes the requests, of equal age the first by name (API reference, HTTPRouteRule.matches). */
function checkAcross(model: NetworkModel, routes: readonly GatewayRoute[], report: Report): void {
  const claims = new Map<GatewayRoute, ReadonlyMap<string, Claim>>();
  const known = (route: GatewayRoute): ReadonlyMap<string, Claim> => {
    const found = claims.get(route) ?? firstByKey(claimsOf(route));
    claims.set(route, found);
    return found;
  };
  const told = new Map<GatewayRoute, Set<string>>();
  for (const { where, routes: group } of meetings(model, routes)) {
    const first = new Map<string, Claim>();
    for (const route of group) {
      for (const [key, claim] of known(route)) {
        const earlier = first.get(key);
        const done = told.get(route) ?? new Set();
        told.set(route, done);
        if (!earlier) first.set(key, claim);
        else if (!done.has(key) && !isSameRoute(earlier.route, route)) {
          done.add(key);
          reportPair(claim, earlier, where, report);
        }
      }
    }
  }
}

function firstByKey(claims: readonly Claim[]): ReadonlyMap<string, Claim> {
  const first = new Map<string, Claim>();
  for (const claim of claims) if (!first.has(claim.key)) first.set(claim.key, claim);
  return first;
}

/** Two routes of one kind, namespace and name are one route that is written twice. */
function isSameRoute(a: GatewayRoute, b: GatewayRoute): boolean {
  return a.name === b.name && a.namespace === b.namespace;
}

/** Routes of one kind that get requests of the same host from the same listener. */
interface Meeting {
  /** `listener http of Gateway web`. */
  readonly where: string;
  readonly routes: readonly GatewayRoute[];
}

function meetings(model: NetworkModel, routes: readonly GatewayRoute[]): readonly Meeting[] {
  const byKey = new Map<string, { readonly where: string; readonly routes: Set<GatewayRoute> }>();
  for (const route of routes) {
    for (const { listener, where, hosts } of listenersOf(model, route)) {
      for (const host of hosts) {
        if (isPlaceholder(host ?? '') || isPlaceholder(listener)) continue;
        const key = JSON.stringify([route.kind, listener, host?.toLowerCase() ?? '']);
        const found = byKey.get(key) ?? {
          where: `${where}${host === undefined ? '' : ` for ${host}`}`,
          routes: new Set(),
        };
        byKey.set(key, found);
        found.routes.add(route);
      }
    }
  }
  return [...byKey.values()]
    .filter((meeting) => meeting.routes.size > 1)
    .map((meeting) => ({ where: meeting.where, routes: [...meeting.routes] }));
}

interface At {
  /** Equal for the same listener. */
  readonly listener: string;
  readonly where: string;
  readonly hosts: readonly (string | undefined)[];
}

/** The listeners that take a route; of a Gateway that is not here, whatever the parent names, which is the same for whoever names it so. */
function listenersOf(model: NetworkModel, route: GatewayRoute): readonly At[] {
  return attachmentsOf(model, route).flatMap(({ parent, gateway, hosts, taking }) => {
    const { kind, group, name, sectionName, port } = parent;
    const namespace = parent.namespace?.value ?? route.namespace;
    const place = [group, kind, namespace, name.value];
    if (gateway) {
      return taking.map(({ listener, hosts: met }) => ({
        listener: JSON.stringify([...place, listener.name?.value, listener.port?.value]),
        where: `listener ${listener.name?.value ?? listener.port?.value ?? ''} of ${kind} ${name.value}`,
        hosts: met,
      }));
    }
    const listener = JSON.stringify([...place, sectionName?.value, port?.value, 'parent']);
    const section = sectionName ? `listener ${sectionName.value} of ` : '';
    return [{ listener, where: `${section}${kind} ${name.value}`, hosts }];
  });
}

function reportPair(claim: Claim, earlier: Claim, where: string, report: Report): void {
  const { route } = claim;
  const other = earlier.route;
  const name = other.namespace === route.namespace ? other.name : `${other.name} in namespace ${other.namespace}`;
  const what = isHttp(route) ? ` and matches ${printKey(claim.key)} as well` : ' as well';
  report({
    resource: route.resource,
    at: claim.at,
    message: `${route.kind} ${name} is at ${where}${what}: the older of the two routes takes the requests, and the other one gets none. Give one another ${isHttp(route) ? 'host or match' : 'listener'}.`,
    related: [{ resource: other.resource, at: earlier.at, message: `${other.kind} ${other.name}` }],
  });
}

function claimsOf(route: GatewayRoute): readonly Claim[] {
  if (!isHttp(route)) {
    const [rule] = route.rules;
    return rule ? [{ route, rule, key: '', at: route.resource.nameNode }] : [];
  }
  return route.rules.flatMap((rule) => {
    if (rule.matches.length === 0) return [{ route, rule, key: keyOf(undefined, route), at: rule.node }];
    return rule.matches
      .map(({ node }) => ({ route, rule, key: keyOf(node, route), at: node }))
      .filter(({ key }) => !isPlaceholder(key));
  });
}

/** Equal for matches that mean the same: with the defaults of the API, and lists in one order. */
function keyOf(match: SourceNode | undefined, { kind }: GatewayRoute): string {
  const text = (...path: readonly string[]): string | undefined => stringAt(match, ...path)?.value;
  const headers = listAt(match, 'headers', (name) => name.toLowerCase());
  if (kind === 'GRPCRoute') {
    const [service, method] = [text('method', 'service'), text('method', 'method')];
    const type = service ?? method;
    return JSON.stringify([type === undefined ? '' : (text('method', 'type') ?? 'Exact'), service, method, headers]);
  }
  const type = text('path', 'type') ?? 'PathPrefix';
  const path = text('path', 'value') ?? '/';
  const value = type === 'PathPrefix' && path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
  return JSON.stringify([type, value, text('method') ?? '', headers, listAt(match, 'queryParams', (name) => name)]);
}

/** Names of headers are the same in any case of letters; the type is `Exact` when nothing is written. */
function listAt(match: SourceNode | undefined, field: string, nameOf: (name: string) => string): readonly string[] {
  return itemsAt(match, field)
    .map((item) => {
      const name = stringAt(item, 'name')?.value ?? '';
      const value = nodeAt(item, 'value');
      const printed = value ? toPlain(value) : null;
      return JSON.stringify([nameOf(name), stringAt(item, 'type')?.value ?? 'Exact', printed]);
    })
    .sort();
}

/** What a key means, in words. */
function printKey(key: string): string {
  const [type, a, b, headers, queries] = JSON.parse(key) as [string, string | null, string | null, string[], string[]?];
  if (queries === undefined)
    return a || b ? `${a ?? '*'}/${b ?? '*'}${also(headers, [])}` : `every call${also(headers, [])}`;
  const method = b ? `${b} ` : '';
  return `${method}${type} ${a ?? ''}${also(headers, queries)}`;
}

function also(headers: readonly string[], queries: readonly string[]): string {
  const parts = [
    ...(headers.length > 0 ? ['these headers'] : []),
    ...(queries.length > 0 ? ['these query parameters'] : []),
  ];
  return parts.length > 0 ? ` with ${parts.join(' and ')}` : '';
}
