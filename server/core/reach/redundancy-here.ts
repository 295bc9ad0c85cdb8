import { renewed, type NetworkModel } from '../model/network-model';
import type { Direction } from '../model/policy';
import { sameItems } from '../model/same-items';
import type { Workload } from '../model/workload';
import { hasBit } from './bitset';
import { connectionsTo, union } from './connection-set';
import { coverMeant, type PortsOf } from './coverage';
import type { PolicyForm } from './policy-form';
import { portsLeft, rulesLeft, type PeerPart, type PolicyPart, type Ports } from './policy-parts';
import { reachOf, type CompiledPolicy, type Reach } from './reach';
import { examinedNamespaces, placeText, uncertainPlaces, type Examined, type Redundant } from './redundancy';
import type { NamespaceLabels } from './whom';

/** A policy whose removal changes nothing for the pods that manifests declare, though it may for others that it selects. */
export interface RedundantHere extends Omit<Redundant, 'part'> {
  readonly policy: PolicyPart;
}

/**
 * The policies of a scope that are needed by none of its pods, beside those that nobody ever needs (`redundancyOf`), a set for each
 * namespace that has some; all of it can go together. Whatever declared pod such a policy selects, others select it for certain, isolate it
 * in the same directions, and allow the same: to any peer there may ever be, on ports whose names are looked up at the pod where it is the
 * destination. A policy without rules is there for the pods to come, and one that selects no pod here may be as well. Nothing is said in
 * a scope that does not hold everything; and what several scopes apply must go in all of them.
 */
export function redundantHere(model: NetworkModel): readonly (readonly RedundantHere[])[] {
  return [...namespacesHere(model).values()].flatMap(({ found }) => {
    const everywhere = found.filter(({ policy }) => isGoneInAll(model, policy));
    return everywhere.length > 0 ? [everywhere] : [];
  });
}

/** The workloads whose pods a policy selects, for certain or not. */
export function podsUnder(model: NetworkModel, { form }: PolicyPart): readonly Workload[] {
  const { policies, peers } = reachOf(model);
  const selected = policies.find((policy) => policy.form === form)?.selected ?? [];
  return selected.flatMap((podClass) => peers.classes[podClass]?.workloads ?? []);
}

/** What was found in one namespace. It holds for as long as its policies and the kinds of its pods are the same. */
interface Here {
  readonly examined: Examined;
  readonly complete: boolean;
  /** Of the classes of its pods. */
  readonly keys: readonly string[];
  readonly found: readonly RedundantHere[];
  /** The places of the policies that are needed. */
  readonly keptPlaces: ReadonlySet<string>;
}

function namespacesHere(model: NetworkModel): ReadonlyMap<string, Here> {
  return renewed<ReadonlyMap<string, Here>>(model, 'redundancy-here', (before) => {
    const namespaces = new Map<string, Here>();
    const { complete } = model;
    const reach = reachOf(model);
    const keys = keysByNamespace(reach);
    const compiled = lazily(() => new Map(reach.policies.map((policy) => [policy.form, policy])));
    for (const [namespace, examined] of examinedNamespaces(model)) {
      const earlier = before?.get(namespace);
      const given = { examined, complete, keys: keys.get(namespace) ?? [] };
      const isSame =
        earlier?.examined === examined && earlier.complete === complete && sameItems(earlier.keys, given.keys);
      namespaces.set(namespace, isSame ? earlier : examine(given, reach, compiled));
    }
    return namespaces;
  });
}

type Compiled = () => ReadonlyMap<PolicyForm, CompiledPolicy>;

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function keysByNamespace({ peers }: Reach): ReadonlyMap<string, readonly string[]> {
  const byNamespace = new Map<string, string[]>();
  for (const { namespace, key } of peers.classes) {
    const keys = byNamespace.get(namespace);
    if (keys) keys.push(key);
    else byNamespace.set(namespace, [key]);
  }
  return byNamespace;
}

type Given = Pick<Here, 'examined' | 'complete' | 'keys'>;

function examine(given: Given, reach: Reach, compiled: Compiled): Here {
  const { examined, complete, keys } = given;
  const left = examined.policies.filter(({ gone }) => !gone);
  const isWorthIt = complete && keys.length > 0 && left.length > 1;
  const found = isWorthIt ? findRedundant(left, examined.known, reach, compiled()) : [];
  const gone = new Set(found.map(({ policy }) => policy));
  return { ...given, found, keptPlaces: new Set(left.filter((policy) => !gone.has(policy)).map(placeText)) };
}

/**
 * The latest go first, each tested against what is left then, as `redundancyOf` does. What is for every pod of the namespace goes after all
 * others: it serves pods to come as well.
 */
