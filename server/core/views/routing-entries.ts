import { itemsAt, nodeAt, type SourceNode } from '../manifest/node';
import type { Service } from '../model/service';
import { addEdge, addNode, type Drawing } from './drawing';
import { lanes } from './routing-lanes';
import type { ViewEdge } from './view';

/** Adds the edge from outside the cluster to a node that is meant to be reached from there. */
export function addFromOutside(
  drawing: Drawing,
  target: string,
  label: string,
  way: Pick<ViewEdge, 'state' | 'note'> = { state: 'ok' },
): void {
  const look = { kind: 'outside', lane: lanes.outside, lines: [], group: undefined, problems: [] } as const;
  addNode(drawing, { id: 'outside', ...look, title: 'Outside the cluster', subtitle: 'internet, other networks' });
  addEdge(drawing, { source: 'outside', target, label, ...way });
}

/**
 * Adds the edge from outside to a Service that can be reached from there without a route. ClusterIP Services get none: any pod may ask
 * for them, and a hub with an edge to each of them would say nothing.
 */
export function addEntry(drawing: Drawing, service: Service): void {
  const label = describeEntry(service);
  const target = drawing.ids.get(service);
  if (label !== undefined && target !== undefined) addFromOutside(drawing, target, label);
}

/** How a Service is reached from outside; undefined when it is not. */
function describeEntry(service: Service): string | undefined {
  const spec = nodeAt(service.resource.root, 'spec');
  const ports = service.ports.map(({ port }) => String(port.value)).join(', ');
  if (service.type === 'LoadBalancer') {
    const sources = textsOf(itemsAt(spec, 'loadBalancerSourceRanges'));
    return sources.length > 0 ? `${ports} from ${sources.join(', ')}` : ports;
  }
  if (service.type === 'NodePort') {
    const written = service.ports.flatMap(({ nodePort }) => nodePort ?? []);
    return written.length > 0 ? `node port ${written.join(', ')}` : 'node port, assigned';
  }
  const addresses = externalIpsOf(service);
  return addresses.length > 0 ? `${addresses.join(', ')}: ${ports}` : undefined;
}

/** Addresses of nodes' own network that lead to a Service of any type (API reference, ServiceSpec.externalIPs). */
export function externalIpsOf({ resource }: Service): readonly string[] {
  return textsOf(itemsAt(nodeAt(resource.root, 'spec'), 'externalIPs'));
}

function textsOf(nodes: readonly SourceNode[]): readonly string[] {
  return nodes.flatMap((node) => (node.type === 'scalar' ? [String(node.value)] : []));
}
