import { duplicatesOf } from '../reach/duplicate-policies';
import { removeDocument } from './edits';
import { defineRule, type FixData, type FixDraft, type TextOf } from './rule';

export const policyDuplicate = defineRule({
  id: 'policy-duplicate',
  title: 'Two NetworkPolicies with the same meaning',
  severity: 'warning',
  check(model, report) {
    for (const { first, others } of duplicatesOf(model)) {
      for (const policy of others) {
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
