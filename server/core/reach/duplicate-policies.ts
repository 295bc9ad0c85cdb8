import { policyMeaning, subjectMeaning } from '../model/describe-policy';
import { byPlace, derived, renewed, type NetworkModel } from '../model/network-model';
import type { NetworkPolicy } from '../model/policy';
import { sameItems } from '../model/same-items';
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
  return [...comparedNamespaces(model).values()].flatMap(({ alike }) =>
    alike.map((group) => group.toSorted((a, b) => order(a.resource, b.resource))),
  );
}

/** The policies of one namespace whose meaning is known, and which of them mean the same: what holds while they are the same ones. */
interface Compared {
  readonly policies: readonly NetworkPolicy[];
  readonly alike: readonly (readonly NetworkPolicy[])[];
}

/** By namespace. */
function comparedNamespaces(model: NetworkModel): ReadonlyMap<string, Compared> {
  return renewed<ReadonlyMap<string, Compared>>(model, 'policies-compared', (before) => {
    // Of a policy that could not be read whole nobody knows the meaning.
    const unread = new Set(
      policyFormsOf(model).flatMap(({ resource, problems }) => (problems.length > 0 ? [resource] : [])),
    );
    return new Map(
      [...model.contents].map(([namespace, contents]) => {
        const policies = [...contents.policies].filter(
          ({ podSelector, resource }) => podSelector?.valid && !unread.has(resource),
        );
        const earlier = before?.get(namespace);
        const isSame = earlier && sameItems(earlier.policies, policies);
        return [namespace, isSame ? earlier : { policies, alike: alikeIn(policies) }];
      }),
    );
  });
}

/** Most policies differ in whom they select, which is cheaper to compare than what they allow. */
function alikeIn(policies: readonly NetworkPolicy[]): readonly (readonly NetworkPolicy[])[] {
  return severalBy(policies, subjectMeaning).flatMap((group) => severalBy(group, policyMeaning));
}

/** Items with the same key, where there are several. */
function severalBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groupsByKey = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groupsByKey.get(key);
    if (group) group.push(item);
    else groupsByKey.set(key, [item]);
  }
  return [...groupsByKey.values()].filter((group) => group.length > 1);
}
