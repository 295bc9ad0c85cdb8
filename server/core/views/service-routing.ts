import { printLabels } from '../model/label';
import { ingressesOf, servicesOf, workloadsOf } from '../model/network-model';
import { printContainerPort } from '../model/port-path';
import type { Workload } from '../model/workload';
import { addResource, createDrawing, groupsOf, inOrder, type Drawing } from './drawing';
import { addEntry } from './routing-entries';
import { lanes } from './routing-lanes';
import { addIngress, addRoutes } from './routing-routes';
import { addService, addTargets } from './routing-services';
import type { DiagramView } from './view';
import type { ViewContext } from './view-context';

/**
 * The Service Routing diagram of one scope: from outside over routes to Services and the pods behind them. The same manifests give the
 * same diagram, in whatever order they were read and edited.
 */
export function serviceRouting(context: ViewContext): DiagramView {
  const { model } = context;
  const drawing = createDrawing(context);
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
    openLanes: [lanes.outside],
    notes: [],
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
