import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { scopesOf } from '../support/scopes-of';

describe('application directories', () => {
  test('one directory is one scope, and so is a tree of them', async () => {
    const files = {
      'web/service.yaml': service('web', 'web'),
      'web/deployment.yaml': deployment('web', 'web'),
      'db/db.yaml': service('db', 'db'),
    };
    expect(await scopesOf(files)).toEqual(['.: db/db.yaml web/deployment.yaml web/service.yaml']);
  });

  test('is named by the directory that holds all of its files', async () => {
    expect(
      await scopesOf({
        'deploy/k8s/a.yaml': service('a', 'a'),
        'deploy/k8s/b/b.yaml': service('b', 'b'),
        'README.md': '',
      }),
    ).toEqual(['deploy/k8s: deploy/k8s/a.yaml deploy/k8s/b/b.yaml']);
  });

  test('directories that disagree about a resource stay apart, each with what is common to them', async () => {
    const files = {
      'shared/db.yaml': service('db', 'db'),
      'dev/web.yaml': service('web', 'web', undefined, 8080),
      'prod/web.yaml': service('web', 'web', undefined, 80),
    };
    expect(await scopesOf(files)).toEqual(['dev: dev/web.yaml shared/db.yaml', 'prod: prod/web.yaml shared/db.yaml']);
  });

  test('a copy that says the same, and a repeated Namespace, keep nothing apart', async () => {
    const namespace = (label: string): string =>
      `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {a: ${label}}\n`;
    const files = {
      'a/x.yaml': service('x', 'x'),
      'b/x.yaml': `# copied\n${service('x', 'x')}`,
      'a/ns.yaml': namespace('one'),
      'b/ns.yaml': namespace('two'),
    };
    expect(await scopesOf(files)).toEqual(['.: a/ns.yaml a/x.yaml b/ns.yaml b/x.yaml']);
  });

  test('the same name in two namespaces is no disagreement', async () => {
    expect(
      await scopesOf({ 'a/x.yaml': service('x', 'x', 'a', 1), 'b/x.yaml': service('x', 'x', 'b', 2) }),
    ).toHaveLength(1);
  });

  test('one collision within a directory is a mistake: its files stay together', async () => {
    expect(
      await scopesOf({ 'x.yaml': service('x', 'x', undefined, 1), 'y.yaml': service('x', 'y', undefined, 2) }),
    ).toEqual(['.: x.yaml y.yaml']);
  });

  test('several collisions mean alternatives: the fullest file keeps what nobody disputes', async () => {
    const variant = (port: number): string =>
      `${service('a', 'a', undefined, port)}---\n${service('b', 'b', undefined, port)}`;
    const files = {
      'full.yaml': `${variant(1)}---\n${service('c', 'c')}`,
      'slim.yaml': variant(2),
      'other.yaml': service('d', 'd'),
    };
    expect(await scopesOf(files)).toEqual(['.: full.yaml other.yaml', 'slim.yaml: slim.yaml']);
  });

  test('below examples and tests, directories have nothing to do with each other and one collision is enough', async () => {
    const files = {
      'examples/a/s.yaml': service('a', 'a'),
      'examples/b/s.yaml': service('b', 'b'),
      'examples/c/one.yaml': service('c', 'c', undefined, 1),
      'examples/c/two.yaml': service('c', 'c', undefined, 2),
    };
    expect(await scopesOf(files)).toEqual([
      'examples/a: examples/a/s.yaml',
      'examples/b: examples/b/s.yaml',
      'examples/c/two.yaml: examples/c/two.yaml',
      'examples/c: examples/c/one.yaml',
    ]);
  });

  test('several folders are named by their own names', async () => {
    expect(
      await scopesOf({ 'one/s.yaml': service('a', 'a'), 'two/k/s.yaml': service('b', 'b') }, 'one', 'two'),
    ).toEqual(['one: one/s.yaml', 'two/k: two/k/s.yaml']);
  });

  test('a single file is a scope of its own', async () => {
    expect(await scopesOf({ 'a.yaml': service('a', 'a'), 'b.yaml': service('b', 'b') }, 'a.yaml')).toEqual([
      '.: a.yaml',
    ]);
  });
});

test("a chart's templates are Helm's business", async () => {
  const files = {
    'chart/Chart.yaml': 'name: chart\nversion: 1.0.0\n',
    'chart/templates/s.yaml': service('s', 's'),
    'chart/ci/v.yaml': service('v', 'v'),
    'app/a.yaml': service('a', 'a'),
  };
  expect(await scopesOf(files)).toEqual(['app: app/a.yaml']);
});