function findRedundant(
  policies: readonly PolicyPart[],
  known: NamespaceLabels,
  reach: Reach,
  compiled: ReadonlyMap<PolicyForm, CompiledPolicy>,
): readonly RedundantHere[] {
  const left = new Map(policies.map((policy) => [policy.form, policy]));
  const context: Context = { known, reach, compiled, left };
  const gone = new Set<PolicyPart>();
  const latestFirst = policies.filter(mayGo).toReversed();
  const isForSome = ({ subject }: PolicyPart): boolean => subject.pods.size > 0;
  for (const policy of [...latestFirst.filter(isForSome), ...latestFirst.filter((policy) => !isForSome(policy))]) {
    left.delete(policy.form);
    if (prove(policy, context)) gone.add(policy);
    else left.set(policy.form, policy);
  }
  // What proved the first ones may have gone later: those that stay prove them as well.
  return policies.flatMap((policy) => {
    if (!gone.has(policy)) return [];
    const proof = prove(policy, context);
    return proof ? [{ policy, ...proof }] : [];
  });
}

/** A policy that opens something, by rules that were not written by a program. */
function mayGo({ rules }: PolicyPart): boolean {
  return rules.some(({ gone }) => !gone) && rules.every(({ peers }) => peers.length <= mostPeers);
}

const mostPeers = 300;

interface Context {
  readonly known: NamespaceLabels;
  readonly reach: Reach;
  readonly compiled: ReadonlyMap<PolicyForm, CompiledPolicy>;
  /** The policies that are not gone. */
  readonly left: ReadonlyMap<PolicyForm, PolicyPart>;
}

type Proof = Omit<RedundantHere, 'policy'>;

/** Why a policy that is not among those left changes nothing, by them; undefined when that is not proved. */
function prove(policy: PolicyPart, context: Context): Proof | undefined {
  const classes = context.compiled.get(policy.form)?.selected ?? [];
  if (classes.length === 0) return undefined;
  const by = new Set<PeerPart>();
  const isolatedBy = new Set<PolicyPart>();
  for (const podClass of classes) {
    for (const direction of policy.form.isolates) {
      const others = surelyOver(podClass, direction, context);
      const allowing = coverRules(policy, direction, podClass, others, context);
      if (!allowing) return undefined;
      for (const peer of allowing) by.add(peer);
      const isolating = others.find((other) => allowing.some(({ rule }) => rule.policy === other)) ?? others[0];
      if (!isolating) return undefined;
      isolatedBy.add(isolating);
    }
  }
  return { by: [...by], isolatedBy: [...isolatedBy] };
}

/** The policies left that select some pods for certain, and isolate them. */
function surelyOver(podClass: number, direction: Direction, { reach, left }: Context): readonly PolicyPart[] {
  return (reach.over[direction][podClass] ?? []).flatMap(({ form, subject }) => {
    const isSure = hasBit(subject.met, podClass) && !hasBit(subject.unsure, podClass);
    return isSure ? (left.get(form) ?? []) : [];
  });
}

/** What of others allows all that the rules of a policy do for some pods; undefined where something is not proved to be allowed. */
function coverRules(
  policy: PolicyPart,
  direction: Direction,
  podClass: number,
  others: readonly PolicyPart[],
  { known, reach }: Context,
): readonly PeerPart[] | undefined {
  const pods = reach.peers.classes[podClass]?.pods;
  // Names are looked up at the destination, which the pods are for what comes in.
  const portsOf: PortsOf = direction === 'Ingress' && pods ? (rule) => resolved(portsLeft(rule), pods) : portsLeft;
  const rules = others.flatMap((other) => rulesLeft(other, direction));
  const by: PeerPart[] = [];
  for (const rule of rulesLeft(policy, direction)) {
    const ports = portsOf(rule);
    for (const { gone, meant } of rule.peers) {
      if (gone) continue;
      const proof = meant === 'nobody' ? undefined : coverMeant(meant, ports, rules, known, portsOf);
      if (!proof) return undefined;
      by.push(...proof);
    }
  }
  return by;
}

/** Names that containers of a pod have as the numbers they stand for; the others stay, and go with the same name only. */
function resolved(ports: Ports, pods: Workload): Ports {
  if (ports.named.length === 0) return ports;
  let { numbered } = ports;
  const named = ports.named.filter(({ name, protocol }) => {
    const met = pods.ports.filter((port) => port.name?.value === name && (!protocol || port.protocol === protocol));
    for (const port of met) numbered = union(numbered, connectionsTo(port.protocol, port.number));
    return met.length === 0;
  });
  return { ...ports, numbered, named };
}

/** Whether nobody needs a policy where what is written at its place is applied, in this scope or in the workspace's others. */
function isGoneInAll(model: NetworkModel, policy: PolicyPart): boolean {
  const place = placeText(policy);
  return [model, ...model.neighbours].every(
    (scope) =>
      !uncertainPlaces(scope).has(place) &&
      [...namespacesHere(scope).values()].every(({ keptPlaces }) => !keptPlaces.has(place)),
  );
}
