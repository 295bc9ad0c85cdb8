import { booleanAt, itemsAt, nodeAt, numberAt, stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { labelsAt, labelValue } from '../model/label';
import { byPlace, derived, namespaceOf, resourcesOf, type NetworkModel } from '../model/network-model';
import type { Service, ServicePort } from '../model/service';
import { addEdge, addNode, groupId, type Drawing } from './drawing';
import { lanes, shorten } from './routing-lanes';

/** Adds the endpoints that somebody wrote by hand for a Service without selector: each resource with its addresses. */
export function addManualEndpoints(drawing: Drawing, service: Service, source: string): void {
  const { name, namespace } = service;
  const resources = endpointsByService(drawing.context.model).get(`${namespace}/${name}`) ?? [];
  const sets = resources.map((resource) => ({ resource, ...readEndpoints(resource) }));
  const isEmpty = sets.every(({ addresses }) => addresses.length === 0);
  const isUnready = !isReadyOrNot(service) && sets.every(({ addresses }) => addresses.every(isNotReady));
  // Each EndpointSlice may hold a part: a port is missing where none of them has it.
  const all = sets.flatMap(({ ports }) => ports);
  for (const { resource, addresses, ports } of sets) {
    const id = `${resource.kind}/${namespace}/${resource.name}`;
    addNode(drawing, {
      id,
      kind: 'endpoints',
      lane: lanes.workloads,
      group: groupId(namespace),
      title: resource.name,
      subtitle: `${resource.kind}, written by hand`,
      lines: [...firstOf(addresses), ...(addresses.length === 0 ? ['no addresses'] : ports.map(printPort))],
      resourceKind: resource.kind,
      location: drawing.context.locate(resource),
      problems: drawing.context.problemsOf(resource),
    });
    if (isEmpty) {
      const note = `${resource.kind} ${resource.name} lists no address: nothing answers.`;
      addEdge(drawing, { source, target: id, label: portsOf(service), state: 'broken', note });
    } else if (isUnready) {
      const note = `No address of Service ${service.name} is ready: nothing answers until one is.`;
      addEdge(drawing, { source, target: id, label: portsOf(service), state: 'broken', note });
    } else if (isOfNames(resource)) {
      const note = `EndpointSlice ${resource.name} lists names (addressType FQDN): kube-proxy follows none, so only other software may use them.`;
      addEdge(drawing, { source, target: id, label: portsOf(service), state: 'unknown', note });
    } else addPortEdges(drawing, service, source, id, ports, all);
  }
}

/** API reference, ServiceSpec.publishNotReadyAddresses. */
function isReadyOrNot({ resource }: Service): boolean {
  return booleanAt(resource.root, 'spec', 'publishNotReadyAddresses') === true;
}

const notReady = ' (not ready)';

function isNotReady(address: string): boolean {
  return address.endsWith(notReady);
}

/** API reference, EndpointSlice.addressType. */
function isOfNames({ root }: Resource): boolean {
  return stringAt(root, 'addressType')?.value === 'FQDN';
}

interface EndpointPort {
  /** Empty without a name. */
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
}

/** Ports go together by name, and the Service's target port counts for nothing (kube-proxy, ServicePortName). */
function addPortEdges(
  drawing: Drawing,
  service: Service,
  source: string,
  target: string,
  ports: readonly EndpointPort[],
  all: readonly EndpointPort[],
): void {
  const found = service.ports.flatMap((port) => ports.filter(isFor(port)).map(({ number }) => printPath(port, number)));
  // Without any port nothing can be said: a slice may mean all of them.
  const lacking = all.length === 0 ? [] : service.ports.filter((port) => !all.some(isFor(port)));
  const label = all.length === 0 ? portsOf(service) : shorten(found);
  if (found.length > 0 || lacking.length === 0) addEdge(drawing, { source, target, label, state: 'ok' });
  if (lacking.length === 0) return;
  const wanted = lacking.map(({ name }) => (name ? `named "${name.value}"` : 'without a name')).join(' and none ');
  const note = `Endpoints of Service ${service.name} have no port ${wanted}: ports go together by name.`;
  const broken = lacking.map(({ port }) => String(port.value)).join(', ');
  addEdge(drawing, { source, target, label: broken, state: 'broken', note }, 'broken');
}

function isFor({ name, protocol }: ServicePort): (port: EndpointPort) => boolean {
  return (port) => port.name === (name?.value ?? '') && port.protocol === protocol;
}

function printPath({ port, protocol }: ServicePort, number: number): string {
  const written = `${port.value}${protocol === 'TCP' ? '' : `/${protocol}`}`;
  return number === port.value ? written : `${written} → ${number}`;
}

function portsOf({ ports }: Service): string {
  return ports.map(({ port }) => String(port.value)).join(', ');
}

function printPort({ name, number, protocol }: EndpointPort): string {
  return `${name === '' ? '' : `${name} `}${number}/${protocol}`;
}

const mostAddresses = 6;

function firstOf(addresses: readonly string[]): readonly string[] {
  const rest = addresses.length - mostAddresses;
  return rest > 1 ? [...addresses.slice(0, mostAddresses), `and ${rest} more`] : addresses;
}

function endpointsByService(model: NetworkModel): ReadonlyMap<string, readonly Resource[]> {
  return derived(model, 'endpoints-by-service', () => {
    const found = new Map<string, Resource[]>();
    for (const resource of resourcesOf(model)) {
      const service = serviceOf(resource);
      if (service === undefined) continue;
      const key = `${namespaceOf(resource)}/${service}`;
      found.set(key, [...(found.get(key) ?? []), resource]);
    }
    for (const resources of found.values()) resources.sort(byPlace(model));
    return found;
  });
}

function serviceOf({ kind, name, root }: Resource): string | undefined {
  if (kind === 'Endpoints') return name;
  if (kind !== 'EndpointSlice') return undefined;
  return labelValue(labelsAt(root, 'metadata', 'labels'), 'kubernetes.io/service-name');
}

/** An EndpointSlice has one list of ports for all its addresses, Endpoints have one for each subset. */
function readEndpoints({ kind, root }: Resource): {
  readonly addresses: readonly string[];
  readonly ports: readonly EndpointPort[];
} {
  if (kind === 'EndpointSlice') {
    const addresses = itemsAt(root, 'endpoints').flatMap((endpoint) =>
      textsOf(itemsAt(endpoint, 'addresses')).map((text) =>
        booleanAt(endpoint, 'conditions', 'ready') === false ? `${text}${notReady}` : text,
      ),
    );
    return { addresses, ports: itemsAt(root, 'ports').flatMap(readPort) };
  }
  const subsets = itemsAt(root, 'subsets');
  const ips = (subset: SourceNode, field: string): readonly string[] =>
    textsOf(itemsAt(subset, field).flatMap((address) => nodeAt(address, 'ip') ?? []));
  return {
    addresses: subsets.flatMap((subset) => [
      ...ips(subset, 'addresses'),
      ...ips(subset, 'notReadyAddresses').map((text) => `${text}${notReady}`),
    ]),
    ports: subsets.flatMap((subset) => itemsAt(subset, 'ports').flatMap(readPort)),
  };
}

function readPort(node: SourceNode): readonly EndpointPort[] {
  const number = numberAt(node, 'port')?.value;
  if (number === undefined) return [];
  const protocol = stringAt(node, 'protocol')?.value ?? 'TCP';
  return [{ name: stringAt(node, 'name')?.value ?? '', number, protocol }];
}

function textsOf(nodes: readonly SourceNode[]): readonly string[] {
  return nodes.flatMap((node) => (node.type === 'scalar' ? [String(node.value)] : []));
}
