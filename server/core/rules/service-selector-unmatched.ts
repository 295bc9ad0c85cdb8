import type { Selector } from '../model/label';
import { derivedIn, selectWorkloads, servicesOf, type NetworkModel } from '../model/network-model';
import type { Service } from '../model/service';
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
    for (const { service, selector } of [...model.contents.keys()].flatMap((name) =>
      servicesWithoutPods(model, name),
    )) {
      const { namespace } = service;
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

interface WithoutPods {
  readonly service: Service;
  readonly selector: Selector;
}

function servicesWithoutPods(model: NetworkModel, namespace: string): readonly WithoutPods[] {
  return derivedIn(model, namespace, 'services-without-pods', () =>
    servicesOf(model, namespace).flatMap((service) => {
      const { selector, type } = service;
      const isMeant = selector && type !== 'ExternalName' && selectWorkloads(model, namespace, selector).length === 0;
      return isMeant ? [{ service, selector }] : [];
    }),
  );
}
