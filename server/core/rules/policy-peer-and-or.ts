import { entryOf, keyRange } from '../manifest/node';
import { printSelector } from '../model/label';
import { derived, workloadsOf, type NetworkModel } from '../model/network-model';
import type { PolicyPeer } from '../model/policy';
import { printWorkload, type Workload } from '../model/workload';
import { startOf } from '../reach/policy-reading';
import { dashBefore, itemPlace, type ItemPlace } from './list-edits';
import { peerReadings, type PeerReading } from './peer-readings';
import { defineRule, type EditData, type FixData, type FixDraft, type Report, type TextOf } from './rule';

export const policyPeerAndOr = defineRule({
  id: 'policy-peer-and-or',
  title: 'A podSelector and a namespaceSelector as two peers where one was meant, or the reverse',
  severity: 'warning',
  check(model, report) {
    for (const reading of peerReadings(model).values()) {
      if (reading.written === 'apart') reportApart(reading, model, report);
      else reportTogether(reading, model, report);
    }
  },
  fixes: joinOrSplit,
});

function reportApart(reading: PeerReading, model: NetworkModel, report: Report): void {
  const { policy, peers, podSelector, namespaceSelector, local, both, ofCluster } = reading;
  const pods = printSelector(podSelector);
  const opensAll = namespaceSelector.requirements.length === 0;
  const either = opensAll
    ? `These are two peers, and either will do: the namespaceSelector admits ${allPods(reading, model)}, so the podSelector narrows nothing.`
    : `These are two peers, and either will do: ${allPods(reading, model)}, or the pods with ${pods} of namespace ${policy.namespace}, where there ${local.length === 0 ? 'are none' : `is ${named(local)}`}.`;
  const places = peers.map((peer) => itemPlace(policy.resource, peer.node));
  const [first, second] = places;
  report({
    resource: policy.resource,
    at: startOf(peers[1].node),
    message: `${either} As one peer, with both in one item, they are the pods with ${pods} of ${namespaces(reading)}: ${both.length > 0 ? named(both) : ofCluster ? 'those that every cluster has' : 'none in these manifests'}.`,
    related: [{ resource: policy.resource, at: startOf(peers[0].node), message: 'The other peer' }],
    ...(first && second?.file === first.file ? { data: { join: { first, second } } } : {}),
  });
}

function reportTogether(reading: PeerReading, model: NetworkModel, report: Report): void {
  const { policy, peers, podSelector, local } = reading;
  const pods = printSelector(podSelector);
  const [{ node }] = peers;
  const split = splitPlace(policy.resource.file, node);
  report({
    resource: policy.resource,
    at: startOf(node),
    message: `No pod of ${namespaces(reading)} has ${pods}, and both selectors of one peer must hold: this one matches nobody. As two peers they are ${allPods(reading, model)}, or the pods with ${pods} of namespace ${policy.namespace}: ${named(local)}.`,
    related: local.slice(0, 3).map((workload) => ({
      resource: workload.resource,
      message: `${printWorkload(workload)} in namespace ${workload.namespace}`,
    })),
    ...(split ? { data: { split } } : {}),
  });
}

/** `all pods of namespace shop (Deployment web, Deployment api)`. */
function allPods(reading: PeerReading, model: NetworkModel): string {
  const opensAll = reading.namespaceSelector.requirements.length === 0;
  const all = opensAll
    ? namesIn(model, undefined)
    : reading.namespaces.flatMap(({ name }) => namesIn(model, name)).sort();
  return `all pods of ${namespaces(reading)}${all.length > 0 ? ` (${listed(all)})` : ''}`;
}

/** The names of the workloads of one namespace, or of all, in order. */
function namesIn(model: NetworkModel, namespace: string | undefined): readonly string[] {
  const known = derived(model, 'workload-names', () => new Map<string | undefined, readonly string[]>());
  const names = known.get(namespace) ?? workloadsOf(model, namespace).map(printWorkload).sort();
  known.set(namespace, names);
  return names;
}

function namespaces({ namespaceSelector, namespaces: met }: PeerReading): string {
  if (namespaceSelector.requirements.length === 0) return 'every namespace';
  const names = met.map(({ name }) => name).sort();
  if (names.length === 1) return `namespace ${names.join('')}`;
  return `the namespaces ${listed(names)}`;
}

/** At most three by name, then how many more. */
function named(workloads: readonly Workload[]): string {
  return listed(workloads.map(printWorkload).sort());
}

function listed(texts: readonly string[]): string {
  const shown = texts.length > 3 ? [...texts.slice(0, 3), `${texts.length - 3} more`] : texts;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}` : shown.join('');
}

interface Join {
  readonly first: ItemPlace;
  readonly second: ItemPlace;
}

interface Split {
  readonly item: ItemPlace;
  /** Where the later of the two keys begins. */
  readonly key: number;
}

function splitPlace(file: string, node: PolicyPeer['node']): Split | undefined {
  const entries = ['podSelector', 'namespaceSelector'].map((key) => entryOf(node, key));
  const [pods, spaces] = entries.map((entry) => entry && !entry.value.shared && keyRange(entry));
  if (!pods || !spaces || node.shared || pods.file !== spaces.file || pods.file !== node.file) return undefined;
  return {
    item: { file: node.file ?? file, start: node.start, end: node.end },
    key: Math.max(pods.start, spaces.start),
  };
}

function joinOrSplit(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { join, split } = data as { readonly join?: Join; readonly split?: Split };
  const edit = join ? joined(textOf(join.first.file), join) : split && parted(textOf(split.item.file), split);
  return edit
    ? [{ title: join ? 'Make them one peer: both must hold' : 'Make them two peers: either will do', edits: [edit] }]
    : [];
}

/** Takes out the second dash. Undefined unless both items are block mappings in the same column. */
function joined(text: string, { first, second }: Join): EditData | undefined {
  const [dash, other] = [dashBefore(text, second), dashBefore(text, first)];
  if (dash === undefined || other === undefined || text[first.start] === '{' || text[second.start] === '{')
    return undefined;
  if (columnOf(text, first.start) !== columnOf(text, second.start)) return undefined;
  return { file: second.file, start: dash, end: dash + 1, newText: ' ' };
}

/** Puts a dash before the second key, below that of the first. */
function parted(text: string, { item, key }: Split): EditData | undefined {
  const dash = dashBefore(text, item);
  const start = key - columnOf(text, key);
  if (dash === undefined || text[item.start] === '{' || !/^ *$/.test(text.slice(start, key))) return undefined;
  const place = start + columnOf(text, dash);
  return place < key - 1 ? { file: item.file, start: place, end: place + 1, newText: '-' } : undefined;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
