import { nodeAt } from '../manifest/node';
import type { Ingress, IngressBackend, IngressRoute } from '../model/ingress';
import { isPlaceholder } from '../model/label';
import { byPlace, derivedOf, ingressesOf, overwrittenResources, type NetworkModel } from '../model/network-model';
import { annotationsOf, proxyOf, type IngressProxy } from './ingress-proxy';
import type { Place, Report } from './rule';

/** A path of an Ingress. */
interface Claim {
  readonly ingress: Ingress;
  readonly route: IngressRoute;
  /** Host, type and path, as far as they tell requests apart. */
  readonly requests: string;
  readonly proxy: IngressProxy;
}

/** Reports paths of Ingresses that another one, of the same Ingress or of the same class, has already. */
export function checkIngresses(model: NetworkModel, report: Report): void {
  const byKey = new Map<string, Claim[]>();
  for (const ingress of inPlace(model)) {
    const proxy = proxyOf(model, ingress);
    const claims = comparableRoutes(model, ingress).map((comparable) => ({ ingress, proxy, ...comparable }));
    if (proxy.inWrittenOrder) checkOrder(claims, report);
    for (const claim of claims) {
      const key = JSON.stringify([proxy.className, claim.requests]);
      const earlier = byKey.get(key);
      if (!earlier) {
        byKey.set(key, [claim]);
        continue;
      }
      const other = earlier.find((candidate) => areOne(candidate, claim));
      if (other) reportDouble(claim, other, model, report);
      // A handful is enough to compare with: what is more, no person wrote.
      else if (earlier.length < 20) earlier.push(claim);
    }
  }
}

function inPlace(model: NetworkModel): readonly Ingress[] {
  const order = byPlace(model);
  const overwritten = overwrittenResources(model);
  return ingressesOf(model)
    .filter(({ resource }) => !overwritten.has(resource))
    .toSorted((a, b) => order(a.resource, b.resource));
}

function comparableRoutes(model: NetworkModel, ingress: Ingress): readonly Pick<Claim, 'route' | 'requests'>[] {
  return derivedOf(model, ingress.resource, 'comparable-routes', () =>
    ingress.routes
      .filter((route) => isComparable(ingress, route))
      .map((route) => ({ route, requests: requestsOf(route) })),
  );
}

/** Left out: default backends, names that are filled in later, ACME's solvers, which come and go, and what Amazon's controller reads from annotations. */
function isComparable({ resource }: Ingress, { host, path, backend, node }: IngressRoute): boolean {
  if (node === backend.node) return false;
  if (isPlaceholder(host ?? '') || isPlaceholder(path ?? '') || isPlaceholder(backend.service.value)) return false;
  if (path?.startsWith('/.well-known/acme-challenge')) return false;
  return (
    backend.port?.value !== 'use-annotation' &&
    !annotationsOf(resource).has(`alb.ingress.kubernetes.io/conditions.${backend.service.value}`)
  );
}

/** Without a path everything is meant; a slash at the end of a prefix means nothing (API reference, HTTPIngressPath). */
function pathOf({ path, pathType }: IngressRoute): string {
  const written = path || '/';
  return pathType === 'Prefix' && written.length > 1 ? written.replace(/\/+$/, '') || '/' : written;
}

function requestsOf(route: IngressRoute): string {
  const type = route.pathType ?? 'ImplementationSpecific';
  return JSON.stringify([route.host?.toLowerCase() ?? '', type, pathOf(route)]);
}

/** Whether nothing tells two paths of the same host and path apart. */
function areOne(a: Claim, b: Claim): boolean {
  if (a.ingress === b.ingress) return true;
  // One Ingress written twice is one of the two, never both.
  if (a.ingress.name === b.ingress.name && a.ingress.namespace === b.ingress.namespace) return false;
  const first = tellingAnnotations(a.ingress);
  const second = tellingAnnotations(b.ingress);
  if (a.proxy.sharing === 'own' && !isGrouped(first)) return false;
  return first.size === second.size && [...first].every(([key, value]) => second.get(key) === value);
}

/** Annotations by which controllers tell equal paths apart: canaries, priorities, ports of entry, methods, headers, groups of load balancers. */
const telling =
  /canary|weight|priority|entry-?points?|method|header|quer(y|ies)|protocols|conditions|group\.name|scheme|loadbalancer|listen-ports|mergeable|match|snippet|whitelist|allowlist/i;

