import { itemsAt, nodeAt, type SourceNode } from '../manifest/node';
import type { Ingress, IngressRoute } from '../model/ingress';
import { serviceNamed } from '../model/network-model';
import { followPort, printPortPath } from '../model/port-path';
import { podsBehind, portOfBackend } from '../model/relations';
import { printServicePort, type Service } from '../model/service';
import { indexAt, isUnder, type Cursor } from './cursor';
import type { FeatureContext } from './feature-context';
import { describeArrival, describeType, serviceBlocks } from './hover-service';
import { bulletList, code, inlineList, table } from './markdown';
import { describeNamespace, headline, incompleteNote, mentionService, mentionWorkload, namePods } from './mention';

/** Where an Ingress sends its traffic, or where the route under the cursor leads. */
export function hoverIngress(context: FeatureContext, ingress: Ingress, cursor: Cursor): readonly string[] {
  const routes = routesUnder(ingress, cursor);
  const [only] = routes;
  if (routes.length === 1 && only && !isHost(cursor)) return routeBlocks(context, ingress, only);
  if (routes.length > 0) return [routeTable(context, ingress, routes)];
  return ingressBlocks(context, ingress);
}

function isHost(cursor: Cursor): boolean {
  return cursor.path.length === 4 && cursor.path[3] === 'host';
}

/** The routes of the rule, the path or the default backend under the cursor. */
function routesUnder(ingress: Ingress, cursor: Cursor): readonly IngressRoute[] {
  const spec = nodeAt(ingress.resource.root, 'spec');
  if (isUnder(cursor, 'spec', 'defaultBackend')) return withBackend(ingress, [nodeAt(spec, 'defaultBackend')]);
  if (isUnder(cursor, 'spec', 'backend')) return withBackend(ingress, [nodeAt(spec, 'backend')]);
  if (!isUnder(cursor, 'spec', 'rules', '*')) return [];
  const paths = itemsAt(nodeAt(spec, 'rules', indexAt(cursor, 2)), 'http', 'paths');
  const path = isUnder(cursor, 'spec', 'rules', '*', 'http', 'paths', '*') ? paths[indexAt(cursor, 5)] : undefined;
  return withBackend(
    ingress,
    (path ? [path] : paths).map((node) => nodeAt(node, 'backend')),
  );
}

function withBackend(ingress: Ingress, nodes: readonly (SourceNode | undefined)[]): readonly IngressRoute[] {
  return ingress.routes.filter((route) => nodes.includes(route.backend.node));
}

function ingressBlocks(context: FeatureContext, ingress: Ingress): readonly string[] {
  const { resource, namespace, className, tlsHosts } = ingress;
  const byClass = className === undefined ? "the cluster's default class" : `class ${code(className)}`;
  return [
    headline('Ingress', ingress.name, byClass, describeNamespace(context.model, resource, namespace)),
    ingress.routes.length === 0 ? 'No routes.' : routeTable(context, ingress, ingress.routes),
    tlsHosts.length === 0 ? 'No TLS hosts.' : `TLS: ${inlineList(tlsHosts.map(code))}`,
  ];
}

const maxRows = 12;

function routeTable(context: FeatureContext, ingress: Ingress, routes: readonly IngressRoute[]): string {
  const rows = routes.slice(0, maxRows).map((route) => {
    const service = serviceNamed(context.model, ingress.namespace, route.backend.service.value);
    const shown = service ? mentionService(context, service) : `no Service ${code(route.backend.service.value)}`;
    return [describeRoute(route), shown, describePort(route, service), service ? describePods(context, service) : ''];
  });
  const more = routes.length > maxRows ? `\n\nand ${routes.length - maxRows} more` : '';
  return `${table(['Host and path', 'Service', 'Port', 'Pods'], rows)}${more}`;
}

function describePort({ backend }: IngressRoute, service: Service | undefined): string {
  const text = code(String(backend.port?.value ?? ''));
  if (!backend.port) return '';
  return service && !portOfBackend(service, backend) && service.type !== 'ExternalName' ? `${text} (not there)` : text;
}

function describePods(context: FeatureContext, service: Service): string {
  if (service.type === 'ExternalName') return 'another name';
  if (!service.selector) return 'by hand';
  const workloads = podsBehind(context.model, service);
  return workloads.length === 0 ? 'none' : namePods(context, workloads);
}

/** `shop.example.com/cart`; a route without host takes every host (API reference, IngressRule). */
function describeRoute({ host, path }: IngressRoute): string {
  if (host === undefined && path === undefined) return 'everything else';
  return code(`${host ?? '*'}${path ?? '/'}`);
}

/** One route: its Service, and the pods behind. A backend is always in the Ingress's own namespace (API reference, IngressServiceBackend). */
function routeBlocks(context: FeatureContext, ingress: Ingress, route: IngressRoute): readonly string[] {
  const { backend } = route;
  const type = route.pathType === undefined ? '' : ` (${code(route.pathType)})`;
  const head = `${describeRoute(route)}${type} → `;
  const service = serviceNamed(context.model, ingress.namespace, backend.service.value);
  if (!service) {
    return [
      `${head}no Service named ${code(backend.service.value)} in namespace ${code(ingress.namespace)}.`,
      ...incompleteNote(context.model),
    ];
  }
  const port = portOfBackend(service, backend);
  const title = `${head}${mentionService(context, service)} · ${describeType(service).join(' · ')}`;
  const [, , ...rest] = serviceBlocks(context, service);
  if (!port) return [title, ...missingPort(route, service), ...rest];
  const workloads = podsBehind(context.model, service);
  if (workloads.length === 0) return [title, `Port ${code(printServicePort(port))}`, ...rest.slice(-1)];
  const paths = [...new Set(workloads.map((workload) => printPortPath(service, port, followPort(port, workload))))];
  const list = bulletList(
    workloads.map((workload) => `${mentionWorkload(context, workload)}: ${describeArrival(port, workload)}`),
  );
  return [title, `Port ${inlineList(paths.map(code), 3)}`, list];
}

function missingPort({ backend }: IngressRoute, service: Service): readonly string[] {
  if (service.type === 'ExternalName' || !backend.port) return [];
  const has = inlineList(service.ports.map((port) => code(printServicePort(port))));
  return [`**No port** ${code(String(backend.port.value))}: the Service has ${has === '' ? 'no ports' : has}.`];
}
