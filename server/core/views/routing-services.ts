import { nodeAt } from '../manifest/node';
import { printSelector, type Selector } from '../model/label';
import { followPort, printPortPath } from '../model/port-path';
import { hasManualEndpoints, podsBehind } from '../model/relations';
import { printServicePort, targetOf, type Service, type ServicePort } from '../model/service';
import { printWorkload, type Workload } from '../model/workload';
import { addEdge, addGhost, addNode, addResource, groupId, type Drawing } from './drawing';
import { lanes } from './routing-lanes';

/** Adds a Service: its type, the name pods reach it by, and its ports. */
export function addService(drawing: Drawing, service: Service): void {
  const { name, namespace, selector } = service;
  const facts = ['Service', service.type, ...(service.headless ? ['headless'] : [])];
  addResource(drawing, service, {
    kind: 'service',
    lane: lanes.services,
    subtitle: facts.join(' · '),
    lines: [
      `${name}.${namespace}.svc`,
      ...service.ports.map(printPort),
      ...(selector ? [printSelector(selector)] : []),
    ],
  });
}

function printPort(port: ServicePort): string {
  return port.nodePort === undefined ? printServicePort(port) : `${printServicePort(port)} (node ${port.nodePort})`;
}

/** Adds what a Service leads to. */
export function addTargets(drawing: Drawing, service: Service): void {
  const source = drawing.ids.get(service) ?? '';
  if (service.type === 'ExternalName') addExternalName(drawing, service, source);
  else if (!service.selector) addEndpoints(drawing, service, source);
  else addPods(drawing, service, service.selector, source);
}

/** A name in DNS, often outside the cluster; no ports are translated (API reference, ServiceSpec.externalName). */
function addExternalName(drawing: Drawing, { namespace, externalName, resource }: Service, source: string): void {
  if (externalName === undefined || externalName === '') return;
  const id = `ExternalName/${namespace}/${externalName}`;
  const location = drawing.context.locate(resource, nodeAt(resource.root, 'spec', 'externalName'));
  const look = {
    kind: 'external-name',
    lane: lanes.workloads,
    title: externalName,
    subtitle: 'DNS name',
    lines: [],
  } as const;
  addNode(drawing, { id, ...look, group: groupId(namespace), location, problems: [] });
  addEdge(drawing, { source, target: id, label: 'CNAME', state: 'ok' });
}

function addEndpoints(drawing: Drawing, service: Service, source: string): void {
  const { name, namespace, resource } = service;
  if (hasManualEndpoints(drawing.context.model, service)) {
    const id = `Endpoints/${namespace}/${name}`;
    const look = {
      kind: 'endpoints',
      lane: lanes.workloads,
      title: name,
      subtitle: 'Endpoints, written by hand',
      lines: [],
    } as const;
    addNode(drawing, { id, ...look, group: groupId(namespace), problems: [] });
    addEdge(drawing, {
      source,
      target: id,
      label: service.ports.map((port) => String(port.port.value)).join(', '),
      state: 'ok',
    });
    return;
  }
  const id = `missing/Endpoints/${namespace}/${name}`;
  addGhost(
    drawing,
    { id, namespace, lane: lanes.workloads, title: 'no endpoints', subtitle: 'no selector, none written by hand' },
    resource,
  );
  // The API server keeps the endpoints of its own Service, and controllers those of others.
  const isReported = isWarnedOf(drawing, service, 'service-without-endpoints');
  const note = `Service ${name} has no selector, and no Endpoints or EndpointSlice for it is here.`;
  addEdge(drawing, { source, target: id, label: '', state: isReported ? 'broken' : 'unknown', note });
}

function addPods(drawing: Drawing, service: Service, selector: Selector, source: string): void {
  const workloads = podsBehind(drawing.context.model, service);
  if (workloads.length === 0) addNoPods(drawing, service, selector, source);
  for (const workload of workloads) {
    const target = drawing.ids.get(workload);
    if (target !== undefined) addPortEdges(drawing, service, workload, source, target);
  }
}

function addPortEdges(drawing: Drawing, service: Service, workload: Workload, source: string, target: string): void {
  const paths = service.ports.map((port) => ({ port, path: followPort(port, workload) }));
  const label = (found: typeof paths): string =>
    found.map(({ port, path }) => printPortPath(service, port, path)).join(', ');
  const good = paths.filter(({ path }) => path.number !== undefined);
  const bad = paths.filter(({ path }) => path.number === undefined);
  if (good.length > 0 || bad.length === 0) addEdge(drawing, { source, target, label: label(good), state: 'ok' });
  if (bad.length === 0) return;
  const names = [...new Set(bad.map(({ port }) => `${port.protocol} port named "${targetOf(port)}"`))];
  const note = `${printWorkload(workload)} has no ${names.join(' and no ')}.`;
  addEdge(drawing, { source, target, label: label(bad), state: 'broken', note }, 'broken');
}

function addNoPods(drawing: Drawing, service: Service, selector: Selector, source: string): void {
  const { name, namespace, resource } = service;
  const id = `missing/pods/${namespace}/${name}`;
  const wanted = printSelector(selector);
  addGhost(
    drawing,
    { id, namespace, lane: lanes.workloads, title: 'no pods', subtitle: `no pod has ${wanted}` },
    resource,
    selector.node,
  );
  const isKnown = isWarnedOf(drawing, service, 'service-selector-unmatched');
  const note = isKnown
    ? `No pod in namespace ${namespace} has ${wanted}.`
    : `No manifest here makes pods with ${wanted} in namespace ${namespace}: they may come from elsewhere.`;
  addEdge(drawing, {
    source,
    target: id,
    label: service.ports.map((port) => String(port.port.value)).join(', '),
    state: isKnown ? 'broken' : 'unknown',
    note,
  });
}

/** Operators, charts and other repositories make pods too: a miss is certain only where the rule warns of it. */
function isWarnedOf({ context: { problemsOf } }: Drawing, { resource }: Service, wanted: string): boolean {
  return problemsOf(resource).some(
    ({ rule, severity }) => rule === wanted && (severity === 'error' || severity === 'warning'),
  );
}
