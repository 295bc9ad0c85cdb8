import type { Selector } from '../model/label';
import { derivedIn, selectWorkloads, type NetworkModel } from '../model/network-model';
import type { NetworkPolicy } from '../model/policy';
import { policyFormsOf } from '../reach/policy-forms';
import { podsOfForm, policyPodsFixes, reportPolicyPods, type PodsOfPolicy } from './policy-pods-report';
import { defineRule } from './rule';

export const policySelectorUnmatched = defineRule({
  id: 'policy-selector-unmatched',
  title: 'A policy that selects no pod',
  severity: 'warning',
  variants: [
    'information: the pods are in another scope, or nothing comes close',
    'off: nothing comes close and the scope holds no workloads there',
  ],
  check(model, report, settings) {
    for (const { policy, selector } of [...model.contents.keys()].flatMap((name) => policiesWithoutPods(model, name))) {
      const { resource, name, namespace } = policy;
      reportPolicyPods(
        {
          resource,
          pods: selector,
          namespaceSelector: undefined,
          ownNamespace: namespace,
          consequence: `NetworkPolicy ${name} governs nothing.`,
          ownOnly: 'but a NetworkPolicy governs pods of its own namespace only',
        },
        model,
        settings,
        report,
      );
    }
    for (const pods of subjectsOfAdminPolicies(model)) reportPolicyPods(pods, model, settings, report);
  },
  fixes: policyPodsFixes,
});

/** The policies of the cluster have only the inner form. */
function subjectsOfAdminPolicies(model: NetworkModel): readonly PodsOfPolicy[] {
  return policyFormsOf(model)
    .filter(({ tier }) => tier !== 'network')
    .flatMap(
      ({ resource, subject }) =>
        podsOfForm(resource, subject, `${resource.kind} ${resource.name} governs nothing.`) ?? [],
    );
}

interface WithoutPods {
  readonly policy: NetworkPolicy;
  readonly selector: Selector;
}

function policiesWithoutPods(model: NetworkModel, namespace: string): readonly WithoutPods[] {
  return derivedIn(model, namespace, 'policies-without-pods', () =>
    [...(model.contents.get(namespace)?.policies ?? [])].flatMap((policy) => {
      const { podSelector: selector } = policy;
      const isMeant =
        selector && selector.requirements.length > 0 && selectWorkloads(model, namespace, selector).length === 0;
      return isMeant ? [{ policy, selector }] : [];
    }),
  );
}
