import type { Cidr } from '../model/cidr';
import { labelValue, requirementHolds, type Requirement, type Selector } from '../model/label';
import { knownNamespaces, namespaceNameLabel, type KnownNamespace, type NetworkModel } from '../model/network-model';
import { controllerLabelKeys, isLabelOfController, isOptionalLabel, podsMeet, type Workload } from '../model/workload';
import {
  addBits,
  allBits,
  commonBits,
  emptyBits,
  hasBit,
  isEmptyBits,
  setBit,
  setBits,
  withoutBits,
  type Bitset,
} from './bitset';
import type { AddressesForm, PeerForm, PodsForm } from './policy-form';
import type { Peers } from './peers';

/**
 * Whom something means, among all peers. `met` is the answer on what is written: a namespace that no manifest declares has no label but
 * its name, a plugin holds policies for the host network too. `unsure` are the peers for whom the answer hangs on what is not written.
 */
export interface Match {
  readonly met: Bitset;
  readonly unsure: Bitset;
}

/** Answers who is meant, and remembers: the same few selectors stand in many policies. */
export interface Matcher {
  readonly pods: (form: PodsForm) => Match;
  readonly peer: (form: PeerForm) => Match;
  readonly everyone: Match;
}

export function createMatcher(model: NetworkModel, peers: Peers): Matcher {
  const labels = labelIndex(peers);
  const untold = peers.classes.flatMap(({ pods }, index) => (isUntold(pods) ? [index] : []));
  const namespaces = namespaceIndex(model, peers);
  const hostNetwork = bitsWhere(peers, (index) => peers.classes[index]?.pods.hostNetwork === true);
  const common = commonSets(peers);
  const all: Match = { met: common.pods, unsure: common.nobody };
  const unreadable: Match = { met: common.nobody, unsure: common.pods };
  const byForm = new WeakMap<PodsForm, Match>();
  const byText = new Map<string, Match>();
  const podsBySelector = new Map<string, Match>();
  const namespacesBySelector = new Map<string, Match>();
  const byAddresses = new Map<string, Match>();
  const podsMeeting = (selector: Selector): Match =>
    remember(podsBySelector, keyOf(selector), () => matchPods(selector, peers, labels, untold, common));
  const namespacesMeeting = (form: PodsForm['namespaces']): Match => {
    if (form === 'unreadable') return unreadable;
    if ('name' in form) return namespaces.named(form.name);
    return remember(namespacesBySelector, keyOf(form), () => namespaces.meeting(form));
  };
  const find = (form: PodsForm): Match => {
    const places = namespacesMeeting(form.namespaces);
    const own = form.pods === 'unreadable' ? unreadable : form.pods === undefined ? all : podsMeeting(form.pods);
    return onHostNetwork(both(places, own), form.hostNetwork, hostNetwork);
  };
  const pods = (form: PodsForm): Match => {
    const known = byForm.get(form);
    if (known) return known;
    const made = remember(byText, textOf(form), () => find(form));
    byForm.set(form, made);
    return made;
  };
  const outside = hostNetwork.slice();
  setBits(outside, peers.firstRange, peers.count);
  const peer = (form: PeerForm): Match => {
    switch (form.type) {
      case 'pods':
        return pods(form.pods);
      case 'addresses':
        return remember(byAddresses, addressesText(form), () => matchAddresses(form, peers, common));
      case 'outside':
        return { met: common.nobody, unsure: outside };
      case 'unreadable':
        return { met: common.nobody, unsure: common.everyone };
    }
  };
  return { pods, peer, everyone: { met: common.everyone, unsure: common.nobody } };
}

/** Sets that many answers share; none of them is ever changed. */
interface CommonSets {
  readonly nobody: Bitset;
  readonly everyone: Bitset;
  /** The unknown ingress controller's among them: everyone but addresses. */
  readonly pods: Bitset;
  /** The unknown ingress controller alone. */
  readonly controller: Bitset;
}

function commonSets({ count, firstRange, controller }: Peers): CommonSets {
  const sets = {
    nobody: emptyBits(count),
    everyone: allBits(count),
    pods: emptyBits(count),
    controller: emptyBits(count),
  };
  setBits(sets.pods, 0, firstRange);
  setBit(sets.controller, controller);
  return sets;
}

