import { derivedIn, selectWorkloads, type NamespaceContents, type NetworkModel } from '../model/network-model';
import type { NetworkPolicy, PolicyPeer } from '../model/policy';
import { policyFormsOf } from '../reach/policy-forms';
import { peerReadings } from './peer-readings';
import { podsOfForm, policyPodsFixes, reportPolicyPods, type PodsOfPolicy } from './policy-pods-report';
import { defineRule } from './rule';

export const policyPeerUnmatched = defineRule({
  id: 'policy-peer-unmatched',
  title: 'A peer of a policy that matches no pod or namespace',
  severity: 'warning',
  variants: [
    'information: the pods are in another scope, or nothing comes close',
    'off: namespaces that no manifest declares',
  ],
  check(model, report, settings) {
    // What was very likely meant as one peer, or as two, is better told by the rule for that.
    const told = settings.rules['policy-peer-and-or'] === 'off' ? undefined : peerReadings(model);
    for (const contents of model.contents.values()) {
      for (const { policy, peer } of openPeers(model, contents))
        if (!told?.has(peer)) reportPolicyPods(podsOfPeer(policy, peer), model, settings, report);
    }
    for (const pods of peersOfAdminPolicies(model)) reportPolicyPods(pods, model, settings, report);
  },
  fixes: policyPodsFixes,
});

function podsOfPeer({ resource, name, namespace }: NetworkPolicy, peer: PolicyPeer): PodsOfPolicy {
  return {
    resource,
    pods: peer.podSelector,
    namespaceSelector: peer.namespaceSelector,
    ownNamespace: namespace,
    consequence: `This peer of NetworkPolicy ${name} matches nobody.`,
    peer: peer.node,
  };
}

/** The policies of the cluster have only the inner form. */
function peersOfAdminPolicies(model: NetworkModel): readonly PodsOfPolicy[] {
  return policyFormsOf(model)
    .filter(({ tier }) => tier !== 'network')
    .flatMap(({ resource, rules }) => {
      const consequence = `This peer of ${resource.kind} ${resource.name} matches nobody.`;
      const peers = rules.flatMap((rule) => (rule.peers === 'everyone' ? [] : rule.peers));
      return peers.flatMap((peer) =>
        peer.type === 'pods' ? (podsOfForm(resource, peer.pods, consequence) ?? []) : [],
      );
    });
}

interface PeerOf {
  readonly policy: NetworkPolicy;
  readonly peer: PolicyPeer;
}

/** The peers that their policy's own namespace leaves open: most mean pods that are there. */
function openPeers(model: NetworkModel, { name, policies }: NamespaceContents): readonly PeerOf[] {
  const isMet = ({ podSelector, namespaceSelector }: PolicyPeer): boolean =>
    !namespaceSelector && (!podSelector || selectWorkloads(model, name, podSelector).length > 0);
  return derivedIn(model, name, 'open-peers', () =>
    [...policies].flatMap((policy) =>
      policy.rules.flatMap(({ peers }) => peers.filter((peer) => !isMet(peer)).map((peer) => ({ policy, peer }))),
    ),
  );
}
