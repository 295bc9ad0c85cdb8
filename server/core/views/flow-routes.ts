import type { SourceNode } from '../manifest/node';
import { hasHostnames, type GatewayRoute } from '../model/gateway-route';
import { commonHost, type Listener } from '../model/gateway';
import { isPlaceholder } from '../model/label';
import type { Ingress } from '../model/ingress';
import type { OpenshiftRoute } from '../model/openshift-route';
import { attachmentsOf, type Attachment } from '../reach/gateway-attachment';
import { addEdge, addNode, addResource, groupId } from './drawing';
import { lanes, noTraffic, type Flow, type Front, type Host, type Way } from './flow';
import { addController, addGateway, addMissingGateway } from './flow-fronts';
import { chooseBadge, tlsOfIngress, tlsOfListener, tlsOfOpenshiftRoute } from './flow-tls';
import { answersOfIngress, answersOfRoute } from './routing-answers';
import { shorten } from './routing-lanes';
import { conditionsOfIngress, conditionsOfMatch, printConditions } from './routing-matches';
import { hostOfOpenshift, isGatewayRoute, isIngress, type Route } from './routing-routes';
import type { ViewBadge } from './view';
import { warningAt } from './view-context';

/** Adds a route, what takes traffic in for it, and its hosts. False where no traffic from outside is meant to come to it. */
export function addFlowRoute(flow: Flow, route: Route): boolean {
  if (!isGatewayRoute(route)) {
    const id = addNodeOf(flow, route, isIngress(route) ? route.className : undefined);
    if (isIngress(route)) addHostsOfIngress(flow, route, id);
    else addHostOfOpenshift(flow, route, id);
    return true;
  }
  const attachments = attachmentsOf(flow.context.model, route);
  if (attachments.length === 0) return false;
  const parents = [...new Set(attachments.map(({ parent }) => `${parent.kind} ${parent.name.value}`))];
  const id = addNodeOf(flow, route, parents.join(', '));
  const ways = attachments.map((attachment) => addHostsOfAttachment(flow, route, id, attachment));
  if (ways.every(({ state }) => state === 'broken')) flow.stopped.set(route, ways[0]?.note ?? '');
  addIgnoredHosts(flow, route, id, attachments);
  return true;
}

function addNodeOf(flow: Flow, route: Route, by: string | undefined): string {
  const subtitle = by === undefined || by === '' ? route.resource.kind : `${route.resource.kind} · ${by}`;
  const lines = isGatewayRoute(route) ? answersOfRoute(route) : isIngress(route) ? answersOfIngress(route) : [];
  return addResource(flow, route, { kind: 'ingress', lane: lanes.routes, subtitle, lines });
}

interface Name {
  /** What tells it from other hosts of one front. */
  readonly key: string;
  readonly title: string;
  readonly subtitle: string;
  /** Where it is written. */
  readonly at: SourceNode | undefined;
}

/** A host of a route, as one front takes it in. */
interface Asked extends Name {
  readonly front: Front;
  readonly paths: readonly string[];
  readonly tls: readonly ViewBadge[];
  readonly way: Way;
}

function addHost(flow: Flow, route: Route, id: string, asked: Asked): void {
  const { front, key, title, subtitle, at, paths, tls, way } = asked;
  const hostId = `host/${route.namespace}/${front.key}/${key}`;
  const host: Host = flow.hosts.get(hostId) ?? {
    id: hostId,
    group: groupId(route.namespace),
    front,
    title,
    subtitle,
    location: flow.context.locate(route.resource, at),
    lines: new Set(),
    tls: [],
    routes: new Map(),
  };
  flow.hosts.set(hostId, host);
  for (const path of paths) host.lines.add(path);
  host.tls.push(...tls);
  const known = host.routes.get(id);
  // One listener that takes it is enough.
  if (known && known.way.state === 'ok') return;
  host.routes.set(id, { way, paths: new Set([...(known?.paths ?? []), ...paths]) });
}

const ok: Way = { state: 'ok' };

function addHostsOfIngress(flow: Flow, ingress: Ingress, id: string): void {
  const front = addController(flow, ingress);
  const rest = ingress.routes.length > 1 ? 'everything else' : 'everything';
  for (const host of new Set(ingress.routes.map((route) => route.host))) {
    const paths = ingress.routes
      .filter((route) => route.host === host)
      .map((own) => (own.path ?? (host === undefined ? rest : '/')) + printConditions([conditionsOfIngress(own)]));
    const at = ingress.hosts.find(({ value }) => value === host)?.node;
    const tls = tlsOfIngress(flow.context, ingress, host);
    addHost(flow, ingress, id, { front, ...nameOfHost(host, at), paths, tls, way: ok });
  }
}

function nameOfHost(host: string | undefined, at: SourceNode | undefined): Name {
  return { key: host ?? '*', title: host ?? 'every host', subtitle: 'host', at };
}

function addHostOfOpenshift(flow: Flow, route: OpenshiftRoute, id: string): void {
  const { host, path = '/', name } = route;
  addHost(flow, route, id, {
    front: addController(flow, route),
    key: host?.value ?? `(${name})`,
    title: hostOfOpenshift(route) ?? 'assigned by the cluster',
    subtitle: 'host',
    at: host?.node,
    paths: [path],
    tls: tlsOfOpenshiftRoute(route),
    way: ok,
  });
}

