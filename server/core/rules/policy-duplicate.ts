import type { NetworkModel } from '../model/network-model';
import { duplicatesOf } from '../reach/duplicate-policies';
import { duplicatesInOtherWords, isGoneEverywhere } from '../reach/redundancy';
import { removeDocument } from './edits';
import { namePolicy, relatedTo } from './redundancy-report';
import { defineRule, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { ofTemplate, severityOf } from './template-values';

export const policyDuplicate = defineRule({
  id: 'policy-duplicate',
  title: 'Two NetworkPolicies with the same meaning',
  severity: 'warning',
  variants: ['information: a policy of a chart that says the same by other rules'],
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
    reportInOtherWords(model, report);
  },
  fixes: removePolicy,
});

/** As with all that is unnecessary, what a base of several overlays holds must be so in each of them. */
function reportInOtherWords(model: NetworkModel, report: Report): void {
  for (const { policy, first } of duplicatesInOtherWords(model)) {
    if (!isGoneEverywhere(model, policy)) continue;
    const { resource } = policy.form;
    const { name, file, range } = resource;
    report({
      resource,
      message: `${namePolicy(policy)} means the same as ${namePolicy(first)}, in other words: one of them can go.${ofTemplate(model, resource)}`,
      severity: severityOf(model, resource),
      related: [relatedTo(first, namePolicy(first))],
      tags: ['unnecessary'],
      ...(resource.root.shared ? {} : { data: { name, file, start: range.start, end: range.end } }),
    });
  }
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
