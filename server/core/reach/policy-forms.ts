import type { Resource } from '../manifest/resource';
import {
  byPlace,
  clusterResourcesOf,
  derivedOf,
  overwrittenResources,
  policiesOf,
  renewed,
  type NetworkModel,
} from '../model/network-model';
import type { NetworkPolicy } from '../model/policy';
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

const kinds: readonly string[] = [...clusterKinds.keys()];

/**
 * Every policy of a scope in the inner form, in the order in which they are tried: by tier, priority and, where priorities are equal,
 * name. Equal priorities have no order in Kubernetes; this one keeps answers the same from run to run.
 */
export function policyFormsOf(model: NetworkModel): readonly PolicyForm[] {
  return renewed<readonly PolicyForm[]>(model, 'policy-forms', (before) => translate(model, before ?? []));
}

function translate(model: NetworkModel, before: readonly PolicyForm[]): readonly PolicyForm[] {
  const place = byPlace(model);
  const overwritten = overwrittenResources(model);
  const network = policiesOf(model)
    .filter(({ resource }) => !overwritten.has(resource))
    .map((policy) => policyFormOf(model, policy));
  const cluster = [...clusterKinds].flatMap(([kind, from]) =>
    clusterResourcesOf(model, kind)
      .filter((resource) => !overwritten.has(resource))
      .map((resource) => derivedOf(model, resource, 'policy-form', () => from(resource))),
  );
  const all = new Set([...cluster, ...network]);
  // What was in order before an edit takes no sorting: those forms come first.
  const known = new Set(before);
  return [...before.filter((form) => all.has(form)), ...[...all].filter((form) => !known.has(form))].sort(
    (a, b) =>
      placeOf(a.tier) - placeOf(b.tier) ||
      comparePriority(a, b) ||
      compare(a.resource.name, b.resource.name) ||
      kinds.indexOf(a.resource.kind) - kinds.indexOf(b.resource.kind) ||
      place(a.resource, b.resource),
  );
}

/** A NetworkPolicy in the inner form. */
export function policyFormOf(model: NetworkModel, { resource, namespace }: NetworkPolicy): PolicyForm {
  return derivedOf(model, resource, 'policy-form', () => fromNetworkPolicy(resource, namespace));
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
