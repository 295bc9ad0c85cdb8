import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anchoredPattern } from '../../server/core/kustomize/anchored-pattern';
import { currentIdentity, type Item } from '../../server/core/kustomize/item';
import { labelExpression } from '../../server/core/kustomize/label-expression';
import { patchTarget } from '../../server/core/kustomize/patch-target';
import { nodeAt } from '../../server/core/manifest/node';
import { accumulated, contextOf } from './transformers';

// What is expected here is what `kubectl kustomize` 5.5 selects, or refuses, with the same texts.

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web, tier: "5" }, annotations: { a.b/c: x y } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: other }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
`;

const { items } = accumulated({
  'kustomization.yaml': 'resources: [base]\nnameSuffix: -x\n',
  'base/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: my-\n',
  'base/r.yaml': manifest,
});

function select(target: string): { readonly found: readonly string[]; readonly problems: readonly string[] } {
  const { context, problems } = contextOf(`target: ${target}\n`);
  const matches = patchTarget(context, nodeAt(context.kustomization.root, 'target') ?? context.kustomization.root);
  const found = items.filter((item) => matches?.(item)).map((item: Item) => currentIdentity(item).kind);
  return { found, problems };
}

describe('what a target selects', () => {
  test.each([
    ['{}', ['Deployment', 'Service', 'Namespace']],
    ['{ kind: Deployment }', ['Deployment']],
    ['{ Kind: Deployment }', ['Deployment']],
    ['{ kind: Deploy }', []],
    ['{ kind: Deployment|Service }', ['Deployment', 'Service']],
    ['{ group: apps }', ['Deployment']],
    ['{ group: "" , version: v1, kind: S.* }', ['Service']],
    ['{ version: v2 }', []],
    ['{ name: web }', ['Deployment', 'Service']],
    ['{ name: my-web-x }', ['Deployment', 'Service']],
    // Names in between are not among those that a target sees.
    ['{ name: my-web }', []],
    ['{ name: we }', []],
    ['{ name: ^w.b$ }', ['Deployment', 'Service']],
    ['{ namespace: default }', ['Deployment']],
    ['{ namespace: oth.r }', ['Service']],
    ['{ labelSelector: "app in (web, x),tier" }', ['Deployment']],
    ['{ annotationSelector: a.b/c }', ['Deployment']],
    ['{ labelSelector: "!app" }', ['Service', 'Namespace']],
    ['{ kind: Service, name: web, labelSelector: app=web }', []],
  ])('%s', (target, found) => expect(select(target)).toEqual({ found, problems: [] }));

  test.each([
    ['{ name: (web }', 'invalid [(web] The regular expression "(web" lacks a ")": kustomize refuses to build.'],
    ['{ name: \\bweb }', 'incomplete [\\bweb] The regular expression "\\bweb" has a "\\b" that Kubepath does not read'],
    ['{ labelSelector: "app in web" }', 'invalid ["app in web"] The selector "app in web" has "web" where "(" belongs'],
    ['{ names: web }', 'knows no `names` under `target`'],
    ['{ name: 12 }', '`target.name` is a number'],
    ['[web]', 'An entry of `target` must be a mapping'],
  ])('%s selects nothing and is reported once', (target, problem) => {
    const { found, problems } = select(target);
    expect(found).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });
});

describe('patterns', () => {
  const matches = (source: string, text: string): unknown => {
    const pattern = anchoredPattern(source);
    return typeof pattern === 'function' ? pattern(text) : pattern;
  };

  test.each([
    'web-a\\.b',
    'web-[a-z.]+',
    '(?i)WEB.*',
    '[[:alpha:]]+-a.b',
    '(web|x)-.*',
    'web-a.b$',
    '^(web|x).*$',
    '(web-)+.*',
    '.{7}',
    '.{1,}',
    '.{2,9}',
    '[^x]*',
    '[]w]eb.*',
    '[\\w-]+.*',
    '(?:web).*',
    '(?P<n>web).*',
    '(?<n>web).*',
    'web*?.*',
    'x||web.*',
    'web-a\\.b|',
    '[[a-z]+.*',
    '[a\\]w]eb.*',
    'web\\-a.b',
    '(a*)*web.*',
    '((.?){1000})*',
  ])('%s matches', (source) => expect(matches(source, 'web-a.b')).toBe(true));

  test.each(['.{8}', '.{,7}', '\\-', '', 'eb.*', 'web', '[^w].*', 'WEB.*', '(web)?', '\\W.*'])(
    '%s does not match',
    (source) => expect(matches(source, 'web-a.b')).toBe(false),
  );

  test.each(['web**', '*', '+a', '[a', 'a{2000}', 'a{3,1}', '(a', 'a)', '[z-a]', '(web)\\1', '(?=a)', '(?<!a)', 'a\\'])(
    '%s is refused',
    (source) => expect(anchoredPattern(source)).toMatchObject({ refused: true }),
  );

  test.each(['\\Qa\\E', '\\pL', '\\x77', 'a\\b', '(?s).', '(?i:a)', '[[:what:]]', '('.repeat(99)])(
    '%s is not read here',
    (source) => expect(anchoredPattern(source)).toMatchObject({ refused: false }),
  );

  test('agree with the engine, where it has the same syntax', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(ab|)', 'a|b', '^', '(b*a)');
    const piece = fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '*?'));
    const source = fc
      .array(piece, { maxLength: 5 })
      .map((pieces) => pieces.map(([one, times]) => (one === '^' ? one : one + times)).join(''));
    fc.assert(
      fc.property(source, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 }), (pattern, text) => {
        expect(matches(pattern, text)).toBe(new RegExp(`^(?:${pattern})$`).test(text));
      }),
    );
  });

  test('take no time whatever they are', () => {
    const start = performance.now();
    expect(matches('((a+)+)+(.*)*(a?){1000}!', 'a'.repeat(250))).toBe(false);
    // Some 5 ms; an engine that goes back over the text would never end.
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('selectors of labels', () => {
  const labels = new Map([
    ['app', 'web'],
    ['tier', '5'],
  ]);
  const holds = (source: string): unknown => {
    const expression = labelExpression(source);
    return typeof expression === 'function' ? expression(labels) : expression.problem;
  };

  test.each([
    '',
    'app=web',
    'app==web',
    ' app = web ',
    'x!=web',
    'app in (web,x)',
    'app in(web)',
    'x notin (web)',
    'app notin()',
    'app',
    '!x',
    'app=web,tier=5',
    'app in (web, x),tier',
    'tier>4',
    'tier < 6',
    'app!=',
  ])('%s holds', (source) => expect(holds(source)).toBe(true));

  test.each([
    'app!=web',
    'app notin (web,x)',
    '!app',
    'app=web, x',
    'tier<4',
    'app=',
    'app in ()',
    'x in (,)',
    'in',
    'in in (in)',
    'app=in',
    'x=',
    'app>1',
    'kubernetes.io/app=x',
  ])('%s does not hold', (source) => expect(holds(source)).toBe(false));

  test.each([
    ['tier gt 4', 'has "gt" behind tier'],
    ['app in (web', 'lacks ")" at its end'],
    ['app in web', 'has "web" where "(" belongs'],
    ['app=web,', 'lacks a label at its end'],
    [',app=web', 'has "," where a label belongs'],
    ['app=web,,tier', 'has "," where a label belongs'],
    ['app=web x', 'has "x" where "," belongs'],
    ['!app=x', 'has "=" where "," belongs'],
    ['app:web', 'no name of a label'],
    ['a/b/c=d', 'no name of a label'],
    ['A.b/c', 'no name of a label'],
    ['app=*', 'no label can have for a value'],
    ['app=-x', 'no label can have for a value'],
    ['tier>a', 'no whole number'],
    ['(a)', 'has "(" where a label belongs'],
    ['app=!', 'has "!" where a value belongs'],
  ])('%s is refused', (source, problem) => expect(holds(source)).toContain(problem));
});
