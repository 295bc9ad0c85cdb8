import { entryOf, stringAt, type MapEntry, type SourceNode } from '../manifest/node';
import type { Context } from './context';
import { changeFields } from './field-paths';
import type { FieldSpec, TransformerConfig } from './field-specs';
import { currentIdentity, remembering, withRoot, type Identity, type Item } from './item';
import { shareNode, textAt } from './kustomization-values';

/**
 * Puts everything that is not cluster-scoped into the namespace of the kustomization, whatever it said before, and gives that name to a
 * `Namespace`. kustomize refuses two things of one name that meet there; the second one is left where it was.
 */
export function applyNamespace(items: readonly Item[], context: Context, config: TransformerConfig): readonly Item[] {
  const { root } = context.kustomization;
  const text = textAt(context, root, 'namespace');
  const entry = entryOf(root, 'namespace');
  if (!text?.value || !entry) return items;
  const made: MapEntry = { ...entry, value: shareNode(context, text) };
  const taken = new Set<string>();
  const specs = specsOf(config);
  return items.map((item) => {
    const moved = inNamespace(item, made, specs);
    const identity = currentIdentity(moved);
    const key = keyOf(identity);
    if (taken.has(key) && identity.name !== '') {
      const { kind, name } = currentIdentity(item);
      const message = `${kind} ${name} is not the only one that gets this namespace: kustomize refuses to build. Rename or drop one.`;
      context.invalid(text, message);
      return item;
    }
    taken.add(key);
    return moved;
  });
}

/** The namespace that kustomize compares by: `default` where none is said, and one of their own for cluster-scoped kinds. */
export function effectiveNamespace(identity: Identity): string {
  return isClusterScoped(identity) ? '_non_namespaceable_' : (identity.namespace ?? 'default');
}

/**
 * Whether kustomize knows a kind to have no namespace. It knows the kinds of Kubernetes itself (kyaml, precomputedIsNamespaceScoped); all
 * others have one for it, even a GatewayClass.
 */
export function isClusterScoped({ group, kind }: Pick<Identity, 'group' | 'kind'>): boolean {
  return clusterScoped.has(`${group}/${kind}`);
}

const clusterScoped: ReadonlySet<string> = new Set([
  '/ComponentStatus',
  '/Namespace',
  '/Node',
  '/PersistentVolume',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'certificates.k8s.io/CertificateSigningRequest',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'networking.k8s.io/IngressClass',
  'node.k8s.io/RuntimeClass',
  'policy/PodSecurityPolicy',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttachment',
]);

const metadataNamespace: FieldSpec = { path: ['metadata', 'namespace'], create: true };

interface NamespaceSpecs {
  readonly core: readonly FieldSpec[];
  readonly others: readonly FieldSpec[];
}

/**
 * A custom kind called Namespace keeps its name, and `metadata.namespace` is left to what is known of the kind (kustomize,
 * filters/namespace).
 */
function specsOf({ namespace }: TransformerConfig): NamespaceSpecs {
  const core = namespace.filter(({ path }) => path.join('/') !== 'metadata/namespace');
  return { core, others: core.filter(({ path }) => path.join('/') !== 'metadata/name') };
}

function inNamespace(item: Item, made: MapEntry, specs: NamespaceSpecs): Item {
  const isNamespaced = !isClusterScoped(currentIdentity(item));
  const others = stringAt(item.root, 'apiVersion')?.value === 'v1' ? specs.core : specs.others;
  const all = isNamespaced ? [metadataNamespace, ...others] : others;
  const change = (node: SourceNode): SourceNode => (sameValue(node, made.value) ? node : { ...made.value });
  return remembering(item, withRoot(item, changeFields(item.root, all, { change, made })));
}

/** What says the same already stays at its place, so that the resource is the one that was read. */
function sameValue(a: SourceNode, b: SourceNode): boolean {
  return a.type === 'scalar' && b.type === 'scalar' && a.value === b.value;
}

function keyOf(identity: Identity): string {
  return [identity.group, identity.kind, effectiveNamespace(identity), identity.name].join('/');
}