function remember<T>(known: Map<string, T>, key: string, work: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = work();
  known.set(key, made);
  return made;
}

function keyOf({ requirements }: Selector): string {
  return JSON.stringify(requirements.map(({ key, operator, values }) => [key, operator, values]));
}

/** Forms that say the same mean the same pods, and have one text. */
function textOf({ namespaces, pods, hostNetwork }: PodsForm): string {
  const places =
    namespaces === 'unreadable'
      ? namespaces
      : 'name' in namespaces
        ? JSON.stringify(namespaces.name)
        : keyOf(namespaces);
  return `${places} ${pods === undefined || pods === 'unreadable' ? String(pods) : keyOf(pods)} ${hostNetwork}`;
}

function addressesText({ cidrs, except, pods }: AddressesForm): string {
  const print = (list: readonly Cidr[]): string => list.map(({ canonical }) => canonical).join();
  return `${print(cidrs)} ${print(except)} ${pods}`;
}

function bitsWhere(peers: Peers, holds: (index: number) => boolean): Bitset {
  const bits = emptyBits(peers.count);
  for (let index = 0; index < peers.classes.length; index++) if (holds(index)) setBit(bits, index);
  return bits;
}

/** Both must hold: sure where both are; sure not to hold where one surely does not. One pass, since every peer of every policy takes it. */
function both(a: Match, b: Match): Match {
  const met = new Uint32Array(a.met.length);
  const unsure = new Uint32Array(a.met.length);
  for (let word = 0; word < met.length; word++) {
    const [metA, unsureA] = [a.met[word] ?? 0, a.unsure[word] ?? 0];
    const [metB, unsureB] = [b.met[word] ?? 0, b.unsure[word] ?? 0];
    const possible = (metA | unsureA) & (metB | unsureB);
    const sure = metA & ~unsureA & (metB & ~unsureB);
    met[word] = metA & metB;
    unsure[word] = possible & ~sure;
  }
  return { met, unsure };
}

/** Any of them suffices. */
export function anyOf(matches: readonly Match[], peers: Peers): Match {
  const met = emptyBits(peers.count);
  const unsure = emptyBits(peers.count);
  for (let word = 0; word < met.length; word++) {
    let sure = 0;
    for (const match of matches) {
      const [own, doubt] = [match.met[word] ?? 0, match.unsure[word] ?? 0];
      met[word] = (met[word] ?? 0) | own;
      unsure[word] = (unsure[word] ?? 0) | doubt;
      sure |= own & ~doubt;
    }
    unsure[word] = (unsure[word] ?? 0) & ~sure;
  }
  return { met, unsure };
}

/** NetworkPolicy leaves pods on the host network to the plugin (Network Policies, "Host networking"); the others leave them out. */
function onHostNetwork(match: Match, meant: PodsForm['hostNetwork'], hostNetwork: Bitset): Match {
  if (isEmptyBits(hostNetwork)) return match;
  if (meant === 'never')
    return { met: withoutBits(match.met, hostNetwork), unsure: withoutBits(match.unsure, hostNetwork) };
  const unsure = match.unsure.slice();
  addBits(unsure, commonBits(match.met, hostNetwork));
  return { met: match.met, unsure };
}

type LabelIndex = ReadonlyMap<string, ReadonlyMap<string, Bitset>>;

/** Classes of pods by label key and value. */
function labelIndex(peers: Peers): LabelIndex {
  const index = new Map<string, Map<string, Bitset>>();
  peers.classes.forEach(({ pods }, number) => {
    for (const { key, value } of pods.podLabels) {
      const values = remember(index, key, () => new Map<string, Bitset>());
      setBit(
        remember(values, value, () => emptyBits(peers.count)),
        number,
      );
    }
  });
  return index;
}

