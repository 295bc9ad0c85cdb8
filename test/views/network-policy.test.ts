import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiagramView, ViewNode } from '../../server/core/views/view';
import { generateCluster } from '../bench/generate-cluster';
import { analyze } from '../support/analyze';
import { hostileTexts, manifestOf } from '../support/hostile';
import { deployment, manifest, nodeIn, print, served, type Files } from './routing-pictures';

function viewOf(text: string | Files, without?: string): DiagramView {
  const { analyzer } = analyze(typeof text === 'string' ? { 'a.yaml': text } : text);
  const view = analyzer.view({ view: 'policies', without, matrix: true });
  if (!view) throw new Error('no view');
  return view;
}

const policy = (name: string, spec: string, namespace?: string): string =>
  manifest('NetworkPolicy', name, `spec: ${spec}`, namespace);
const admin = (name: string, priority: number, spec: string): string =>
  `apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: ${name}}\nspec: {priority: ${priority}, ${spec}}\n---\n`;
const namespace = (name: string): string => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n---\n`;
const app = (name: string): string => `{matchLabels: {app: ${name}}}`;
const two = namespace('shop') + deployment('web') + deployment('db', 5432);

/** The edges that are traffic, in short. */
const traffic = (view: DiagramView): readonly string[] =>
  view.edges.filter(({ state }) => state !== 'plain').map((edge) => print(edge).replaceAll('Deployment/shop/', ''));
const badges = ({ badges: own = [] }: ViewNode): string => own.map(({ text, tone }) => `${text} (${tone})`).join(', ');
const laneOf = (view: DiagramView, id: string): string | undefined => view.lanes[nodeIn(view, id).lane];
const noteOf = (view: DiagramView, state: string): string | undefined =>
  view.edges.find((edge) => edge.state === state)?.note;

describe('what is drawn', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['nothing without policies', '', []],
    ['nothing that a default deny closes, unless somebody wants it', policy('deny', '{podSelector: {}}'), []],
    [
      'what a rule admits, by number',
      policy(
        'db',
        `{podSelector: ${app('db')}, ingress: [{from: [{podSelector: ${app('web')}}], ports: [{port: 5432}]}]}`,
      ),
      ['web -TCP 5432-> db'],
    ],
    [
      'what a rule admits by the name of a port, as the number that it has at the destination',
      policy(
        'db',
        `{podSelector: ${app('db')}, ingress: [{from: [{podSelector: ${app('web')}}], ports: [{port: http}]}]}`,
      ),
      ['web -TCP 5432-> db'],
    ],
    [
      'what the source may and the destination denies as half open',
      policy(
        'web',
        `{podSelector: ${app('web')}, policyTypes: [Egress], egress: [{to: [{podSelector: ${app('db')}}]}]}`,
      ) + policy('db', `{podSelector: ${app('db')}}`),
      ['web /All/> db'],
    ],
    [
      'each side with ports of its own as half open',
      policy(
        'web',
        `{podSelector: ${app('web')}, policyTypes: [Egress], egress: [{to: [{podSelector: ${app('db')}}], ports: [{port: 1}]}]}`,
      ) +
        policy(
          'db',
          `{podSelector: ${app('db')}, ingress: [{from: [{podSelector: ${app('web')}}], ports: [{port: 2}]}]}`,
        ),
      ['web /TCP 1/> db'],
    ],
    [
      'a block with its exception, and pods that no manifest declares',
      policy(
        'db',
        `{podSelector: ${app('db')}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.128/25]}}, {namespaceSelector: {matchLabels: {team: a}}}]}]}`,
      ),
      ['outside/from/203.0.113.0/25 -All-> db', 'undeclared/from/[namespace with {team=a}]/[all pods] -All-> db'],
    ],
    [
      'egress to the outside, from one that may go nowhere else',
      policy(
        'web',
        `{podSelector: ${app('web')}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 192.0.2.1/32}}]}]}`,
      ),
      ['web -All-> outside/to/192.0.2.1/32'],
    ],
  ])('draws %s', (_, policies, expected) => {
    expect(traffic(viewOf(two + policies))).toEqual(expected);
  });

  it.each<readonly [string, readonly string[]]>([
    ['Allow', ['db -All-> web']],
    ['Deny', ['web !!> db']],
    ['Pass', ['web -TCP 1-> db', 'db -All-> web']],
  ])('an admin policy that says %s goes before a NetworkPolicy', (action, expected) => {
    const rule = `{action: ${action}, from: [{namespaces: {}}]}`;
    const one = policy(
      'db',
      `{podSelector: ${app('db')}, ingress: [{from: [{podSelector: ${app('web')}}], ports: [{port: 1}]}]}`,
    );
    const view = viewOf(two + one + admin('first', 5, `subject: {namespaces: {}}, ingress: [${rule}]`));
    expect(traffic(view).filter((line) => line.includes('web') && line.includes('db'))).toEqual(expected);
    expect(nodeIn(view, 'AdminNetworkPolicy//first')).toMatchObject({ group: undefined, lane: 4 });
    expect(nodeIn(view, 'AdminNetworkPolicy//first').lines).toContain('admin tier · priority 5');
  });

  it('says which policy denies what a workload calls, in which direction', () => {
    const web = deployment('web', 8080, 'env: [{name: API, value: "http://api"}]');
    const view = viewOf(namespace('shop') + served('api') + web + policy('api', `{podSelector: ${app('api')}}`));
    expect(traffic(view)).toEqual(['web !TCP 8080!> api']);
    expect(noteOf(view, 'denied')).toContain('NetworkPolicy shop/api isolates Deployment api for ingress');
    expect(view.edges.find(({ state }) => state === 'denied')?.deciders).toEqual(['NetworkPolicy/shop/api']);
  });

  it('says that an egress without rules denies what a workload calls, as it would its DNS', () => {
    const web = deployment('web', 8080, 'env: [{name: API, value: "http://api"}]');
    const view = viewOf(
      namespace('shop') + served('api') + web + policy('quiet', `{podSelector: ${app('web')}, policyTypes: [Egress]}`),
    );
    expect(traffic(view)).toEqual(['web !TCP 8080!> api']);
    expect(noteOf(view, 'denied')).toContain('NetworkPolicy shop/quiet isolates Deployment web for egress');
    expect(badges(nodeIn(view, 'Deployment/shop/web'))).toBe('no DNS (warn), open ingress (warn), egress held (good)');
  });

  it('says once what many have in common', () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => deployment(name)).join('');
    const view = viewOf(
      namespace('shop') +
        many +
        policy('same', '{podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}'),
    );
    expect(traffic(view)).toEqual(['several/from/namespace/shop/pods -TCP 80-> several/to/namespace/shop']);
    expect(nodeIn(view, 'several/from/namespace/shop/pods')).toMatchObject({
      kind: 'several',
      title: 'Every pod of shop',
    });
  });

  it('takes what hangs on labels of an undeclared namespace for unknown', () => {
    const view = viewOf(
      deployment('web') +
        deployment('db') +
        policy('db', `{podSelector: ${app('db')}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}]}]}`),
    );
    expect(traffic(view)[0]).toBe('web ?All?> db');
    expect(noteOf(view, 'unknown')).toContain('NetworkPolicy shop/db (ingress of shop/db)');
  });
});

describe('a large scope', () => {
  it('counts between namespaces what is too much, and says so', () => {
    const view = viewOf(generateCluster(200));
    expect(view.notes[0]).toMatch(/^Showing [\d,]+ of [\d,]+ connections one by one/);
    const ids = new Set([...view.nodes, ...view.groups].map(({ id }) => id));
    const drawn = view.edges.filter(({ state }) => state !== 'plain');
    expect(drawn.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
    expect(drawn.filter(({ source }) => !source.startsWith('namespace/')).length).toBeLessThanOrEqual(2000);
    expect(drawn.find(({ source }) => source.startsWith('namespace/'))?.label).toMatch(/^\d+ connections?$/);
    expect(new Set(view.edges.map(({ id }) => id)).size).toBe(view.edges.length);
  });

  it('has no matrix beyond 600 classes, and says so', () => {
    const pods = Array.from(
      { length: 601 },
      (_, index) =>
        `apiVersion: v1\nkind: Pod\nmetadata: {name: p${index}, labels: {app: p${index}}}\nspec: {containers: [{name: c, image: i}]}\n---\n`,
    );
    const view = viewOf(pods.join(''));
    expect(view.matrix).toBeUndefined();
    expect(view.notes.at(-1)).toContain('There is no matrix');
  });
});

describe('nodes', () => {
  it('tell whom policies hold, in each direction', () => {
    const view = viewOf(two + policy('db', `{podSelector: ${app('db')}}`));
    expect(badges(nodeIn(view, 'Deployment/shop/web'))).toBe('open (warn)');
    expect(badges(nodeIn(view, 'Deployment/shop/db'))).toBe('open egress (warn), ingress held (good)');
  });

  it('stand in the lane of what they do', () => {
    const view = viewOf(
      two +
        policy(
          'db',
          `{podSelector: ${app('db')}, ingress: [{from: [{podSelector: ${app('web')}}], ports: [{port: 1}]}]}`,
        ),
    );
    expect(
      ['NetworkPolicy/shop/db', 'Deployment/shop/web', 'Deployment/shop/db'].map((id) => laneOf(view, id)),
    ).toEqual(['Policies', 'Callers', 'Called']);
  });

  it('of policies tell whom they govern', () => {
    const view = viewOf(two + policy('none', `{podSelector: ${app('gone')}}`) + policy('all', '{podSelector: {}}'));
    const directions = ['Ingress'];
    expect(nodeIn(view, 'NetworkPolicy/shop/all').governs).toEqual([
      { node: 'Deployment/shop/db', directions },
      { node: 'Deployment/shop/web', directions },
    ]);
    expect(nodeIn(view, 'NetworkPolicy/shop/none')).toMatchObject({
      governs: [],
      lines: ['selects pods app=gone: none here', 'admits nothing in'],
    });
  });
});

describe('the view without a policy', () => {
  const text =
    two +
    policy('db', `{podSelector: ${app('db')}, ingress: [{from: [{podSelector: ${app('web')}}], ports: [{port: 1}]}]}`) +
    policy(
      'more',
      `{podSelector: ${app('db')}, ingress: [{from: [{podSelector: ${app('web')}}], ports: [{port: 2}]}]}`,
    );
  const changes = (view: DiagramView): readonly (readonly unknown[])[] =>
    view.edges.filter(({ change }) => change).map(({ source, label, change }) => [source, label, change]);

  it('shows what opens, and on which ports', () => {
    const view = viewOf(two + policy('deny', `{podSelector: ${app('db')}}`), 'NetworkPolicy/shop/deny');
    expect(view.without).toBe('NetworkPolicy/shop/deny');
    expect(nodeIn(view, 'NetworkPolicy/shop/deny').subtitle).toContain('left out of this preview');
    expect(changes(view)).toEqual([
      ['Deployment/shop/web', 'All', 'added'],
      ['outside/from/all', 'All', 'added'],
    ]);
  });

  it('shows what is allowed on other ports', () => {
    expect(changes(viewOf(text, 'NetworkPolicy/shop/more'))).toEqual([['Deployment/shop/web', 'TCP 1', 'changed']]);
  });

  it('shows what closes', () => {
    const deny =
      two +
      policy('deny', '{podSelector: {}}') +
      policy('db', `{podSelector: ${app('db')}, ingress: [{from: [{podSelector: ${app('web')}}]}]}`);
    expect(changes(viewOf(deny, 'NetworkPolicy/shop/db'))).toEqual([['Deployment/shop/web', 'All', 'removed']]);
  });

  it('is the view as it is for a policy that is not there', () => {
    expect(viewOf(text, 'NetworkPolicy/shop/gone')).toEqual(viewOf(text));
  });
});

describe('any manifests', () => {
  it('give the same view in whatever order they are read', () => {
    const parts = [
      ...['a', 'b', 'c'].map((name) => served(name)),
      policy('deny', '{podSelector: {}}'),
      policy('a', `{podSelector: ${app('a')}, ingress: [{from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]}`),
      policy('b', `{podSelector: ${app('b')}, egress: [{to: [{podSelector: ${app('c')}}]}]}`),
    ];
    const viewIn = (order: readonly number[]): unknown => {
      const view = viewOf(Object.fromEntries(order.map((index) => [`${index}.yaml`, parts[index] ?? ''])));
      return JSON.parse(
        JSON.stringify(view, (key, value: unknown) => (key === 'location' || key === 'problems' ? undefined : value)),
      );
    };
    const expected = viewIn(parts.map((_, index) => index));
    fc.assert(
      fc.property(fc.shuffledSubarray([...parts.keys()], { minLength: parts.length }), (order) => {
        expect(viewIn(order)).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('with hostile texts give nodes with these texts, and edges between nodes', () => {
    for (const text of hostileTexts) {
      const view = viewOf(manifestOf(text));
      const ids = new Set([...view.nodes, ...view.groups].map(({ id }) => id));
      expect(view.edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
    }
  });
});
