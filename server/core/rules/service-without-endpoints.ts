import { nodeAt } from '../manifest/node';
import { isPlaceholder } from '../model/label';
import { servicesOf } from '../model/network-model';
import { looksLikePatch } from '../model/patch';
import type { Service } from '../model/service';
import { defineRule } from './rule';

export const serviceWithoutEndpoints = defineRule({
  id: 'service-without-endpoints',
  title: 'A Service without selector and without endpoints',
  severity: 'warning',
  variants: ['off: the scope is incomplete'],
  check(model, report) {
    // What is not here may give it endpoints, or a selector: Kustomize's common labels do.
    if (!model.complete) return;
    for (const service of servicesOf(model)) {
      if (service.selector || service.type === 'ExternalName' || isApiServer(service.namespace, service.name)) continue;
      if (looksLikePatch(service.resource) || isFilledInLater(service)) continue;
      if (model.contents.get(service.namespace)?.endpoints.has(service.name)) continue;
      report({
        resource: service.resource,
        message: `Service ${service.name} has no selector, and no Endpoints or EndpointSlice for it is here: it leads nowhere. Give it a selector, or add an EndpointSlice labelled kubernetes.io/service-name: ${service.name}.`,
      });
    }
  },
});

/** A selector that is a text stands for one: a placeholder for a mapping. */
function isFilledInLater({ resource, name }: Service): boolean {
  const selector = nodeAt(resource.root, 'spec', 'selector');
  return isPlaceholder(name) || (selector?.type === 'scalar' && selector.value !== null);
}

/** The API server keeps the endpoints of its own Service. */
function isApiServer(namespace: string, name: string): boolean {
  return namespace === 'default' && name === 'kubernetes';
}