/** @param untold classes of pods that an operator labels, in part with what no manifest tells */
function matchPods(
  selector: Selector,
  peers: Peers,
  labels: LabelIndex,
  untold: readonly number[],
  common: CommonSets,
): Match {
  const [first, ...others] = selector.requirements.map((requirement) =>
    matchRequirement(requirement, peers, labels, common),
  );
  const match = others.reduce(both, first ?? { met: common.pods, unsure: common.nobody });
  if (untold.length === 0) return match;
  const those = emptyBits(peers.count);
  for (const index of untold) setBit(those, index);
  const [met, unsure] = [withoutBits(match.met, those), withoutBits(match.unsure, those)];
  for (const index of untold) {
    const pods = peers.classes[index]?.pods;
    const answer = pods ? matchUntold(selector, pods) : no;
    if (answer.met) setBit(met, index);
    if (answer.unsure) setBit(unsure, index);
  }
  return { met, unsure };
}

/** Whether pods have labels that no manifest tells: an operator puts them there. */
export function isUntold({ addedLabels, labelsKnown }: Workload): boolean {
  return addedLabels.length > 0 || !labelsKnown;
}

interface Answer {
  readonly met: boolean;
  readonly unsure: boolean;
}

const no: Answer = { met: false, unsure: false };

/**
 * One selector over pods that an operator labels. A label that nobody documents decides only where one that is known says that these pods
 * are meant: else every selector of every policy would be about them.
 */
function matchUntold({ requirements }: Selector, pods: Workload): Answer {
  let met = true;
  let unsure = false;
  let isMeant = false;
  let hasUndocumented = false;
  for (const requirement of requirements) {
    const { key, operator } = requirement;
    if (isLabelOfController(key, pods)) {
      const holds = podsMeet(requirement, pods);
      const isOptional = isOptionalLabel(key, pods);
      if (!holds && !(isOptional && operator === 'DoesNotExist')) return no;
      if (!holds) met = false;
      if (isOptional || operator === 'In' || operator === 'NotIn') unsure = true;
      continue;
    }
    const value = labelValue(pods.podLabels, key);
    const holds = requirementHolds(requirement, value);
    if (value !== undefined && holds) isMeant ||= operator === 'In';
    else if (value !== undefined || pods.labelsKnown) {
      if (!holds) return no;
    } else {
      hasUndocumented = true;
      if (!holds) met = false;
    }
  }
  if (!hasUndocumented || isMeant) return { met, unsure: unsure || hasUndocumented };
  return met ? { met, unsure } : no;
}

function matchRequirement(requirement: Requirement, peers: Peers, labels: LabelIndex, common: CommonSets): Match {
  const { key, operator, values } = requirement;
  // The labels of an ingress controller that no manifest declares are unknown.
  const { controller } = common;
  if (operator === 'In' && values.length === 1 && !controllerLabelKeys.has(key))
    return { met: labels.get(key)?.get(values[0] ?? '') ?? common.nobody, unsure: controller };
  const met = controllerLabelKeys.has(requirement.key)
    ? bitsWhere(peers, (index) => {
        const found = peers.classes[index];
        return found !== undefined && podsMeet(requirement, found.pods);
      })
    : matchWritten(requirement, peers, labels);
  const unsure = controller.slice();
  if (requirementHolds(requirement, undefined)) setBit(met, peers.controller);
  if (controllerLabelKeys.has(requirement.key) && (requirement.operator === 'In' || requirement.operator === 'NotIn'))
    addBits(
      unsure,
      bitsWhere(peers, (index) => {
        const found = peers.classes[index];
        return found !== undefined && isLabelOfController(requirement.key, found.pods) && hasBit(met, index);
      }),
    );
  return { met, unsure };
}

function matchWritten({ key, operator, values }: Requirement, peers: Peers, labels: LabelIndex): Bitset {
  const bits = emptyBits(peers.count);
  const found = labels.get(key);
  const listed = operator === 'In' || operator === 'NotIn';
  for (const classes of (listed ? values.map((value) => found?.get(value)) : found?.values()) ?? [])
    if (classes) addBits(bits, classes);
  if (operator === 'In' || operator === 'Exists') return bits;
  const classesOnly = emptyBits(peers.count);
  setBits(classesOnly, 0, peers.classes.length);
  return withoutBits(classesOnly, bits);
}

interface NamespaceIndex {
  readonly named: (name: string) => Match;
  readonly meeting: (selector: Selector) => Match;
}

