import { booleanAt, itemsAt, nodeAt, numberAt, stringAt, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import {
  isPlaceholder,
  labelsAt,
  readLabelSelector,
  readMapSelector,
  type Label,
  type Requirement,
  type Selector,
  labelValue,
  requirementHolds,
} from './label';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface ContainerPort {
  readonly name: Sourced<string> | undefined;
  readonly number: number;
  readonly protocol: Protocol;
  readonly container: string;
  readonly node: SourceNode;
}

/** What makes pods. */
export interface Workload {
  readonly resource: Resource;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Labels of its pods: of the template, or of the Pod itself. */
  readonly podLabels: readonly Label[];
  /** The mapping that holds `podLabels`, where one is written. */
  readonly podLabelsNode: SourceNode | undefined;
  /** `spec.selector`, for kinds that have one. */
  readonly selector: Selector | undefined;
  /** Ports of containers and of restartable init containers. */
  readonly ports: readonly ContainerPort[];
  /** False when something that is filled in later stands where a port is read: then it may have further ports and names. */
  readonly portsKnown: boolean;
  /** Undefined for kinds without replicas, and where it is left to the default of 1. */
  readonly replicas: number | undefined;
  readonly hostNetwork: boolean;
  /** What made it, as a cluster writes it down (`metadata.ownerReferences`); undefined in manifests that people write. */
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
}

/** Where each kind keeps its pod template (API reference). */
const templatePaths: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ['Deployment', ['spec', 'template']],
  ['StatefulSet', ['spec', 'template']],
  ['DaemonSet', ['spec', 'template']],
  ['ReplicaSet', ['spec', 'template']],
  ['ReplicationController', ['spec', 'template']],
  ['Job', ['spec', 'template']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
]);

/** Labels that controllers put on the pods they make; their values are not in any manifest. */
const controllerLabels: ReadonlyMap<string, readonly string[]> = new Map([
  ['Deployment', ['pod-template-hash']],
  ['ReplicaSet', ['pod-template-hash']],
  ['DaemonSet', ['controller-revision-hash', 'pod-template-generation']],
  ['StatefulSet', ['controller-revision-hash', 'statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index']],
  [
    'Job',
    [
      'job-name',
      'batch.kubernetes.io/job-name',
      'controller-uid',
      'batch.kubernetes.io/controller-uid',
      'batch.kubernetes.io/job-completion-index',
    ],
  ],
  [
    'CronJob',
    [
      'job-name',
      'batch.kubernetes.io/job-name',
      'controller-uid',
      'batch.kubernetes.io/controller-uid',
      'batch.kubernetes.io/job-completion-index',
    ],
  ],
]);

/** Every label key that some controller puts on pods. */
export const controllerLabelKeys: ReadonlySet<string> = new Set([...controllerLabels.values()].flat());

export function isWorkloadKind(kind: string): boolean {
  return templatePaths.has(kind);
}

/** Where a resource of a workload's kind keeps its pods' spec; undefined for other kinds. */
export function podSpecOf(resource: Resource): { readonly spec: SourceNode | undefined } | undefined {
  const path = templatePaths.get(resource.kind);
  return path && { spec: nodeAt(resource.root, ...path, 'spec') };
}

/** Reads a workload, or undefined when the resource makes no pods (a patch without a template, an empty object). */
export function readWorkload(resource: Resource, namespace: string): Workload | undefined {
  const path = templatePaths.get(resource.kind);
  if (!path) return undefined;
  const template = nodeAt(resource.root, ...path);
  if (template?.type !== 'map' || nodeAt(template, 'spec') === undefined) return undefined;
  return {
    resource,
    kind: resource.kind,
    name: resource.name,
    namespace,
    podLabels: labelsAt(template, 'metadata', 'labels'),
    podLabelsNode: nodeAt(template, 'metadata', 'labels'),
    selector:
      resource.kind === 'ReplicationController'
        ? readMapSelector(resource.root, 'spec', 'selector')
        : resource.kind === 'Pod'
          ? undefined
          : readLabelSelector(resource.root, 'spec', 'selector'),
    ports: readPorts(nodeAt(template, 'spec')),
    portsKnown: arePortsKnown(nodeAt(template, 'spec')),
    replicas: numberAt(resource.root, 'spec', 'replicas')?.value,
    hostNetwork: booleanAt(template, 'spec', 'hostNetwork') ?? false,
    owner: readOwner(resource),
  };
}

