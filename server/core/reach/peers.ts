import { stringAt } from '../manifest/node';
import type { Cidr } from '../model/cidr';
import { derivedIn, derivedOf, overwrittenResources, workloadsOf, type NetworkModel } from '../model/network-model';
import type { Workload } from '../model/workload';
import { cutSpace, type AddressRange } from './ip-space';

/** Pods that no selector and no port name can tell apart: same namespace, labels, ports, network. Work is done once for each class. */
export interface PodClass {
  /** All that tells these pods from others. */
  readonly key: string;
  readonly namespace: string;
  /** Any one of them. */
  readonly pods: Workload;
  readonly workloads: readonly Workload[];
}

/**
 * Everyone who can talk, by number: first the classes of pods, then the ingress controller that no manifest declares, then the ranges
 * of addresses outside of the cluster.
 */
export interface Peers {
  readonly classes: readonly PodClass[];
  readonly controller: number;
  /** The whole of IPv4, then the whole of IPv6. */
  readonly ranges: readonly AddressRange[];
  /** Whether a policy speaks of IPv6: else nothing tells its addresses apart, and results leave them out. */
  readonly speaksOfIpv6: boolean;
  readonly firstRange: number;
  readonly count: number;
  readonly classOf: ReadonlyMap<Workload, number>;
}

/** @param cidrs every CIDR that a policy speaks of: they cut the outside into ranges. */
export function peersOf(model: NetworkModel, cidrs: readonly Cidr[]): Peers {
  const classes = [...model.contents.keys()]
    .sort()
    .flatMap((namespace) => derivedIn(model, namespace, 'pod-classes', () => classesOf(model, namespace)));
  const ranges = [...cutSpace(4, cidrs), ...cutSpace(6, cidrs)];
  const firstRange = classes.length + 1;
  return {
    classes,
    controller: classes.length,
    ranges,
    speaksOfIpv6: cidrs.some(({ family }) => family === 6),
    firstRange,
    count: firstRange + ranges.length,
    classOf: new Map(classes.flatMap(({ workloads }, index) => workloads.map((workload) => [workload, index]))),
  };
}

/** In an order of their own: that of the model changes with every edit. */
function classesOf(model: NetworkModel, namespace: string): readonly PodClass[] {
  const byKey = new Map<string, Workload[]>();
  const overwritten = overwrittenResources(model);
  for (const workload of workloadsOf(model, namespace)) {
    if (overwritten.has(workload.resource)) continue;
    const key = derivedOf(model, workload, 'class-key', () => classKey(workload));
    const known = byKey.get(key);
    if (known) known.push(workload);
    else byKey.set(key, [workload]);
  }
  return [...byKey].map(([key, workloads]) => toClass(key, workloads)).sort(byNames);
}

function toClass(key: string, workloads: readonly Workload[]): PodClass {
  const pods = workloads.reduce((first, other) => (other.name < first.name ? other : first));
  return { key, namespace: pods.namespace, pods, workloads };
}

function byNames(a: PodClass, b: PodClass): number {
  return compare(a.pods.name, b.pods.name) || compare(a.pods.kind, b.pods.kind) || compare(a.key, b.key);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether two sets of peers are the same by number, whatever workloads they were read from. */
export function samePeers(a: Peers, b: Peers): boolean {
  return (
    a.classes.length === b.classes.length &&
    a.ranges.length === b.ranges.length &&
    a.classes.every(({ key }, index) => b.classes[index]?.key === key) &&
    a.ranges.every((range, index) => isSameRange(range, b.ranges[index]))
  );
}

function isSameRange(a: AddressRange, b: AddressRange | undefined): boolean {
  return b !== undefined && a.family === b.family && a.first === b.first;
}

/** Kinds whose pods' controller labels hold the workload's own name (`job-name`, `statefulset.kubernetes.io/pod-name`). */
const namedByController: ReadonlySet<string> = new Set(['Job', 'CronJob', 'StatefulSet']);

function classKey(workload: Workload): string {
  const labels = workload.podLabels.map(({ key, value }) => `${key}=${value}`).sort();
  const ports = workload.ports.map(({ name, number, protocol }) => `${name?.value ?? ''}:${number}/${protocol}`).sort();
  return JSON.stringify([
    workload.namespace,
    workload.kind,
    workload.runBy,
    namedByController.has(workload.runBy ?? '') ? nameOf(workload) : '',
    workload.addedLabels,
    workload.labelsKnown,
    workload.hostNetwork,
    labels,
    ports,
  ]);
}

function nameOf({ name, resource }: Workload): string {
  return name || (stringAt(resource.root, 'metadata', 'generateName')?.value ?? '');
}

/** `shop/web[Deployment]`: what people know a workload by. Pods that a cluster wrote down go by the name of what made them. */
export function printPeer(workload: Workload): string {
  const { namespace, kind, owner } = workload;
  if (owner && kind === 'Pod') return `${namespace}/${owner.name}[${owner.kind}]`;
  return `${namespace}/${nameOf(workload)}[${kind}]`;
}

/** What the traffic of routes comes from when no manifest declares the controller's pods. */
export const ingressController = '{ingress-controller}';
