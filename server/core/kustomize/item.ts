import { withLinkedValues } from './linked-values';
import { entryOf, stringAt, type MapNode, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';

/** What kustomize knows a resource by (kustomize, resid.ResId); the version takes no part. */
export interface Identity {
  /** API group; the empty string for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  /** As written; undefined when nothing is. */
  readonly namespace: string | undefined;
}

/** A resource on its way through a kustomization. */
export interface Item {
  /** As it stands. Nodes that come from another file than `file` carry theirs. */
  readonly root: MapNode;
  /** URI of the manifest that holds the resource, or of the kustomization that generates it. */
  readonly file: string;
  /** Every identity it has had: the first as written, the last as it stands. kustomize lets references and patches use any of them. */
  readonly identities: readonly [Identity, ...Identity[]];
  /** Prefixes and suffixes that were put to its name, the innermost first: they tell which of several renamed things a reference means. */
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** For what a generator makes: how it meets a resource of its name, and whether its name ends with a hash of its content. */
  readonly generated: Generated | undefined;
  /** Where a setting says that its kind keeps a pod template (`kubepath.podTemplates`). */
  readonly podTemplate?: string;
  /** The resource as it was read, for as long as nothing about it differs. */
  readonly written: Resource | undefined;
}

export interface Generated {
  readonly behavior: 'create' | 'merge' | 'replace';
  readonly needsHash: boolean;
}

/** A resource as a manifest holds it. */
export function itemOf(resource: Resource): Item {
  return {
    root: resource.root,
    file: resource.file,
    identities: [identityOf(resource.root)],
    prefixes: [],
    suffixes: [],
    generated: undefined,
    ...(resource.podTemplate === undefined ? {} : { podTemplate: resource.podTemplate }),
    written: resource,
  };
}

/** The identity of a tree as it stands. */
export function identityOf(root: SourceNode): Identity {
  const apiVersion = stringAt(root, 'apiVersion')?.value ?? '';
  const slash = apiVersion.indexOf('/');
  return {
    group: slash === -1 ? '' : apiVersion.slice(0, slash),
    kind: stringAt(root, 'kind')?.value ?? '',
    name: stringAt(root, 'metadata', 'name')?.value ?? '',
    namespace: stringAt(root, 'metadata', 'namespace')?.value || undefined,
  };
}

/** The identity an item has now. */
export function currentIdentity(item: Item): Identity {
  return item.identities[item.identities.length - 1] ?? item.identities[0];
}

/**
 * The item with another tree; a new identity joins the ones it had. The same item when the tree is the same. Labels that kustomize put in
 * several places at once change together.
 */
export function withRoot(item: Item, changed: MapNode): Item {
  if (changed === item.root) return item;
  const root = withLinkedValues(item.root, changed);
  if (saysTheSameOfItself(item.root, root)) return { ...item, root, written: undefined };
  const identity = identityOf(root);
  return {
    ...item,
    root,
    identities: sameIdentity(identity, currentIdentity(item)) ? item.identities : [...item.identities, identity],
    written: undefined,
  };
}

/** Whether what an identity is read from is the very same: most changes are of the spec. */
function saysTheSameOfItself(a: MapNode, b: MapNode): boolean {
  return ['apiVersion', 'kind', 'metadata'].every((key) => entryOf(a, key)?.value === entryOf(b, key)?.value);
}

/**
 * The item that one became, with its identity remembered once more where it stayed the same: some transformers store what everything was
 * before, changed or not, and references are resolved by what is stored (kustomize, StorePreviousId).
 */
export function remembering(before: Item, after: Item): Item {
  if (after.identities !== before.identities) return after;
  return { ...after, identities: [...after.identities, currentIdentity(after)] };
}

export function sameIdentity(a: Identity, b: Identity): boolean {
  return a.kind === b.kind && a.name === b.name && a.group === b.group && a.namespace === b.namespace;
}
