import { printSelector, type Selector } from './label';
import type { Direction, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from './policy';

/** One rule in words. */
export function describeRule(rule: PolicyRule): string {
  const word = rule.direction === 'Ingress' ? 'from' : 'to';
  const peers =
    rule.peers.length === 0
      ? rule.direction === 'Ingress'
        ? 'anyone'
        : 'anywhere'
      : rule.peers.map(describePeer).join(' or ');
  const ports = rule.ports.length === 0 ? 'every port' : rule.ports.map(describePort).join(', ');
  return `${word} ${peers} on ${ports}`;
}

/** One peer in words. `podSelector` alone means the policy's own namespace (API reference, NetworkPolicyPeer). */
export function describePeer(peer: PolicyPeer): string {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (ipBlock) {
    const except = ipBlock.except.length > 0 ? ` except ${ipBlock.except.map(({ value }) => value).join(', ')}` : '';
    return `${ipBlock.cidr?.value ?? 'an address block'}${except}`;
  }
  const pods = podSelector && podSelector.requirements.length > 0 ? `pods ${printSelector(podSelector)}` : 'all pods';
  if (!namespaceSelector) return `${pods} of this namespace`;
  return `${pods} of ${describeNamespaces(namespaceSelector)}`;
}

function describeNamespaces(selector: Selector): string {
  return selector.requirements.length === 0 ? 'every namespace' : `namespaces ${printSelector(selector)}`;
}

function describePort({ protocol, port, endPort }: PolicyPort): string {
  if (port === undefined) return `every ${protocol} port`;
  return `${protocol} ${port}${endPort === undefined ? '' : `-${endPort}`}`;
}

/** Equal for policies that mean the same for the pods of one namespace: order, defaults and ways of writing selectors aside. */
export function policyMeaning(policy: NetworkPolicy): string {
  return JSON.stringify([
    subjectMeaning(policy),
    policy.directions,
    policy.directions.map((direction) => directionMeaning(policy, direction)),
  ]);
}

/** The same for whom the policy selects. */
export function subjectMeaning({ podSelector }: NetworkPolicy): string {
  return JSON.stringify(podSelector ? selectorMeaning(podSelector) : null);
}

/** The same for what the policy allows in one direction. */
function directionMeaning(policy: NetworkPolicy, direction: Direction): string {
  return JSON.stringify(unique(policy.rules.filter((rule) => rule.direction === direction).map(ruleMeaning)));
}

function ruleMeaning(rule: PolicyRule): string {
  const ports = rule.ports.map(({ protocol, port, endPort }) =>
    JSON.stringify([protocol, port ?? null, endPort ?? port ?? null]),
  );
  return JSON.stringify([unique(rule.peers.map(peerMeaning)), unique(ports)]);
}

function peerMeaning({ podSelector, namespaceSelector, ipBlock }: PolicyPeer): string {
  if (ipBlock) return JSON.stringify([ipBlock.cidr?.value ?? null, unique(ipBlock.except.map(({ value }) => value))]);
  return JSON.stringify([
    podSelector ? selectorMeaning(podSelector) : [],
    namespaceSelector ? selectorMeaning(namespaceSelector) : null,
  ]);
}

function selectorMeaning({ requirements }: Selector): readonly string[] {
  return unique(requirements.map(({ key, operator, values }) => JSON.stringify([key, operator, unique(values)])));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
