import { servicesMadeBy, type MadeService } from './made-pods';
import { derivedOf, type NetworkModel } from './network-model';

/** The Services that operators make in a namespace, beside those that are written, as their documentation promises. */
export function operatorServicesOf(model: NetworkModel, namespace: string): readonly MadeService[] {
  const makers = [...(model.contents.get(namespace)?.podMakers ?? [])];
  return makers.flatMap((resource) =>
    derivedOf(model, resource, 'made-services', () => servicesMadeBy(resource, namespace)),
  );
}

/** The Service of that name that an operator makes; undefined when none is known to. */
export function operatorServiceNamed(model: NetworkModel, namespace: string, name: string): MadeService | undefined {
  return operatorServicesOf(model, namespace).find((service) =>
    service.name.endsWith('*') ? name.startsWith(service.name.slice(0, -1)) : service.name === name,
  );
}

/** `Cluster db`: who makes it. */
export function printMaker({ resource }: MadeService): string {
  return `${resource.kind} ${resource.name}`;
}
