import { describe, expect, test } from 'vitest';
import { exposureOf } from '../../server/core/reach/exposure';
import { createReach } from '../../server/core/reach/reach';
import { createRows } from '../../server/core/reach/rows';
import { scopeOfTexts } from '../support/scope-of-folder';

/** One pod `shop/web`, its namespace declared, under some policies; the lines that speak of the cluster. */
function exposure(...policies: readonly string[]): {
  readonly ingress: readonly string[];
  readonly egress: readonly string[];
} {
  const pod = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: main, image: i, ports: [{ name: http, containerPort: 8080 }] }] }
`;
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: a } }\n';
  const reach = createReach(scopeOfTexts({ 'all.yaml': [namespace, pod, ...policies].join('---\n') }));
  const { ingress, egress } = exposureOf(reach, createRows(reach));
  const print = (lines: typeof ingress): readonly string[] =>
    lines.filter(({ peer }) => !peer.includes('External')).map(({ peer, conn }) => `${peer}: ${conn}`);
  return { ingress: print(ingress), egress: print(egress) };
}

function policy(spec: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: { podSelector: {}, ${spec} }
`;
}

function admin(rules: string): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: a }
spec: { priority: 1, subject: { namespaces: {} }, ${rules} }
`;
}

describe('pods that no manifest declares', () => {
  test('are told by what the rules say of them, each once, however it is written', () => {
    const one = policy(
      'ingress: [{ from: [{ namespaceSelector: { matchLabels: { b: x, a: y } } }], ports: [{ port: 80 }] }]',
    );
    const two = policy(
      'ingress: [{ from: [{ namespaceSelector: { matchLabels: { a: y, b: x } } }], ports: [{ port: 81 }] }]',
    ).replace('name: p', 'name: q');
    expect(exposure(one, two).ingress).toEqual(['[namespace with {a=y,b=x}]/[all pods]: TCP 80-81']);
  });

  test('of all namespaces, of the policy’s own, of one by its name', () => {
    const spec = `ingress: [{ from: [
      { namespaceSelector: {}, podSelector: { matchLabels: { app: x } } },
      { podSelector: {} },
      { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: dev } } } ] }]`;
    expect(exposure(policy(spec)).ingress).toEqual([
      '[all namespaces]/[pod with {app=x}]: All Connections',
      'dev/[all pods]: All Connections',
      'shop/[all pods]: All Connections',
    ]);
  });

  test('that a selector names together with its namespace, and that are declared, are those', () => {
    const spec =
      'ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }, { podSelector: { matchLabels: { app: other } } }] }]';
    expect(exposure(policy(spec)).ingress).toEqual(['shop/[pod with {app=other}]: All Connections']);
  });

  test('get what rules for wider peers give them too, and are left out where that is all', () => {
    const wide =
      '{ from: [{ namespaceSelector: { matchExpressions: [{ key: env, operator: Exists }] } }], ports: [{ port: 80 }] }';
    const narrow = (port: number): string =>
      `{ from: [{ namespaceSelector: { matchLabels: { env: dev } } }], ports: [{ port: ${port} }] }`;
    expect(exposure(policy(`ingress: [${wide}, ${narrow(81)}]`)).ingress).toEqual([
      '[namespace with {env=dev}]/[all pods]: TCP 80-81',
      '[namespace with {{Key:env,Operator:Exists,Values:[],}}]/[all pods]: TCP 80',
    ]);
    const all = '{ ports: [{ port: 80 }] }';
    expect(exposure(policy(`ingress: [${all}, ${narrow(80)}]`)).ingress).toEqual(['entire-cluster: TCP 80']);
  });

  test('have ports by name that nobody can look up; the workload’s own are looked up', () => {
    const spec =
      'ingress: [{ ports: [{ port: http }] }], egress: [{ ports: [{ port: http }, { port: 443 }, { port: dns, protocol: UDP }] }]';
    expect(exposure(policy(spec))).toEqual({
      ingress: ['entire-cluster: TCP 8080'],
      egress: ['entire-cluster: TCP 443,http,UDP dns'],
    });
  });

  test('that an admin rule denies are told apart from the rest', () => {
    const deny = admin('ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { env: dev } } }] }]');
    expect(exposure(deny).ingress).toEqual([
      '[namespace with {env=dev}]/[all pods]: No Connections',
      'entire-cluster: All Connections',
    ]);
    const passed = admin('ingress: [{ action: Pass, from: [{ namespaces: {} }] }]');
    expect(exposure(passed, policy('ingress: []')).ingress).toEqual([]);
  });

  test('a rule by an expression is sure of what the expression says only', () => {
    const notIn =
      '{ from: [{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [x, y] }] } }], ports: [{ port: 80 }] }';
    const one = '{ from: [{ podSelector: { matchLabels: { app: z } } }], ports: [{ port: 81 }] }';
    expect(exposure(policy(`ingress: [${notIn}, ${one}]`)).ingress).toEqual([
      'shop/[pod with {app=z}]: TCP 80-81',
      'shop/[pod with {{Key:app,Operator:NotIn,Values:[x y],}}]: TCP 80',
    ]);
  });
});

test('who is under no policy is named by direction', () => {
  const reach = createReach(
    scopeOfTexts({
      'a.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: n }\nspec: { containers: [{ name: c, image: i }] }\n' +
        '---\n' +
        policy('ingress: []').replace('namespace: shop', 'namespace: n'),
    }),
  );
  expect(exposureOf(reach, createRows(reach)).unprotected).toEqual([{ workload: 'n/a[Pod]', direction: 'Egress' }]);
});
