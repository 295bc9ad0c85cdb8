import { entriesAt, itemsAt, stringAt, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Gateway } from '../model/gateway';
import type { Ingress } from '../model/ingress';
import { isPlaceholder } from '../model/label';
import { derived, gatewaysOf, ingressesOf, secretsOf, type NetworkModel } from '../model/network-model';
import { replaceScalar } from './edits';
import { nearest } from './near';
import type { Report } from './rule';
import { hasCertificatesMade } from './tls-hosts';

/** Reports Secrets that TLS entries of Ingresses, or listeners of Gateways, name and that are not where TLS Secrets are kept. */
export function checkTlsSecrets(model: NetworkModel, report: Report): void {
  // Certificates are seldom kept as manifests: where none is, nothing can be said.
  if (tlsSecrets(model).size === 0) return;
  for (const ingress of ingressesOf(model)) checkIngress(ingress, model, report);
  for (const gateway of gatewaysOf(model)) checkGateway(gateway, model, report);
}

/** The Secrets that hold a certificate, by namespace. */
function tlsSecrets(model: NetworkModel): ReadonlyMap<string, readonly Resource[]> {
  return derived(model, 'tls-secrets', () => {
    const found = [...model.contents.keys()].map(
      (namespace) => [namespace, secretsOf(model, namespace).filter(isTlsSecret)] as const,
    );
    return new Map(found.filter(([, secrets]) => secrets.length > 0));
  });
}

function isTlsSecret({ root }: Resource): boolean {
  const fields = [...entriesAt(root, 'data'), ...entriesAt(root, 'stringData')];
  return stringAt(root, 'type')?.value === 'kubernetes.io/tls' || fields.some(({ key }) => key === 'tls.crt');
}

function checkIngress({ resource, namespace, tls }: Ingress, model: NetworkModel, report: Report): void {
  if (hasCertificatesMade(resource)) return;
  for (const { secretName } of tls) if (secretName) checkSecret(resource, secretName, namespace, model, report);
}

/** Certificates of other namespaces too; who lets them be read is for another rule (API reference, SecretObjectReference). */
function checkGateway({ resource, namespace, listeners }: Gateway, model: NetworkModel, report: Report): void {
  if (hasCertificatesMade(resource)) return;
  for (const { node } of listeners) {
    for (const item of itemsAt(node, 'tls', 'certificateRefs')) {
      const name = stringAt(item, 'name');
      const isSecret = (stringAt(item, 'kind')?.value ?? 'Secret') === 'Secret' && !stringAt(item, 'group')?.value;
      const place = stringAt(item, 'namespace')?.value || namespace;
      if (name && isSecret) checkSecret(resource, name, place, model, report);
    }
  }
}

function checkSecret(
  resource: Resource,
  { value, node }: Sourced<string>,
  namespace: string,
  model: NetworkModel,
  report: Report,
): void {
  const kept = tlsSecrets(model).get(namespace) ?? [];
  if (value === '' || isPlaceholder(value) || isPlaceholder(namespace) || kept.length === 0) return;
  if (secretsOf(model, namespace).some(({ name }) => name === value || isPlaceholder(name))) return;
  if (model.neighbours.some((other) => other.contents.get(namespace)?.secrets.has(value))) return;
  const near = nearest(value, kept, ({ name }) => name);
  if (!near && !model.complete) return;
  const edit = near && replaceScalar(resource, node, near.name);
  report({
    resource,
    at: node,
    severity: near ? 'warning' : 'information',
    message: `No Secret named "${value}" in namespace ${namespace}. ${near ? `Secret ${near.name} is there.` : `${list(kept.map(({ name }) => name))} ${kept.length > 1 ? 'are' : 'is'} kept here: check the name, unless the Secret comes from elsewhere.`}`,
    related: (near ? [near] : kept.slice(0, 3)).map((secret) => ({
      resource: secret,
      message: `Secret ${secret.name}`,
    })),
    data: { fixes: edit ? [{ title: `Change "${value}" to "${near.name}"`, edits: [edit] }] : [] },
  });
}

function list(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}
