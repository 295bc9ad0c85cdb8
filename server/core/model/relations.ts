import type { Resource } from '../manifest/resource';
import type { Ingress, IngressBackend } from './ingress';
import type { Selector } from './label';
import {
  knownNamespaces,
  namespaceMeets,
  selectWorkloads,
  servicesOf,
  workloadsOf,
  type KnownNamespace,
  type NamespaceContents,
  type NetworkModel,
} from './network-model';
import type { Direction, NetworkPolicy, PolicyPeer } from './policy';
import { followPort } from './port-path';
import type { Service, ServicePort } from './service';
import { selectsPods, type ContainerPort, type Workload } from './workload';

/** The pods of a namespace that a selector catches, by name: the model's own order changes with every edit. */
export function selectPods(model: NetworkModel, namespace: string, selector: Selector): readonly Workload[] {
  return inOrder(selectWorkloads(model, namespace, selector));
}

/** The pods a Service leads to; none for ExternalName, whose selector means nothing (API reference, ServiceSpec.selector). */
export function podsBehind(model: NetworkModel, service: Service): readonly Workload[] {
  if (!service.selector || service.type === 'ExternalName') return [];
  return selectPods(model, service.namespace, service.selector);
}

/** Whether somebody wrote the endpoints of a Service by hand. */
export function hasManualEndpoints(model: NetworkModel, service: Service): boolean {
  return model.contents.get(service.namespace)?.endpoints.has(service.name) ?? false;
}

/** The Services that lead to a workload's pods. */
export function servicesInFront(model: NetworkModel, workload: Workload): readonly Service[] {
  return inOrder(
    servicesOf(model, workload.namespace).filter(
      ({ selector, type }) => selector && type !== 'ExternalName' && selectsPods(selector, workload),
    ),
  );
}

/** The Services, with their port, that lead to one container port. */
export function portsInFront(
  model: NetworkModel,
  workload: Workload,
  port: ContainerPort,
): readonly { readonly service: Service; readonly port: ServicePort }[] {
  return servicesInFront(model, workload).flatMap((service) =>
    service.ports
      .filter((candidate) => followPort(candidate, workload).declared === port)
      .map((candidate) => ({ service, port: candidate })),
  );
}

/** The pods a policy speaks of. */
export function podsUnder(model: NetworkModel, policy: NetworkPolicy): readonly Workload[] {
  return policy.podSelector ? selectPods(model, policy.namespace, policy.podSelector) : [];
}

/** The policies that select a workload's pods, in a direction or in any. */
export function policiesOver(model: NetworkModel, workload: Workload, direction?: Direction): readonly NetworkPolicy[] {
  const policies = [...(model.contents.get(workload.namespace)?.policies ?? [])];
  return inOrder(
    policies.filter(
      ({ podSelector, directions }) =>
        podSelector?.valid &&
        (direction === undefined || directions.includes(direction)) &&
        selectsPods(podSelector, workload),
    ),
  );
}

/** The port of a Service that a route's backend names: by number, or by the name of the Service's own port (API reference, ServiceBackendPort). */
export function portOfBackend(service: Service, { port }: IngressBackend): ServicePort | undefined {
  if (!port) return service.ports.length === 1 ? service.ports[0] : undefined;
  return service.ports.find((candidate) =>
    typeof port.value === 'number' ? candidate.port.value === port.value : candidate.name?.value === port.value,
  );
}

/** What a namespaceSelector catches, as far as the manifests tell. */
export interface MetNamespaces {
  readonly met: readonly KnownNamespace[];
  /** Namespaces whose labels no manifest tells. */
  readonly unknown: readonly KnownNamespace[];
}

/** The namespaces that a selector catches. */
export function selectNamespaces(model: NetworkModel, selector: Selector): MetNamespaces {
  const known = [...knownNamespaces(model)].sort((a, b) => compare(a.name, b.name));
  const answers = known.map((namespace) => ({
    namespace,
    answer: namespaceMeets(namespace, selector),
  }));
  const withAnswer = (wanted: boolean | 'unknown'): readonly KnownNamespace[] =>
    answers.filter(({ answer }) => answer === wanted).map(({ namespace }) => namespace);
  return { met: withAnswer(true), unknown: withAnswer('unknown') };
}

/**
 * The pods that a peer catches for certain. Both selectors of one peer must hold; a podSelector alone means the policy's own
 * namespace (API reference, NetworkPolicyPeer).
 */
export function podsOfPeer(model: NetworkModel, policy: NetworkPolicy, peer: PolicyPeer): readonly Workload[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (ipBlock || (!podSelector && !namespaceSelector)) return [];
  const namespaces = namespaceSelector
    ? selectNamespaces(model, namespaceSelector).met.map(({ name }) => name)
    : [policy.namespace];
  return namespaces.flatMap((namespace) =>
    podSelector ? selectPods(model, namespace, podSelector) : inOrder(workloadsOf(model, namespace)),
  );
}

/** The Service that was read from a resource. */
export function serviceFrom(model: NetworkModel, resource: Resource): Service | undefined {
  return find(model, (contents) => contents.services.get(resource.name) ?? [], resource);
}

/** The workloads that were read from a resource, in its order; none for one that makes no pods. */
export function workloadsFrom(model: NetworkModel, resource: Resource): readonly Workload[] {
  for (const { workloads } of model.contents.values()) {
    const found = [...workloads].filter((workload) => workload.resource === resource);
    if (found.length > 0) return found;
  }
  return [];
}

/** The policy that was read from a resource. */
export function policyFrom(model: NetworkModel, resource: Resource): NetworkPolicy | undefined {
  return find(model, (contents) => contents.policies, resource);
}

/** The Ingress that was read from a resource. */
export function ingressFrom(model: NetworkModel, resource: Resource): Ingress | undefined {
  return find(model, (contents) => contents.ingresses, resource);
}

/** By name, then kind, then place: the same from run to run. */
function inOrder<T extends { readonly name: string; readonly resource: Resource }>(items: readonly T[]): readonly T[] {
  return [...items].sort(
    (a, b) =>
      compare(a.name, b.name) ||
      compare(a.resource.kind, b.resource.kind) ||
      compare(a.resource.file, b.resource.file) ||
      a.resource.range.start - b.resource.range.start,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function find<T extends { readonly resource: Resource }>(
  model: NetworkModel,
  itemsOf: (contents: NamespaceContents) => Iterable<T>,
  resource: Resource,
): T | undefined {
  for (const contents of model.contents.values()) {
    for (const item of itemsOf(contents)) if (item.resource === resource) return item;
  }
  return undefined;
}
