import { itemsAt, type SourceNode } from '../manifest/node';
import { parseCidr, type Cidr } from '../model/cidr';
import type { Service } from '../model/service';
import type { PolicyAnswer } from './decisions';
import { addEdge, addNode, type Drawing } from './drawing';
import { lanes } from './routing-lanes';

/** Adds the edge from outside the cluster to a node that is meant to be reached from there. */
export function addFromOutside(
  drawing: Drawing,
  target: string,
  label: string,
  way: PolicyAnswer = { state: 'ok' },
): void {
  const look = { kind: 'outside', lane: lanes.outside, lines: [], group: undefined, problems: [] } as const;
  addNode(drawing, { id: 'outside', ...look, title: 'Outside the cluster', subtitle: 'internet, other networks' });
  addEdge(drawing, { source: 'outside', target, label, ...way });
}

/**
 * Adds the edge from outside to a Service that can be reached from there without a route. ClusterIP Services get none: any pod may ask
 * for them, and a hub with an edge to each of them would say nothing.
 * @param answerOf what policies make of it; undefined: that is told elsewhere
 */
export function addEntry(drawing: Drawing, service: Service, answerOf?: (service: Service) => PolicyAnswer): void {
  const label = describeEntry(service);
  const target = drawing.ids.get(service);
  if (label !== undefined && target !== undefined) addFromOutside(drawing, target, label, answerOf?.(service));
}

/** How a Service is reached from outside; undefined when it is not. */
function describeEntry(service: Service): string | undefined {
  const ports = service.ports.map(({ port }) => String(port.value)).join(', ');
  if (service.type === 'LoadBalancer') {
    const sources = sourceTextsOf(service);
    return sources.length > 0 ? `${ports} from ${sources.join(', ')}` : ports;
  }
  if (service.type === 'NodePort') {
    const written = service.ports.flatMap(({ nodePort }) => nodePort ?? []);
    return written.length > 0 ? `node port ${written.join(', ')}` : 'node port, assigned';
  }
  const addresses = externalIpsOf(service);
  return addresses.length > 0 ? `${addresses.join(', ')}: ${ports}` : undefined;
}

/** The addresses that a load balancer lets in; undefined: any, or some that cannot be read. */
export function sourceRangesOf(service: Service): readonly Cidr[] | undefined {
  const texts = service.type === 'LoadBalancer' ? sourceTextsOf(service) : [];
  const ranges = texts.flatMap((text) => parseCidr(text.trim()) ?? []);
  return texts.length > 0 && ranges.length === texts.length ? ranges : undefined;
}

function sourceTextsOf({ resource }: Service): readonly string[] {
  return textsOf(itemsAt(resource.root, 'spec', 'loadBalancerSourceRanges'));
}

/** Addresses of nodes' own network that lead to a Service of any type (API reference, ServiceSpec.externalIPs). */
export function externalIpsOf({ resource }: Service): readonly string[] {
  return textsOf(itemsAt(resource.root, 'spec', 'externalIPs'));
}

function textsOf(nodes: readonly SourceNode[]): readonly string[] {
  return nodes.flatMap((node) => (node.type === 'scalar' ? [String(node.value)] : []));
}
