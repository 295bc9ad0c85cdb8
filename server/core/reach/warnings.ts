import { knownNamespaces, namespaceOf, repeatedResources, sameContent } from '../model/network-model';
import { isPodMaker } from '../model/made-pods';
import { makesPods } from '../model/workload';
import { commonBits, hasBit, isEmptyBits } from './bitset';
import { decide, verdictOf } from './decision';
import { listed, printPolicy } from './describe-form';
import { hangsOnUnwritten } from './matching';
import { printPeer } from './peers';
import type { PolicyForm } from './policy-form';
import type { CompiledPolicy, Reach } from './reach';
import type { RoutedTraffic } from './routed-traffic';

/** Sentences for people beside a result: what was left out, and what the result takes for granted. */
export function warningsOf(reach: Reach, routed: readonly RoutedTraffic[]): readonly string[] {
  return [
    ...new Set([
      ...overwritten(reach),
      ...reach.policies.flatMap(({ form }) => leftOut(form)),
      ...outsideUnknown(reach),
      ...equalPriorities(reach),
      ...undeclaredNamespaces(reach),
      ...hostNetwork(reach),
      ...unknownController(reach, routed),
      ...routed.flatMap(brokenRoute),
    ]),
  ];
}

/** Of what is written twice the last one counts, as for `kubectl apply`. */
function overwritten({ model }: Reach): readonly string[] {
  return repeatedResources(model).flatMap((group) => {
    const last = group.at(-1);
    const relevant =
      last && last.name !== '' && ((makesPods(last) && !isPodMaker(last)) || last.kind.endsWith('NetworkPolicy'));
    if (!relevant || group.every((other) => sameContent(other, last))) return [];
    const namespace = namespaceOf(last);
    return [
      `${last.kind} ${namespace === '' ? '' : `${namespace}/`}${last.name} is written ${group.length} times with different content: the last one counts.`,
    ];
  });
}

function leftOut(form: PolicyForm): readonly string[] {
  return form.problems.map(
    ({ leftOut: field, message }) => `${printPolicy(form)}: ${field} could not be read and is left out. ${message}`,
  );
}

/** Peers that stand for addresses which no manifest tells. */
function outsideUnknown({ policies, matcher, peers }: Reach): readonly string[] {
  return policies.flatMap(({ form }) => {
    const all = form.rules.flatMap((rule) => (rule.peers === 'everyone' ? [] : rule.peers));
    const nodes = all.some(({ type }) => type === 'outside')
      ? [
          `${printPolicy(form)}: which addresses nodes and domain names have no manifest tells. Peers by them are left out.`,
        ]
      : [];
    const networks = all.some(
      (peer) =>
        peer.type === 'addresses' && form.tier !== 'network' && hasBit(matcher.peer(peer).unsure, peers.controller),
    );
    return networks
      ? [
          ...nodes,
          `${printPolicy(form)}: networks mean pods with such addresses too, and which those are no manifest tells. They are taken for addresses outside of the cluster.`,
        ]
      : nodes;
  });
}

/** Which of two policies of the same priority is tried first is undefined (API reference, AdminNetworkPolicySpec.priority). */
function equalPriorities({ policies }: Reach): readonly string[] {
  const groups = new Map<string, CompiledPolicy[]>();
  for (const policy of policies) {
    if (policy.form.tier === 'network') continue;
    const key = `${policy.form.tier} ${policy.form.priority}`;
    groups.set(key, [...(groups.get(key) ?? []), policy]);
  }
  return [...groups.values()]
    .filter((group) => group.some((policy, index) => group.slice(index + 1).some((other) => mayCompete(policy, other))))
    .map((group) => {
      const names = listed(
        group.map(({ form }) => printPolicy(form)),
        'and',
      );
      return `${names} have the same priority: which one decides first is undefined. They are taken in the order of their names.`;
    });
}

/** Whether two policies speak of the same pods in the same direction. */
function mayCompete(a: CompiledPolicy, b: CompiledPolicy): boolean {
  const sameDirection = (['Ingress', 'Egress'] as const).some(
    (direction) => a.rules[direction].length > 0 && b.rules[direction].length > 0,
  );
  return sameDirection && !isEmptyBits(commonBits(a.subject.met, b.subject.met));
}

function undeclaredNamespaces({ model, policies, peers }: Reach): readonly string[] {
  const populated = new Set(peers.classes.map(({ namespace }) => namespace));
  const undeclared = knownNamespaces(model).filter(({ name, declaration }) => !declaration && populated.has(name));
  if (undeclared.length === 0) return [];
  const names = new Set<string>();
  const deciding = new Set<string>();
  for (const { form } of policies) {
    for (const { namespaces } of podsFormsIn(form)) {
      if (namespaces === 'unreadable' || 'name' in namespaces) continue;
      for (const namespace of undeclared) {
        if (!hangsOnUnwritten(namespace, namespaces)) continue;
        names.add(namespace.name);
        deciding.add(printPolicy(form));
      }
    }
  }
  if (names.size === 0) return [];
  const [those, are] = names.size === 1 ? ['Namespace', 'is'] : ['Namespaces', 'are'];
  return [
    `${those} ${listed([...names].sort(), 'and')} ${are} declared by no manifest and taken to have no label but the name. That decides in ${listed([...deciding].sort(), 'and')}.`,
  ];
}

function podsFormsIn({ subject, rules }: PolicyForm): readonly PolicyForm['subject'][] {
  const peers = rules.flatMap((rule) => (rule.peers === 'everyone' ? [] : rule.peers));
  return [subject, ...peers.flatMap((peer) => (peer.type === 'pods' ? [peer.pods] : []))];
}

/** The API leaves it to the plugin (Network Policies, "Pods and host networking"). */
function hostNetwork({ policies, peers }: Reach): readonly string[] {
  const network = policies.filter(({ form }) => form.tier === 'network');
  const names = peers.classes.flatMap(({ pods, workloads }, index) =>
    pods.hostNetwork && network.some(({ subject }) => hasBit(subject.met, index)) ? workloads.map(printPeer) : [],
  );
  if (names.length === 0) return [];
  const unique = [...new Set(names)].sort();
  return [
    `${listed(unique, 'and')} ${unique.length === 1 ? 'uses' : 'use'} the host network, where most network plugins hold no NetworkPolicy. Policies are taken as if they held.`,
  ];
}

/** Where a policy decides by the labels or the namespace of an ingress controller that no manifest declares. */
function unknownController(reach: Reach, routed: readonly RoutedTraffic[]): readonly string[] {
  const { controller, classOf } = reach.peers;
  const arrivals = routed.filter(({ sources }) => sources.length === 0).flatMap((traffic) => traffic.arrivals);
  const names = arrivals.flatMap(({ workload, protocol, port }) => {
    const destination = classOf.get(workload);
    if (destination === undefined) return [];
    const verdict = verdictOf(decide(reach, { source: controller, destination, protocol, port }));
    return verdict === 'unknown' ? [printPeer(workload)] : [];
  });
  if (names.length === 0) return [];
  const whom = listed([...new Set(names)].sort(), 'and');
  return [
    `Whether the ingress controller reaches ${whom} hangs on its labels and namespace, which no manifest declares. It is taken to have none.`,
  ];
}

function brokenRoute({ route, namespace, hops, arrivals }: RoutedTraffic): readonly string[] {
  const broken =
    hops.find(({ ok }) => ok === false) ?? (arrivals.length === 0 ? hops.find(({ ok }) => ok !== true) : undefined);
  return broken ? [`${route.kind} ${namespace}/${route.name}: ${broken.text}`] : [];
}
