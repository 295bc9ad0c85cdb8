import { looksLikePatch } from '../model/patch';
import { repeatedResources, sameContent } from '../model/network-model';
import { defineRule } from './rule';

export const resourceDuplicate = defineRule({
  id: 'resource-duplicate',
  title: 'One kind, namespace and name twice with different content',
  severity: 'warning',
  check(model, report) {
    for (const resources of repeatedResources(model)) {
      const [first, ...later] = resources.filter((resource) => !looksLikePatch(resource));
      if (!first || first.name === '') continue;
      for (const resource of later) {
        if (sameContent(first, resource)) continue;
        report({
          resource,
          message: `${resource.kind} ${resource.name} is written twice with different content: whichever is applied last overwrites the other. Rename one, or keep only one.`,
          related: [{ resource: first, message: `The other ${resource.kind} ${resource.name}` }],
        });
      }
    }
  },
});
