import type { HostReference } from '../model/dns-references';
import { printWorkload, type Workload } from '../model/workload';
import { printPeer } from '../reach/peers';
import { addEdge, addNode, groupId, type Drawing } from './drawing';
import { endOfCall, type CallEnd } from './routing-call-ends';
import { callsByClient, type Call } from './routing-calls';
import { lanes, shorten } from './routing-lanes';
import { labelsOf } from './routing-services';
import type { EdgeState, ViewEdge } from './view';

/** Clients of more Services than this, and Services of more clients, show their edges when they are in focus. */
const most = 12;

/** Adds a node for each workload that calls Services by name, and an edge for each port of each Service that it calls. */
export function addClients(drawing: Drawing, workloads: readonly Workload[]): void {
  const { model, settings } = drawing.context;
  const calls = callsByClient(model, settings.cluster.domain);
  const edges = workloads.flatMap((workload) => addClient(drawing, workload, calls.get(workload) ?? []));
  const hubs = hubsOf(edges);
  for (const { part, ...edge } of edges) {
    const isQuiet = edge.state === 'ok' && (hubs.has(edge.source) || hubs.has(edge.target));
    addEdge(drawing, isQuiet ? { ...edge, quiet: true } : edge, part);
  }
}

type CallEdge = Omit<ViewEdge, 'id'> & { readonly part: string };

function addClient(drawing: Drawing, client: Workload, calls: readonly Call[]): readonly CallEdge[] {
  if (calls.length === 0) return [];
  const ends = calls.map((call) => ({ call, end: endOfCall(drawing, client, call) }));
  const source = `client/${drawing.ids.get(client) ?? ''}`;
  const targets = new Set(ends.map(({ end }) => end.target)).size;
  const { resource, kind, name, namespace, podLabels } = client;
  addNode(drawing, {
    id: source,
    kind: 'client',
    lane: lanes.clients,
    group: groupId(namespace),
    title: name === '' ? '(no name)' : name,
    subtitle: `${kind} · calls ${targets} Service${targets === 1 ? '' : 's'}`,
    lines: [],
    resourceKind: resource.kind,
    labels: labelsOf(podLabels),
    ask: printPeer(client),
    location: drawing.context.locate(resource),
    problems: [...new Set(ends.flatMap(({ end }) => end.problem ?? []))],
  });
  return groupsOf(ends).flatMap((group) => edgeOf(source, client, group) ?? []);
}

interface LedCall {
  readonly call: Call;
  readonly end: CallEnd;
}

/** One group for each target and port; a name without a port goes with the only port that is written for its target. */
function groupsOf(ends: readonly LedCall[]): readonly (readonly LedCall[])[] {
  const ports = new Map<string, Set<number>>();
  for (const { call, end } of ends) {
    const known = ports.get(end.target) ?? new Set();
    ports.set(end.target, call.port === undefined ? known : known.add(call.port));
  }
  const groups = new Map<string, LedCall[]>();
  for (const led of ends) {
    const written = [...(ports.get(led.end.target) ?? [])];
    const port = led.call.port ?? (written.length === 1 ? written[0] : undefined);
    const key = JSON.stringify([led.end.target, port]);
    groups.set(key, [...(groups.get(key) ?? []), led]);
  }
  return [...groups.values()];
}

/** The worse, the earlier. */
const states: readonly EdgeState[] = ['broken', 'denied', 'unknown', 'ok'];

function edgeOf(source: string, client: Workload, group: readonly LedCall[]): CallEdge | undefined {
  const worst = group.toSorted((a, b) => states.indexOf(a.end.state) - states.indexOf(b.end.state))[0];
  if (!worst) return undefined;
  const { target, state, note, deciders } = worst.end;
  const names = new Set(group.map(({ call }) => printName(call.reference)));
  const named = describePlace(worst.call.reference, client, new Set(group.map(({ call }) => call.reference.id)).size);
  return {
    source,
    target,
    label: shorten([...names]),
    state,
    note: [note ?? '', named].filter((sentence) => sentence !== '').join(' '),
    ...(deciders === undefined ? {} : { deciders }),
    part: String(group.find(({ call }) => call.port !== undefined)?.call.port ?? ''),
  };
}

/** As it is written. */
function printName({ mention: { host, port } }: HostReference): string {
  return port ? `${host}:${port.number}` : host;
}

/** `Named by CATALOG_URL of ConfigMap shop-config, and in 2 more places.` */
function describePlace({ key, place: { resource } }: HostReference, client: Workload, places: number): string {
  const where = resource === client.resource ? '' : `${resource.kind} ${resource.name}`;
  const what = [key, where].filter((text) => text !== '').join(' of ');
  const more = places > 1 ? `, and in ${places - 1} more place${places > 2 ? 's' : ''}` : '';
  return `Named by ${what === '' ? printWorkload(client) : what}${more}.`;
}

function hubsOf(edges: readonly CallEdge[]): ReadonlySet<string> {
  const ends = new Map<string, number>();
  for (const { source, target } of edges) {
    for (const end of [source, target]) ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return new Set([...ends].flatMap(([end, count]) => (count > most ? [end] : [])));
}
