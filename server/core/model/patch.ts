import { entriesAt, itemsAt, nodeAt, stringAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { podSpecOf } from './workload';

/**
 * Whether a resource looks like a part of one: a patch for Kustomize or kubectl. Pods without any image and Services without
 * ports cannot be applied by themselves.
 */
export function looksLikePatch(resource: Resource): boolean {
  if (entriesAt(resource.root).some(({ key }) => key.startsWith('$'))) return true;
  if (resource.kind === 'Service') return isPartOfService(resource);
  const pod = podSpecOf(resource);
  return pod !== undefined && !itemsAt(pod.spec, 'containers').some((container) => stringAt(container, 'image'));
}

/** A headless Service may do without ports (API reference, ServiceSpec). */
function isPartOfService({ root }: Resource): boolean {
  const spec = nodeAt(root, 'spec');
  if (itemsAt(spec, 'ports').length > 0 || stringAt(spec, 'type')?.value === 'ExternalName') return false;
  return stringAt(spec, 'clusterIP')?.value !== 'None';
}
