import { selectWorkloads, servicesOf } from '../model/network-model';
import { defineRule } from './rule';
import { nearMissFixes, reportUnmatched } from './selector-report';

export const serviceSelectorUnmatched = defineRule({
  id: 'service-selector-unmatched',
  title: "A Service's selector selects no pod",
  severity: 'warning',
  variants: [
    'information: the pods are in another scope, or nothing comes close',
    'off: nothing comes close and the scope holds no workloads there',
  ],
  check(model, report, settings) {
    for (const service of servicesOf(model)) {
      const { selector, namespace } = service;
      if (!selector || service.type === 'ExternalName') continue;
      if (selectWorkloads(model, namespace, selector).length > 0) continue;
      reportUnmatched(
        {
          resource: service.resource,
          selector,
          namespaces: [namespace],
          consequence: `Service ${service.name} has no endpoints.`,
          elsewhere: () => ({ advice: 'but a Service selects pods of its own namespace only' }),
        },
        model,
        settings,
        report,
      );
    }
  },
  fixes: nearMissFixes,
});
