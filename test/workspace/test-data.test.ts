import { describe, expect, test } from 'vitest';
import { summarizeTestData, testDataIn } from '../../server/workspace/test-data';

const root = 'file:///home/tests/docs/w';

/** The folder of test data that holds a path, among others; undefined when it is in none. */
function folderOf(path: string, ...others: readonly string[]): string | undefined {
  const uris = [path, ...others].map((name) => `${root}/${name}`);
  return testDataIn([root], uris)
    .folderOf(`${root}/${path}`)
    ?.slice(root.length + 1);
}

describe('test data and documentation', () => {
  test.each([
    ['testdata/a.yaml', 'testdata'],
    ['pkg/x/testdata/deep/a.yaml', 'pkg/x/testdata'],
    ['test/e2e/a.yaml', 'test'],
    ['src/test/resources/a.yaml', 'src/test'],
    ['src/__tests__/a.yaml', 'src/__tests__'],
    ['spec/fixtures/a.yaml', 'spec/fixtures'],
    ['integration-tests/a.yaml', 'integration-tests'],
    ['docs/examples/auth/a.yaml', 'docs'],
    ['Documentation/a.yaml', 'Documentation'],
    ['website/content/en/a.yaml', 'website/content'],
    ['tutorials/a.yaml', 'tutorials'],
    ['.github/kind/a.yaml', '.github'],
    ['deploy/tests/a.yaml', 'deploy/tests'],
  ])('%s is in one', (path, folder) => expect(folderOf(path)).toBe(folder));

  test.each([
    'a.yaml',
    'docs.yaml',
    'examples/a.yaml',
    'samples/demo/a.yaml',
    'website/a.yaml',
    'k8s/website/content.yaml',
    'latest/a.yaml',
    'test-app/a.yaml',
    'contests/a.yaml',
    'hack/a.yaml',
  ])('%s is in none', (path) => expect(folderOf(path)).toBeUndefined());

  test.each([
    ['overlays/test/a.yaml'],
    ['environments/e2e/a.yaml'],
    ['clusters/testing/a.yaml'],
    ['apps/docs/a.yaml'],
    ['k8s/test/a.yaml', 'k8s/prod/a.yaml'],
    ['k8s/test/web/a.yaml', 'k8s/staging/web/a.yaml'],
    ['test/a.yaml', 'dev/a.yaml'],
  ])('%s is an environment or an application by that name', (path, ...others) =>
    expect(folderOf(path, ...others)).toBeUndefined(),
  );

  test('an environment beside it makes no environment of a folder of documentation', () => {
    expect(folderOf('docs/a.yaml', 'prod/a.yaml')).toBe('docs');
    expect(folderOf('testdata/a.yaml', 'prod/a.yaml')).toBe('testdata');
  });

  test('what is opened or checked itself was asked for', () => {
    const file = `${root}/docs/tests/a.yaml`;
    expect(testDataIn([`${root}/docs`], [file]).folderOf(file)).toBe(`${root}/docs/tests`);
    expect(testDataIn([`${root}/docs/tests`], [file]).has(file)).toBe(false);
    expect(testDataIn([file], [file]).has(file)).toBe(false);
    expect(testDataIn([root, `${root}/docs/tests`], [file]).has(file)).toBe(false);
    expect(testDataIn([`${root}/docs/tests`, root], [file]).has(file)).toBe(false);
  });

  test('directories are in one too, and files outside of all folders in none', () => {
    const found = testDataIn([root], [`${root}/docs/k/a.yaml`]);
    expect(found.has(`${root}/docs`)).toBe(true);
    expect(found.has(`${root}/docs/k`)).toBe(true);
    expect(found.has(root)).toBe(false);
    expect(found.has('file:///home/tests/a.yaml')).toBe(false);
  });
});

describe('the line for the log', () => {
  const summary = (...paths: readonly string[]): string | undefined => {
    const uris = paths.map((path) => `${root}/${path}`);
    return summarizeTestData(testDataIn([root], uris), uris, root);
  };

  test('names the folders with the most manifests first', () => {
    expect(summary('docs/a.yaml', 'x/tests/a.yaml', 'x/tests/b%20c.yaml', 'app/a.yaml')).toMatch(
      /^3 manifests in folders of tests and documentation left alone: x\/tests \(2\), docs \(1\)\. /,
    );
  });

  test('names eight at most', () => {
    const paths = Array.from({ length: 11 }, (_, index) => `m${index + 10}/tests/a.yaml`);
    expect(summary(...paths)).toContain('m17/tests (1) and 3 more.');
  });

  test('there is none when nothing was left alone', () => expect(summary('app/a.yaml')).toBeUndefined());
});
