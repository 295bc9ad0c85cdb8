import { computed } from '../manifest/edit-tree';
import { groupOf, isBuiltInKind } from '../manifest/kinds';
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
import { isPodMaker, madePodsOf, type MadePods } from './made-pods';

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
  /** Labels that are put on the pods beside those, as far as their values are in no manifest. */
  readonly addedLabels: readonly AddedLabel[];
  /** False when the pods may have further labels: what makes them documents only some. */
  readonly labelsKnown: boolean;
  /** The kind of Kubernetes that runs the pods and adds labels of its own; undefined when an operator does that itself. */
  readonly runBy: string | undefined;
  /** `spec.selector`, for kinds that have one. */
  readonly selector: Selector | undefined;
  /** Ports of containers and of restartable init containers. */
  readonly ports: readonly ContainerPort[];
  /** False when something that is filled in later stands where a port is read: then it may have further ports and names. */
  readonly portsKnown: boolean;
  /** Undefined for kinds without replicas, and where it is left to the default of 1. */
  readonly replicas: number | undefined;
  readonly hostNetwork: boolean;
  /** The pods' spec as far as it is written; undefined where an operator makes all of it. */
  readonly podSpec: SourceNode | undefined;
  /** What made it, as a cluster writes it down (`metadata.ownerReferences`); undefined in manifests that people write. */
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
}

