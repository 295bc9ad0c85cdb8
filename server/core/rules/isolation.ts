import { isPlaceholder } from '../model/label';
import {
  derived,
  isClusterNamespace,
  isPatch,
  knownNamespaces,
  namespaceMeets,
  overwrittenResources,
  policiesOf,
  selectWorkloads,
  workloadsOf,
  type KnownNamespace,
  type NetworkModel,
} from '../model/network-model';
import type { Direction, NetworkPolicy } from '../model/policy';
import { selectsPods, type Workload } from '../model/workload';
import type { PeerForm, PolicyForm, RuleForm } from '../reach/policy-form';
import { policyFormsOf } from '../reach/policy-forms';

/** Which pods policies isolate, or may isolate: in doubt they do, so that nobody is told of a hole that is none. */
export interface Isolation {
  readonly workloads: Readonly<Record<Direction, ReadonlySet<Workload>>>;
  /** Namespaces with a policy for all pods. One that opens everything counts: somebody decided that. */
  readonly namespaces: Readonly<Record<Direction, ReadonlySet<string>>>;
}

interface Sets {
  readonly workloads: Readonly<Record<Direction, Set<Workload>>>;
  readonly namespaces: Readonly<Record<Direction, Set<string>>>;
}

/** The isolation of a scope's pods. */
export function isolationOf(model: NetworkModel): Isolation {
  return derived(model, 'isolation', () => {
    const sets: Sets = {
      workloads: { Ingress: new Set(), Egress: new Set() },
      namespaces: { Ingress: new Set(), Egress: new Set() },
    };
    const namespaces = new Map(policiesOf(model).map(({ resource, namespace }) => [resource, namespace]));
    const doubtful = doubtfulWorkloads(model);
    const known = knownNamespaces(model);
    for (const form of policyFormsOf(model)) {
      const namespace = namespaces.get(form.resource);
      if (namespace === undefined) addClusterPolicy(form, known, model, sets);
      else addPolicy(form, namespace, doubtful.get(namespace) ?? [], model, sets);
    }
    return sets;
  });
}

/** Pods with labels that no manifest tells, by namespace: a selector of their namespace may mean them. */
function doubtfulWorkloads(model: NetworkModel): ReadonlyMap<string, readonly Workload[]> {
  const doubtful = new Map<string, Workload[]>();
  for (const workload of workloadsOf(model)) {
    const { labelsKnown, podLabels, namespace } = workload;
    if (labelsKnown && !podLabels.some(({ key, value }) => isPlaceholder(key) || isPlaceholder(value))) continue;
    const known = doubtful.get(namespace);
    if (known) known.push(workload);
    else doubtful.set(namespace, [workload]);
  }
  return doubtful;
}

function addPolicy(
  form: PolicyForm,
  namespace: string,
  doubtful: readonly Workload[],
  model: NetworkModel,
  { workloads, namespaces }: Sets,
): void {
  const { pods } = form.subject;
  const isCatchAll = pods === undefined || pods === 'unreadable' || pods.requirements.length === 0;
  const selected = isCatchAll
    ? workloadsOf(model, namespace)
    : [...selectWorkloads(model, namespace, pods), ...doubtful];
  for (const direction of form.problems.length === 0 ? form.isolates : directions) {
    for (const workload of selected) workloads[direction].add(workload);
    if (isCatchAll) namespaces[direction].add(namespace);
  }
}

/** Both directions, as messages name them in this order. */
export const directions: readonly Direction[] = ['Ingress', 'Egress'];

/** A cluster-wide policy that denies everything, for whatever nothing else allowed (BaselineAdminNetworkPolicy), isolates as well. */
function addClusterPolicy(
  { subject, rules }: PolicyForm,
  known: readonly KnownNamespace[],
  model: NetworkModel,
  { workloads, namespaces }: Sets,
): void {
  const { namespaces: selector, pods } = subject;
  for (const direction of directions) {
    if (!rules.some((rule) => rule.direction === direction && deniesEverything(rule))) continue;
    for (const namespace of known) {
      const isMeant =
        selector === 'unreadable' ||
        ('name' in selector ? selector.name === namespace.name : namespaceMeets(namespace, selector) !== false);
      if (!isMeant) continue;
      const isAll = pods === undefined || pods === 'unreadable' || pods.requirements.length === 0;
      if (isAll) namespaces[direction].add(namespace.name);
      const selected = isAll ? workloadsOf(model, namespace.name) : selectWorkloads(model, namespace.name, pods);
      for (const workload of selected) workloads[direction].add(workload);
    }
  }
}

function deniesEverything({ action, peers, ports }: RuleForm): boolean {
  return action === 'deny' && ports === 'every' && (peers === 'everyone' || peers.some(isEveryPod));
}

function isEveryPod(peer: PeerForm): boolean {
  if (peer.type !== 'pods') return false;
  const { namespaces, pods } = peer.pods;
  const isAll = pods === undefined || (pods !== 'unreadable' && pods.requirements.length === 0);
  return isAll && namespaces !== 'unreadable' && 'requirements' in namespaces && namespaces.requirements.length === 0;
}

/** A policy of another scope that would isolate a workload's pods, if both were applied to one cluster. */
export function isolatedElsewhere(
  model: NetworkModel,
  workload: Workload,
  wanted: readonly Direction[],
): { readonly policy: NetworkPolicy; readonly model: NetworkModel } | undefined {
  return policyElsewhere(
    model,
    workload.namespace,
    wanted,
    ({ podSelector }) => podSelector?.valid === true && selectsPods(podSelector, workload),
  );
}

/** The same for all pods of a namespace. */
export function namespaceIsolatedElsewhere(
  model: NetworkModel,
  namespace: string,
  wanted: readonly Direction[],
): { readonly policy: NetworkPolicy; readonly model: NetworkModel } | undefined {
  return policyElsewhere(
    model,
    namespace,
    wanted,
    ({ podSelector }) => podSelector?.valid === true && podSelector.requirements.length === 0,
  );
}

function policyElsewhere(
  model: NetworkModel,
  namespace: string,
  wanted: readonly Direction[],
  isMeant: (policy: NetworkPolicy) => boolean,
): { readonly policy: NetworkPolicy; readonly model: NetworkModel } | undefined {
  for (const other of model.neighbours) {
    if (other === model) continue;
    for (const policy of other.contents.get(namespace)?.policies ?? []) {
      if (wanted.every((direction) => policy.directions.includes(direction)) && isMeant(policy))
        return { policy, model: other };
    }
  }
  return undefined;
}

/** The workloads that a rule about isolation speaks of: not those that a later one overwrites, nor what policies do not hold. */
export function isolatable(model: NetworkModel): readonly Workload[] {
  const overwritten = overwrittenResources(model);
  return workloadsOf(model).filter(
    ({ resource, hostNetwork, namespace }) =>
      !hostNetwork &&
      !overwritten.has(resource) &&
      !isClusterNamespace(namespace) &&
      !isPlaceholder(namespace) &&
      !isPatch(model, resource),
  );
}
