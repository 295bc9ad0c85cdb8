import { itemsAt, nodeAt, stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';

/** Who may refer into the grant's namespace. */
export interface GrantFrom {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly node: SourceNode;
}

/** What may be referred to there. */
export interface GrantTo {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Undefined: everything of that kind. */
  readonly name: string | undefined;
  readonly node: SourceNode;
}

/** Permission to refer to something from another namespace (API reference, ReferenceGrant). */
export interface ReferenceGrant {
  readonly resource: Resource;
  readonly name: string;
  /** The namespace that is opened: the one of what is referred to. */
  readonly namespace: string;
  readonly from: readonly GrantFrom[];
  readonly to: readonly GrantTo[];
}

/** A reference from one namespace into another. */
export interface CrossReference {
  readonly from: { readonly group: string; readonly kind: string; readonly namespace: string };
  readonly to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string };
}

export function readReferenceGrant(resource: Resource, namespace: string): ReferenceGrant {
  const spec = nodeAt(resource.root, 'spec');
  return {
    resource,
    name: resource.name,
    namespace,
    from: itemsAt(spec, 'from').flatMap(readFrom),
    to: itemsAt(spec, 'to').flatMap(readTo),
  };
}

function readFrom(node: SourceNode): readonly GrantFrom[] {
  const kind = stringAt(node, 'kind')?.value;
  const namespace = stringAt(node, 'namespace')?.value;
  if (kind === undefined || namespace === undefined) return [];
  return [{ group: stringAt(node, 'group')?.value ?? '', kind, namespace, node }];
}

function readTo(node: SourceNode): readonly GrantTo[] {
  const kind = stringAt(node, 'kind')?.value;
  if (kind === undefined) return [];
  const group = stringAt(node, 'group')?.value ?? '';
  return [{ group, kind, name: stringAt(node, 'name')?.value || undefined, node }];
}

/** Whether a grant admits a reference: any `from` together with any `to`, and only into the grant's own namespace (API reference, ReferenceGrantSpec). */
export function admitsReference(grant: ReferenceGrant, { from, to }: CrossReference): boolean {
  return (
    grant.namespace === to.namespace &&
    grant.from.some(
      (item) => item.group === from.group && item.kind === from.kind && item.namespace === from.namespace,
    ) &&
    grant.to.some(
      (item) => item.group === to.group && item.kind === to.kind && (item.name === undefined || item.name === to.name),
    )
  );
}
