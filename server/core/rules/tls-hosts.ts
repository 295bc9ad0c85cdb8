import type { Sourced } from '../manifest/node';
import type { Ingress } from '../model/ingress';
import { isPlaceholder } from '../model/label';
import { ingressesOf, type NetworkModel } from '../model/network-model';
import { replaceScalar } from './edits';
import { annotationsOf, proxyOf } from './ingress-proxy';
import { itemPlace } from './list-edits';
import { nearest } from './near';
import type { FixData, Report } from './rule';

/** Reports hosts of Ingresses' TLS entries that no rule has, and hosts of rules that the TLS entries leave out. */
export function checkTlsHosts(model: NetworkModel, report: Report): void {
  const ingresses = ingressesOf(model);
  if (!ingresses.some(({ tls }) => tls.length > 0)) return;
  // Controllers put the Ingresses of one host together: a certificate may stand in another one than the rules.
  const ruled = hostSet(
    ingresses.flatMap((ingress) => [...ingress.hosts.map(({ value }) => value), ...aliases(ingress)]),
  );
  const secured = hostSet(ingresses.flatMap(({ tlsHosts }) => tlsHosts));
  for (const ingress of ingresses) if (ingress.tls.length > 0) checkIngress(ingress, ruled, secured, model, report);
}

/** Hosts in lower case, with what stands behind their first label. */
interface HostSet {
  readonly hosts: ReadonlySet<string>;
  readonly parents: ReadonlySet<string>;
}

function hostSet(hosts: readonly string[]): HostSet {
  const lower = hosts.map((host) => host.toLowerCase());
  return { hosts: new Set(lower), parents: new Set(lower.map(parentOf)) };
}

function parentOf(host: string): string {
  const dot = host.indexOf('.');
  return dot === -1 ? '' : host.slice(dot + 1);
}

/** Whether a set meets a host: `*` is exactly one label, here or there (API reference, IngressRule.host). */
function meets({ hosts, parents }: HostSet, host: string): boolean {
  const lower = host.toLowerCase();
  if (hosts.has(lower) || hosts.has(`*.${parentOf(lower)}`)) return true;
  return lower.startsWith('*.') && parents.has(parentOf(lower));
}

/** Hosts that Ingress-NGINX serves beyond those of the rules (annotations `server-alias`, `from-to-www-redirect`). */
function aliases({ resource, hosts }: Ingress): readonly string[] {
  const annotations = annotationsOf(resource);
  const named = [...annotations].flatMap(([key, value]) =>
    key.endsWith('/server-alias') ? value.split(/[\s,]+/) : [],
  );
  const withWww = [...annotations].some(([key, value]) => key.endsWith('/from-to-www-redirect') && value === 'true');
  const www = hosts.map(({ value }) => (value.startsWith('www.') ? value.slice(4) : `www.${value}`));
  return [...named.filter((name) => name !== ''), ...(withWww ? www : [])];
}

function checkIngress(ingress: Ingress, ruled: HostSet, secured: HostSet, model: NetworkModel, report: Report): void {
  const { tls, hosts, routes } = ingress;
  const texts = [...hosts, ...tls.flatMap((entry) => entry.hosts)].map(({ value }) => value);
  if (texts.some((text) => text === '' || isPlaceholder(text))) return;
  const takesEveryHost = routes.some(({ host }) => host === undefined || host === '');
  // Without any rule it is a part of an Ingress.
  const stray =
    takesEveryHost || hosts.length === 0
      ? []
      : tls.flatMap((entry) => entry.hosts.filter(({ value }) => !meets(ruled, value)));
  // An entry without hosts is for all of them.
  const bare = tls.some((entry) => entry.hosts.length === 0) ? [] : hosts.filter(({ value }) => !meets(secured, value));
  const slips = new Set<string>();
  for (const host of stray) {
    const isWild = host.value.startsWith('*.');
    // Certificates are often for a domain and all below it; what such an entry does not reach is said at the rule's host.
    if (isWild && hosts.some(({ value }) => isUnder(value, host.value))) continue;
    const alike = bare.filter(({ value }) => value.startsWith('*.') === isWild);
    const near = nearest(host.value, alike, ({ value }) => value);
    if (near) slips.add(near.value);
    reportStray(ingress, host, near, report);
  }
  const seen = new Set<string>();
  for (const host of bare) {
    if (slips.has(host.value) || seen.has(host.value)) continue;
    seen.add(host.value);
    reportBare(ingress, host, model, report);
  }
}

