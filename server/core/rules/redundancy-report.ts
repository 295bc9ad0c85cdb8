import { nodeAt } from '../manifest/node';
import { describeRuleForm, listed } from '../reach/describe-form';
import type { RuleForm } from '../reach/policy-form';
import { nodeOf, policyOf } from '../reach/redundancy';
import type { Part, PolicyPart } from '../reach/policy-parts';
import { itemPlace, type ItemPlace } from './remove-item';
import type { RelatedReport } from './rule';

/** `NetworkPolicy web`. */
export function namePolicy({ form: { resource } }: PolicyPart): string {
  return `${resource.kind} ${resource.name}`;
}

/** `spec.ingress[0].from[1]`, as a reader of the policy finds it; for others with their policy. */
export function namePart(part: Part, reader: PolicyPart): string {
  const policy = policyOf(part);
  if (part.type === 'policy') return namePolicy(part);
  return policy === reader ? pathOf(part) : `${pathOf(part)} of ${namePolicy(policy)}`;
}

function pathOf(part: Exclude<Part, PolicyPart>): string {
  if (part.type === 'rule') return `spec.${part.form.direction.toLowerCase()}[${part.index}]`;
  return `${pathOf(part.rule)}.${part.type === 'port' ? 'ports' : peersKey(part.rule.form)}[${part.index}]`;
}

function peersKey({ direction }: RuleForm): string {
  return direction === 'Ingress' ? 'from' : 'to';
}

/** What a rule, or one peer or port of it, is about: `from pods app=web of namespace shop on TCP 80`. */
export function describePart(part: Exclude<Part, PolicyPart>): string {
  if (part.type === 'rule') return describeRuleForm(part.form);
  const { form } = part.rule;
  if (part.type === 'port') return describeRuleForm({ ...form, ports: [part.form] });
  return describeRuleForm(part.form === 'everyone' ? form : { ...form, peers: [part.form] });
}

/** Where a rule, or one peer or port of it, can be taken out. */
export function placeOfPart(part: Exclude<Part, PolicyPart>): ItemPlace | undefined {
  const { resource } = policyOf(part).form;
  if (part.type === 'rule')
    return itemPlace(resource, nodeAt(resource.root, 'spec'), part.form.direction.toLowerCase(), part.index);
  const { form } = part.rule;
  return itemPlace(resource, form.node, part.type === 'port' ? 'ports' : peersKey(form), part.index);
}

/** A link to a part. */
export function relatedTo(part: Part, message: string): RelatedReport {
  const at = nodeOf(part);
  return { resource: policyOf(part).form.resource, ...(at ? { at } : {}), message };
}

/** ` NetworkPolicy b can go together with it.`; nothing where there are no others. */
export function together(others: readonly Part[], reader: PolicyPart): string {
  if (others.length === 0) return '';
  // Of very many only the first ones are named.
  const names = others.map((part, index) => (index < mostNamed ? namePart(part, reader) : ''));
  return ` ${listed(names, 'and')} can go together with it.`;
}

const mostNamed = 5;