/** The managing owner (`controller: true`), else the first one (API reference, OwnerReference). */
function readOwner(resource: Resource): Workload['owner'] {
  const references = itemsAt(resource.root, 'metadata', 'ownerReferences');
  const owner = references.find((item) => booleanAt(item, 'controller') === true) ?? references[0];
  const kind = stringAt(owner, 'kind')?.value;
  const name = stringAt(owner, 'name')?.value;
  return kind !== undefined && name !== undefined ? { kind, name } : undefined;
}

/** Init containers count when they keep running beside the others (`restartPolicy: Always`, KEP-753). */
function readPorts(podSpec: SourceNode | undefined): readonly ContainerPort[] {
  return runningContainers(podSpec).flatMap((container) =>
    itemsAt(container, 'ports').flatMap((node) => {
      const number = numberAt(node, 'containerPort');
      if (!number) return [];
      return [
        {
          name: stringAt(node, 'name'),
          number: number.value,
          protocol: readProtocol(node),
          container: stringAt(container, 'name')?.value ?? '',
          node,
        },
      ];
    }),
  );
}

function runningContainers(podSpec: SourceNode | undefined): readonly SourceNode[] {
  const sidecars = itemsAt(podSpec, 'initContainers').filter(
    (item) => stringAt(item, 'restartPolicy')?.value === 'Always',
  );
  return [...itemsAt(podSpec, 'containers'), ...sidecars];
}

function arePortsKnown(podSpec: SourceNode | undefined): boolean {
  const texts = runningContainers(podSpec).flatMap((container) => [
    stringAt(container, 'ports'),
    ...itemsAt(container, 'ports').flatMap((port) => [stringAt(port, 'containerPort'), stringAt(port, 'name')]),
  ]);
  return !texts.some((text) => text !== undefined && isPlaceholder(text.value));
}

/** A port's protocol; TCP when none is written (API reference). */
export function readProtocol(node: SourceNode): Protocol {
  const value = stringAt(node, 'protocol')?.value;
  return value === 'UDP' || value === 'SCTP' ? value : 'TCP';
}

/** `Deployment frontend`. */
export function printWorkload(workload: Workload): string {
  return `${workload.kind} ${workload.name}`;
}

/** Whether a workload's pods meet a selector, counting the labels that its controller adds. */
export function selectsPods(selector: Selector, workload: Workload): boolean {
  return selector.requirements.every((requirement) => podsMeet(requirement, workload));
}

/** Whether a workload's pods meet one requirement. A label its controller adds may have any fitting value. */
export function podsMeet(requirement: Requirement, workload: Workload): boolean {
  const written = labelValue(workload.podLabels, requirement.key);
  if (isLabelOfController(requirement.key, workload)) {
    if (requirement.operator === 'DoesNotExist') return false;
    return (
      requirement.operator !== 'In' || requirement.values.some((value) => mayCarry(workload, requirement.key, value))
    );
  }
  return requirementHolds(requirement, written);
}

/** Whether the pods of a workload get a label from their controller, with a value that is in no manifest. */
export function isLabelOfController(key: string, workload: Workload): boolean {
  return (
    labelValue(workload.podLabels, key) === undefined && (controllerLabels.get(workload.kind)?.includes(key) ?? false)
  );
}

function mayCarry(workload: Workload, key: string, value: string): boolean {
  if (key.endsWith('job-name'))
    return workload.kind === 'CronJob'
      ? value.startsWith(`${workload.name}-`)
      : value === workload.name || workload.name === '';
  if (key === 'statefulset.kubernetes.io/pod-name')
    return value.startsWith(`${workload.name}-`) && /^\d+$/.test(value.slice(workload.name.length + 1));
  return true;
}
