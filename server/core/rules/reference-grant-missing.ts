import { itemsAt, nodeAt, stringAt, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { gatewayGroup, type Gateway } from '../model/gateway';
import type { BackendRef, GatewayRoute } from '../model/gateway-route';
import { isPlaceholder } from '../model/label';
import {
  gatewayRoutesOf,
  gatewaysOf,
  referenceGrantsOf,
  serviceNamed,
  type NetworkModel,
} from '../model/network-model';
import { admitsReference, type CrossReference } from '../model/reference-grant';
import { isMeshParent } from '../reach/gateway-attachment';
import { nearGrant, type NearGrant } from './near-grant';
import { newGrant, newGrantFix, type NewGrant } from './new-grant';
import { defineRule, lowered, type FixDraft, type Report } from './rule';

export const referenceGrantMissing = defineRule({
  id: 'reference-grant-missing',
  title: 'A reference into another namespace that no ReferenceGrant admits',
  severity: 'error',
  variants: ['off: what is referred to is not here, unless a ReferenceGrant is here that nearly fits'],
  check(model, report) {
    for (const route of gatewayRoutesOf(model)) checkRoute(route, model, report);
    for (const gateway of gatewaysOf(model)) checkGateway(gateway, model, report);
  },
  fixes(data, textOf) {
    if ('fixes' in data) return data['fixes'] as readonly FixDraft[];
    return newGrantFix(data as unknown as NewGrant, textOf);
  },
});

/** A place that refers to something of another namespace. */
interface Use {
  readonly resource: Resource;
  readonly at: Sourced<string>;
  readonly reference: CrossReference;
  /** Undefined: no manifest here declares it. */
  readonly target: Resource | undefined;
}

/**
 * A backend of another namespace works only where that one grants it (API reference, BackendObjectReference.namespace). Routes of a service
 * mesh are left out: meshes read them differently.
 */
function checkRoute(route: GatewayRoute, model: NetworkModel, report: Report): void {
  if (route.parentRefs.every((parent) => isMeshParent(parent))) return;
  const seen = new Set<string>();
  for (const { backendRefs } of route.rules) {
    for (const backend of backendRefs) {
      const use = useOfBackend(route, backend, model);
      const key = use && `${use.reference.to.namespace}/${use.reference.to.name}`;
      // One grant is enough for a Service, however often a route names it.
      if (!use || key === undefined || seen.has(key)) continue;
      seen.add(key);
      checkUse(use, model, report);
    }
  }
}

function useOfBackend(route: GatewayRoute, backend: BackendRef, model: NetworkModel): Use | undefined {
  const { group, kind, name, namespace, weight } = backend;
  if (!namespace || namespace.value === route.namespace || group !== '' || kind !== 'Service' || weight === 0)
    return undefined;
  return {
    resource: route.resource,
    at: namespace,
    reference: {
      from: { group: gatewayGroup, kind: route.kind, namespace: route.namespace },
      to: { group, kind, namespace: namespace.value, name: name.value },
    },
    target: serviceNamed(model, namespace.value, name.value)?.resource,
  };
}

/** Certificates of another namespace need a grant too (API reference, ListenerTLSConfig.certificateRefs). */
function checkGateway({ resource, namespace: here, listeners }: Gateway, model: NetworkModel, report: Report): void {
  const seen = new Set<string>();
  for (const { node } of listeners) {
    for (const item of itemsAt(node, 'tls', 'certificateRefs')) {
      const [name, namespace] = [stringAt(item, 'name'), stringAt(item, 'namespace')];
      const group = stringAt(item, 'group')?.value ?? '';
      const kind = stringAt(item, 'kind')?.value ?? 'Secret';
      if (!name || !namespace || namespace.value === '' || namespace.value === here) continue;
      const key = `${group}/${kind}/${namespace.value}/${name.value}`;
      if (group !== '' || kind !== 'Secret' || seen.has(key)) continue;
      seen.add(key);
      const reference: CrossReference = {
        from: { group: gatewayGroup, kind: 'Gateway', namespace: here },
        to: { group, kind, namespace: namespace.value, name: name.value },
      };
      const target = model.contents.get(namespace.value)?.secrets.get(name.value)?.at(-1);
      checkUse({ resource, at: namespace, reference, target }, model, report);
    }
  }
}

function checkUse(use: Use, model: NetworkModel, report: Report): void {
  const { from, to } = use.reference;
  if ([from.namespace, to.namespace, to.name].some(isPlaceholder)) return;
  const grants = referenceGrantsOf(model, to.namespace);
  if (grants.some((grant) => admitsReference(grant, use.reference) || mayAdmit(grant.resource))) return;
  const near = nearGrant(model, use.reference);
  if (!near && !use.target) return;
  const head = `No ReferenceGrant in namespace ${to.namespace} lets ${from.kind}s of namespace ${from.namespace} refer to ${to.kind} ${to.name}`;
  report({
    resource: use.resource,
    at: use.at.node,
    severity: model.complete ? 'error' : lowered('error'),
    message: near
      ? `${head}. ${near.text}`
      : `${head}: the reference is refused. Add one to namespace ${to.namespace}${grants.length > 0 ? ', or an entry to the one that is there' : ''}.`,
    related: relatedOf(use, near),
    ...dataOf(use, near, model),
  });
}

/** A grant with a field that is filled in later. */
function mayAdmit({ root }: Resource): boolean {
  return ['from', 'to'].some((list) =>
    itemsAt(root, 'spec', list).some((item) =>
      ['group', 'kind', 'name', 'namespace'].some((field) => {
        const node = nodeAt(item, field);
        return node?.type === 'scalar' && isPlaceholder(String(node.value));
      }),
    ),
  );
}

function relatedOf({ target }: Use, near: NearGrant | undefined) {
  return [
    ...(near ? [{ resource: near.grant.resource, at: near.at, message: `ReferenceGrant ${near.grant.name}` }] : []),
    ...(target ? [{ resource: target, message: `${target.kind} ${target.name}` }] : []),
  ];
}

function dataOf({ resource, reference, target }: Use, near: NearGrant | undefined, model: NetworkModel) {
  if (near) return near.fixes.length > 0 ? { data: { fixes: near.fixes } } : {};
  const data = target && newGrant(model, resource, target, reference);
  return data ? { data: { ...data } } : {};
}
