import { entryOf, itemsAt, nodeAt, stringAt, type OffsetRange, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { describeRule } from '../model/describe-policy';
import { readPolicy } from '../model/policy';
import { printContainerPort } from '../model/port-path';
import { printServicePort, readService, targetOf } from '../model/service';
import { makesPods, podSpecsOf, readWorkloads } from '../model/workload';

/** An entry before it is known to lie within its parent. */
export interface Draft {
  readonly name: string;
  readonly detail: string;
  readonly kind: string;
  readonly node: OffsetRange;
  readonly selection?: OffsetRange | undefined;
  readonly children?: readonly Draft[];
}

/** The networking parts of a resource. Pure reading: an outline needs no scope. */
export function partsOf(resource: Resource): readonly Draft[] {
  if (makesPods(resource)) return containersOf(resource);
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
  const ports = readWorkloads(resource, '').flatMap((workload) => workload.ports);
  const containers = (podSpecsOf(resource) ?? []).flatMap((spec) => [
    ...itemsAt(spec, 'initContainers'),
    ...itemsAt(spec, 'containers'),
  ]);
  return containers.map((node) => {
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