function namespaceIndex(model: NetworkModel, peers: Peers): NamespaceIndex {
  const members = new Map<string, Bitset>();
  peers.classes.forEach(({ namespace }, number) =>
    setBit(
      remember(members, namespace, () => emptyBits(peers.count)),
      number,
    ),
  );
  const known = knownNamespaces(model).filter(({ name }) => members.has(name));
  const controller = emptyBits(peers.count);
  setBit(controller, peers.controller);
  return {
    // Which namespace an ingress controller is in that no manifest declares nobody can tell.
    named: (name) => ({ met: members.get(name) ?? emptyBits(peers.count), unsure: controller }),
    meeting(selector) {
      const met = emptyBits(peers.count);
      const unsure = emptyBits(peers.count);
      for (const namespace of known) {
        const bits = members.get(namespace.name) ?? emptyBits(peers.count);
        if (meetsAsWritten(namespace, selector)) addBits(met, bits);
        if (hangsOnUnwritten(namespace, selector)) addBits(unsure, bits);
      }
      if (selector.requirements.every((requirement) => requirementHolds(requirement, undefined)))
        addBits(met, controller);
      if (selector.requirements.length > 0) addBits(unsure, controller);
      return { met, unsure };
    },
  };
}

/** On what is written: a namespace that no manifest declares carries the label with its name only (KEP-2161). */
function meetsAsWritten({ name, labels }: KnownNamespace, selector: Selector): boolean {
  return selector.requirements.every((requirement) =>
    requirementHolds(requirement, requirement.key === namespaceNameLabel ? name : labelValue(labels, requirement.key)),
  );
}

/** Whether the answer hangs on labels of a namespace that no manifest declares. */
export function hangsOnUnwritten({ name, declaration }: KnownNamespace, selector: Selector): boolean {
  if (declaration) return false;
  const byName = selector.requirements.filter(({ key }) => key === namespaceNameLabel);
  return (
    byName.length < selector.requirements.length && byName.every((requirement) => requirementHolds(requirement, name))
  );
}

/** Addresses outside for certain; whether the addresses of pods count hangs on the plugin and on which they are (API reference, IPBlock). */
function matchAddresses(form: AddressesForm, peers: Peers, common: CommonSets): Match {
  const met = emptyBits(peers.count);
  for (const cidr of form.cidrs) setRanges(met, cidr, peers);
  const excepted = emptyBits(peers.count);
  for (const cidr of form.except) setRanges(excepted, cidr, peers);
  const outside = withoutBits(met, excepted);
  if (form.pods === 'all') {
    addBits(outside, common.pods);
    return { met: outside, unsure: common.nobody };
  }
  return { met: outside, unsure: mayHoldPods(outside, peers) ? common.pods : common.nobody };
}

function setRanges(bits: Bitset, cidr: Cidr, peers: Peers): void {
  const { ranges, firstRange } = peers;
  for (let at = firstFrom(cidr, ranges); at < ranges.length; at++) {
    const range = ranges[at];
    if (range?.family !== cidr.family || range.first > cidr.last) return;
    setBit(bits, firstRange + at);
  }
}

/** The first range that begins within or after a CIDR, by binary search: IPv4 stands before IPv6. */
function firstFrom(cidr: Cidr, ranges: Peers['ranges']): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    const before =
      range !== undefined && (range.family < cidr.family || (range.family === cidr.family && range.first < cidr.first));
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Private and shared address space (RFC 1918, RFC 6598): where pods of IPv4 get their addresses. */
const podSpace: readonly (readonly [bigint, bigint])[] = [
  [0x0a000000n, 0x0affffffn],
  [0x64400000n, 0x647fffffn],
  [0xac100000n, 0xac1fffffn],
  [0xc0a80000n, 0xc0a8ffffn],
];

function mayHoldPods(bits: Bitset, peers: Peers): boolean {
  return peers.ranges.some(
    ({ family, first, last }, index) =>
      hasBit(bits, peers.firstRange + index) &&
      // IPv6 pods often have public addresses; one address alone is hardly a pod's.
      (family === 6 ? first < last : podSpace.some(([start, end]) => first <= end && start <= last)),
  );
}
