import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../server/core/model/label';
import { conditionsOf, implies, splitConditions } from '../../server/core/reach/label-conditions';
import { redundancyOf } from '../../server/core/reach/redundancy';
import { shadowedRules } from '../../server/core/reach/shadowing';
import { checkEdits, checkRedundancy, checkShadowing } from '../support/redundancy';
import { scopeOfTexts } from '../support/scope-of-folder';

/** `app=web`, `app in a,b`, `app notin a`, `app`, `!app`. */
function requirement(text: string): Requirement {
  const [key = '', operator, values = ''] = text.split(/ |(?==)/);
  if (key.startsWith('!')) return { key: key.slice(1), operator: 'DoesNotExist', values: [] };
  if (operator === undefined) return { key, operator: 'Exists', values: [] };
  if (operator.startsWith('=')) return { key, operator: 'In', values: [operator.slice(1)] };
  return { key, operator: operator === 'in' ? 'In' : 'NotIn', values: values.split(',') };
}

const conditions = (...texts: readonly string[]) => conditionsOf(texts.map(requirement));

describe('conditions on labels', () => {
  it.each([
    [['app=web', 'tier=front'], ['app=web'], true],
    [['app=web'], ['app=web', 'tier=front'], false],
    [['app=web'], ['app in web,api'], true],
    [['app in web,api'], ['app=web'], false],
    [['app=web'], ['app'], true],
    [['app'], ['app=web'], false],
    [['app'], ['app notin web'], false],
    [['app=api'], ['app notin web'], true],
    [['!app'], ['app notin web'], true],
    [['app notin web'], ['!app'], false],
    [['app notin web,api'], ['app notin web'], true],
    [['app notin web'], ['app notin web,api'], false],
    [['app', 'app notin web'], ['app'], true],
    [['app in web,api', 'app notin api'], ['app=web'], true],
    [[], [], true],
    [['app=web'], [], true],
    [[], ['app notin web'], false],
  ])('%j implies %j: %s', (inner, outer, expected) => {
    const [a, b] = [conditions(...inner), conditions(...outer)];
    expect(a && b && implies(a, b)).toBe(expected);
  });

  it('can contradict each other', () => {
    expect(conditions('app=web', 'app=api')).toBeUndefined();
    expect(conditions('app', '!app')).toBeUndefined();
    expect(conditions('app=web', 'app notin web')).toBeUndefined();
    expect(conditions('app notin web', '!app')).toBeDefined();
  });

  it('are taken apart by value, unless that makes too many', () => {
    const many = conditions('app in a,b,c', 'tier in x,y', 'env notin p,q');
    expect(many && splitConditions(many, 6)).toHaveLength(6);
    expect(many && splitConditions(many, 5)).toEqual([many]);
  });
});

const policies = (count: number, spec: (index: number) => string): string =>
  Array.from(
    { length: count },
    (_, index) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p${index}, namespace: shop }\nspec: ${spec(index)}\n`,
  ).join('---\n');

describe('redundancy', () => {
  it('holds for what is taken out of random clusters', () => {
    const { policy, rule } = checkRedundancy(3, 7);
    expect(policy + rule).toBeGreaterThan(0);
  });

  it('holds for rules with an order', () => {
    const count = checkShadowing(3, 7);
    expect(Object.values(count).length).toBeGreaterThan(0);
  });

  it('is the same after edits as when all is seen for the first time', () => {
    expect(checkEdits(40, 7)).toBeGreaterThan(0);
  });

  it('finds nothing between hundreds of policies with pods and peers of their own, without comparing all with all', () => {
    const model = scopeOfTexts({
      'all.yaml': policies(
        600,
        (index) =>
          `{ podSelector: { matchLabels: { app: a${index} } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: b${index} } } }], ports: [{ port: 80 }] }] }`,
      ),
    });
    const start = performance.now();
    expect(redundancyOf(model)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('gives up on very many blocks rather than time', () => {
    const blocks = Array.from(
      { length: 2000 },
      (_, index) => `{ ipBlock: { cidr: 10.${index >> 8}.${index & 255}.0/24 } }`,
    );
    const model = scopeOfTexts({
      'all.yaml': policies(
        2,
        (index) => `{ podSelector: {}, ingress: [{ from: [${blocks.join()}], ports: [{ port: ${index + 80} }] }] }`,
      ),
    });
    const start = performance.now();
    expect(redundancyOf(model)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('takes hostile selectors without harm', () => {
    const model = scopeOfTexts({
      'all.yaml': `${policies(2, () => '{ podSelector: { matchLabels: { constructor: toString, __proto__: x } }, ingress: [{}, 7, null, { from: [null] }] }')}---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: { name: a }\nspec: { priority: x, subject: [], ingress: 7 }\n`,
    });
    expect(redundancyOf(model)).toEqual([]);
    expect(shadowedRules(model)).toEqual([]);
  });
});
