import { meansClusterPods } from '../model/cluster-pods';
import { isPlaceholder, type Selector } from '../model/label';
import {
  derived,
  derivedIn,
  knownNamespaces,
  namespaceMeets,
  namespaceNameLabel,
  selectWorkloads,
  workloadsOf,
  type KnownNamespace,
  type NamespaceContents,
  type NetworkModel,
} from '../model/network-model';
import type { NetworkPolicy, PolicyPeer, PolicyRule } from '../model/policy';
import { controllerLabelKeys, selectsPods, type Workload } from '../model/workload';
import { isMissingFrom } from './unmatched';
import { wholePoliciesIn } from './whole-policies';

/**
 * A podSelector and a namespaceSelector that very likely were to be read otherwise than they are written: two items of `from` or `to`
 * where one was meant (`apart`), or one where two were meant (`together`).
 */
export interface PeerReading {
  readonly written: 'apart' | 'together';
  readonly policy: NetworkPolicy;
  /** In the order they are written; the same item twice when it holds both selectors. */
  readonly peers: readonly [PolicyPeer, PolicyPeer];
  readonly podSelector: Selector;
  readonly namespaceSelector: Selector;
  /** The namespaces that are selected for certain. */
  readonly namespaces: readonly KnownNamespace[];
  /** The pods of the policy's own namespace that the podSelector alone means. */
  readonly local: readonly Workload[];
  /** The pods that meet both selectors. */
  readonly both: readonly Workload[];
  /** Both selectors mean pods that every cluster has, in no manifest. */
  readonly ofCluster: boolean;
}

/**
 * The readings that are very likely not the meant ones, by the item that holds the podSelector. Only what the manifests tell is
 * evidence: a scope that does not hold everything gives none but what is certain by the texts alone.
 */
export function peerReadings(model: NetworkModel): ReadonlyMap<PolicyPeer, PeerReading> {
  return derived(model, 'peer-readings', () => {
    const readings = new Map<PolicyPeer, PeerReading>();
    const namespaces = knownNamespaces(model);
    for (const contents of model.contents.values()) {
      for (const doubt of doubtsIn(model, contents)) {
        const read = doubt.written === 'apart' ? readApart : readTogether;
        const reading = read(model, doubt, namespaces);
        if (reading) readings.set(doubt.pods, reading);
      }
    }
    return readings;
  });
}

interface Pair {
  readonly peers: readonly [PolicyPeer, PolicyPeer];
  /** The item that holds the podSelector. */
  readonly pods: PolicyPeer;
  readonly podSelector: Selector;
  readonly namespaceSelector: Selector;
}

/** A pair that may be meant otherwise, as far as its policy's own namespace tells; most are told by that. */
interface Doubt extends Pair {
  readonly written: 'apart' | 'together';
  readonly policy: NetworkPolicy;
  readonly local: readonly Workload[];
}

function doubtsIn(model: NetworkModel, contents: NamespaceContents): readonly Doubt[] {
  return derivedIn(model, contents.name, 'doubtful-peers', () =>
    wholePoliciesIn(model, contents).flatMap(({ policy }) =>
      policy.rules.flatMap((rule) => [
        ...pairs(rule).flatMap((pair) => doubtApart(model, policy, rule, pair) ?? []),
        ...rule.peers.flatMap((peer) => doubtTogether(model, policy, peer) ?? []),
      ]),
    ),
  );
}

/** Neighbouring items, one with a podSelector and one with a namespaceSelector alone; no item is in two pairs. */
function pairs({ peers }: PolicyRule): readonly Pair[] {
  const found: Pair[] = [];
  for (let index = 0; index + 1 < peers.length; index++) {
    const [first, second] = [peers[index], peers[index + 1]];
    if (!first || !second) continue;
    const pods = isPods(first) ? first : isPods(second) ? second : undefined;
    const other = pods === first ? second : first;
    const { podSelector } = pods ?? {};
    const { namespaceSelector } = other;
    if (!pods || !podSelector || !namespaceSelector || !isNamespaces(other)) continue;
    found.push({ peers: [first, second], pods, podSelector, namespaceSelector });
    index++;
  }
  return found;
}

/** A podSelector alone that asks for something: an empty one plainly means the whole namespace. */
function isPods({ podSelector, namespaceSelector, ipBlock }: PolicyPeer): boolean {
  return (podSelector?.requirements.length ?? 0) > 0 && !namespaceSelector && !ipBlock;
}

function isNamespaces({ podSelector, namespaceSelector, ipBlock }: PolicyPeer): boolean {
  return namespaceSelector !== undefined && !podSelector && !ipBlock;
}

/**
 * Two items are very likely to be one when the namespaceSelector opens every namespace, so that the podSelector beside it narrows
 * nothing; or when the podSelector catches nobody here, and does among the namespaces.
 */
