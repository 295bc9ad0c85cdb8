import type { Resource } from '../manifest/resource';
import { printUse, type ClusterCidr, type ClusterFacts } from '../model/cluster';
import { byStart, overlappingRanges } from '../model/range-overlaps';
import type { Workload } from '../model/workload';
import { addEdge, addNode, groupId, type Drawing } from './drawing';
import type { ViewBadge, ViewProblem } from './view';

const podNetwork = 'network/pods';
const nodeNetwork = 'network/nodes';

/** Adds what carries the traffic: the network of pods, and that of the nodes where something is on it. */
export function addNetworks(drawing: Drawing, workloads: readonly Workload[], facts: ClusterFacts): void {
  const { cidrs, networkPlugin } = facts;
  if (workloads.length === 0 && cidrs.length === 0 && !networkPlugin) return;
  addPodNetwork(drawing, workloads, facts);
  const onNodes = workloads.filter(({ hostNetwork }) => hostNetwork);
  const ranges = linesOf(cidrs, ['node']);
  if (onNodes.length > 0 || ranges.length > 0) addNodeNetwork(drawing, onNodes, ranges);
}

/** One line to each namespace instead of one from every pod to every other. */
function addPodNetwork(drawing: Drawing, workloads: readonly Workload[], facts: ClusterFacts): void {
  const { cidrs, networkPlugin: plugin } = facts;
  addNode(drawing, {
    id: podNetwork,
    kind: 'network',
    lane: 0,
    group: undefined,
    title: plugin ? (pluginNames.get(plugin.name) ?? plugin.name) : 'Pod network',
    subtitle: plugin ? 'Pod network · flat' : 'plugin: no manifest tells',
    lines: [...linesOf(cidrs, ['pod', 'service']), ...(plugin ? [whence(plugin.resource)] : [])],
    badges: [
      ...(plugin?.name === 'flannel' ? [holdsNoPolicies] : []),
      ...(overlappingRanges(facts).some(({ isFar }) => !isFar) ? [rangesOverlap] : []),
    ],
    ...(plugin?.resource ? { location: drawing.context.locate(plugin.resource) } : {}),
    problems: problemsOf(drawing, cidrs),
  });
  const namespaces = new Set(workloads.filter(({ hostNetwork }) => !hostNetwork).map(({ namespace }) => namespace));
  for (const namespace of namespaces) {
    const target = groupId(namespace);
    const note = `Pods of namespace ${namespace} have addresses of the pod network.`;
    if (target !== undefined) addEdge(drawing, { source: podNetwork, target, label: '', state: 'plain', note });
  }
}

function addNodeNetwork(drawing: Drawing, onNodes: readonly Workload[], lines: readonly string[]): void {
  addNode(drawing, {
    id: nodeNetwork,
    kind: 'network',
    lane: 0,
    group: undefined,
    title: 'Node network',
    subtitle: "the nodes' addresses",
    lines,
    problems: [],
  });
  for (const workload of onNodes) {
    const target = drawing.ids.get(workload);
    const note = `Pods of ${workload.kind} ${workload.name} have their node's address (hostNetwork).`;
    if (target !== undefined) addEdge(drawing, { source: nodeNetwork, target, label: '', state: 'plain', note });
  }
}

/** `pods 10.244.0.0/16`. */
function linesOf(cidrs: readonly ClusterCidr[], uses: readonly ClusterCidr['use'][]): readonly string[] {
  const sorted = [...cidrs].sort((a, b) => byStart(a.cidr, b.cidr));
  const lines = uses.flatMap((wanted) =>
    sorted.filter(({ use }) => use === wanted).map(({ use, text }) => `${printUse(use)} ${text}`),
  );
  return [...new Set(lines)];
}

/** What is wrong with the ranges: the resources that tell them have no card of their own. */
function problemsOf({ context, ids }: Drawing, cidrs: readonly ClusterCidr[]): readonly ViewProblem[] {
  const shown = new Set([...ids.keys()].map(({ resource }) => resource));
  const sources = new Set(cidrs.flatMap(({ source }) => source?.resource ?? []));
  return [...sources].filter((resource) => !shown.has(resource)).flatMap((resource) => context.problemsOf(resource));
}

function whence(resource: Resource | undefined): string {
  if (!resource) return 'from the settings';
  return `from ${resource.kind}${resource.name === '' ? '' : ` ${resource.name}`}`;
}

const holdsNoPolicies: ViewBadge = {
  text: 'holds no policies',
  tone: 'warn',
  title: 'Flannel alone does not hold policies: NetworkPolicies have no effect until a plugin that does is added.',
};

const rangesOverlap: ViewBadge = {
  text: 'ranges overlap',
  tone: 'warn',
  title: "Ranges of the cluster's addresses overlap: the address bar shows which.",
};

/** As their makers write them. */
const pluginNames: ReadonlyMap<string, string> = new Map([
  ['antrea', 'Antrea'],
  ['aws-vpc-cni', 'AWS VPC CNI'],
  ['azure-cni', 'Azure CNI'],
  ['calico', 'Calico'],
  ['canal', 'Canal'],
  ['cilium', 'Cilium'],
  ['flannel', 'Flannel'],
  ['gke-dataplane', 'GKE Dataplane V2'],
  ['openshift-sdn', 'OpenShift SDN'],
  ['ovn-kubernetes', 'OVN-Kubernetes'],
  ['weave-net', 'Weave Net'],
]);
