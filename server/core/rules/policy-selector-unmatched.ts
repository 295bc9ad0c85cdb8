import { policiesOf, selectWorkloads } from '../model/network-model';
import { defineRule } from './rule';
import { nearMissFixes, reportUnmatched } from './selector-report';

export const policySelectorUnmatched = defineRule({
  id: 'policy-selector-unmatched',
  title: 'A NetworkPolicy that selects no pod',
  severity: 'warning',
  variants: [
    'information: the pods are in another scope, or nothing comes close',
    'off: nothing comes close and the scope holds no workloads there',
  ],
  check(model, report, settings) {
    for (const policy of policiesOf(model)) {
      const { podSelector: selector, namespace } = policy;
      if (!selector || selector.requirements.length === 0) continue;
      if (selectWorkloads(model, namespace, selector).length > 0) continue;
      reportUnmatched(
        {
          resource: policy.resource,
          selector,
          namespaces: [namespace],
          consequence: `NetworkPolicy ${policy.name} governs nothing.`,
          elsewhere: () => ({ advice: 'but a NetworkPolicy governs pods of its own namespace only' }),
        },
        model,
        settings,
        report,
      );
    }
  },
  fixes: nearMissFixes,
});
