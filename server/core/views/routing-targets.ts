import { nodeAt } from '../manifest/node';
import { printSelector, type Selector } from '../model/label';
import { isPatch, serviceNamed } from '../model/network-model';
import { followPort, printPortPath } from '../model/port-path';
import { hasManualEndpoints, podsBehind } from '../model/relations';
import { targetOf, type Service } from '../model/service';
import { printWorkload, type Workload } from '../model/workload';
import { addEdge, addGhost, addNode, groupId, type Drawing } from './drawing';
import { addManualEndpoints } from './routing-endpoints';
import { podCount } from './pod-parts';
import { lanes } from './routing-lanes';
import type { ViewEdge } from './view';
import { isSevere } from './view-context';

/** Adds what a Service leads to. */
export function addTargets(drawing: Drawing, service: Service): void {
  const source = drawing.ids.get(service) ?? '';
  if (service.type === 'ExternalName') addExternalName(drawing, service, source);
  else if (!service.selector) addEndpoints(drawing, service, source);
  else addPods(drawing, service, service.selector, source);
}

/** A name in DNS, often outside the cluster; no ports are translated (API reference, ServiceSpec.externalName). */
function addExternalName(drawing: Drawing, service: Service, source: string): void {
  const { namespace, externalName, resource } = service;
  const { context } = drawing;
  if (externalName === undefined || externalName === '') {
    if (!isPatch(context.model, resource)) addNoName(drawing, service, source);
    return;
  }
  const { subtitle, ...way } = wayToName(drawing, service, externalName);
  const id = `ExternalName/${namespace}/${externalName}`;
  addNode(drawing, {
    id,
    kind: 'external-name',
    lane: lanes.workloads,
    group: groupId(namespace),
    title: externalName,
    subtitle,
    lines: [],
    location: context.locate(resource, nodeAt(resource.root, 'spec', 'externalName')),
    problems: [],
  });
  addEdge(drawing, { source, target: id, label: 'CNAME', ...way });
}

/** What kind of name it is, and whether it leads somewhere: a rule knows which names of Services are wrong for certain. */
function wayToName(
  { context: { model, problemsOf, settings } }: Drawing,
  { resource }: Service,
  externalName: string,
): Pick<ViewEdge, 'state' | 'note'> & { readonly subtitle: string } {
  const [name = '', namespace = '', svc, ...domain] = externalName.replace(/\.$/, '').split('.');
  const isInside = svc === 'svc' && ['', settings.cluster.domain].includes(domain.join('.'));
  const isHere = isInside && serviceNamed(model, namespace, name) !== undefined;
  const subtitle = isHere ? `DNS name of Service ${namespace}/${name}` : 'DNS name';
  const problem = problemsOf(resource).find(({ rule }) => rule === 'service-external-name-invalid');
  if (problem) return { subtitle, state: isSevere(problem) ? 'broken' : 'unknown', note: problem.message };
  if (!isInside || isHere) return { subtitle, state: 'ok' };
  const note = `No Service named "${name}" in namespace ${namespace} is here: it may come from elsewhere.`;
  return { subtitle, state: 'unknown', note };
}

function addNoName(drawing: Drawing, { name, namespace, resource }: Service, source: string): void {
  const id = `missing/ExternalName/${namespace}/${name}`;
  const ghost = { id, namespace, lane: lanes.workloads, title: 'no DNS name', subtitle: 'no valid externalName' };
  addGhost(drawing, ghost, resource);
  const note = `Service ${name} has no valid externalName: its name leads nowhere.`;
  addEdge(drawing, { source, target: id, label: '', state: 'broken', note });
}

function addEndpoints(drawing: Drawing, service: Service, source: string): void {
  const { name, namespace, resource } = service;
  if (hasManualEndpoints(drawing.context.model, service)) {
    addManualEndpoints(drawing, service, source);
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
  if (paths.length === 0 && !service.headless) {
    const note = `No ports of Service ${service.name} can be read here: it is a part that something completes, or the API server refuses it.`;
    addEdge(drawing, { source, target, label: '', state: 'unknown', note });
    return;
  }
  const good = paths.filter(({ path }) => path.number !== undefined);
  const bad = paths.filter(({ path }) => path.number === undefined);
  if (good.length > 0 || bad.length === 0)
    addEdge(drawing, { source, target, label: label(good), ...wayToPods(workload) });
  if (bad.length === 0) return;
  const names = [...new Set(bad.map(({ port }) => `${port.protocol} port named "${targetOf(port)}"`))];
  const note = `${printWorkload(workload)} has no ${names.join(' and no ')}.`;
  addEdge(drawing, { source, target, label: label(bad), state: 'broken', note }, 'broken');
}

/** Whether a workload has pods that answer. */
export function wayToPods(workload: Workload): Pick<ViewEdge, 'state' | 'note'> {
  if (podCount(workload) !== 0) return { state: 'ok' };
  const note = `As written, ${printWorkload(workload)} has no pods: replicas is 0, so nobody answers.`;
  return { state: 'plain', note };
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
  return problemsOf(resource).some((problem) => problem.rule === wanted && isSevere(problem));
}
