import { entriesAt, itemsAt, nodeAt, stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Gateway, Listener } from '../model/gateway';
import type { Ingress } from '../model/ingress';
import { madeSecretsOf } from '../model/made-secrets';
import { namespaceOf } from '../model/network-model';
import type { OpenshiftRoute } from '../model/openshift-route';
import { listed } from '../reach/describe-form';
import type { ViewBadge } from './view';
import { warningAt, type ViewContext } from './view-context';

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
      ? `${printSecrets(context, names, resource)}.`
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
  const shut = notGranted(context, resource, listener);
  if (shut) return [{ text: 'TLS: not granted', tone: 'warn', title: shut }];
  const names = certificatesOf(listener);
  const missing = names.find(({ node }) => warningAt(context, 'route-tls-mismatch', resource, node));
  if (missing) return [withoutSecret(missing.value)];
  const title = names.length > 0 ? `${name}: ${printSecrets(context, names, resource)}.` : `${name}.`;
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

function printSecrets({ model }: ViewContext, all: readonly Certificate[], resource: Resource): string {
  const absent = all.filter(({ value, namespace = namespaceOf(resource) }) => {
    const isMade = madeSecretsOf(model, namespace).some(({ name }) => name === value);
    return !isMade && !model.contents.get(namespace)?.secrets.has(value);
  });
  const names = listed([...new Set(all.map(({ value }) => value))], 'and');
  return `Secret ${names}${all.length === absent.length ? ', which no manifest here declares' : ''}`;
}

/** Why a listener may not use a certificate of another namespace. A rule says it once for all listeners of a Gateway. */
function notGranted(context: ViewContext, resource: Resource, listener: Listener): string | undefined {
  const wanted = itemsAt(listener.node, 'tls', 'certificateRefs').map(printReference);
  const all = itemsAt(resource.root, 'spec', 'listeners').flatMap((node) => itemsAt(node, 'tls', 'certificateRefs'));
  for (const item of all) {
    const namespace = nodeAt(item, 'namespace');
    if (!namespace || !wanted.includes(printReference(item))) continue;
    const warning = warningAt(context, 'reference-grant-missing', resource, namespace);
    if (warning) return warning.message;
  }
  return undefined;
}

function printReference(item: SourceNode): string {
  return `${stringAt(item, 'namespace')?.value ?? ''}/${stringAt(item, 'name')?.value ?? ''}`;
}

interface Certificate {
  readonly value: string;
  readonly node: SourceNode;
  /** Undefined: the resource's own. */
  readonly namespace?: string | undefined;
}

function certificatesOf({ node }: Listener): readonly Certificate[] {
  return itemsAt(node, 'tls', 'certificateRefs').flatMap((item) => {
    const name = stringAt(item, 'name');
    return name ? [{ ...name, namespace: stringAt(item, 'namespace')?.value || undefined }] : [];
  });
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
