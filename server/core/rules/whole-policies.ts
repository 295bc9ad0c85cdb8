import { entryOf, nodeAt } from '../manifest/node';
import {
  derived,
  derivedOf,
  overwrittenResources,
  policiesOf,
  type NamespaceContents,
  type NetworkModel,
} from '../model/network-model';
import { looksLikePatch } from '../model/patch';
import type { NetworkPolicy } from '../model/policy';
import type { PolicyForm, RuleForm } from '../reach/policy-form';
import { policyFormOf, policyFormsOf } from '../reach/policy-forms';

/** A NetworkPolicy of which nothing had to be left out. */
export interface WholePolicy {
  readonly policy: NetworkPolicy;
  /** `form.rules` are the policy's rules, one by one. */
  readonly form: PolicyForm;
}

/**
 * The NetworkPolicies whose meaning is sure. Left out are those with parts that cannot be read or are filled in later, patches (a policy
 * without `podSelector` is most likely one: the API server wanted it until 1.34), and those that a later one of the same name overwrites.
 */
export function wholePolicies(model: NetworkModel): readonly WholePolicy[] {
  return derived(model, 'whole-policies', () => {
    const byResource = new Map(policiesOf(model).map((policy) => [policy.resource, policy]));
    return policyFormsOf(model).flatMap((form) => {
      const policy = byResource.get(form.resource);
      return policy && isWhole(model, { policy, form }) ? [{ policy, form }] : [];
    });
  });
}

/** Those of one namespace, for what is worked out there by `derivedIn`. */
export function wholePoliciesIn(model: NetworkModel, { policies }: NamespaceContents): readonly WholePolicy[] {
  const overwritten = overwrittenResources(model);
  return [...policies]
    .filter(({ resource }) => !overwritten.has(resource))
    .map((policy) => ({ policy, form: policyFormOf(model, policy) }))
    .filter((whole) => isWhole(model, whole));
}

function isWhole(model: NetworkModel, { policy, form }: WholePolicy): boolean {
  return form.problems.length === 0 && !mayBePatch(model, policy);
}

function mayBePatch(model: NetworkModel, { resource }: NetworkPolicy): boolean {
  return derivedOf(
    model,
    resource,
    'policy-may-be-patch',
    () => looksLikePatch(resource) || !entryOf(nodeAt(resource.root, 'spec'), 'podSelector'),
  );
}

/** Whether a rule opens its direction to everyone on every port: `- {}`. */
export function opensEverything({ peers, ports }: RuleForm): boolean {
  return peers === 'everyone' && ports === 'every';
}
