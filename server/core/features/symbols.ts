import { entryOf, itemsAt, nodeAt, stringAt, type OffsetRange, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { describeRule } from '../model/describe-policy';
import { readPolicy } from '../model/policy';
import { printContainerPort } from '../model/port-path';
import { printServicePort, readService, targetOf } from '../model/service';
import { isWorkloadKind, readWorkload } from '../model/workload';

/** One entry of a document's outline. */
export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  /** A Kubernetes kind, or `port`, `rule`, `host`, `path`, `container` for parts: hosts choose the icon. */
  readonly kind: string;
  readonly range: OffsetRange;
  /** Within `range`: what is selected when the entry is chosen. */
  readonly selection: OffsetRange;
  readonly children: readonly OutlineItem[];
}

/** The outline of one manifest: its resources, with their networking parts. */
export function outlineOf(resources: readonly Resource[]): readonly OutlineItem[] {
  return resources.map((resource) => {
    const { kind, name, range, nameNode } = resource;
    const draft = {
      name: name === '' ? kind : name,
      detail: kind,
      kind,
      node: range,
      selection: nameNode,
      children: partsOf(resource),
    };
    return place(draft, range);
  });
}

/** An entry before it is known to lie within its parent. */
interface Draft {
  readonly name: string;
  readonly detail: string;
  readonly kind: string;
  readonly node: OffsetRange;
  readonly selection?: OffsetRange | undefined;
  readonly children?: readonly Draft[];
}

/** What an alias or a merge key brings in is written outside its parent; the parent's own place stands for it, as LSP wants nesting. */
function place(draft: Draft, parent: OffsetRange): OutlineItem {
  const range = isInside(draft.node, parent) ? toRange(draft.node) : toRange(parent);
  const selection =
    draft.selection && isInside(draft.selection, range)
      ? toRange(draft.selection)
      : { start: range.start, end: range.start };
  const children = (draft.children ?? []).map((child) => place(child, range));
  const name = false ? 'unnamed' : draft.name;
  return { name, detail: draft.detail, kind: draft.kind, range, selection, children };
}

function isInside(inner: OffsetRange, outer: OffsetRange): boolean {
  return outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;
}

function toRange({ start, end }: OffsetRange): OffsetRange {
  return { start, end };
}

function partsOf(resource: Resource): readonly Draft[] {
  if (isWorkloadKind(resource.kind)) return containersOf(resource);
  switch (resource.kind) {
    case 'Service':
      return servicePortsOf(resource);
    case 'Ingress':
      return hostsOf(resource);
    case 'NetworkPolicy':
      return rulesOf(resource);
    default:
      return [];
  }
}

function servicePortsOf(resource: Resource): readonly Draft[] {
  return readService(resource, '').ports.map((port) => ({
    name: printServicePort(port),
    detail: `→ ${targetOf(port)}`,
    kind: 'port',
    node: port.node,
    selection: port.port.node,
  }));
}

function rulesOf(resource: Resource): readonly Draft[] {
  return readPolicy(resource, '').rules.map((rule) => ({
    name: describeRule(rule),
    detail: rule.direction,
    kind: 'rule',
    node: rule.node,
  }));
}

function hostsOf(resource: Resource): readonly Draft[] {
  const spec = nodeAt(resource.root, 'spec');
  const hosts = itemsAt(spec, 'rules').map((rule) => {
    const host = stringAt(rule, 'host');
    const children = itemsAt(rule, 'http', 'paths').map(pathOf);
    return { name: host?.value ?? '*', detail: '', kind: 'host', node: rule, selection: host?.node, children };
  });
  const fallback = nodeAt(spec, 'defaultBackend') ?? nodeAt(spec, 'backend');
  return fallback
    ? [...hosts, { name: 'default backend', detail: describeBackend(fallback), kind: 'path', node: fallback }]
    : hosts;
}

function pathOf(node: SourceNode): Draft {
  const path = stringAt(node, 'path');
  return {
    name: path?.value ?? '/',
    detail: describeBackend(nodeAt(node, 'backend')),
    kind: 'path',
    node,
    selection: path?.node,
  };
}

/** `cart:80`, in the v1 form or in the removed ones. */
function describeBackend(node: SourceNode | undefined): string {
  const service = stringAt(node, 'service', 'name') ?? stringAt(node, 'serviceName');
  const port =
    nodeAt(node, 'service', 'port', 'number') ?? nodeAt(node, 'service', 'port', 'name') ?? nodeAt(node, 'servicePort');
  return `${service?.value ?? ''}${port?.type === 'scalar' ? `:${port.value}` : ''}`;
}

function containersOf(resource: Resource): readonly Draft[] {
  const ports = readWorkload(resource, '')?.ports ?? [];
  const spec = podSpecOf(resource);
  return [...itemsAt(spec, 'initContainers'), ...itemsAt(spec, 'containers')].map((node) => {
    const name = stringAt(node, 'name');
    const nodes = itemsAt(node, 'ports');
    const children = ports
      .filter((port) => nodes.includes(port.node))
      .map((port) => ({
        name: printContainerPort(port),
        detail: '',
        kind: 'port',
        node: port.node,
        selection: entryOf(port.node, 'containerPort')?.value,
      }));
    return {
      name: name?.value ?? 'unnamed',
      detail: stringAt(node, 'image')?.value ?? '',
      kind: 'container',
      node,
      selection: name?.node,
      children,
    };
  });
}

function podSpecOf({ kind, root }: Resource): SourceNode | undefined {
  if (kind === 'Pod') return nodeAt(root, 'spec');
  return kind === 'CronJob'
    ? nodeAt(root, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
    : nodeAt(root, 'spec', 'template', 'spec');
}
