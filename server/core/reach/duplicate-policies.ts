import { policyMeaning, subjectMeaning } from '../model/describe-policy';
import { byPlace, derived, policiesOf, type NetworkModel } from '../model/network-model';
import type { NetworkPolicy } from '../model/policy';
import { policyFormsOf } from './policy-forms';

/** NetworkPolicies that mean the same as an earlier one, by that one, in the order they are applied. */
export function duplicatesOf(
  model: NetworkModel,
): readonly { readonly first: NetworkPolicy; readonly others: readonly NetworkPolicy[] }[] {
  return derived(model, 'duplicate-policies', () =>
    groups(model).flatMap(([first, ...rest]) => {
      // One written twice is one policy, not two that mean the same.
      const others = rest.filter(({ name }) => name !== first?.name);
      return first && others.length > 0 ? [{ first, others }] : [];
    }),
  );
}

function groups(model: NetworkModel): readonly (readonly NetworkPolicy[])[] {
  const order = byPlace(model);
  // Of a policy that could not be read whole nobody knows the meaning.
  const unread = new Set(
    policyFormsOf(model).flatMap(({ resource, problems }) => (problems.length > 0 ? [resource] : [])),
  );
  const valid = policiesOf(model).filter(({ podSelector, resource }) => podSelector?.valid && !unread.has(resource));
  // Most policies differ in whom they select, which is cheaper to compare than what they allow.
  const candidates = grouped(valid, (policy) => `${policy.namespace} ${subjectMeaning(policy)}`).filter(
    (group) => group.length > 1,
  );
  return candidates
    .flatMap((group) => grouped(group, policyMeaning))
    .map((group) => group.toSorted((a, b) => order(a.resource, b.resource)));
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groupsByKey = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groupsByKey.get(key);
    if (group) group.push(item);
    else groupsByKey.set(key, [item]);
  }
  return [...groupsByKey.values()];
}
