import { entryOf, nodeAt, numberAt, type MapEntry, type SourceNode } from '../manifest/node';
import { clusterFacts } from '../model/cluster';
import { byPlace, overwrittenResources, servicesOf, type NetworkModel } from '../model/network-model';
import type { NodePorts } from '../model/node-ports';
import { looksLikePatch } from '../model/patch';
import type { Service } from '../model/service';
import { entryRange, removeLines, replaceScalar } from './edits';
import { defineRule, type FixData, type FixDraft, type Place, type Report } from './rule';
import { severityTogether } from './same-cluster';

export const serviceNodePortConflict = defineRule({
  id: 'service-node-port-conflict',
  title: 'A nodePort that is taken, or outside of the range',
  severity: 'error',
  variants: [
    'warning: the other Service is in another directory, which may be for another cluster',
    'information: the other Service has the same name in another namespace and file, or takes the number for another protocol',
  ],
  check(model, report, settings) {
    const wanted = wantedPorts(model);
    if (wanted.length === 0) return;
    const range = clusterFacts(model, settings).nodePorts;
    const holders = new Map<number, WantedPort[]>();
    const taken = new Set(wanted.map(({ number }) => number));
    for (const port of wanted) {
      const before = holders.get(port.number) ?? [];
      holders.set(port.number, before);
      const other = before.find((earlier) => conflicts(earlier, port));
      before.push(port);
      const isWithin = port.number >= range.first && port.number <= range.last;
      if (!other && isWithin) continue;
      const free = nextFree(port.number, range, taken);
      if (other) reportTaken(port, other, free, model, report);
      else reportOutside(port, range, free, report);
    }
  },
  fixes(data, textOf) {
    const { change, removal } = data as ConflictData;
    const removed = removal && removeLines(textOf(removal.file), removal.file, removal);
    return [
      ...(change ? [change] : []),
      ...(removed ? [{ title: 'Remove it: the API server then chooses one', edits: [removed] }] : []),
    ];
  },
});

/** A number that a Service asks for on every node. */
interface WantedPort {
  readonly service: Service;
  readonly number: number;
  /** A port for health checks is opened for TCP. */
  readonly protocol: string;
  readonly field: 'nodePort' | 'healthCheckNodePort';
  readonly entry: MapEntry;
}

interface ConflictData extends FixData {
  readonly change?: FixDraft;
  readonly removal?: Place & { readonly file: string };
}

/** In the order the scope applies them: of two the later one is refused. */
function wantedPorts(model: NetworkModel): readonly WantedPort[] {
  const overwritten = overwrittenResources(model);
  const order = byPlace(model);
  return servicesOf(model)
    .filter(({ type, resource }) => nodePortTypes.has(type) && !overwritten.has(resource) && !looksLikePatch(resource))
    .flatMap(wantedBy)
    .sort((a, b) => order(a.service.resource, b.service.resource) || a.entry.keyStart - b.entry.keyStart);
}

const nodePortTypes: ReadonlySet<string> = new Set(['NodePort', 'LoadBalancer']);

function wantedBy(service: Service): readonly WantedPort[] {
  const ports = service.ports.flatMap(({ node, protocol }) => wantedAt(service, node, 'nodePort', protocol));
  return [...ports, ...wantedAt(service, nodeAt(service.resource.root, 'spec'), 'healthCheckNodePort', 'TCP')];
}

/** Zero asks for any number, as an absent one does. */
function wantedAt(
  service: Service,
  node: SourceNode | undefined,
  field: WantedPort['field'],
  protocol: string,
): readonly WantedPort[] {
  const entry = entryOf(node, field);
  const number = numberAt(node, field)?.value ?? 0;
  return entry && number > 0 ? [{ service, number, protocol, field, entry }] : [];
}

/**
 * The API server keeps one set of numbers for all protocols, so two Services cannot share one. Within one Service, ports of different
 * protocols can (kubernetes/kubernetes#91404).
 */
function conflicts(a: WantedPort, b: WantedPort): boolean {
  if (a.service === b.service) return a.protocol === b.protocol || a.field !== b.field;
  return a.service.name === '' || a.service.name !== b.service.name || a.service.namespace !== b.service.namespace;
}

function reportTaken(
  port: WantedPort,
  other: WantedPort,
  free: number | undefined,
  model: NetworkModel,
  report: Report,
): void {
  const { service, number, field, entry } = port;
  const sameProtocol = other.protocol === port.protocol;
  const holder =
    other.service === service
      ? `another port of Service ${service.name}`
      : `Service ${other.service.name}${other.service.namespace === service.namespace ? '' : ` in namespace ${other.service.namespace}`}`;
  // Few know that numbers are not kept for each protocol; whoever shares one on purpose is told quietly.
  const severity = sameProtocol
    ? severityTogether(model, other.service.resource, service.resource, 'error')
    : 'information';
  const unless = severity === 'error' ? '' : ' If both go to one cluster, this one is refused.';
  report({
    resource: service.resource,
    at: entry.value,
    severity,
    message: `${field} ${number} is taken by ${holder}${sameProtocol ? '' : `, if for ${other.protocol}: a number goes to one Service, whatever the protocol`}. ${free === undefined ? 'Choose another number.' : `${free} is free in this scope.`}${unless}`,
    related: [{ resource: other.service.resource, at: other.entry.value, message: `${other.field} ${number}` }],
    data: dataOf(port, free),
  });
}

function reportOutside(
  port: WantedPort,
  range: NodePorts & { readonly isWritten: boolean },
  free: number | undefined,
  report: Report,
): void {
  const { service, number, field, entry } = port;
  const advice = range.isWritten
    ? ''
    : ' Where the API server has another --service-node-port-range, set kubepath.cluster.nodePortRange to it.';
  report({
    resource: service.resource,
    at: entry.value,
    message: `${field} ${number} is not within ${range.first}-${range.last}, the range of node ports.${free === undefined ? '' : ` ${free} is free in this scope.`}${advice}`,
    data: dataOf(port, free),
  });
}

/** The next number that nobody in the scope asks for, from the first again after the last. */
function nextFree(number: number, { first, last }: NodePorts, taken: ReadonlySet<number>): number | undefined {
  const isWithin = number >= first && number <= last;
  const start = isWithin ? number : first;
  const size = last - first + 1;
  // Nobody writes as many as a range holds; beyond some steps a person chooses better.
  for (let step = 0; step < Math.min(size, 1000); step++) {
    const candidate = first + ((start - first + step) % size);
    if (!taken.has(candidate)) return candidate;
  }
  return undefined;
}

function dataOf({ service: { resource }, number, entry }: WantedPort, free: number | undefined): ConflictData {
  const change = free === undefined ? undefined : replaceScalar(resource, entry.value, free);
  const place = entryRange(entry);
  return {
    ...(change ? { change: { title: `Change ${number} to ${free ?? ''}`, edits: [change] } } : {}),
    ...(entry.value.shared ? {} : { removal: { ...place, file: place.file ?? resource.file } }),
  };
}
