import type { Resource } from '../manifest/resource';
import { labelsAt, printLabels } from '../model/label';
import type { FeatureContext } from './feature-context';
import { code, counted } from './markdown';
import { headline } from './mention';

/** What a namespace holds in this scope, and the labels that selectors see. */
export function hoverNamespace({ model }: FeatureContext, resource: Resource): readonly string[] {
  // Every namespace carries its name as a label (KEP-2161).
  const labels = printLabels([
    { key: 'kubernetes.io/metadata.name', value: resource.name },
    ...labelsAt(resource.root, 'metadata', 'labels').filter(({ key }) => key !== 'kubernetes.io/metadata.name'),
  ]);
  const contents = model.contents.get(resource.name);
  const facts = contents
    ? [
        counted(contents.workloads.size, 'workload'),
        counted([...contents.services.values()].flat().length, 'Service'),
        counted(contents.policies.size, 'policy', 'policies'),
      ]
    : ['nothing of this scope is in it'];
  return [headline('Namespace', resource.name, ...facts), `Labels: ${code(labels)}`];
}
