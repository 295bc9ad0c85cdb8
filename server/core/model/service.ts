import { itemsAt, nodeAt, numberAt, stringAt, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { readMapSelector, type Selector } from './label';
import { readProtocol, type ContainerPort, type Protocol, type Workload } from './workload';

export interface ServicePort {
  readonly name: Sourced<string> | undefined;
  readonly port: Sourced<number>;
  readonly protocol: Protocol;
  /** As written; undefined when it is left to the default, the port itself. */
  readonly targetPort: Sourced<number | string> | undefined;
  readonly nodePort: number | undefined;
  readonly node: SourceNode;
}

export interface Service {
  readonly resource: Resource;
  readonly name: string;
  readonly namespace: string;
  /** ClusterIP when none is written. */
  readonly type: string;
  readonly headless: boolean;
  readonly externalName: string | undefined;
  /** Undefined when it is absent or empty: then the endpoints are made by hand or by a controller. */
  readonly selector: Selector | undefined;
  readonly ports: readonly ServicePort[];
}

export function readService(resource: Resource, namespace: string): Service {
  const spec = nodeAt(resource.root, 'spec');
  return {
    resource,
    name: resource.name,
    namespace,
    type: stringAt(spec, 'type')?.value ?? 'ClusterIP',
    headless: stringAt(spec, 'clusterIP')?.value === 'None' || stringAt(spec, 'clusterIPs', 0)?.value === 'None',
    externalName: stringAt(spec, 'externalName')?.value,
    selector: readMapSelector(spec, 'selector'),
    ports: itemsAt(spec, 'ports').flatMap(readServicePort),
  };
}

function readServicePort(node: SourceNode): readonly ServicePort[] {
  const port = numberAt(node, 'port');
  if (!port) return [];
  return [
    {
      name: stringAt(node, 'name'),
      port,
      protocol: readProtocol(node),
      targetPort: numberAt(node, 'targetPort') ?? stringAt(node, 'targetPort'),
      nodePort: numberAt(node, 'nodePort')?.value,
      node,
    },
  ];
}

/** The target port that counts: `port` when none is written, and for 0, which the API server treats as unset. */
export function targetOf(port: ServicePort): number | string {
  const written = port.targetPort?.value;
  return written === undefined || written === 0 || written === '' ? port.port.value : written;
}

/**
 * The container ports of a workload that a Service port leads to. A name must be declared with the same protocol (endpoints
 * controller, FindPort); a number needs no declaration, so an empty answer is no proof that nothing listens.
 */
export function targetsIn(port: ServicePort, workload: Workload): readonly ContainerPort[] {
  const target = targetOf(port);
  return workload.ports.filter(
    (candidate) =>
      candidate.protocol === port.protocol &&
      (typeof target === 'string' ? candidate.name?.value === target : candidate.number === target),
  );
}

/** `80/TCP`, with the name in front when it has one: `http 80/TCP`. */
export function printServicePort(port: ServicePort): string {
  const name = port.name ? `${port.name.value} ` : '';
  return `${name}${port.port.value}/${port.protocol}`;
}

/** Names under which pods reach a Service, shortest first; the first works in the Service's own namespace only. The cluster domain is the default one. */
export function dnsNames(service: Service): readonly string[] {
  const { name, namespace } = service;
  return [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
}
