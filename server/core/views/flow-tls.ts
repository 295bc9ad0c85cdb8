import { entriesAt, itemsAt, stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Gateway, Listener } from '../model/gateway';
import type { Ingress } from '../model/ingress';
import type { OpenshiftRoute } from '../model/openshift-route';
import { listed } from '../reach/describe-form';
import { warningAt } from './flow';
import type { ViewBadge } from './view';
import type { ViewContext } from './view-context';

const plain: ViewBadge = { text: 'no TLS', tone: 'plain', title: 'Nothing here gives this host a certificate.' };

/** Whether an Ingress secures a host; empty where a controller may find the certificate by other means. */
export function tlsOfIngress(context: ViewContext, ingress: Ingress, host: string | undefined): readonly ViewBadge[] {
  const { resource, tls } = ingress;
  const entries = tls.filter(({ hosts }) => hosts.length === 0 || hosts.some(({ value }) => covers(value, host)));
  if (entries.length === 0) return findsCertificates(resource) || (tls.length > 0 && host === undefined) ? [] : [plain];
  const names = entries.flatMap(({ secretName }) => secretName ?? []);
  const missing = names.find(({ node }) => warningAt(context, 'route-tls-mismatch', resource, node));
  if (missing) return [withoutSecret(missing.value)];
  const title =
    names.length > 0
      ? `${secrets(names.map(({ value }) => value))}.`
      : 'No Secret is named: the certificate is the one that its controller has for all hosts.';
  return [{ text: 'TLS', tone: 'good', title }];
}

/** Whether a listener of a Gateway is secured. Only HTTP and HTTPS say so: other protocols may hold TLS that nobody sees. */
export function tlsOfListener(context: ViewContext, { resource }: Gateway, listener: Listener): readonly ViewBadge[] {
  const protocol = listener.protocol?.value.toUpperCase();
  const name = listener.name ? `Listener ${listener.name.value}` : 'The listener';
  if (protocol === 'HTTP') return [{ ...plain, title: `${name} takes plain HTTP.` }];
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return [];
  if (listener.tlsMode === 'Passthrough') return [passedThrough(name)];
  const names = certificatesOf(listener);
  const missing = names.find(({ node }) => warningAt(context, 'route-tls-mismatch', resource, node));
  if (missing) return [withoutSecret(missing.value)];
  const title = names.length > 0 ? `${name}: ${secrets(names.map(({ value }) => value))}.` : `${name}.`;
  return [{ text: 'TLS', tone: 'good', title }];
}

/** Whether a Route of OpenShift is secured, and where. */
export function tlsOfOpenshiftRoute({ termination }: OpenshiftRoute): readonly ViewBadge[] {
  if (termination === undefined) return [plain];
  if (termination === 'passthrough') return [passedThrough('The router')];
  const again = termination === 'reencrypt' ? ', and encrypts again to the pods' : '';
  return [{ text: 'TLS', tone: 'good', title: `Termination ${termination}: the router ends TLS${again}.` }];
}

/** What to show of a host that several routes or listeners secure in different ways: what is wrong first, then what protects. */
export function chooseBadge(badges: readonly ViewBadge[]): readonly ViewBadge[] {
  const rank = { warn: 0, good: 1, plain: 2 };
  const [first, ...others] = [...badges].sort((a, b) => rank[a.tone] - rank[b.tone]);
  if (!first) return [];
  const titles = new Set([first, ...others].flatMap(({ title }) => title ?? []));
  return [{ ...first, title: [...titles].slice(0, 3).join(' ') }];
}

/** `TLS: web-cert`, `TLS passthrough`; undefined for a listener without TLS. */
export function printTls(listener: Listener): string | undefined {
  const protocol = listener.protocol?.value.toUpperCase();
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return undefined;
  if (listener.tlsMode === 'Passthrough') return 'TLS passthrough';
  const names = certificatesOf(listener).map(({ value }) => value);
  return names.length > 0 ? `TLS: ${names.join(', ')}` : 'TLS';
}

function passedThrough(who: string): ViewBadge {
  return { text: 'TLS passthrough', tone: 'good', title: `${who} passes TLS on: the pods end it.` };
}

function withoutSecret(name: string): ViewBadge {
  return { text: 'TLS: no such Secret', tone: 'warn', title: `No Secret ${name} is here.` };
}

function secrets(names: readonly string[]): string {
  return `Secret ${listed([...new Set(names)], 'and')}`;
}

function certificatesOf({ node }: Listener): readonly { readonly value: string; readonly node: SourceNode }[] {
  return itemsAt(node, 'tls', 'certificateRefs').flatMap((item) => stringAt(item, 'name') ?? []);
}

/** A wildcard stands for exactly one label (API reference, IngressRule.host). */
function covers(pattern: string, host: string | undefined): boolean {
  if (host === undefined) return false;
  const [a, b] = [pattern.toLowerCase(), host.toLowerCase()];
  return a === b || (a.startsWith('*.') && b.includes('.') && b.slice(b.indexOf('.')) === a.slice(1));
}

/** Clouds, Traefik and others are told of certificates by annotations. */
function findsCertificates({ root }: Resource): boolean {
  return entriesAt(root, 'metadata', 'annotations').some(({ key }) => /cert|ssl|tls/i.test(key));
}
