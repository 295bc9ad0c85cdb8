import { nodeAt } from '../manifest/node';
import { printSelector } from '../model/label';
import { selectWorkloads, type NetworkModel } from '../model/network-model';
import type { NetworkPolicy } from '../model/policy';
import { podSpecsOf, printWorkload, type Workload } from '../model/workload';
import { defineRule, lowered, type RelatedReport, type Report } from './rule';
import { selectorPlace } from './selector-report';
import { wholePolicies } from './whole-policies';

export const policyHostNetwork = defineRule({
  id: 'policy-host-network',
  title: 'A policy selects pods on the host network, where most plugins do not hold it',
  severity: 'information',
  variants: ['hint: the scope does not hold everything'],
  check(model, report) {
    for (const { policy } of wholePolicies(model)) checkPolicy(policy, model, report);
  },
});

/**
 * Only where the policy is for such pods alone. An empty selector means a namespace, and nobody thought of the pods on the host network.
 * What a policy does for them is left to the plugin (Kubernetes documentation, Network Policies).
 */
function checkPolicy({ resource, namespace, podSelector }: NetworkPolicy, model: NetworkModel, report: Report): void {
  if (!podSelector?.valid || podSelector.requirements.length === 0) return;
  const workloads = selectWorkloads(model, namespace, podSelector);
  if (workloads.length === 0 || !workloads.every(({ hostNetwork }) => hostNetwork)) return;
  const sorted = [...workloads].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = sorted.map(printWorkload);
  const who = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  report({
    resource,
    at: selectorPlace(podSelector),
    severity: model.complete ? 'information' : lowered('information'),
    message: `Every pod with ${printSelector(podSelector)} (${who}) is on the host network, where most network plugins enforce no NetworkPolicy: this one may have no effect. Guard the ports on the nodes by other means.`,
    related: sorted.slice(0, 3).map(relatedOf),
  });
}

function relatedOf(workload: Workload): RelatedReport {
  const { resource } = workload;
  const spec = podSpecsOf(resource)?.find((candidate) => nodeAt(candidate, 'hostNetwork'));
  const at = nodeAt(spec, 'hostNetwork');
  return { resource, message: `${printWorkload(workload)} has hostNetwork: true`, ...(at ? { at } : {}) };
}
