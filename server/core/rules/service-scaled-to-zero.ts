import { nodeAt } from '../manifest/node';
import { selectWorkloads, servicesOf } from '../model/network-model';
import { printWorkload } from '../model/workload';
import { listed } from '../reach/describe-form';
import { defineRule, lowered } from './rule';

export const serviceScaledToZero = defineRule({
  id: 'service-scaled-to-zero',
  title: 'A Service whose workloads all have no replicas',
  severity: 'information',
  variants: ['hint: the scope is incomplete'],
  check(model, report) {
    for (const service of servicesOf(model)) {
      if (!service.selector || service.type === 'ExternalName') continue;
      const workloads = selectWorkloads(model, service.namespace, service.selector);
      if (workloads.length === 0 || workloads.some(({ replicas }) => replicas !== 0)) continue;
      const names = [...new Set(workloads.map(printWorkload))];
      report({
        resource: service.resource,
        severity: model.complete ? 'information' : lowered('information'),
        message: `Service ${service.name} leads to no pod: ${listed(names, 'and')} ${names.length > 1 ? 'have' : 'has'} replicas: 0. Nobody answers until something scales ${names.length > 1 ? 'them' : 'it'} up.`,
        related: workloads.slice(0, 3).map((workload) => ({
          resource: workload.resource,
          at: nodeAt(workload.resource.root, 'spec', 'replicas') ?? workload.resource.nameNode,
          message: `${printWorkload(workload)} has replicas: 0`,
        })),
      });
    }
  },
});
