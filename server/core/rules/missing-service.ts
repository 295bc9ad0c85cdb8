import { nodeAt } from '../manifest/node';
import { isPlaceholder } from '../model/label';
import { operatorServicesOf } from '../model/made-services';
import { derived, isClusterNamespace, serviceNamed, servicesOf, type NetworkModel } from '../model/network-model';
import type { Service } from '../model/service';
import { isKnown, type ClusterName } from '../model/dns-targets';
import { isNear, nearest } from './near';

/** Why a name leads to no Service (RULES.md: near miss, elsewhere, outside). */
export type MissingService =
  /** A Service of that namespace has nearly this name. */
  | { readonly kind: 'near'; readonly service: Service }
  /** A namespace of nearly this name has the Service. */
  | { readonly kind: 'near-namespace'; readonly service: Service }
  /** Kustomize puts something around the names of Services, and leaves texts as they are. */
  | { readonly kind: 'renamed'; readonly service: Service }
  /** Another namespace has the Service. */
  | {
      readonly kind: 'elsewhere';
      readonly services: readonly Service[];
      readonly model: NetworkModel;
      readonly sameScope: boolean;
      /** Kustomize took the Service out of the namespace that is written. */
      readonly moved?: true;
    }
  | {
      readonly kind: 'outside';
      readonly populated: boolean;
      /** Services of that very name in other namespaces of the scope, which holds nothing of the one that is written. */
      readonly namesakes: readonly Service[];
    };

/** Tells why a name leads to no Service; undefined where nothing may be concluded. */
export function explainMissing(model: NetworkModel, name: ClusterName): MissingService | undefined {
  const { namespace, writtenNamespace } = name;
  const wanted = name.service.text;
  if (isPlaceholder(namespace) || isClusterNamespace(namespace)) return undefined;
  const { services, isOpen } = servicesIn(model, namespace);
  if (isOpen) return undefined;
  const populated = isKnown(model, namespace);
  const renamed = populated ? renamedService(model, namespace, wanted) : undefined;
  if (renamed) return { kind: 'renamed', service: renamed };
  const near = nearestService(model, namespace, wanted, services);
  if (near === 'unknown') return undefined;
  if (near) return { kind: 'near', service: near };
  if (operatorServicesOf(model, namespace).some((made) => isNear(wanted, made.name))) return undefined;
  if (!populated && writtenNamespace) return explainEmptyNamespace(model, namespace, wanted);
  return findElsewhere(model, wanted) ?? { kind: 'outside', populated, namesakes: [] };
}

/** For a namespace into which the scope puts neither pods nor Services. */
function explainEmptyNamespace(model: NetworkModel, namespace: string, wanted: string): MissingService {
  const namespaces = namespacesWith(model, wanted);
  const other = nearest(namespace, namespaces, (candidate) => candidate);
  const near = other === undefined ? undefined : serviceNamed(model, other, wanted);
  if (near) return { kind: 'near-namespace', service: near };
  // What says no namespace is applied to whichever one likes: maybe to this one.
  const services = namespaces.flatMap((one) => serviceNamed(model, one, wanted) ?? []).filter(isPlaced);
  const isOpen = namespaces.some(isPlaceholder) || services.length < namespaces.length;
  if (isOpen || services.length === 0) return { kind: 'outside', populated: false, namesakes: [] };
  const moved = namespace === 'default' && services.every((service) => isMoved(model, service));
  if (!moved && !model.namespaceDeclarations.has(namespace))
    return { kind: 'outside', populated: false, namesakes: services };
  return { kind: 'elsewhere', services, model, sameScope: true, ...(moved ? { moved } : {}) };
}

function isPlaced({ resource }: Service): boolean {
  return resource.namespace !== undefined;
}

/** Whether a kustomization says the namespace, in its own file. */
function isMoved({ scope }: NetworkModel, { resource }: Service): boolean {
  const file = nodeAt(resource.root, 'metadata', 'namespace')?.file;
  return scope.kind === 'kustomize' && file !== undefined && file !== resource.file;
}

/** The Services of a namespace, and whether some of their names are filled in later. */
function servicesIn(
  model: NetworkModel,
  namespace: string,
): { readonly services: readonly Service[]; readonly isOpen: boolean } {
  return derived(model, `services-in ${namespace}`, () => {
    const services = servicesOf(model, namespace);
    return { services, isOpen: services.some(({ name }) => isPlaceholder(name)) };
  });
}

/** So many pairs of names are compared in one scope, which is a hundred missing names beside thousands of Services. */
const mostComparisons = 300_000;

/** The Service of a namespace with the nearest name; `unknown` where too many names are missing to look for each. */
function nearestService(
  model: NetworkModel,
  namespace: string,
  wanted: string,
  services: readonly Service[],
): Service | 'unknown' | undefined {
  const search = derived(model, 'nearest-services', () => ({
    left: mostComparisons,
    found: new Map<string, Service | undefined>(),
  }));
  const key = `${namespace}/${wanted}`;
  if (search.found.has(key)) return search.found.get(key);
  if (search.left < services.length) return 'unknown';
  search.left -= services.length;
  const found = nearest(wanted, services, (service) => service.name);
  search.found.set(key, found);
  return found;
}

/** A Service whose name has what the scope puts around names. */
function renamedService(model: NetworkModel, namespace: string, name: string): Service | undefined {
  const affixes = (model.scope.rendering?.affixes ?? []).filter((affix) => affix !== '');
  return affixes
    .flatMap((affix) => [`${affix}${name}`, `${name}${affix}`])
    .flatMap((whole) => serviceNamed(model, namespace, whole) ?? [])[0];
}

function findElsewhere(model: NetworkModel, name: string): MissingService | undefined {
  for (const other of [model, ...model.neighbours.filter((neighbour) => neighbour !== model)]) {
    const namespaces = namespacesWith(other, name);
    if (namespaces.some(isPlaceholder)) return undefined;
    const services = namespaces.flatMap((namespace) => serviceNamed(other, namespace, name) ?? []);
    if (services.length > 0) return { kind: 'elsewhere', services, model: other, sameScope: other === model };
  }
  return undefined;
}

/** The namespaces of a scope that hold a Service of this name, in order. */
function namespacesWith(model: NetworkModel, name: string): readonly string[] {
  const index = derived(model, 'namespaces-by-service', () => {
    const found = new Map<string, string[]>();
    for (const { name: namespace, services } of model.contents.values()) {
      for (const service of services.keys()) found.set(service, [...(found.get(service) ?? []), namespace]);
    }
    return found;
  });
  return (index.get(name) ?? []).toSorted();
}
