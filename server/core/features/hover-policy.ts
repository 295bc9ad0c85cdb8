import { describeRule } from '../model/describe-policy';
import type { Direction, NetworkPolicy } from '../model/policy';
import { podsUnder, policiesOver } from '../model/relations';
import { isUnder, type Cursor } from './cursor';
import type { FeatureContext } from './feature-context';
import { hoverPolicyRule } from './hover-policy-rule';
import { selectorBlocks } from './hover-selector';
import { bulletList, code, escapeMarkdown, inlineList } from './markdown';
import {
  countPods,
  describeNamespace,
  headline,
  incompleteNote,
  mentionPolicy,
  namePods,
  showSelector,
} from './mention';

/** Whom a NetworkPolicy selects and what it lets through, or what its part under the cursor does. */
export function hoverPolicy(context: FeatureContext, policy: NetworkPolicy, cursor: Cursor): readonly string[] {
  if (isUnder(cursor, 'spec', 'podSelector') && policy.podSelector) {
    const place = `in namespace ${code(policy.namespace)}`;
    return selectorBlocks(context, { selector: policy.podSelector, namespace: policy.namespace, place, cursor });
  }
  return hoverPolicyRule(context, policy, cursor) ?? policyBlocks(context, policy);
}

function policyBlocks(context: FeatureContext, policy: NetworkPolicy): readonly string[] {
  return [
    headline('NetworkPolicy', policy.name, describeNamespace(context.model, policy.resource, policy.namespace)),
    ...subjectBlock(context, policy),
    directionBlock(policy, 'Ingress'),
    directionBlock(policy, 'Egress'),
    ...othersBlock(context, policy),
  ];
}

function subjectBlock(context: FeatureContext, policy: NetworkPolicy): readonly string[] {
  const { podSelector } = policy;
  if (!podSelector) return ['It has no podSelector, which the API server refuses.'];
  if (!podSelector.valid) return ['A part of its podSelector could not be read.'];
  const workloads = podsUnder(context.model, policy);
  const isEmpty = podSelector.requirements.length === 0;
  if (workloads.length === 0) {
    const head = isEmpty
      ? 'Selects every pod of the namespace; no manifest makes any.'
      : `Selects no pod: nothing matches ${showSelector(podSelector)}.`;
    return [head, ...incompleteNote(context.model)];
  }
  const whom = isEmpty ? 'every pod of the namespace' : showSelector(podSelector);
  return [`Selects ${whom} (${countPods(workloads)}): ${namePods(context, workloads)}`];
}

/** Isolated pods are open only to what some policy admits; others are open (API reference, NetworkPolicySpec.policyTypes). */
function directionBlock(policy: NetworkPolicy, direction: Direction): string {
  const rules = policy.rules.filter((rule) => rule.direction === direction);
  const head = `**${direction}**`;
  const lower = direction.toLowerCase();
  if (!policy.directions.includes(direction)) {
    const unused =
      rules.length > 0 ? ` Its ${lower} rules do nothing, as \`policyTypes\` leaves ${direction} out.` : '';
    return `${head}: left as it is by this policy.${unused}`;
  }
  if (rules.length === 0)
    return `${head}: no rules for ${direction}, so all ${lower} of these pods is denied, unless another policy allows it.`;
  const verb = direction === 'Ingress' ? 'admits only connections' : 'allows only connections';
  return `${head}: ${verb}\n\n${bulletList(rules.map((rule) => escapeMarkdown(describeRule(rule))))}`;
}

/** Policies only add: what any of them allows is allowed. */
function othersBlock(context: FeatureContext, policy: NetworkPolicy): readonly string[] {
  const others = new Set(podsUnder(context.model, policy).flatMap((workload) => policiesOver(context.model, workload)));
  others.delete(policy);
  if (others.size === 0) return [];
  return [
    `Also on these pods, each adding what it allows: ${inlineList([...others].map((other) => mentionPolicy(context, other)))}`,
  ];
}
