import { nodeAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { referenceGrantsOf, type NetworkModel } from '../model/network-model';
import type { CrossReference } from '../model/reference-grant';
import { appendDocument, quoted } from './edits';
import type { FixDraft, TextOf } from './rule';

/** A ReferenceGrant to be written beside what it opens, as a finding's data keeps it. */
export interface NewGrant {
  readonly file: string;
  readonly name: string;
  /** As the resource beside it writes it; undefined where that one leaves it to something else. */
  readonly namespace: string | undefined;
  readonly reference: CrossReference;
}

/**
 * What a new grant would be: in the file of what is referred to, so that whatever puts that one into its namespace puts the grant there too.
 * Undefined where names are not what is written (kustomize's prefixes) or text is made by a template.
 */
export function newGrant(
  model: NetworkModel,
  resource: Resource,
  target: Resource,
  reference: CrossReference,
): NewGrant | undefined {
  const { from, to } = reference;
  if (model.scope.kind === 'helm' || target.file.endsWith('.json')) return undefined;
  const own = namespaceNode(resource);
  const theirs = namespaceNode(target);
  if (isWorkedOut(target, target.nameNode) || (own && isWorkedOut(resource, own))) return undefined;
  const name = `${resource.name}-to-${to.name}`;
  if (resource.name === '' || name.length > 63) return undefined;
  if (referenceGrantsOf(model, to.namespace).some((grant) => grant.name === name)) return undefined;
  const isWritten = theirs !== undefined && !isWorkedOut(target, theirs);
  // Where nothing is written and nothing fills it in, it is the default namespace.
  return { file: target.file, name, namespace: isWritten ? to.namespace : undefined, reference: { from, to } };
}

function namespaceNode(resource: Resource): SourceNode | undefined {
  return nodeAt(resource.root, 'metadata', 'namespace');
}

function isWorkedOut(resource: Resource, node: SourceNode): boolean {
  return node.shared === true || (node.file !== undefined && node.file !== resource.file);
}

/** The fix that writes a new grant. */
export function newGrantFix(data: NewGrant, textOf: TextOf): readonly FixDraft[] {
  const { file, name, namespace, reference } = data;
  const { from, to } = reference;
  const value = (text: string): string => quoted(text, 'plain');
  const edit = appendDocument(textOf(file), file, [
    'apiVersion: gateway.networking.k8s.io/v1beta1',
    'kind: ReferenceGrant',
    'metadata:',
    `  name: ${value(name)}`,
    ...(namespace === undefined ? [] : [`  namespace: ${value(namespace)}`]),
    'spec:',
    '  from:',
    `    - group: ${from.group}`,
    `      kind: ${from.kind}`,
    `      namespace: ${value(from.namespace)}`,
    '  to:',
    `    - group: ""`,
    `      kind: ${to.kind}`,
    `      name: ${value(to.name)}`,
  ]);
  if (!edit) return [];
  const what = `${to.kind} ${to.name}`;
  return [{ title: `Add a ReferenceGrant for ${what} in namespace ${to.namespace}`, edits: [edit] }];
}
