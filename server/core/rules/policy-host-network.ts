import { nodeAt } from '../manifest/node';
import { printSelector } from '../model/label';
import { derivedIn, selectWorkloads, type NamespaceContents, type NetworkModel } from '../model/network-model';
import type { NetworkPolicy } from '../model/policy';
import { podSpecsOf, printWorkload, type Workload } from '../model/workload';
import { listed } from '../reach/describe-form';
import { defineRule, type RelatedReport, type Report } from './rule';
import { selectorPlace } from './selector-report';
import { wholePoliciesIn, type WholePolicy } from './whole-policies';

export const policyHostNetwork = defineRule({
  id: 'policy-host-network',
  title: 'A policy selects pods on the host network, where most plugins do not hold it',
  severity: 'information',
  variants: ['hint: the policy selects a whole namespace'],
  check(model, report) {
    for (const contents of model.contents.values()) {
      for (const { policy } of policiesBesideHost(model, contents)) checkPolicy(policy, model, report);
    }
  },
});

/** Few namespaces have pods on the host network. */
function policiesBesideHost(model: NetworkModel, contents: NamespaceContents): readonly WholePolicy[] {
  return derivedIn(model, contents.name, 'policies-beside-host', () =>
    [...contents.workloads].some(({ hostNetwork }) => hostNetwork) ? wholePoliciesIn(model, contents) : [],
  );
}

/**
 * What a policy does for pods on the host network is left to the plugin (Kubernetes documentation, Network Policies). With an empty
 * selector a whole namespace is meant, and hardly those pods in particular: that is told quietly.
 */
function checkPolicy({ resource, namespace, podSelector }: NetworkPolicy, model: NetworkModel, report: Report): void {
  if (!podSelector?.valid) return;
  const selected = selectWorkloads(model, namespace, podSelector);
  const onHost = selected.filter(({ hostNetwork }) => hostNetwork).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (onHost.length === 0) return;
  const names = listed(onHost.map(printWorkload), 'and');
  const isEmpty = podSelector.requirements.length === 0;
  // Other pods of these labels may be in what could not be had.
  const isAll = onHost.length === selected.length && !isEmpty && model.complete;
  const whom = isEmpty ? `namespace ${namespace}` : printSelector(podSelector);
  report({
    resource,
    at: selectorPlace(podSelector),
    severity: isEmpty ? 'hint' : 'information',
    message: isAll
      ? `Every pod with ${whom} (${names}) is on the host network, where most network plugins enforce no NetworkPolicy: this one may have no effect. Guard the ports on the nodes by other means.`
      : `Of the pods of ${whom}, ${names} ${onHost.length > 1 ? 'are' : 'is'} on the host network, where most network plugins enforce no NetworkPolicy: there this one may have no effect.`,
    related: onHost.slice(0, 3).map(relatedOf),
  });
}

function relatedOf(workload: Workload): RelatedReport {
  const { resource } = workload;
  const spec = podSpecsOf(resource)?.find((candidate) => nodeAt(candidate, 'hostNetwork'));
  const at = nodeAt(spec, 'hostNetwork');
  return { resource, message: `${printWorkload(workload)} has hostNetwork: true`, ...(at ? { at } : {}) };
}
