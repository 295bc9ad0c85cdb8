import { itemsAt, numberAt, stringAt } from '../manifest/node';
import { clusterFacts } from '../model/cluster';
import { readLabelSelector } from '../model/label';
import { workloadsOf } from '../model/network-model';
import { printContainerPort } from '../model/port-path';
import { selectsPods, type Workload } from '../model/workload';
import { printPeer } from '../reach/peers';
import { addressBarOf } from './address-ranges';
import { addResource, createDrawing, groupsOf, inOrder, labelLine, type Drawing } from './drawing';
import { nodeGroupsOf, type NodePlace } from './node-groups';
import { addNetworks } from './pod-networks';
import { firstPodName, podCount, podNames, podParts } from './pod-parts';
import type { DiagramView, ViewBadge } from './view';
import type { ViewContext } from './view-context';

/**
 * The Pod Networking diagram of one scope: workloads with their pods by namespace and by the nodes that they ask for, and the networks that
 * they are on. The same manifests give the same diagram, in whatever order they were read and edited.
 */
export function podNetworking(context: ViewContext): DiagramView {
  const { model, settings } = context;
  const facts = clusterFacts(model, settings);
  const drawing = createDrawing(context);
  const workloads = inOrder(model, workloadsOf(model));
  const nodeGroups = nodeGroupsOf(workloads);
  for (const workload of workloads) addWorkload(drawing, workload, nodeGroups.placeOf(workload), facts.domain);
  addNetworks(drawing, workloads, facts);
  const addresses = addressBarOf(context, facts);
  return {
    view: 'pods',
    scope: model.scope.name,
    groups: groupsOf(model, workloads),
    nodes: [...drawing.nodes.values()].sort((a, b) => a.lane - b.lane),
    edges: [...drawing.edges.values()],
    lanes: ['Networks', ...nodeGroups.headings],
    openLanes: [0],
    notes: [...(workloads.length === 0 ? [] : notes), ...noteOfLeftOut(addresses?.leftOut ?? 0)],
    ...(addresses ? { addresses: addresses.bar } : {}),
  };
}

const notes = [
  'The pod network is flat: every pod reaches every other one at its own address, as far as policies let it.',
  'Which node a pod runs on, and its address, are known only once it is scheduled.',
];

function noteOfLeftOut(count: number): readonly string[] {
  return count === 0 ? [] : [`Of the policies' ipBlocks the bar shows the widest and leaves out ${count}.`];
}

function addWorkload(drawing: Drawing, workload: Workload, place: NodePlace, domain: string): void {
  const { ports, podLabels } = workload;
  const names = podNames(drawing.context.model, workload, domain);
  const firstName = firstPodName(workload, names);
  addResource(drawing, workload, {
    kind: 'workload',
    lane: place.group + 1,
    subtitle: subtitleOf(workload),
    lines: [
      ...ports.map(printContainerPort),
      ...(firstName === undefined ? [] : [firstName]),
      ...(podLabels.length > 0 ? [labelLine(podLabels)] : []),
      ...(place.isFolded ? [`nodes: ${place.constraint}`] : []),
    ],
    badges: badgesOf(workload),
    labels: Object.fromEntries(podLabels.map(({ key, value }) => [key, value])),
    parts: podParts(workload, names),
    ask: printPeer(workload),
  });
}

function subtitleOf(workload: Workload): string {
  const { kind, runBy } = workload;
  const count = podCount(workload);
  if (count === undefined || runBy === 'Pod') return kind;
  return count === 0 ? `${kind} · scaled to 0` : `${kind} ×${count}`;
}

function badgesOf(workload: Workload): readonly ViewBadge[] {
  const { hostNetwork, ports } = workload;
  const onHost = ports.flatMap(({ node }) => numberAt(node, 'hostPort')?.value ?? []).filter((port) => port > 0);
  return [
    ...(hostNetwork ? [onNodeNetwork] : []),
    // On the node's network every port is one of the node.
    ...(hostNetwork || onHost.length === 0 ? [] : [hostPorts(onHost)]),
    ...(isOnePerNode(workload) ? [onePerNode] : []),
  ];
}

const onNodeNetwork: ViewBadge = {
  text: 'host network',
  tone: 'warn',
  title: "Its pods share their node's address and ports (hostNetwork). Most network plugins hold no policy for them.",
};

const onePerNode: ViewBadge = {
  text: 'at most one per node',
  tone: 'plain',
  title: 'No two of its pods run on the same node (required podAntiAffinity).',
};

function hostPorts(ports: readonly number[]): ViewBadge {
  const list = [...new Set(ports)].sort((a, b) => a - b).join(', ');
  const title = `Open at the address of each node that a pod of it runs on: ${list} (hostPort).`;
  return { text: ports.length === 1 ? `host port ${list}` : 'host ports', tone: 'plain', title };
}

/** Whether its pods keep away from each other's nodes. */
function isOnePerNode(workload: Workload): boolean {
  if ((podCount(workload) ?? 0) < 2) return false;
  const terms = itemsAt(
    workload.podSpec,
    'affinity',
    'podAntiAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
  );
  return terms.some((term) => {
    if (itemsAt(term, 'namespaces').length > 0) return false;
    const selector = readLabelSelector(term, 'labelSelector');
    const isByNode = stringAt(term, 'topologyKey')?.value === 'kubernetes.io/hostname';
    return isByNode && selector?.valid === true && selectsPods(selector, workload);
  });
}
