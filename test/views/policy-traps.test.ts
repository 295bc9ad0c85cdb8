import { describe, expect, it } from 'vitest';
import type { DiagramView } from '../../server/core/views/view';
import { analyze } from '../support/analyze';
import { deployment, manifest, nodeIn, policy, print, served } from './routing-pictures';

function viewOf(text: string, without?: string): DiagramView {
  const view = analyze({ 'a.yaml': text }).analyzer.view({ view: 'policies', without });
  if (!view) throw new Error('no view');
  return view;
}

const namespace = (name: string, labels = '{}'): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: ${labels}}\n---\n`;
const admin = (kind: string, name: string, spec: string): string =>
  `apiVersion: policy.networking.k8s.io/${kind === 'ClusterNetworkPolicy' ? 'v1alpha2' : 'v1alpha1'}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n---\n`;
const app = (name: string): string => `podSelector: {matchLabels: {app: ${name}}}`;
const two = namespace('shop') + deployment('web') + deployment('db');
const inB = namespace('b', '{team: b}') + deployment('x', 8080, '', 'b') + deployment('y', 8080, '', 'b');
const everyone = '[{namespaces: {}}]';

const traffic = ({ edges }: DiagramView): readonly string[] =>
  edges.filter(({ state }) => state !== 'plain').map((edge) => print(edge).replaceAll('Deployment/shop/', ''));
const badges = (view: DiagramView, name: string): readonly string[] =>
  (nodeIn(view, `Deployment/shop/${name}`).badges ?? []).map(({ text }) => text);

describe('isolation, per direction', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['ingress alone, where policyTypes is absent', '', ['open egress', 'ingress held']],
    ['ingress alone, where policyTypes is empty', 'policyTypes: []', ['open egress', 'ingress held']],
    ['both, where there are egress rules', 'egress: [{}]', ['ingress held', 'egress held']],
    ['ingress alone, where egress is an empty list', 'egress: []', ['open egress', 'ingress held']],
    [
      'egress alone, whatever the ingress rules',
      'policyTypes: [Egress], ingress: [{}]',
      ['open ingress', 'egress held'],
    ],
    ['none for certain, where policyTypes cannot be read', 'policyTypes: Ingress', ['ingress held?', 'egress held?']],
  ])('is of %s', (_, rest, expected) => {
    const view = viewOf(two + policy('p', `${app('db')}${rest === '' ? '' : `, ${rest}`}`));
    expect(badges(view, 'db')).toEqual(expected);
    expect(badges(view, 'web')).toEqual(['open']);
  });

  it('is none of admin policies: what they do not decide may pass', () => {
    const text =
      two +
      admin(
        'BaselineAdminNetworkPolicy',
        'default',
        `subject: {namespaces: {}}, ingress: [{action: Allow, from: ${everyone}}]`,
      );
    expect(badges(viewOf(text), 'db')).toEqual(['open egress', 'ingress by admin rules']);
    expect(badges(viewOf(text + policy('p', app('db'))), 'db')).toEqual(['open egress', 'ingress held']);
  });
});

describe('peers', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['an empty list of rules for nobody', 'ingress: []', []],
    [
      'a rule without peers for everybody',
      'ingress: [{}]',
      ['web -All-> db', 'outside/from/all -All-> db', 'undeclared/from/entire-cluster -All-> db'],
    ],
    [
      'an empty list of peers for everybody',
      'ingress: [{from: []}]',
      ['web -All-> db', 'outside/from/all -All-> db', 'undeclared/from/entire-cluster -All-> db'],
    ],
    ['a peer without fields for nobody: the API server rejects it', 'ingress: [{from: [{}]}]', []],
    [
      'an empty podSelector for the own namespace',
      'ingress: [{from: [{podSelector: {}}]}]',
      ['web -All-> db', 'undeclared/from/shop/[all pods] -All-> db'],
    ],
    [
      'a range of ports with its end',
      `ingress: [{from: [{${app('web')}}], ports: [{port: 80, endPort: 90}]}]`,
      ['web -TCP 80-90-> db'],
    ],
    ['a block that cannot be read for nobody', 'ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/99}}]}]', []],
  ])('takes %s', (_, rest, expected) => {
    expect(traffic(viewOf(two + policy('p', `${app('db')}, ${rest}`)))).toEqual(expected);
  });

  it('needs both selectors of one peer, and either of two', () => {
    const team = 'namespaceSelector: {matchLabels: {team: b}}';
    const from = (peers: string): readonly string[] =>
      traffic(viewOf(two + inB + policy('p', `${app('db')}, ingress: [{from: [${peers}]}]`)));
    expect(from(`{${team}, ${app('x')}}`)).toEqual(['Deployment/b/x -All-> db']);
    expect(from(`{${team}}, {${app('x')}}`)).toEqual([
      'Deployment/b/x -All-> db',
      'Deployment/b/y -All-> db',
      'undeclared/from/[namespace with {team=b}]/[all pods] -All-> db',
      'undeclared/from/shop/[pod with {app=x}] -All-> db',
    ]);
  });

  it('looks the name of a port up at each destination', () => {
    const text = namespace('shop') + deployment('web') + deployment('a', 1) + deployment('b', 2);
    const all = policy('p', `podSelector: {}, ingress: [{from: [{${app('web')}}], ports: [{port: http}]}]`);
    expect(traffic(viewOf(text + all))).toEqual(['web -TCP 1-> a', 'web -TCP 2-> b']);
  });
});

describe('tiers', () => {
  const allowWeb = (action: string): string =>
    `{action: ${action}, from: [{pods: {namespaceSelector: {}, ${app('web')}}}]}`;
  const denyAll = (text: string): string => `${text}, ingress: [{action: Deny, from: ${everyone}}]`;
  const subject = 'subject: {namespaces: {}}';
  const between = (text: string): readonly string[] =>
    traffic(viewOf(two + text)).filter((line) => line.startsWith('web') && line.endsWith('db'));

  it.each<readonly [string, string, readonly string[]]>([
    [
      'an admin Allow goes before the baseline',
      admin('AdminNetworkPolicy', 'a', `priority: 1, ${subject}, ingress: [${allowWeb('Allow')}]`) +
        admin('BaselineAdminNetworkPolicy', 'default', denyAll(subject)),
      ['web -All-> db'],
    ],
    [
      'an admin Pass leaves it to the baseline',
      admin('AdminNetworkPolicy', 'a', `priority: 1, ${subject}, ingress: [${allowWeb('Pass')}]`) +
        admin('BaselineAdminNetworkPolicy', 'default', denyAll(subject)),
      [],
    ],
    [
      'the lower priority goes first',
      admin('AdminNetworkPolicy', 'a', denyAll(`priority: 9, ${subject}`)) +
        admin('AdminNetworkPolicy', 'b', `priority: 2, ${subject}, ingress: [${allowWeb('Allow')}]`),
      ['web -All-> db'],
    ],
    [
      'a ClusterNetworkPolicy is of the tier it names',
      admin('ClusterNetworkPolicy', 'a', `tier: Admin, priority: 1, ${subject}, ingress: [${allowWeb('Accept')}]`) +
        admin('ClusterNetworkPolicy', 'b', denyAll(`tier: Baseline, priority: 1, ${subject}`)),
      ['web -All-> db'],
    ],
  ])('%s', (_, text, expected) => {
    expect(between(text)).toEqual(expected);
  });

  it('draws what a NetworkPolicy means to admit and an admin policy denies', () => {
    const admitted = policy('db', `${app('db')}, ingress: [{from: [{${app('web')}}]}]`);
    const text = admitted + admin('AdminNetworkPolicy', 'a', denyAll(`priority: 1, ${subject}`));
    expect(between(text)).toEqual(['web !!> db']);
    expect(viewOf(two + text).edges.find(({ state }) => state === 'denied')).toMatchObject({
      note: 'AdminNetworkPolicy a denies it (ingress of shop/db).',
      deciders: ['AdminNetworkPolicy//a'],
    });
  });
});

describe('what is said', () => {
  const calls = deployment('job', 8080, 'env: [{name: URL, value: "http://db"}]');

  it('warns of pods that call by name and may not ask DNS', () => {
    const text = namespace('shop') + served('db') + calls;
    const closed = `${app('job')}, policyTypes: [Egress], egress: [{to: [{${app('db')}}]}]`;
    expect(badges(viewOf(text + policy('p', closed)), 'job')).toEqual(['no DNS', 'open ingress', 'egress held']);
    const dns = policy('dns', 'podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]');
    expect(badges(viewOf(text + policy('p', closed) + dns), 'job')).toEqual(['open ingress', 'egress held']);
    expect(badges(viewOf(two + policy('quiet', `${app('web')}, policyTypes: [Egress]`)), 'web')).toEqual([
      'open ingress',
      'egress held',
    ]);
  });

  it('names those who decide both ways of one edge', () => {
    const admit = (to: string, from: string): string => policy(to, `${app(to)}, ingress: [{from: [{${app(from)}}]}]`);
    const view = viewOf(two + admit('web', 'db') + admit('db', 'web'));
    const [edge, second] = view.edges.filter(({ state }) => state === 'ok');
    expect(second).toBeUndefined();
    expect(edge?.mutual).toBe(true);
    expect(edge?.deciders).toEqual(['NetworkPolicy/shop/web', 'NetworkPolicy/shop/db']);
    expect(edge?.note).toMatch(
      /shop\/web admits it \(ingress of shop\/web\).* The other way: .*shop\/db admits it \(ingress of shop\/db\)/,
    );
  });

  it('tells a preview from a scope without policies', () => {
    const only = two + policy('p', app('db'));
    expect(viewOf(only, 'NetworkPolicy/shop/p').notes[0]).toMatch(/^Without this policy none is left/);
    expect(viewOf(two).notes[0]).toMatch(/^No policy is written here/);
  });

  it('puts ports first on cards, and leaves the namespace out where it is the own one', () => {
    const text =
      two +
      inB +
      policy(
        'p',
        `${app('db')}, ingress: [{from: [{${app('web')}}], ports: [{port: 80}]}, {from: [{namespaceSelector: {matchLabels: {team: b}}}]}]`,
      );
    expect(nodeIn(viewOf(text), 'NetworkPolicy/shop/p').lines).toEqual([
      'selects pods app=db',
      'TCP 80 from app=web',
      'every port from all pods of namespaces team=b',
    ]);
  });

  it('fits cards', () => {
    const other = policy(
      'p',
      `${app('db')}, ingress: [{from: [{${app('gone')}}, {ipBlock: {cidr: 192.0.2.0/24}}]}, {}]`,
    );
    const route = manifest('Ingress', 'i', 'spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}');
    const many = ['a', 'b', 'c'].map((name) => deployment(name)).join('');
    const view = viewOf(two + many + served('web') + route + other);
    const long = view.nodes.filter(({ kind, subtitle }) => kind !== 'policy' && subtitle.length > 30);
    expect(long).toEqual([]);
    expect(view.nodes.filter(({ kind }) => kind === 'undeclared').length).toBeGreaterThan(0);
  });
});

it('has a matrix only for those who ask', () => {
  const { analyzer } = analyze({ 'a.yaml': two });
  expect(analyzer.view({ view: 'policies' })).toMatchObject({ hasMatrix: true });
  expect(analyzer.view({ view: 'policies' })).not.toHaveProperty('matrix');
  expect(analyzer.view({ view: 'policies', matrix: true })).toHaveProperty('matrix');
  expect(analyze({ 'a.yaml': namespace('shop') }).analyzer.view({ view: 'policies' })).not.toHaveProperty('hasMatrix');
});