function addHostsOfAttachment(flow: Flow, route: GatewayRoute, id: string, attachment: Attachment): Way {
  const { gateway, hosts, taking, parent } = attachment;
  const way = wayOf(flow, route, attachment);
  const front = gateway ? addGateway(flow, gateway) : addMissingGateway(flow, parent, route, way);
  const paths = pathsOf(route);
  const add = (host: string | undefined, listener: Listener | undefined): void => {
    const tls = gateway && listener ? tlsOfListener(flow.context, gateway, listener) : [];
    addHost(flow, route, id, { front, ...nameOf(route, host, listener), paths, tls, way });
  };
  for (const { listener, hosts: common } of taking) for (const host of common) add(host, listener);
  if (taking.length === 0) for (const host of hosts) add(host, undefined);
  return way;
}

/** Hosts of a route that meet no listener of all those that take it: they are ignored (API reference, HTTPRouteSpec.hostnames). */
function addIgnoredHosts(flow: Flow, route: GatewayRoute, id: string, attachments: readonly Attachment[]): void {
  const gateway = attachments.find(({ hop }) => hop.ok === true)?.gateway;
  if (!gateway || attachments.some(({ hop }) => hop.ok === 'unknown')) return;
  const taken = attachments.flatMap(({ taking }) => taking.flatMap(({ hosts }) => hosts));
  for (const { value, node } of route.hostnames) {
    if (isPlaceholder(value) || taken.some((host) => host === undefined || commonHost(host, value) !== undefined))
      continue;
    const note = `No listener that takes ${route.kind} ${route.name} is for ${value}: it is ignored.`;
    const asked = {
      ...nameOfHost(value, node),
      paths: pathsOf(route),
      tls: [],
      way: { state: 'broken', note },
    } as const;
    addHost(flow, route, id, { front: addGateway(flow, gateway), ...asked });
  }
}

/** A Gateway that is not here may be elsewhere, unless a rule warns of its name. */
function wayOf({ context }: Flow, { resource }: GatewayRoute, { gateway, parent, hop }: Attachment): Way {
  if (hop.ok === true) return ok;
  if (hop.ok === false) return { state: 'broken', note: hop.text };
  const warning = gateway ? undefined : warningAt(context, 'gateway-parent-unmatched', resource, parent.name.node);
  return warning ? { state: 'broken', note: warning.message } : { state: 'unknown', note: hop.text };
}

/** Where routes know no hosts, it is the port that tells them apart. */
function nameOf({ kind, hostnames }: GatewayRoute, host: string | undefined, listener: Listener | undefined): Name {
  const at = hostnames.find(({ value }) => value === host)?.node;
  if (hasHostnames(kind)) return nameOfHost(host, at);
  const port = listener?.port?.value;
  const protocol = kind.replace('Route', '');
  const title = port === undefined ? `${protocol}, every port` : `${protocol} port ${port}`;
  return { key: port === undefined ? protocol : `${protocol} ${port}`, title, subtitle: 'listener', at };
}

function pathsOf(route: GatewayRoute): readonly string[] {
  const { kind, rules } = route;
  if (kind !== 'HTTPRoute' && kind !== 'GRPCRoute') return [];
  const every = kind === 'HTTPRoute' ? '/' : 'every method';
  const paths = rules.flatMap(({ matches }) =>
    matches.length === 0
      ? [every]
      : matches.map((match) => (match.path ?? every) + printConditions([conditionsOfMatch(route, match)])),
  );
  return [...new Set(paths)];
}

/** Adds the hosts that were gathered, and the way over them: a host that no route gets traffic of is shut at its front. */
export function addHosts(flow: Flow): void {
  for (const { id, front, group, title, subtitle, location, lines, tls, routes } of flow.hosts.values()) {
    const badges = chooseBadge(tls);
    addNode(flow, {
      id,
      kind: 'host',
      lane: lanes.hosts,
      group,
      title,
      subtitle,
      lines: firstOf([...lines]),
      location,
      ...(badges.length > 0 ? { badges } : {}),
      problems: [],
    });
    const ways = [...routes.values()].map(({ way }) => way);
    const best = ways.find(({ state }) => state === 'ok') ?? ways.find(({ state }) => state === 'unknown') ?? ways[0];
    for (const source of best ? front.ids : []) addEdge(flow, { source, target: id, label: '', ...(best ?? ok) });
    for (const [target, { way, paths }] of routes) {
      const label = routes.size > 1 ? shorten([...paths]) : '';
      addEdge(flow, { source: id, target, label, ...(best?.state === 'ok' ? way : behind(way)) });
    }
  }
}

/** What is told at the front need not be told again. */
function behind({ state, note }: Way): Way {
  return state === 'broken' ? noTraffic(note ?? '') : ok;
}

const mostPaths = 6;

function firstOf(lines: readonly string[]): readonly string[] {
  const rest = lines.length - mostPaths;
  return rest > 1 ? [...lines.slice(0, mostPaths), `and ${rest} more`] : lines;
}
