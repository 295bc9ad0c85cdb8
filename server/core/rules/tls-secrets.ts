import { entriesAt, itemsAt, stringAt, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { madeSecretsOf, type MadeSecret } from '../model/made-secrets';
import type { Gateway } from '../model/gateway';
import type { Ingress } from '../model/ingress';
import { isPlaceholder } from '../model/label';
import { derived, gatewaysOf, ingressesOf, namespaceOf, secretsOf, type NetworkModel } from '../model/network-model';
import { replaceScalar } from './edits';
import { nearest } from './near';
import type { Report } from './rule';
import { hasCertificatesMade } from './tls-hosts';

/** Reports Secrets that TLS entries of Ingresses, or listeners of Gateways, name and that are not where TLS Secrets are kept. */
export function checkTlsSecrets(model: NetworkModel, report: Report): void {
  for (const ingress of ingressesOf(model)) checkIngress(ingress, model, report);
  for (const gateway of gatewaysOf(model)) checkGateway(gateway, model, report);
}

/** The Secrets that hold a certificate, sealed ones too, by namespace. */
function tlsSecrets(model: NetworkModel): ReadonlyMap<string, readonly Resource[]> {
  return derived(model, 'tls-secrets', () => {
    const found = [...model.contents.keys()].map(
      (namespace) => [namespace, keptIn(model, namespace).filter(isTlsSecret)] as const,
    );
    return new Map(found.filter(([, secrets]) => secrets.length > 0));
  });
}

function keptIn(model: NetworkModel, namespace: string): readonly Resource[] {
  const made = madeSecretsOf(model, namespace).map(({ resource }) => resource);
  return [...secretsOf(model, namespace), ...made.filter(({ kind }) => kind === 'SealedSecret')];
}

function isTlsSecret({ root }: Resource): boolean {
  const fields = [['data'], ['stringData'], ['spec', 'encryptedData']].flatMap((path) => entriesAt(root, ...path));
  const type = stringAt(root, 'type') ?? stringAt(root, 'spec', 'template', 'type');
  return type?.value === 'kubernetes.io/tls' || fields.some(({ key }) => key === 'tls.crt');
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
  if (value === '' || isPlaceholder(value) || isPlaceholder(namespace)) return;
  if (isThere(model, namespace, value)) return;
  const kept = tlsSecrets(model).get(namespace) ?? [];
  const there = [
    ...kept.map((secret) => ({ name: secret.name, resource: secret })),
    ...madeSecretsOf(model, namespace),
  ];
  const near = nearest(value, there, ({ name }) => name);
  if (!near && !model.complete) return;
  // One of this very name in another namespace was most likely meant; what else is kept there tells nothing of this one.
  const far = near || kept.length > 0 ? undefined : elsewhere(model, value);
  if ((!near && !far && kept.length === 0) || isCopied(model, value)) return;
  if (model.neighbours.some((other) => other !== model && isThere(other, namespace, value))) return;
  const edit = near && replaceScalar(resource, node, near.name);
  report({
    resource,
    at: node,
    // Charts leave it to whoever installs them to make the Secrets that their values name.
    severity: !near && model.scope.kind === 'helm' ? 'information' : 'warning',
    message: `No Secret named "${value}" in namespace ${namespace}. ${near ? `Secret ${near.name} is there.` : far ? `Namespace ${namespaceOf(far)} has one, which cannot be used from here.` : `${list(kept.map(({ name }) => name))} ${kept.length > 1 ? 'are' : 'is'} kept here: check the name, unless the Secret comes from elsewhere.`}`,
    related: near
      ? [{ resource: near.resource, message: printSecret(near) }]
      : (far ? [far] : kept.slice(0, 3)).map((secret) => ({ resource: secret, message: `Secret ${secret.name}` })),
    data: { fixes: edit ? [{ title: `Change "${value}" to "${near.name}"`, edits: [edit] }] : [] },
  });
}

/** Whether a namespace has a Secret of that name, written or made, or one whose name is filled in later. */
function isThere(model: NetworkModel, namespace: string, wanted: string): boolean {
  if (model.contents.get(namespace)?.secrets.has(wanted)) return true;
  const names = [...secretsOf(model, namespace), ...madeSecretsOf(model, namespace)];
  return names.some(({ name }) => name === wanted || isPlaceholder(name));
}

/** Operators that copy a Secret into other namespaces (Reflector, kubed, kubernetes-replicator) are told so on the Secret. */
function isCopied(model: NetworkModel, wanted: string): boolean {
  const named = [...model.contents.keys()].flatMap((namespace) => [
    ...secretsOf(model, namespace).filter(({ name }) => name === wanted),
    ...madeSecretsOf(model, namespace).flatMap(({ name, resource }) => (name === wanted ? [resource] : [])),
  ]);
  return named.some(({ root }) =>
    annotationPlaces
      .flatMap((path) => entriesAt(root, ...path, 'annotations'))
      .some(({ key }) => /reflect|kubed|replicat/i.test(key)),
  );
}

const annotationPlaces = [
  ['metadata'],
  ['spec', 'secretTemplate'],
  ['spec', 'template', 'metadata'],
  ['spec', 'target', 'template', 'metadata'],
] as const;

/** A Secret of that name with a certificate, in whatever namespace. */
function elsewhere(model: NetworkModel, wanted: string): Resource | undefined {
  const byName = derived(
    model,
    'tls-secrets-by-name',
    () => new Map([...tlsSecrets(model).values()].flat().map((secret) => [secret.name, secret] as const)),
  );
  return byName.get(wanted);
}

function printSecret({ name, resource }: MadeSecret): string {
  return resource.kind === 'Secret' ? `Secret ${name}` : `${resource.kind} ${resource.name} makes Secret ${name}`;
}

function list(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}
