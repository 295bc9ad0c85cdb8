import { policyMeaning, subjectMeaning } from '../model/describe-policy';
import { byPlace, policiesOf, type NetworkModel } from '../model/network-model';
import type { NetworkPolicy } from '../model/policy';
import { policyFormsOf } from '../reach/policy-forms';
import { removeDocument } from './edits';
import { defineRule, type FixData, type FixDraft, type TextOf } from './rule';

export const policyDuplicate = defineRule({
  id: 'policy-duplicate',
  title: 'Two NetworkPolicies with the same meaning',
  severity: 'warning',
  check(model, report) {
    for (const [first, ...others] of groups(model)) {
      for (const policy of others) {
        if (!first || first.name === policy.name) continue;
        report({
          resource: policy.resource,
          message: `NetworkPolicy ${policy.name} means the same as NetworkPolicy ${first.name}: one of them can go.`,
          related: [{ resource: first.resource, message: `NetworkPolicy ${first.name}` }],
          tags: ['unnecessary'],
          data: {
            name: policy.name,
            file: policy.resource.file,
            start: policy.resource.range.start,
            end: policy.resource.range.end,
          },
        });
      }
    }
  },
  fixes: removePolicy,
});

/** Policies of one namespace that mean the same, in the order they are applied. */
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

function removePolicy(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { file, start, end, name } = data as {
    readonly file: string;
    readonly start: number;
    readonly end: number;
    readonly name: string;
  };
  const edit = removeDocument(textOf(file), file, { start, end });
  return edit ? [{ title: `Remove NetworkPolicy ${name}`, edits: [edit] }] : [];
}