function reportStray(
  { resource, hosts }: Ingress,
  host: Sourced<string>,
  near: Sourced<string> | undefined,
  report: Report,
) {
  const own = [...new Set(hosts.map(({ value }) => value))];
  const edits = near
    ? [
        [host, near],
        [near, host],
      ].flatMap(([from, to]) => {
        const edit = from && to && replaceScalar(resource, from.node, to.value);
        const where = from === host ? 'the TLS entry' : 'the rule';
        return edit ? [{ title: `Change "${from.value}" to "${to.value}" in ${where}`, edits: [edit] }] : [];
      })
    : [];
  report({
    resource,
    at: host.node,
    // Whoever has certificates made may want one for names that something else serves.
    severity: near || !hasCertificatesMade(resource) ? 'warning' : 'information',
    message: near
      ? `No rule has host ${host.value}. One has ${near.value}, for which no TLS entry is here.`
      : `No rule has host ${host.value}: this TLS entry secures nothing for it. The rules have ${own.slice(0, 3).join(', ')}${own.length > 3 ? ` and ${own.length - 3} more` : ''}.`,
    related: near ? [{ resource, at: near.node, message: `The rule for ${near.value}` }] : [],
    data: { fixes: edits },
  });
}

/** Whether a host is below a wildcard, or what the wildcard is below. */
function isUnder(host: string, wildcard: string): boolean {
  return wildcard.startsWith('*.') && `.${host.toLowerCase()}`.endsWith(wildcard.slice(1).toLowerCase());
}

/** Whether something makes the Secrets of a resource's TLS entries. */
export function hasCertificatesMade(resource: Ingress['resource']): boolean {
  return [...annotationsOf(resource).keys()].some((key) =>
    /cert-manager|certmanager|certificate|tls-acme|acme|letsencrypt|cert\.gardener|issuer/i.test(key),
  );
}

/** Controllers that take certificates by their own names, wherever they are, or from elsewhere. */
function findsCertificates({ resource }: Ingress): boolean {
  return [...annotationsOf(resource).keys()].some((key) =>
    /router\.tls|certificate-arn|pre-shared-cert|managed-certificates|ssl-cert|appgw-ssl/i.test(key),
  );
}

/** Whether HTTP without TLS is plainly allowed, or the host's certificate may stand in what could not be had. */
function mayBeMeant({ resource }: Ingress, { complete }: NetworkModel): boolean {
  const allowsHttp = [...annotationsOf(resource)].some(
    ([key, value]) => (/ssl-redirect$/.test(key) && value === 'false') || (/allow-http$/.test(key) && value === 'true'),
  );
  return allowsHttp || !complete;
}

/**
 * A rule's host without a certificate is served in plain HTTP, or with a certificate for another name: `*.example.com` is for neither
 * `example.com` nor `a.b.example.com`.
 */
function reportBare(ingress: Ingress, host: Sourced<string>, model: NetworkModel, report: Report): void {
  const proxy = proxyOf(model, ingress);
  if (proxy.sharing === 'own' || /traefik/i.test(proxy.className) || findsCertificates(ingress)) return;
  const { resource, tls } = ingress;
  const wildcard = tls.flatMap((entry) => entry.hosts).find(({ value }) => isUnder(host.value, value));
  const [entry] = tls;
  const last = entry?.hosts.at(-1);
  const after = tls.length === 1 && last ? itemPlace(resource, last.node) : undefined;
  const names = tls.flatMap(({ hosts }) => hosts.map(({ value }) => value));
  const data: FixData = after ? { after, host: host.value } : { fixes: [] };
  report({
    resource,
    at: host.node,
    severity: !wildcard && mayBeMeant(ingress, model) ? 'information' : 'warning',
    message: wildcard
      ? `No TLS entry is for ${host.value}: ${wildcard.value} stands for exactly one label. Add ${host.value} to the hosts of an entry.`
      : `No TLS entry is for ${host.value}. The entries here are for ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}: add it to one of them, unless plain HTTP is meant.`,
    related: wildcard ? [{ resource, at: wildcard.node, message: `The TLS entry for ${wildcard.value}` }] : [],
    data,
  });
}
