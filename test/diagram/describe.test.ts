import { describe, expect, test } from 'vitest';
import { describeEdge, describeGoverned, describeNode, nodeTooltip, summarise } from '../../diagram/describe';
import { KIND_NAMES } from '../../diagram/icons';
import type { ViewEdge, ViewNodeKind } from '../../server/core/views/view';
import { edge, node, viewOf } from './sample-view';

const web = node('web', { kind: 'workload', group: 'namespace/shop', subtitle: 'Deployment ×3' });
const api = node('api', { kind: 'workload', group: 'namespace/shop' });
const view = viewOf([web, api]);

describe('a node', () => {
  test('is called by its title, what it is, and its badges', () => {
    expect(describeNode(web)).toBe('web, Deployment ×3');
    expect(describeNode(node('x', { kind: 'several' }))).toBe('x, Several workloads');
    const badges = [{ text: 'open ingress', tone: 'warn', title: 'No NetworkPolicy selects it for ingress.' }] as const;
    expect(describeNode({ ...web, badges })).toBe('web, Deployment ×3, open ingress');
    expect(nodeTooltip({ ...web, badges })).toBe('web (Deployment ×3)\nNo NetworkPolicy selects it for ingress.');
    expect(nodeTooltip(api)).toBe('api');
  });

  test.each([
    [[], 'governs no pods that are declared here'],
    [[{ node: 'web', directions: ['Ingress'] }], 'governs 1'],
    [[{ node: 'web', directions: ['Ingress'], unsure: true }], 'governs perhaps 1'],
    [
      [
        { node: 'web', directions: ['Ingress'] },
        { node: 'api', directions: ['Egress'], unsure: true },
      ],
      'governs 1, perhaps 1 more',
    ],
  ] as const)('a policy says how many it governs: %j', (governs, words) => {
    expect(describeNode(node('p', { kind: 'policy', subtitle: 'NetworkPolicy', governs }))).toBe(
      `p, NetworkPolicy, ${words}`,
    );
  });
});

describe('whom a policy governs', () => {
  const nameOf = (id: string): string => `${id}-name`;

  test('is said with directions, and with what is not certain', () => {
    expect(
      describeGoverned(
        [
          { node: 'web', directions: ['Ingress', 'Egress'] },
          { node: 'api', directions: ['Ingress'], unsure: true },
        ],
        nameOf,
      ),
    ).toBe('Governs web-name (ingress and egress), perhaps api-name (ingress)');
    expect(describeGoverned([], nameOf)).toBe('Governs no pods that are declared here');
  });

  test('is counted beyond five', () => {
    const governs = Array.from({ length: 7 }, () => ({ node: 'web', directions: ['Ingress'] as const }));
    expect(describeGoverned(governs, nameOf)).toMatch(/ and 2 more$/);
  });
});

describe('an edge', () => {
  const cases: readonly (readonly [Partial<ViewEdge>, string])[] = [
    [{ label: '80' }, 'to api: 80, connects'],
    [
      { state: 'denied', note: 'NetworkPolicy shop/api denies it' },
      'to api, is denied, NetworkPolicy shop/api denies it',
    ],
    [{ state: 'half-open' }, 'to api, is admitted by one side only'],
    [{ state: 'unknown' }, 'to api, cannot be told from the manifests'],
    [{ state: 'plain' }, 'to api, belongs to it'],
    [{ state: 'broken' }, 'to api, does not connect'],
    [{ mutual: true }, 'to and from api, connects'],
    [{ change: 'added' }, 'to api, connects, only without the policy'],
    [{ change: 'removed' }, 'to api, connects, no longer without the policy'],
    [{ target: 'namespace/shop' }, 'to namespace/shop, connects'],
    [{ target: 'gone' }, 'to gone, connects'],
  ];
  test.each(cases)('%j', (given, words) => {
    expect(describeEdge(view, edge('web', 'api', given), 'web')).toBe(words);
  });

  test('is told from either end', () => {
    expect(describeEdge(view, edge('web', 'api'), 'api')).toBe('from web, connects');
  });
});

test('a folded group says what it holds, whatever it is', () => {
  const kinds = Object.keys(KIND_NAMES) as ViewNodeKind[];
  for (const kind of kinds) expect(summarise([node('x', { kind })])).toMatch(/^1 \w/);
  expect(summarise([node('p', { kind: 'policy' }), node('q', { kind: 'policy' }), web])).toBe('2 policies, 1 workload');
});
