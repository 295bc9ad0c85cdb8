import { itemsAt, stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { derived, derivedOf, isPatch, workloadsOf, type NetworkModel } from '../model/network-model';
import type { Workload } from '../model/workload';

/** A container as a pod's spec writes it. */
export interface Container {
  readonly node: SourceNode;
  /** Empty when none is written. */
  readonly name: string;
  /** It ends before the others begin, or runs on beside them (`restartPolicy: Always`). */
  readonly isInit: boolean;
  readonly ports: readonly SourceNode[];
}

/** The containers of one pod template. */
export interface PodContainers {
  readonly workload: Workload;
  readonly resource: Resource;
  readonly containers: readonly Container[];
}

/** Every pod template that is written out, but for parts of one: patches, and what an operator completes. */
export function podContainersOf(model: NetworkModel): readonly PodContainers[] {
  return derived(model, 'pod-containers', () =>
    workloadsOf(model)
      .filter(({ resource, podSpec }) => podSpec && !isPatch(model, resource))
      .map((workload) => derivedOf(model, workload, 'containers', () => readContainers(workload))),
  );
}

function readContainers(workload: Workload): PodContainers {
  const { resource, podSpec } = workload;
  const containers = [
    ...itemsAt(podSpec, 'containers').map((node) => readContainer(node, false)),
    ...itemsAt(podSpec, 'initContainers').map((node) => readContainer(node, true)),
  ];
  return { workload, resource, containers };
}

function readContainer(node: SourceNode, isInit: boolean): Container {
  return { node, name: stringAt(node, 'name')?.value ?? '', isInit, ports: itemsAt(node, 'ports') };
}
