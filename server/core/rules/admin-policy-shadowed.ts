import { describeRuleForm, listed } from '../reach/describe-form';
import { nodeOf } from '../reach/redundancy';
import { isShadowedEverywhere, shadowedRules, type Shadowed } from '../reach/shadowing';
import type { RulePart } from '../reach/policy-parts';
import { namePart, placeOfPart, relatedTo } from './redundancy-report';
import { removeItem, type ItemPlace } from './remove-item';
import { defineRule, type FixData, type FixDraft, type TextOf } from './rule';
import { ofTemplate, severityOf } from './template-values';

export const adminPolicyShadowed = defineRule({
  id: 'admin-policy-shadowed',
  title: 'A rule of a cluster-wide policy without effect',
  severity: 'warning',
  variants: ['information: a rule of a chart, which other values may make necessary'],
  check(model, report) {
    for (const shadowed of shadowedRules(model)) {
      const { rule, by } = shadowed;
      if (!isShadowedEverywhere(model, rule)) continue;
      const { resource } = rule.policy.form;
      const at = nodeOf(rule);
      const place = placeOfPart(rule);
      report({
        resource,
        ...(at ? { at } : {}),
        message: `${explain(shadowed)}${ofTemplate(model, resource)}`,
        severity: severityOf(model, resource),
        tags: ['unnecessary'],
        related: by.slice(0, 5).map((other) => relatedTo(other, `${nameRule(other, rule)}: ${actionOf(other)}`)),
        ...(place ? { data: { title: 'Remove this rule', place } } : {}),
      });
    }
  },
  fixes: removeRule,
});

function explain({ rule, why, by }: Shadowed): string {
  const subject = `This ${actionOf(rule)} ${describeRuleForm(rule.form)}`;
  const names = listed(
    by.map((other) => `${nameRule(other, rule)} (${actionOf(other)})`),
    'and',
  );
  const isOne = by.length === 1;
  switch (why) {
    case 'decided':
      return `${subject} is never reached: ${names} ${isOne ? 'comes' : 'come'} first and ${isOne ? 'decides' : 'decide'} every connection that it speaks of.`;
    case 'repeated':
      return `${subject} changes nothing: ${names} ${isOne ? 'says' : 'say'} the same of every connection that it speaks of, and no rule between says otherwise.`;
    case 'default':
      return rule.form.action === 'pass'
        ? `${subject} changes nothing: no later rule of the ${rule.policy.form.tier} tier speaks of these connections otherwise, so they leave the tier anyway.`
        : `${subject} changes nothing: no later rule of the baseline tier speaks of these connections otherwise, and what no rule decides is open.`;
  }
}

/** `spec.ingress[0] "allow-dns" of ClusterNetworkPolicy b`. */
function nameRule(rule: RulePart, reader: RulePart): string {
  const [path = '', ...policy] = namePart(rule, reader.policy).split(' of ');
  const name = rule.form.name === undefined ? '' : ` "${rule.form.name}"`;
  return [`${path}${name}`, ...policy].join(' of ');
}

/** As the version of the API calls it. */
function actionOf({ form: { action }, policy }: RulePart): string {
  if (action === 'allow') return policy.form.resource.kind === 'ClusterNetworkPolicy' ? 'Accept' : 'Allow';
  return action === 'deny' ? 'Deny' : 'Pass';
}

function removeRule(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { title, place } = data as { readonly title: string; readonly place: ItemPlace };
  const edits = removeItem(textOf(place.file), place);
  return edits ? [{ title, edits }] : [];
}
