import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeAt } from '../../server/core/manifest/node';
import { readTree } from '../../server/core/manifest/read-manifest';
import {
  isPlaceholder,
  labelsAt,
  printSelector,
  readLabelSelector,
  readMapSelector,
  requirementHolds,
  type Operator,
} from '../../server/core/model/label';

const selectorOf = (yaml: string) => readLabelSelector(nodeAt(readTree(yaml), 'selector'));

describe('requirementHolds', () => {
  it.each<[Operator, string | undefined, boolean]>([
    ['In', 'a', true],
    ['In', 'c', false],
    ['In', undefined, false],
    ['NotIn', 'a', false],
    ['NotIn', 'c', true],
    ['NotIn', undefined, true],
    ['Exists', '', true],
    ['Exists', undefined, false],
    ['DoesNotExist', 'a', false],
    ['DoesNotExist', undefined, true],
  ])('%s a, b: %s → %s', (operator, value, expected) => {
    const values = operator.endsWith('In') ? ['a', 'b'] : [];
    expect(requirementHolds({ key: 'k', operator, values }, value)).toBe(expected);
  });

  it('In and NotIn, Exists and DoesNotExist are opposites', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1 }),
        fc.option(fc.string(), { nil: undefined }),
        (values, value) => {
          const holds = (operator: Operator) => requirementHolds({ key: 'k', operator, values }, value);
          expect(holds('In')).toBe(!holds('NotIn'));
          expect(holds('Exists')).toBe(!holds('DoesNotExist'));
        },
      ),
    );
  });
});

describe('readLabelSelector', () => {
  it('reads labels and expressions', () => {
    const selector = selectorOf(
      'selector: { matchLabels: { app: web }, matchExpressions: [{ key: t, operator: NotIn, values: [a, 1] }, { key: x, operator: Exists }] }',
    );
    expect(selector?.valid).toBe(true);
    expect(selector && printSelector(selector)).toBe('app=web, t notin (a, 1), x');
  });

  it.each(['selector:', 'selector: ~', 'other: 1'])('%s: absent', (yaml) => {
    expect(selectorOf(yaml)).toBeUndefined();
  });

  it.each(['selector: {}', 'selector: { matchLabels: {} }', 'selector: { matchLabels: }'])('%s: empty', (yaml) => {
    expect(selectorOf(yaml)).toMatchObject({ requirements: [], valid: true });
  });

  it.each([
    'selector: text',
    'selector: [a]',
    'selector: { app: web }',
    'selector: { matchExpressions: [{ key: a, operator: In }] }',
    'selector: { matchExpressions: [{ key: a, operator: in, values: [b] }] }',
    'selector: { matchExpressions: [{ operator: Exists }] }',
    'selector: { matchExpressions: [text] }',
  ])('%s: not understood', (yaml) => {
    expect(selectorOf(yaml)?.valid).toBe(false);
  });
});

describe('readMapSelector', () => {
  it.each(['selector: {}', 'selector:', 'other: 1', 'selector: text'])('%s selects nothing', (yaml) => {
    expect(readMapSelector(readTree(yaml), 'selector')).toBeUndefined();
  });
});

describe('labelsAt', () => {
  it('takes the last of a key that stands twice, and text for other types', () => {
    const labels = labelsAt(readTree('{ a: 1, b: true, c: null, a: "2", d: [x] }'));
    expect(labels.map(({ key, value }) => [key, value])).toEqual([
      ['a', '2'],
      ['b', 'true'],
      ['c', ''],
    ]);
  });
});

describe('isPlaceholder', () => {
  it.each([
    '${APP}',
    '$(APP)',
    '${X:-y}',
    'a-${B}-c',
    '{{ app }}',
    '<app>',
    'APP_PLACEHOLDER',
    '__APP__',
    '%APP%',
    '$APP',
    '@APP@',
  ])('%s is one', (text) => {
    expect(isPlaceholder(text)).toBe(true);
  });

  it.each(['app', 'a$b', 'app_', '_app', '100%', 'placeholder', '', '-', 'a@b'])('%s is none', (text) => {
    expect(isPlaceholder(text)).toBe(false);
  });
});
