import { labelValue, requirementHolds, type Requirement, type Selector } from '../model/label';
import { knownNamespaces, namespaceNameLabel } from '../model/network-model';
import type { Direction } from '../model/policy';
import { hasBitBelow } from './bitset';
import type { PeerForm, PodsForm, RuleForm } from './policy-form';
import type { CompiledPolicy, Reach } from './reach';

/** Pods that no manifest declares, known only by the selectors of a rule. */
export interface AbsentPeer {
  readonly namespaces: { readonly name: string } | readonly Requirement[];
  readonly pods: readonly Requirement[];
  /** `entire-cluster`, `shop/[pod with {role=monitoring}]`, `[namespace with {team=a}]/[all pods]`. */
  readonly text: string;
}

/** Any pod of any namespace. */
export const entireCluster: AbsentPeer = { namespaces: [], pods: [], text: 'entire-cluster' };

/**
 * The pods that the rules of some policies describe and that may exist beside those the manifests declare, each once. A peer that names
 * both its namespaces and its pods by values, and meets declared ones, is taken to mean those.
 */
export function absentPeersOf(
  reach: Reach,
  policies: readonly CompiledPolicy[],
  direction: Direction,
): readonly AbsentPeer[] {
  const found = new Map<string, AbsentPeer>();
  for (const policy of policies) {
    for (const { form } of policy.rules[direction]) {
      if (form.peers === 'everyone') continue;
      for (const peer of form.peers) {
        const absent = toAbsent(reach, peer);
        if (absent) found.set(absent.text, absent);
      }
    }
  }
  return [...found.values()];
}

function toAbsent(reach: Reach, peer: PeerForm): AbsentPeer | undefined {
  if (peer.type !== 'pods') return undefined;
  const { namespaces, pods } = described(peer.pods) ?? {};
  if (!namespaces || !pods) return undefined;
  const anyNamespace = !('name' in namespaces) && namespaces.length === 0;
  if (anyNamespace && pods.length === 0) return undefined;
  const isDeclared = isSpelledOut(peer.pods) && meetsDeclared(reach, peer);
  return isDeclared ? undefined : { namespaces, pods, text: `${printNamespaces(namespaces)}/${printPods(pods)}` };
}

/** Whether a selector names both its namespaces and its pods by values: where it meets declared pods, it is taken to mean those. */
export function isSpelledOut(form: PodsForm): boolean {
  const { namespaces, pods } = described(form) ?? {};
  if (!namespaces || !pods || pods.length === 0) return false;
  if ('name' in namespaces) return pods.every(isByValue);
  return namespaces.length > 0 && [...pods, ...namespaces].every(isByValue);
}

/** Whether a requirement names what it wants: the others mean anything but a few, or anything at all. */
function isByValue({ operator }: Requirement): boolean {
  return operator === 'In';
}

/** Whether pods that manifests declare are among a peer. */
function meetsDeclared({ matcher, peers }: Reach, peer: PeerForm): boolean {
  const { met } = matcher.peer(peer);
  return hasBitBelow(met, peers.classes.length);
}

function described(form: PodsForm): Pick<AbsentPeer, 'namespaces' | 'pods'> | undefined {
  const { namespaces, pods } = form;
  if (namespaces === 'unreadable' || pods === 'unreadable') return undefined;
  return {
    namespaces: 'name' in namespaces ? namespaces : named(namespaces),
    pods: pods?.requirements ?? [],
  };
}

/** A selector by the label with a namespace's name names it. */
function named({ requirements }: Selector): AbsentPeer['namespaces'] {
  const [only, second] = requirements;
  const [name, other] = only?.key === namespaceNameLabel && only.operator === 'In' && only.entry ? only.values : [];
  return name !== undefined && other === undefined && !second ? { name } : requirements;
}

/** Whether pods of which only this is known are surely among a rule's peers. */
export function isAmong(reach: Reach, absent: AbsentPeer, peers: RuleForm['peers']): boolean {
  if (peers === 'everyone') return true;
  return peers.some((peer) => {
    if (peer.type === 'addresses') return peer.pods === 'all';
    const form = peer.type === 'pods' ? described(peer.pods) : undefined;
    return form !== undefined && namespacesAmong(reach, absent, form) && implies(absent.pods, form.pods);
  });
}

function namespacesAmong(
  { model }: Reach,
  { namespaces }: AbsentPeer,
  { namespaces: wanted }: Pick<AbsentPeer, 'namespaces'>,
): boolean {
  if ('name' in wanted) return 'name' in namespaces && namespaces.name === wanted.name;
  if (!('name' in namespaces)) return implies(namespaces, wanted);
  const { name } = namespaces;
  const labels = knownNamespaces(model).find((known) => known.name === name)?.labels ?? [];
  return wanted.every((requirement) =>
    requirementHolds(requirement, requirement.key === namespaceNameLabel ? name : labelValue(labels, requirement.key)),
  );
}

/** Whether whatever meets all of `given` meets all of `wanted`. Sound; a combination of requirements may imply more than is seen here. */
function implies(given: readonly Requirement[], wanted: readonly Requirement[]): boolean {
  return wanted.every((requirement) => given.some((one) => impliesOne(one, requirement)));
}

function impliesOne(given: Requirement, wanted: Requirement): boolean {
  if (given.key !== wanted.key) return false;
  const within = (inner: Requirement, outer: Requirement): boolean =>
    inner.values.every((value) => outer.values.includes(value));
  switch (wanted.operator) {
    case 'In':
      return given.operator === 'In' && within(given, wanted);
    case 'Exists':
      return given.operator === 'In' || given.operator === 'Exists';
    case 'DoesNotExist':
      return given.operator === 'DoesNotExist';
    case 'NotIn':
      if (given.operator === 'In') return !given.values.some((value) => wanted.values.includes(value));
      return given.operator === 'DoesNotExist' || (given.operator === 'NotIn' && within(wanted, given));
  }
}

function printNamespaces(namespaces: AbsentPeer['namespaces']): string {
  if ('name' in namespaces) return namespaces.name;
  return namespaces.length === 0 ? '[all namespaces]' : `[namespace with ${printRequirements(namespaces)}]`;
}

function printPods(pods: readonly Requirement[]): string {
  return pods.length === 0 ? '[all pods]' : `[pod with ${printRequirements(pods)}]`;
}

/** `{app=web,tier=front}` for labels; expressions as the Kubernetes API machinery prints them, in a fixed order. */
function printRequirements(requirements: readonly Requirement[]): string {
  const labels = requirements.filter(({ entry }) => entry).map(({ key, values }) => `${key}=${values.join()}`);
  const expressions = requirements
    .filter(({ entry }) => !entry)
    .map(({ key, operator, values }) => `{Key:${key},Operator:${operator},Values:[${[...values].sort().join(' ')}],}`);
  return `{${[...new Set([...labels.sort(), ...expressions.sort()])].join(',')}}`;
}
