import type { Resource } from '../manifest/resource';
import {
  byPlace,
  clusterResourcesOf,
  derived,
  derivedOf,
  overwrittenResources,
  policiesOf,
  type NetworkModel,
} from '../model/network-model';
import { fromAdminNetworkPolicy, fromBaselineAdminNetworkPolicy } from './from-admin-network-policy';
import { fromClusterNetworkPolicy } from './from-cluster-network-policy';
import { fromNetworkPolicy } from './from-network-policy';
import { tiers, type PolicyForm, type Tier } from './policy-form';

/** Cluster-scoped kinds of policies, and the file that translates each. */
const clusterKinds: ReadonlyMap<string, (resource: Resource) => PolicyForm> = new Map([
  ['AdminNetworkPolicy', fromAdminNetworkPolicy],
  ['BaselineAdminNetworkPolicy', fromBaselineAdminNetworkPolicy],
  ['ClusterNetworkPolicy', fromClusterNetworkPolicy],
]);

/**
 * Every policy of a scope in the inner form, in the order in which they are tried: by tier, priority and, where priorities are equal,
 * name. Equal priorities have no order in Kubernetes; this one keeps answers the same from run to run.
 */
export function policyFormsOf(model: NetworkModel): readonly PolicyForm[] {
  return derived(model, 'policy-forms', () => translate(model));
}

function translate(model: NetworkModel): readonly PolicyForm[] {
  const place = byPlace(model);
  const overwritten = overwrittenResources(model);
  const network = policiesOf(model)
    .filter(({ resource }) => !overwritten.has(resource))
    .map(({ resource, namespace }) =>
      derivedOf(model, resource, `policy-form/${namespace}`, () => fromNetworkPolicy(resource, namespace)),
    )
    .sort((a, b) => compare(a.resource.name, b.resource.name) || place(a.resource, b.resource));
  const cluster = [...clusterKinds].flatMap(([kind, from]) =>
    clusterResourcesOf(model, kind)
      .filter((resource) => !overwritten.has(resource))
      .map((resource) => derivedOf(model, resource, 'policy-form', () => from(resource))),
  );
  return [...cluster, ...network].sort(
    (a, b) => placeOf(a.tier) - placeOf(b.tier) || comparePriority(a, b) || compare(a.resource.name, b.resource.name),
  );
}

function placeOf(tier: Tier): number {
  return tiers.findIndex(({ name }) => name === tier);
}

function comparePriority(a: PolicyForm, b: PolicyForm): number {
  return a.priority === b.priority ? 0 : a.priority - b.priority;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