function tellingAnnotations({ resource }: Ingress): ReadonlyMap<string, string> {
  return new Map([...annotationsOf(resource)].filter(([key]) => telling.test(key)));
}

/** Ingresses that share a load balancer on purpose. */
function isGrouped(annotations: ReadonlyMap<string, string>): boolean {
  return (
    annotations.has('alb.ingress.kubernetes.io/group.name') ||
    annotations.get('ingress.cilium.io/loadbalancer-mode') === 'shared'
  );
}

function reportDouble(claim: Claim, other: Claim, model: NetworkModel, report: Report): void {
  const { ingress, route, proxy } = claim;
  const sameBackend =
    ingress.namespace === other.ingress.namespace && printBackend(route.backend) === printBackend(other.route.backend);
  const within = ingress === other.ingress;
  // A host has one address. Without one, controllers that nobody knows may have an address for each Ingress.
  const isApart = !within && proxy.sharing === 'unknown' && !route.host;
  report({
    resource: ingress.resource,
    at: placeOf(route),
    severity: isApart ? 'information' : 'warning',
    message: within
      ? doubleWithin(route, other.route, sameBackend)
      : `${capitalized(printPlace(route))} is in Ingress ${nameOf(other.ingress, ingress)} too, to ${printBackend(other.route.backend)}. ${consequence(claim, sameBackend)}`,
    related: [{ resource: other.ingress.resource, at: placeOf(other.route), message: `Ingress ${other.ingress.name}` }],
    ...(within && sameBackend ? { tags: ['unnecessary'] as const } : {}),
  });
}

function doubleWithin(route: IngressRoute, other: IngressRoute, sameBackend: boolean): string {
  const twice = `${capitalized(printPlace(route))} is written twice in this Ingress`;
  return sameBackend
    ? `${twice}, to the same backend: one of them can go.`
    : `${twice}: first to ${printBackend(other.backend)}, then to ${printBackend(route.backend)}. Only one of them gets the requests. Give one another path, or remove it.`;
}

function consequence({ proxy }: Claim, sameBackend: boolean): string {
  const by =
    proxy.className === '' ? 'If one controller serves both, which' : `Both are of class ${proxy.className}: which`;
  return sameBackend
    ? `${by} of the two decides about annotations and TLS is undefined. Keep the path in one of them.`
    : `${by} of the two gets the requests is undefined. Give one another host or path.`;
}

function nameOf({ name, namespace }: Ingress, here: Ingress): string {
  return namespace === here.namespace ? name : `${name} in namespace ${namespace}`;
}

function printPlace(route: IngressRoute): string {
  const host = route.host === undefined || route.host === '' ? 'every host' : route.host;
  return `path ${pathOf(route)}${route.pathType ? ` (${route.pathType})` : ''} of ${host}`;
}

function printBackend({ service, port }: IngressBackend): string {
  return port ? `${service.value}:${port.value}` : service.value;
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function placeOf({ node }: IngressRoute): Place {
  return nodeAt(node, 'path') ?? node;
}

/**
 * Amazon's load balancer tries `ImplementationSpecific` paths in the order they are written, and `*` stands for anything (AWS Load Balancer
 * Controller, Ingress specification): what comes after `/*` gets nothing.
 */
function checkOrder(claims: readonly Claim[], report: Report): void {
  const open = new Map<string, { readonly prefix: string; readonly claim: Claim }[]>();
  for (const claim of claims) {
    const { route, ingress } = claim;
    if (route.pathType !== 'ImplementationSpecific') continue;
    const path = pathOf(route);
    const host = route.host ?? '';
    const earlier = open.get(host) ?? [];
    const taking = earlier.find(({ prefix }) => path.startsWith(prefix) && path !== `${prefix}*`);
    if (taking) {
      report({
        resource: ingress.resource,
        at: placeOf(route),
        message: `${capitalized(printPlace(route))} gets no requests: path ${pathOf(taking.claim.route)} stands before it and takes them all. Put this one first.`,
        related: [{ resource: ingress.resource, at: placeOf(taking.claim.route), message: pathOf(taking.claim.route) }],
      });
    }
    const prefix = path.endsWith('*') && !/[*?]/.test(path.slice(0, -1)) ? path.slice(0, -1) : undefined;
    if (prefix !== undefined && earlier.length < 20) open.set(host, [...earlier, { prefix, claim }]);
  }
}
