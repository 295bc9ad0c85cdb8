import { itemsAt, stringAt, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { containsCidr, parseCidr, type Cidr } from '../model/cidr';
import { clusterFacts, isOfKind, printSource, type ClusterCidr, type ClusterFacts } from '../model/cluster';
import { policiesOf, type NetworkModel } from '../model/network-model';
import type { Direction } from '../model/policy';
import { policyFormsOf } from '../reach/policy-forms';
import { addressPlace } from './range-edits';
import { defineRule, type RelatedReport, type Report } from './rule';

export const policyCidrClusterAddress = defineRule({
  id: 'policy-cidr-cluster-address',
  title: "An ipBlock within the cluster's own addresses",
  severity: 'warning',
  variants: ["information: only kind's configuration tells the range"],
  check(model, report, settings) {
    const facts = clusterFacts(model, settings);
    const services = facts.cidrs.filter(({ use }) => use === 'service');
    const pods = facts.cidrs.filter((known) => isForPodsAlone(known, facts));
    if (services.length > 0 || pods.length > 0) {
      checkBlocks(model, services, pods, facts, report);
      checkNetworks(model, services, report);
    }
  },
});

/** Plugins that give pods addresses of the network that nodes and other machines are in. */
const sharedNetworks: ReadonlySet<string> = new Set(['aws-vpc-cni', 'azure-cni']);

/**
 * Whether an address of a range is a pod's. Where pods and nodes share a network it may be anybody's, and so it may in a range as wide
 * as 10.0.0.0/8, which Cilium takes where it is told nothing.
 */
function isForPodsAlone({ use, cidr }: ClusterCidr, { cidrs, networkPlugin }: ClusterFacts): boolean {
  if (use !== 'pod' || sharedNetworks.has(networkPlugin?.name ?? '')) return false;
  const holdsNodes = cidrs.some((other) => other.use === 'node' && containsCidr(cidr, other.cidr));
  return !holdsNodes && cidr.last - cidr.first < 1n << ((cidr.family === 4 ? 24n : 96n) - 1n);
}

function checkBlocks(
  model: NetworkModel,
  services: readonly ClusterCidr[],
  pods: readonly ClusterCidr[],
  facts: ClusterFacts,
  report: Report,
): void {
  for (const { resource, rules } of policiesOf(model)) {
    for (const { direction, peers } of rules) {
      for (const { ipBlock } of peers) {
        const written = ipBlock?.cidr;
        const cidr = written && parseCidr(written.value);
        if (!cidr) continue;
        const service = holderOf(cidr, services);
        const pod = holderOf(cidr, pods);
        if (service) reportService(resource, written, direction, service, report);
        else if (pod) reportPod(resource, written, cidr, direction, pod, facts, report);
      }
    }
  }
}

/** `networks` of admin policies match pods' addresses for certain (policy API, networks), and Services' as little as any. */
function checkNetworks(model: NetworkModel, services: readonly ClusterCidr[], report: Report): void {
  if (services.length === 0) return;
  for (const { resource, rules, tier } of policyFormsOf(model)) {
    if (tier === 'network') continue;
    for (const { node } of rules.flatMap(({ peers }) => (peers === 'everyone' ? [] : peers))) {
      itemsAt(node, 'networks').forEach((_, index) => {
        const network = stringAt(node, 'networks', index);
        const cidr = network && parseCidr(network.value);
        const service = cidr && holderOf(cidr, services);
        if (network && service) reportService(resource, network, 'Egress', service, report);
      });
    }
  }
}

function holderOf(cidr: Cidr, known: readonly ClusterCidr[]): ClusterCidr | undefined {
  return known.find((candidate) => containsCidr(candidate.cidr, cidr));
}

function reportService(
  resource: Resource,
  { value, node }: Sourced<string>,
  direction: Direction,
  known: ClusterCidr,
  report: Report,
): void {
  const why =
    direction === 'Egress'
      ? "the address of a Service becomes that of a pod before most plugins look at policies, so this rule does not match. Select the Service's pods instead, with the port that they listen on."
      : 'nothing is ever sent from the address of a Service, so this rule does not match. Select the pods that send.';
  report({
    resource,
    at: node,
    severity: isOfKind(known) ? 'information' : 'warning',
    message: `${value} is within the Service CIDR ${known.text} (${printSource(known)}): ${why}`,
    related: relatedOf(known),
  });
}

function reportPod(
  resource: Resource,
  { value, node }: Sourced<string>,
  cidr: Cidr,
  direction: Direction,
  known: ClusterCidr,
  { networkPlugin }: ClusterFacts,
  report: Report,
): void {
  const name = networkPlugin?.name ?? '';
  const isWhole = cidr.first === known.cidr.first && cidr.last === known.cidr.last;
  // Calico compares addresses, pods' among them: all pods of a pool are what they seem to be.
  const isCompared = name === 'calico' || name === 'canal';
  if (isWhole && isCompared) return;
  const why = [
    ...(name === 'cilium' ? ['Cilium knows pods by their labels alone and matches none by its address'] : []),
    ...(name === 'cilium' || isCompared ? [] : ['plugins differ in whether an ipBlock matches pods']),
    ...(isWhole || name === 'cilium' ? [] : ['pods get other addresses whenever they start anew']),
  ].join(', and ');
  report({
    resource,
    at: node,
    severity: isOfKind(known) ? 'information' : 'warning',
    message: `${value} is ${isWhole ? 'the pod CIDR' : `within the pod CIDR ${known.text}`} (${printSource(known)}): ${why}. Write a podSelector or namespaceSelector for the pods that ${direction === 'Egress' ? 'are called' : 'call'}.`,
    related: relatedOf(known),
  });
}

function relatedOf({ source, text }: ClusterCidr): readonly RelatedReport[] {
  if (!source) return [];
  const { resource, range } = source;
  return [{ resource, ...(range.assumed ? {} : { at: addressPlace(range) }), message: `${text} is the cluster's own` }];
}
