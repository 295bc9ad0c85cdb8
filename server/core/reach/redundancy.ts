import { nodeAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { containsCidr } from '../model/cidr';
import {
  byPlace,
  derived,
  derivedOf,
  namespaceOf,
  renewed,
  repeatedResources,
  type NetworkModel,
} from '../model/network-model';
import { looksLikePatch } from '../model/patch';
import type { Direction } from '../model/policy';
import { sameItems } from '../model/same-items';
import { coverPeer, inWholeOrParts, type RulesOver } from './coverage';
import { duplicatesOf } from './duplicate-policies';
import type { PolicyForm } from './policy-form';
import { policyFormsOf } from './policy-forms';
import {
  partsOfPolicy,
  portsLeft,
  portsOfForms,
  rulesLeft,
  type Part,
  type PeerPart,
  type PolicyPart,
  type Ports,
  type PortPart,
  type RulePart,
} from './policy-parts';
import { indexByWhom, isAmong, namespaceLabelsOf, type NamespaceLabels, type Whom, type WhomIndex } from './whom';

/** Something in the NetworkPolicies of a namespace whose removal changes no connection. */
export interface Redundant {
  readonly part: Part;
  /** What allows the same already. */
  readonly by: readonly PeerPart[];
  /** For a policy: those that isolate its pods in its stead. */
  readonly isolatedBy: readonly PolicyPart[];
}

/** What may be taken out of the policies of one namespace, all of it together. */
export type RedundantSet = readonly Redundant[];

/**
 * What is redundant in the NetworkPolicies of a scope, a set for each namespace that has some. It is proved for every pod, namespace and
 * address there may ever be, by what is written alone: whatever pods a policy selects, others isolate the same pods and allow
 * the same. The latest goes first, each tested against what is left then, so that of two that make each other redundant one stays: first
 * whole policies, then rules, peers and ports of those that stay. A policy that means the same as another in all is a duplicate
 * (`duplicatesOf`, `duplicatesInOtherWords`); here it counts as gone.
 */
export function redundancyOf(model: NetworkModel): readonly RedundantSet[] {
  return [...examinedNamespaces(model).values()].map(({ found }) => found).filter((found) => found.length > 0);
}

/** A policy that says the same as an earlier one by other rules: each of the two is redundant by the other alone. */
export interface InOtherWords {
  readonly policy: PolicyPart;
  readonly first: PolicyPart;
}

/** Those of a scope, beside the ones that are written alike (`duplicatesOf`). */
export function duplicatesInOtherWords(model: NetworkModel): readonly InOtherWords[] {
  return [...examinedNamespaces(model).values()].flatMap(({ inOtherWords }) => inOtherWords);
}

/** The policies of a namespace after they were looked at. It holds for as long as the same policies are there, and labels of namespaces. */
export interface Examined {
  /** Of policies whose meaning is certain, in the order they are applied. */
  readonly forms: readonly PolicyForm[];
  /** Those of them that mean the same as an earlier one. */
  readonly duplicates: readonly PolicyForm[];
  readonly known: NamespaceLabels;
  /** With what is redundant in them gone. */
  readonly policies: readonly PolicyPart[];
  readonly inOtherWords: readonly InOtherWords[];
  readonly found: RedundantSet;
  /** The places of all that is not gone, as `placeText` prints them. */
  readonly keptPlaces: () => ReadonlySet<string>;
}

/** By namespace. Policies speak of the pods of their own one alone, so that one that did not change need not be looked at again. */
export function examinedNamespaces(model: NetworkModel): ReadonlyMap<string, Examined> {
  return renewed<ReadonlyMap<string, Examined>>(model, 'redundancy', (before) => {
    const duplicates = new Set(duplicatesOf(model).flatMap(({ others }) => others.map(({ resource }) => resource)));
    const known = namespaceLabelsOf(model);
    return new Map(
      [...formsByNamespace(model)].map(([namespace, forms]) => {
        const given = { forms, duplicates: forms.filter(({ resource }) => duplicates.has(resource)), known };
        const earlier = before?.get(namespace);
        return [namespace, earlier && isOf(earlier, given) ? earlier : examine(given)];
      }),
    );
  });
}

type Given = Pick<Examined, 'forms' | 'duplicates' | 'known'>;

function isOf(examined: Examined, { forms, duplicates, known }: Given): boolean {
  return examined.known === known && sameItems(examined.forms, forms) && sameItems(examined.duplicates, duplicates);
}

/**
 * The policies of a scope whose meaning is certain, by resource, with what is redundant in them gone. The same objects for as long as nothing
 * changed that could make them others.
 */
export function policyPartsOf(model: NetworkModel): ReadonlyMap<Resource, PolicyPart> {
  return derived(model, 'policy-parts', () => {
    const all = [...examinedNamespaces(model).values()].flatMap(({ policies }) => policies);
    return new Map(all.map((policy) => [policy.form.resource, policy]));
  });
}

/**
 * NetworkPolicies whose meaning is certain: read whole, written once (of two with one name nobody knows which one stays), and no patches,
 * which are only a part of something. By namespace, in the order they are applied.
 */
function formsByNamespace(model: NetworkModel): ReadonlyMap<string, readonly PolicyForm[]> {
  const order = byPlace(model);
  const groups = new Map<string, PolicyForm[]>();
  for (const form of certainForms(model)) {
    if (form.tier !== 'network') continue;
    const namespace = namespaceOf(form.resource);
    const group = groups.get(namespace);
    if (group) group.push(form);
    else groups.set(namespace, [form]);
  }
  for (const group of groups.values()) group.sort((a, b) => order(a.resource, b.resource));
  return groups;
}

/** Policies of every tier whose meaning is certain. */
export function certainForms(model: NetworkModel): readonly PolicyForm[] {
  return derived(model, 'certain-forms', () => {
    const repeated = new Set(repeatedResources(model).flat());
    return policyFormsOf(model).filter(
      ({ resource, problems }) =>
        problems.length === 0 &&
        !repeated.has(resource) &&
        !derivedOf(model, resource, 'partial-policy', () => isPartial(resource)),
    );
  });
}

/** A NetworkPolicy needs a podSelector: without one it is a patch, most likely. */
function isPartial(resource: Resource): boolean {
  const lacksSubject = resource.kind === 'NetworkPolicy' && nodeAt(resource.root, 'spec', 'podSelector') === undefined;
  return resource.name === '' || lacksSubject || looksLikePatch(resource);
}

function examine(given: Given): Examined {
  const { forms, duplicates, known } = given;
  const policies = forms.flatMap(
    (form) => partsOfPolicy(form, ({ direction }) => form.isolates.includes(direction)) ?? [],
  );
  const doubles = new Set(duplicates);
  for (const policy of policies) policy.gone = doubles.has(policy.form);
  const { found, inOtherWords } = findRedundant(policies, known);
  let places: ReadonlySet<string> | undefined;
  return { ...given, policies, inOtherWords, found, keptPlaces: () => (places ??= placesKeptIn(policies)) };
}

function findRedundant(
  policies: readonly PolicyPart[],
  known: NamespaceLabels,
): Pick<Examined, 'found' | 'inOtherWords'> {
  const context: Context = { known, index: indexByWhom(policies, ({ subject }) => subject, known) };
  const found: Redundant[] = [];
  const inOtherWords: InOtherWords[] = [];
  const tryWithout = (part: Part): void => {
    part.gone = true;
    const proof = prove(part, context);
    const first = proof && part.type === 'policy' ? sameAs(part, context) : undefined;
    if (first && part.type === 'policy') inOtherWords.push({ policy: part, first });
    else if (proof) found.push({ part, ...proof });
    else part.gone = false;
  };
  const latestFirst = policies.toReversed();
  for (const policy of latestFirst) if (!policy.gone) tryWithout(policy);
  const rules = latestFirst.filter(({ gone }) => !gone).flatMap((policy) => policy.rules.toReversed());
  for (const rule of rules) if (mayLoseRule(rule)) tryWithout(rule);
  const left = rules.filter(({ gone, peers }) => !gone && peers.length <= mostPeers);
  for (const peer of left.flatMap(({ peers }) => peers.toReversed()))
    if (isOneOfSeveral(peer, peer.rule.peers)) tryWithout(peer);
  for (const port of left.flatMap(({ ports }) => ports.toReversed()))
    if (isOneOfSeveral(port, port.rule.ports)) tryWithout(port);
  inOtherWords.reverse();
  if (found.length === 0) return { found, inOtherWords };
  const order = new Map(policies.flatMap(withParts).map((part, index) => [part, index]));
  const sorted = found
    // What proved the first ones may have gone later. It went for a reason of its own, which proves them as well.
    .map((redundant) => ({ ...redundant, ...prove(redundant.part, context) }))
    .sort((a, b) => (order.get(a.part) ?? 0) - (order.get(b.part) ?? 0));
  return { found: sorted, inOtherWords };
}

/** The first of the other policies that alone make a policy redundant, and are so by it alone. The later ones are looked at already. */
function sameAs(policy: PolicyPart, { known, index }: Context): PolicyPart | undefined {
  const isRedundantBy = (one: PolicyPart, other: PolicyPart): boolean =>
    provePolicy(one, { known, index: { around: (whom) => (isAmong(whom, other.subject, known) ? [other] : []) } }) !==
    undefined;
  return index
    .around(policy.subject)
    .find(
      (other) =>
        other !== policy &&
        !other.gone &&
        isAmong(other.subject, policy.subject, known) &&
        isRedundantBy(policy, other) &&
        isRedundantBy(other, { ...policy, gone: false }),
    );
}

type Proof = Omit<Redundant, 'part'>;

/** Why a part that is gone changes nothing, by what is left; undefined when that is not proved. */
function prove(part: Part, context: Context): Proof | undefined {
  switch (part.type) {
    case 'policy':
      return provePolicy(part, context);
    case 'rule':
      return proveRule(part, context);
    case 'peer':
      return provePeer(part, context);
    case 'port':
      return provePort(part, context);
  }
}

/** A rule with more peers is written by a program: it is not looked at one by one. */
const mostPeers = 300;

interface Context {
  readonly known: NamespaceLabels;
  readonly index: WhomIndex<PolicyPart>;
}

/** What is left without it must not be an empty list, which would mean everyone or every port. */
function isOneOfSeveral(part: PeerPart | PortPart, parts: readonly (PeerPart | PortPart)[]): boolean {
  return !part.gone && parts.filter(({ gone }) => !gone).length > 1;
}

/** Without any egress rule, and without policyTypes, a policy no longer isolates egress (API reference, NetworkPolicySpec). */
function mayLoseRule(rule: RulePart): boolean {
  const { policy, form } = rule;
  if (form.direction === 'Ingress' || rulesLeft(policy, 'Egress').length > 1) return true;
  const types = nodeAt(policy.form.resource.root, 'spec', 'policyTypes');
  return types?.type === 'sequence' && types.items.length > 0;
}

function provePolicy(policy: PolicyPart, context: Context): Proof | undefined {
  const by = forAll(policy.rules, (rule) => proveRule(rule, context)?.by);
  if (!by) return undefined;
  const allowing = new Set(by.map(({ rule }) => rule.policy));
  const isolatedBy = new Set<PolicyPart>();
  for (const direction of policy.form.isolates) {
    const others = inWholeOrParts(policy.subject, (part) => {
      const candidates = isolating(part, direction, context);
      const other = candidates.find((candidate) => allowing.has(candidate)) ?? candidates[0];
      return other && new Set([other]);
    });
    if (!others) return undefined;
    for (const other of others) isolatedBy.add(other);
  }
  return { by, isolatedBy: [...isolatedBy] };
}

function isolating(subject: PolicyPart['subject'], direction: Direction, context: Context): readonly PolicyPart[] {
  return context.index.around(subject).filter(({ gone, form }) => !gone && form.isolates.includes(direction));
}

function proveRule(rule: RulePart, context: Context): Proof | undefined {
  const ports = portsLeft(rule);
  const rulesOver = rulesFor(rule, context);
  const by = forAll(rule.peers, (peer) => (peer.gone ? [] : cover(peer, ports, rulesOver, context)));
  return by && !undoesException(rule, by) ? { by, isolatedBy: [] } : undefined;
}

/** What proves something of each of some parts, all together; undefined as soon as one is not proved. */
function forAll<T>(
  parts: readonly T[],
  prove: (part: T) => Iterable<PeerPart> | undefined,
): readonly PeerPart[] | undefined {
  const by = new Set<PeerPart>();
  for (const part of parts) {
    const proof = prove(part);
    if (!proof) return undefined;
    for (const peer of proof) by.add(peer);
  }
  return [...by];
}

function provePeer(peer: PeerPart, context: Context): Proof | undefined {
  const by = cover(peer, portsLeft(peer.rule), rulesFor(peer.rule, context), context);
  if (!by || [...by].some((other) => isOthersBusiness(peer, other))) return undefined;
  return { by: [...by], isolatedBy: [] };
}

/**
 * Blocks within blocks of the same rule are what `policy-cidr-overlap` speaks of. A peer by labels beside one by namespaces is most likely
 * one peer that an extra dash made two (`policy-peer-and-or`): to take the first out would be to write the mistake down for good.
 */
function isOthersBusiness(peer: PeerPart, other: PeerPart): boolean {
  if (peer.rule !== other.rule || peer.form === 'everyone' || other.form === 'everyone') return false;
  if (peer.form.type === 'addresses' && other.form.type === 'addresses') {
    const { cidrs } = other.form;
    return peer.form.cidrs.some((inner) => cidrs.some((outer) => containsCidr(outer, inner)));
  }
  if (peer.form.type !== 'pods' || other.form.type !== 'pods') return false;
  return 'name' in wrapped(peer.form.pods.namespaces) && other.form.pods.pods === undefined;
}

/**
 * Whether some of what a rule makes an exception of is admitted by another rule of the policy that makes this one redundant. That the
 * exception is undone is what must be said (`policy-cidr-overlap`); to take the rule out would be to give it up.
 */
function undoesException(rule: RulePart, by: readonly PeerPart[]): boolean {
  const exceptions = rule.peers.flatMap(({ form }) =>
    form !== 'everyone' && form.type === 'addresses' ? form.except : [],
  );
  const others = by.filter((other) => other.rule !== rule && other.rule.policy === rule.policy);
  return exceptions.some((exception) =>
    others.some(({ form }) => {
      if (form === 'everyone') return true;
      if (form.type !== 'addresses') return false;
      const touches = form.cidrs.some((cidr) => containsCidr(cidr, exception) || containsCidr(exception, cidr));
      return touches && !form.except.some((hole) => containsCidr(hole, exception));
    }),
  );
}

function wrapped(namespaces: object | 'unreadable'): object {
  return namespaces === 'unreadable' ? {} : namespaces;
}

function provePort(port: PortPart, context: Context): Proof | undefined {
  const wanted = portsOfForms([port.form]);
  const rulesOver = rulesFor(port.rule, context);
  const by = forAll(port.rule.peers, (peer) => (peer.gone ? [] : cover(peer, wanted, rulesOver, context)));
  return by && !undoesException(port.rule, by) ? { by, isolatedBy: [] } : undefined;
}

function cover(peer: PeerPart, ports: Ports, rulesOver: RulesOver, { known }: Context) {
  return coverPeer(peer.rule.policy.subject, peer, ports, rulesOver, known);
}

/** The rules that hold for all of some pods. Asked of the same pods for each peer of a rule, while nothing is taken out. */
function rulesFor({ form: { direction } }: RulePart, { index }: Context): RulesOver {
  const answers = new Map<Whom, readonly RulePart[]>();
  return (subject) => {
    const known = answers.get(subject);
    if (known) return known;
    const rules = index.around(subject).flatMap((policy) => rulesLeft(policy, direction));
    answers.set(subject, rules);
    return rules;
  };
}

/**
 * Whether what is written at the place of a part changes nothing wherever it is applied: in this scope and in the workspace's others, where
 * an overlay may lack what makes it redundant here, and nowhere with another meaning.
 */
export function isGoneEverywhere(model: NetworkModel, part: Part): boolean {
  const place = placeText(part);
  return [model, ...model.neighbours].every((scope) => !keptPlaces(scope).some((places) => places.has(place)));
}

function keptPlaces(model: NetworkModel): readonly ReadonlySet<string>[] {
  return derived(model, 'redundancy-kept', () => [
    ...[...examinedNamespaces(model).values()].map((namespace) => namespace.keptPlaces()),
    uncertainPlaces(model),
  ]);
}

/** The places of the policies, and what is in them, whose meaning is not certain: none of that can go. */
export function uncertainPlaces(model: NetworkModel): ReadonlySet<string> {
  return derived(model, 'uncertain-places', () => {
    const examined = policyPartsOf(model);
    const others = policyFormsOf(model)
      .filter(({ tier, resource }) => tier === 'network' && !examined.has(resource))
      .flatMap((form) => partsOfPolicy({ ...form, subject: anyone }, () => true) ?? []);
    return placesKeptIn(others);
  });
}

function placesKeptIn(policies: readonly PolicyPart[]): ReadonlySet<string> {
  const kept = policies.flatMap(withParts).filter((part) => !isGone(part));
  return new Set(kept.map(placeText));
}

/** What is part of something that is gone goes with it. */
function isGone(part: Part): boolean {
  if (part.gone || part.type === 'policy') return part.gone;
  return isGone(part.type === 'rule' ? part.policy : part.rule);
}

/** Only the places matter of policies whose subject cannot be read. */
const anyone: PolicyForm['subject'] = { namespaces: { name: '' }, pods: undefined, hostNetwork: 'plugin' };

/** A policy, its rules and what is in them, in the order in which they are written. */
function withParts(policy: PolicyPart): readonly Part[] {
  return [policy, ...policy.rules.flatMap((rule) => [rule, ...rule.peers, ...rule.ports])];
}

/** Where a part is written, as a text to compare. */
export function placeText(part: Part): string {
  const { resource } = policyOf(part).form;
  const node = nodeOf(part);
  return node ? `${node.file ?? resource.file} ${node.start} ${node.end}` : `${resource.file} ${resource.range.start}`;
}

/** The policy that a part belongs to. */
export function policyOf(part: Part): PolicyPart {
  switch (part.type) {
    case 'policy':
      return part;
    case 'rule':
      return part.policy;
    case 'peer':
    case 'port':
      return part.rule.policy;
  }
}

/** Where a part is written; undefined for a whole policy, and for a peer that stands for everyone. */
export function nodeOf(part: Part): SourceNode | undefined {
  switch (part.type) {
    case 'policy':
      return undefined;
    case 'rule':
      return part.form.node;
    case 'peer':
      return part.form === 'everyone' ? undefined : part.form.node;
    case 'port':
      return nodeAt(part.rule.form.node, 'ports', part.index);
  }
}