/** A label with a value that only run time tells. */
export interface AddedLabel {
  /** With `*` at its end for any key that begins so: then the label may be there, and may not. */
  readonly key: string;
  /** How the value begins; the whole value when it does not end with `*`. */
  readonly value: string;
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

/** Whether a resource is of a kind that makes pods. */
export function makesPods(resource: Resource): boolean {
  return isPodMaker(resource) || templatePathOf(resource) !== undefined;
}

/** A Volcano Job is no Job, a custom StatefulSet no StatefulSet: each has an entry among the makers, or means nothing here. */
function templatePathOf({ apiVersion, kind }: Resource): readonly string[] | undefined {
  const path = templatePaths.get(kind);
  return path && isBuiltInKind(`${groupOf(apiVersion)}/${kind}`) ? path : undefined;
}

/** Where a resource that makes pods keeps their specs; none for one that does not write them out. Undefined for other kinds. */
export function podSpecsOf(resource: Resource): readonly SourceNode[] | undefined {
  if (isPodMaker(resource)) {
    const specs = madePodsOf(resource, '').map(({ template }) => nodeAt(template, 'spec'));
    return specs.filter((spec) => spec !== undefined);
  }
  const path = templatePathOf(resource);
  const spec = path && nodeAt(resource.root, ...path, 'spec');
  return path && (spec ? [spec] : []);
}

/**
 * Reads the sets of pods that a resource makes: one for a kind of Kubernetes, none when it makes no pods (a patch without a template, an
 * empty object), several where an operator makes pods of several sorts.
 */
export function readWorkloads(resource: Resource, namespace: string): readonly Workload[] {
  if (isPodMaker(resource))
    return madePodsOf(resource, namespace).flatMap((made) => readMade(resource, namespace, made));
  const path = templatePathOf(resource);
  const template = path && nodeAt(resource.root, ...path);
  if (template?.type !== 'map' || nodeAt(template, 'spec') === undefined) return [];
  return [
    {
      resource,
      kind: resource.kind,
      name: resource.name,
      namespace,
      podLabels: labelsAt(template, 'metadata', 'labels'),
      podLabelsNode: nodeAt(template, 'metadata', 'labels'),
      addedLabels: noLabels,
      labelsKnown: true,
      runBy: resource.kind,
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
      podSpec: nodeAt(template, 'spec'),
      owner: readOwner(resource),
    },
  ];
}

const noLabels: readonly AddedLabel[] = [];

/** Pods that an operator makes. What its documentation promises has no place of its own in the manifest: it points at the name. */
function readMade(resource: Resource, namespace: string, made: MadePods): readonly Workload[] {
  const { template } = made;
  if (made.hasTemplate && template?.type !== 'map') return [];
  const spec = nodeAt(template, 'spec');
  const labelNodes = [nodeAt(template, 'metadata', 'labels'), ...made.writtenLabels].filter(
    (node) => node !== undefined,
  );
  const isFixed = ([key, value]: readonly [string, string]): boolean => !key.endsWith('*') && !value.endsWith('*');
  const fixed = made.labels.filter(isFixed);
  const written = labelNodes.flatMap((node) => labelsAt(node)).filter(({ key }) => !fixed.some(([own]) => own === key));
  const containers = nodeAt(spec, 'containers');
  return [
    {
      resource,
      kind: resource.kind,
      name: made.name,
      namespace,
      // The last of several with one key counts, as in a mapping; those that a person wrote stand last, where a fix may add another.
      podLabels: [
        ...fixed.map(([key, value]) => labelAtName(resource, key, value)),
        ...new Map(written.map((label) => [label.key, label])).values(),
      ],
      podLabelsNode: labelNodes[0],
      addedLabels: made.labels.filter((label) => !isFixed(label)).map(([key, value]) => ({ key, value })),
      labelsKnown: made.hasTemplate,
      runBy: made.runBy,
      selector: readAnySelector(made.selector),
      ports: [...readPorts(spec), ...made.ports.map(([name, number]) => portAtName(resource, name, number))],
      portsKnown: containers !== undefined && made.ports.length === 0 && arePortsKnown(spec),
      replicas: made.replicas,
      hostNetwork: booleanAt(spec, 'hostNetwork') ?? false,
      podSpec: spec,
      owner: readOwner(resource),
    },
  ];
}

function labelAtName({ nameNode }: Resource, key: string, value: string): Label {
  const { start, end } = nameNode;
  return { key, value, entry: { key, keyStart: start, keyEnd: end, value: computed(nameNode, value) } };
}

function portAtName({ nameNode }: Resource, name: string, number: number): ContainerPort {
  const node = computed(nameNode, name);
  return { name: { value: name, node }, number, protocol: 'TCP', container: '', node };
}

/** A LabelSelector, or a plain mapping of labels where it has none of that one's fields (DeploymentConfig). */
function readAnySelector(node: SourceNode | undefined): Selector | undefined {
  const isLabelSelector = ['matchLabels', 'matchExpressions'].some((field) => nodeAt(node, field) !== undefined);
  return isLabelSelector ? readLabelSelector(node) : readMapSelector(node);
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

/** Whether a workload's pods meet one requirement. A label that is put on them may have any fitting value. */
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

/** Whether the pods of a workload get a label from their controller or operator, with a value that is in no manifest. */
export function isLabelOfController(key: string, workload: Workload): boolean {
  if (labelValue(workload.podLabels, key) !== undefined) return false;
  return (
    (workload.runBy !== undefined && (controllerLabels.get(workload.runBy)?.includes(key) ?? false)) ||
    workload.addedLabels.some((added) => fits(added.key, key))
  );
}

/** Whether such a label may also be missing: nothing but a pattern of keys speaks of it. */
export function isOptionalLabel(key: string, workload: Workload): boolean {
  const isOfController = workload.runBy !== undefined && (controllerLabels.get(workload.runBy)?.includes(key) ?? false);
  return (
    isLabelOfController(key, workload) && !isOfController && !workload.addedLabels.some((added) => added.key === key)
  );
}

function mayCarry(workload: Workload, key: string, value: string): boolean {
  const added =
    workload.addedLabels.find((label) => label.key === key) ??
    workload.addedLabels.find((label) => fits(label.key, key));
  if (added) return fits(added.value, value);
  const isJobName = key.endsWith('job-name');
  const isPodName = key === 'statefulset.kubernetes.io/pod-name';
  const generated = stringAt(workload.resource.root, 'metadata', 'generateName')?.value;
  if (workload.name === '' && generated !== undefined && (isJobName || isPodName)) return value.startsWith(generated);
  if (isJobName)
    return workload.runBy === 'CronJob'
      ? value.startsWith(`${workload.name}-`)
      : value === workload.name || workload.name === '';
  if (isPodName) return value.startsWith(`${workload.name}-`) && /^\d+$/.test(value.slice(workload.name.length + 1));
  return true;
}

function fits(pattern: string, text: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