function doubtApart(model: NetworkModel, policy: NetworkPolicy, rule: PolicyRule, pair: Pair): Doubt | undefined {
  // With several it is a list that somebody opened for all, and no pair.
  if (opensAll(pair) && rule.peers.filter((peer) => isPods(peer)).length > 1) return undefined;
  const local = selectWorkloads(model, policy.namespace, pair.podSelector);
  return opensAll(pair) || local.length === 0 ? { ...pair, written: 'apart', policy, local } : undefined;
}

function opensAll({ namespaceSelector }: Pair): boolean {
  return namespaceSelector.requirements.length === 0;
}

function readApart(model: NetworkModel, doubt: Doubt, namespaces: readonly KnownNamespace[]): PeerReading | undefined {
  const { policy, podSelector } = doubt;
  if (!opensAll(doubt) && !model.complete) return undefined;
  const met = namespacesOf(doubt.namespaceSelector, namespaces);
  const both = opensAll(doubt)
    ? selectEverywhere(model, podSelector)
    : met.flatMap(({ name }) => selectWorkloads(model, name, podSelector));
  const ofCluster = met.some(({ name }) => meansClusterPods(podSelector, name));
  if (!opensAll(doubt) && ((both.length === 0 && !ofCluster) || !isMissing(model, policy, podSelector)))
    return undefined;
  return { ...doubt, namespaces: met, both, ofCluster };
}

/** Whether the policy's own namespace, of which the scope holds pods, surely has none that the selector means. */
function isMissing(model: NetworkModel, { namespace }: NetworkPolicy, podSelector: Selector): boolean {
  return workloadsOf(model, namespace).length > 0 && isMissingFrom(model, [namespace], podSelector);
}

/** The pods of all namespaces that a selector catches, through the rarest of its labels. */
function selectEverywhere(model: NetworkModel, selector: Selector): readonly Workload[] {
  const { byLabel, others, all } = derived(model, 'workloads-by-label', () => indexByLabel(workloadsOf(model)));
  const lists = selector.requirements.flatMap(({ key, operator, values }) =>
    operator === 'In' && values.length === 1 && !controllerLabelKeys.has(key)
      ? [byLabel.get(`${key}=${values[0] ?? ''}`) ?? []]
      : [],
  );
  const [rarest] = lists.sort((a, b) => a.length - b.length);
  return (rarest ? [...new Set([...rarest, ...others])] : all).filter((workload) => selectsPods(selector, workload));
}

function indexByLabel(all: readonly Workload[]) {
  const byLabel = new Map<string, Workload[]>();
  for (const workload of all) {
    for (const { key, value } of workload.podLabels) {
      const found = byLabel.get(`${key}=${value}`);
      if (found) found.push(workload);
      else byLabel.set(`${key}=${value}`, [workload]);
    }
  }
  return { byLabel, others: all.filter(({ addedLabels }) => addedLabels.length > 0), all };
}

/** The namespaces that a selector means for certain; of kube-system, which every cluster has, the name is known. */
function namespacesOf(selector: Selector, known: readonly KnownNamespace[]): readonly KnownNamespace[] {
  const system = known.some(({ name }) => name === kubeSystem.name) ? [] : [kubeSystem];
  return [...known, ...system].filter((namespace) => namespaceMeets(namespace, selector) === true);
}

const kubeSystem: KnownNamespace = { name: 'kube-system', declaration: undefined, labels: [] };

/**
 * One item is very likely to be two when both selectors together catch nobody, and each alone does: the podSelector in the policy's
 * own namespace, which the namespaceSelector leaves out. Only where the namespaces are named, so that no other can be meant.
 */
function doubtTogether(model: NetworkModel, policy: NetworkPolicy, peer: PolicyPeer): Doubt | undefined {
  const { podSelector, namespaceSelector } = peer;
  if (!podSelector || !namespaceSelector || podSelector.requirements.length === 0) return undefined;
  const local = selectWorkloads(model, policy.namespace, podSelector);
  const named = namedBy(namespaceSelector);
  if (local.length === 0 || !named || named.includes(policy.namespace) || named.some(isPlaceholder)) return undefined;
  return { written: 'together', policy, peers: [peer, peer], pods: peer, podSelector, namespaceSelector, local };
}

function readTogether(
  model: NetworkModel,
  doubt: Doubt,
  namespaces: readonly KnownNamespace[],
): PeerReading | undefined {
  const { podSelector, namespaceSelector } = doubt;
  const named = namedBy(namespaceSelector) ?? [];
  const met = namespaces.filter((namespace) => namespaceMeets(namespace, namespaceSelector) === true);
  const isHeld = (name: string): boolean => workloadsOf(model, name).length > 0;
  if (met.length === 0 || met.length < named.length || !met.every(({ name }) => isHeld(name))) return undefined;
  const names = met.map(({ name }) => name);
  if (names.some((name) => selectWorkloads(model, name, podSelector).length > 0)) return undefined;
  if (!model.complete || !isMissingFrom(model, names, podSelector)) return undefined;
  return { ...doubt, namespaces: met, both: [], ofCluster: false };
}

function namedBy({ requirements }: Selector): readonly string[] | undefined {
  return requirements.find(({ key, operator }) => key === namespaceNameLabel && operator === 'In')?.values;
}
