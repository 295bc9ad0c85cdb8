import { describe, expect, test } from 'vitest';
import { filterChoices, labelProblem } from '../../diagram/filter-choices';
import { edge, node, viewOf } from './sample-view';

test('what can be hidden is counted, in the order of the view', () => {
  const view = viewOf(
    [
      node('internet', { kind: 'outside' }),
      node('a', { group: 'namespace/shop', resourceKind: 'Service' }),
      node('b', { group: 'namespace/pay', resourceKind: 'Deployment', kind: 'workload' }),
      node('c', { group: 'namespace/shop', resourceKind: 'Service' }),
    ],
    [edge('a', 'b'), edge('internet', 'a', { state: 'denied' }), edge('c', 'b')],
  );
  const { kinds, namespaces, states } = filterChoices(view);
  expect(kinds.map(({ label, count }) => `${label} ${count}`)).toEqual(['Outside 1', 'Service 2', 'Deployment 1']);
  expect(namespaces.map(({ id, count }) => `${id} ${count}`)).toEqual(['namespace/shop 2', 'namespace/pay 1']);
  expect(states.map(({ id, count }) => `${id} ${count}`)).toEqual(['ok 2', 'denied 1']);
});

describe('a label filter', () => {
  test.each(['', 'app', '!app', ' app = web ', 'app==web', 'app!=web', 'app.kubernetes.io/name=web, tier=', 'a=b,'])(
    'reads "%s"',
    (text) => {
      expect(labelProblem(text)).toBeUndefined();
    },
  );

  test.each([
    ['app in (web)', 'app in (web)'],
    ['app=web,=x', '=x'],
    ['!app=web', '!app=web'],
    ['app=a b', 'app=a b'],
    ['a/b/c', 'a/b/c'],
    ['app=web;tier', 'app=web;tier'],
    ['<img onerror>', '<img onerror>'],
  ])('says that "%s" cannot be read', (text, term) => {
    expect(labelProblem(text)).toContain(`"${term}" cannot be read`);
  });

  test('a sentence about a long text is short', () => {
    expect(labelProblem('(x'.repeat(10_000))?.length).toBeLessThan(200);
  });
});
