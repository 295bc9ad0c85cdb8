import { describeDirection, directionMeaning } from '../model/describe-policy';
import { byPlace, policiesOf, selectWorkloads, type NetworkModel } from '../model/network-model';
import type { Direction, NetworkPolicy } from '../model/policy';
import { printWorkload, type Workload } from '../model/workload';
import { defineRule, type Report } from './rule';
import { selectorPlace } from './selector-report';

export const policyOverlap = defineRule({
  id: 'policy-overlap',
  title: 'Two NetworkPolicies govern the same pods in the same direction',
  severity: 'information',
  check(model, report) {
    const order = byPlace(model);
    const policies = policiesOf(model).toSorted((a, b) => order(a.resource, b.resource));
    for (const direction of ['Ingress', 'Egress'] as const) checkDirection(direction, policies, model, report);
  },
});

/** A policy without rules only isolates: together with one that opens something it is the usual "deny, then allow", and no overlap. */
function checkDirection(
  direction: Direction,
  policies: readonly NetworkPolicy[],
  model: NetworkModel,
  report: Report,
): void {
  const governing = policies.filter(
    (policy) => policy.directions.includes(direction) && policy.rules.some((rule) => rule.direction === direction),
  );
  const earlier = new Map<Workload, NetworkPolicy[]>();
  for (const policy of governing) {
    const { podSelector } = policy;
    if (!podSelector?.valid) continue;
    const shared = new Map<NetworkPolicy, Workload[]>();
    for (const workload of selectWorkloads(model, policy.namespace, podSelector)) {
      const before = earlier.get(workload) ?? [];
      for (const other of before) shared.set(other, [...(shared.get(other) ?? []), workload]);
      earlier.set(workload, [...before, policy]);
    }
    reportShared(direction, policy, shared, report);
  }
}

function reportShared(
  direction: Direction,
  policy: NetworkPolicy,
  shared: ReadonlyMap<NetworkPolicy, readonly Workload[]>,
  report: Report,
): void {
  const others = [...shared].filter(
    ([other]) => directionMeaning(other, direction) !== directionMeaning(policy, direction),
  );
  const [first] = others;
  if (!first || !policy.podSelector) return;
  const pods = [...new Set(others.flatMap(([, workloads]) => workloads))].map(printWorkload);
  const names = others.map(([other]) => `NetworkPolicy ${other.name}`);
  report({
    resource: policy.resource,
    at: selectorPlace(policy.podSelector),
    severity: 'information',
    message: `${direction} of ${listed(pods)} is governed by ${listed(names)} too, and policies add up. This one allows traffic ${describeDirection(policy, direction).join('; ')}. NetworkPolicy ${first[0].name} allows traffic ${describeDirection(first[0], direction).join('; ')}.`,
    related: others.slice(0, 5).map(([other, workloads]) => ({
      resource: other.resource,
      message: `NetworkPolicy ${other.name} also selects ${listed(workloads.map(printWorkload))}`,
    })),
  });
}

function listed(texts: readonly string[]): string {
  const shown = texts.length > 3 ? [...texts.slice(0, 3), `${texts.length - 3} more`] : texts;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}` : shown.join('');
}
