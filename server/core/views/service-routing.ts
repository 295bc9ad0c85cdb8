import type { FeatureContext } from '../features/feature-context';
import { nodeAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { printLabels } from '../model/label';
import { ingressesOf, servicesOf, workloadsOf, type NetworkModel } from '../model/network-model';
import { printContainerPort } from '../model/port-path';
import type { Workload } from '../model/workload';
import { addEntry } from './routing-entries';
import { addResource, groupId, lanes, type Drawing, type Placed } from './routing-parts';
import { addIngress, addRoutes } from './routing-routes';
import { addService, addTargets } from './routing-services';
import type { DiagramView, ViewGroup, ViewProblem } from './view';

/**
 * The Service Routing diagram of one scope: from outside over routes to Services and the pods behind them. The same manifests give the
 * same diagram, in whatever order they were read and edited.
 */
export function serviceRouting(
  context: FeatureContext,
  problemsOf: (resource: Resource) => readonly ViewProblem[],
): DiagramView {
  const { model } = context;
  const drawing: Drawing = { context, problemsOf, nodes: new Map(), edges: new Map(), ids: new Map() };
  const ingresses = inOrder(model, ingressesOf(model));
  const services = inOrder(model, servicesOf(model));
  const workloads = inOrder(model, workloadsOf(model));
  for (const ingress of ingresses) addIngress(drawing, ingress);
  for (const service of services) addService(drawing, service);
  for (const workload of workloads) addWorkload(drawing, workload);
  const applied = new Map(services.map((service) => [nameOf(service.namespace, service.name), service]));
  for (const ingress of ingresses)
    addRoutes(drawing, ingress, (namespace, name) => applied.get(nameOf(namespace, name)));
  for (const service of services) {
    addEntry(drawing, service);
    addTargets(drawing, service);
  }
  return {
    view: 'services',
    scope: model.scope.name,
    groups: groupsOf(model, [...ingresses, ...services, ...workloads]),
    nodes: [...drawing.nodes.values()].sort((a, b) => a.lane - b.lane),
    edges: [...drawing.edges.values()],
    lanes: ['Outside', 'Routes', 'Services', 'Workloads'],
  };
}

function addWorkload(drawing: Drawing, workload: Workload): void {
  const { kind, ports, podLabels } = workload;
  const replicas =
    kind === 'Deployment' || kind === 'StatefulSet' || kind === 'ReplicaSet' || kind === 'ReplicationController';
  addResource(drawing, workload, {
    kind: 'workload',
    lane: lanes.workloads,
    subtitle: replicas ? `${kind} ×${workload.replicas ?? 1}` : kind,
    lines: [...ports.map(printContainerPort), ...(podLabels.length > 0 ? [printLabels(podLabels)] : [])],
  });
}

function nameOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** By namespace and name; those of one identity in the order they are applied, so that the last one counts. */
function inOrder<T extends Placed>(model: NetworkModel, items: readonly T[]): readonly T[] {
  const files = new Map(model.scope.files.map((uri, index) => [uri, index]));
  const place = ({ resource }: T): number => files.get(resource.file) ?? 0;
  return [...items].sort(
    (a, b) =>
      compare(a.namespace, b.namespace) ||
      compare(a.name, b.name) ||
      compare(a.resource.kind, b.resource.kind) ||
      place(a) - place(b) ||
      a.resource.range.start - b.resource.range.start,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function groupsOf(model: NetworkModel, items: readonly Placed[]): readonly ViewGroup[] {
  const names = [...new Set(items.map(({ namespace }) => namespace))].sort(compare);
  return names.map((name) => {
    const note = noteOf(model, name, items);
    return { id: groupId(name), label: name, ...(note === undefined ? {} : { note }) };
  });
}

/** Nothing written means kubectl's current namespace, unless the scope sets one. */
function noteOf({ scope }: NetworkModel, namespace: string, items: readonly Placed[]): string | undefined {
  const inside = items.filter((item) => item.namespace === namespace);
  const written = inside.filter(({ resource }) => resource.namespace === namespace);
  if (written.length === 0) return "not written: kubectl's current namespace";
  const isSet = written.every(({ resource }) => {
    const file = nodeAt(resource.root, 'metadata', 'namespace')?.file;
    return file !== undefined && file !== resource.file;
  });
  return isSet ? `set by ${scope.name}` : undefined;
}
