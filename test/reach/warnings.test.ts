import { describe, expect, test } from 'vitest';
import { createReach } from '../../server/core/reach/reach';
import { routedTraffic } from '../../server/core/reach/routed-traffic';
import { warningsOf } from '../../server/core/reach/warnings';
import { scopeOfTexts } from '../support/scope-of-folder';

function warnings(...texts: readonly string[]): readonly string[] {
  const model = scopeOfTexts({ 'all.yaml': texts.join('---\n') });
  return warningsOf(createReach(model), routedTraffic(model));
}

const pod = (name: string, more = ''): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: i }]${more} }
`;

const shop = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
`;

const policy = (spec: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: ${spec}
`;

const cluster = (name: string, spec: string): string => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: ${spec}
`;

describe('a result says', () => {
  test('nothing where nothing is taken for granted', () => {
    expect(
      warnings(shop, pod('a'), policy('{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }')),
    ).toEqual([]);
  });

  test('what could not be read', () => {
    expect(
      warnings(shop, pod('a'), policy('{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0 } }] }] }')),
    ).toEqual([
      expect.stringMatching(
        /^NetworkPolicy shop\/p: spec\.ingress\[0\]\.from\[0\]\.ipBlock\.cidr could not be read and is left out\. "10\.0\.0" is not a CIDR/,
      ),
    ]);
  });

  test('which namespaces nobody declares, where that decides', () => {
    const byTeam = policy(
      '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }',
    );
    expect(warnings(pod('a'), byTeam)).toEqual([
      'Namespace shop is declared by no manifest and taken to have no label but the name. That decides in NetworkPolicy shop/p.',
    ]);
    expect(warnings(shop, pod('a'), byTeam)).toEqual([]);
    const byName = byTeam.replace('team: a', 'kubernetes.io/metadata.name: shop');
    expect(warnings(pod('a'), byName)).toEqual([]);
  });

  test('which pods use the host network', () => {
    expect(warnings(shop, pod('a', ', hostNetwork: true'), policy('{ podSelector: {} }'))).toEqual([
      'shop/a[Pod] uses the host network, where most network plugins hold no NetworkPolicy. Policies are taken as if they held.',
    ]);
    expect(warnings(shop, pod('a', ', hostNetwork: true'))).toEqual([]);
  });

  test('which policies have no order, where they speak of the same pods', () => {
    const rule = (app: string): string =>
      `{ tier: Admin, priority: 1, subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: ${app} } } } }, egress: [{ action: Deny, to: [{ namespaces: {} }] }] }`;
    expect(warnings(shop, pod('a'), cluster('x', rule('a')), cluster('y', rule('a')))).toEqual([
      'ClusterNetworkPolicy x and ClusterNetworkPolicy y have the same priority: which one decides first is undefined. They are taken in the order of their names.',
    ]);
    expect(warnings(shop, pod('a'), pod('b'), cluster('x', rule('a')), cluster('y', rule('b')))).toEqual([]);
  });

  test('which addresses it cannot know', () => {
    const to = (peer: string): string =>
      `{ tier: Admin, priority: 1, subject: { namespaces: {} }, egress: [{ action: Deny, to: [${peer}] }] }`;
    expect(warnings(shop, pod('a'), cluster('x', to('{ nodes: {} }')))).toEqual([
      expect.stringContaining('nodes and domain names'),
    ]);
    expect(warnings(shop, pod('a'), cluster('x', to('{ networks: [0.0.0.0/0] }')))).toEqual([
      expect.stringContaining('networks mean pods'),
    ]);
    expect(warnings(shop, pod('a'), cluster('x', to('{ networks: [0.0.0.0/0, "::/0"] }')))).toEqual([]);
    expect(warnings(shop, pod('a'), cluster('x', to('{ networks: [203.0.113.0/24] }')))).toEqual([]);
  });

  test('where the ingress controller, declared nowhere, is meant by what it may not be', () => {
    const route = `apiVersion: v1
kind: Service
metadata: { name: a, namespace: shop }
spec: { selector: { app: a }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: front, namespace: shop }
spec: { defaultBackend: { service: { name: a, port: { number: 80 } } } }
`;
    const from = (peer: string): string => policy(`{ podSelector: {}, ingress: [{ from: [${peer}] }] }`);
    const byName = '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }';
    expect(warnings(shop, pod('a'), route, from(byName))).toEqual([
      'Whether the ingress controller reaches shop/a[Pod] hangs on its labels and namespace, which no manifest declares. It is taken to have none.',
    ]);
    expect(warnings(shop, pod('a'), route, from('{ namespaceSelector: {} }'))).toEqual([]);
    expect(warnings(shop, pod('a'), route)).toEqual([]);
  });

  test('what is written more than once: the last one counts', () => {
    const open = policy('{ podSelector: {}, ingress: [{}] }');
    const closed = policy('{ podSelector: {} }');
    expect(warnings(shop, pod('a'), open, closed)).toEqual([
      'NetworkPolicy shop/p is written 2 times with different content: the last one counts.',
    ]);
    expect(warnings(shop, pod('a'), open, open)).toEqual([]);
    const reach = createReach(scopeOfTexts({ 'all.yaml': [shop, pod('a'), pod('a'), open, closed].join('---\n') }));
    expect(reach.policies.map(({ form }) => form.rules.length)).toEqual([0]);
    expect(reach.peers.classes.map(({ workloads }) => workloads.length)).toEqual([1]);
  });

  test('which routes lead nowhere', () => {
    const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: front, namespace: shop }
spec: { defaultBackend: { service: { name: nope, port: { number: 80 } } } }
`;
    expect(warnings(shop, pod('a'), ingress)).toEqual([
      expect.stringMatching(/^Ingress shop\/front: No Service named "nope"/),
    ]);
  });
});
