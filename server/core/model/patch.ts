import { entriesAt, itemsAt, nodeAt, stringAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPodMaker, makersOf } from './made-pods';
import { podSpecsOf } from './workload';

/**
 * Whether a resource looks like a part of one: a patch for Kustomize or kubectl. Pods without any image and Services without
 * ports cannot be applied by themselves. What an operator needs of its resource nobody knows here, so such a one may always be a part.
 */
export function looksLikePatch(resource: Resource): boolean {
  if (entriesAt(resource.root).some(({ key }) => key.startsWith('$'))) return true;
  if (isPodMaker(resource) && !makersOf(resource).some(({ selector }) => selector !== undefined)) return true;
  if (resource.kind === 'Service' && !isPodMaker(resource)) return isPartOfService(resource);
  const specs = podSpecsOf(resource);
  return (
    specs !== undefined &&
    !specs.some((spec) => itemsAt(spec, 'containers').some((container) => stringAt(container, 'image')))
  );
}

/** A headless Service may do without ports (API reference, ServiceSpec). */
function isPartOfService({ root }: Resource): boolean {
  const spec = nodeAt(root, 'spec');
  if (itemsAt(spec, 'ports').length > 0 || stringAt(spec, 'type')?.value === 'ExternalName') return false;
  return stringAt(spec, 'clusterIP')?.value !== 'None';
}
