import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { readWorkspace } from '../support/scopes-of';

type Files = Readonly<Record<string, string>>;

const base = {
  'base/kustomization.yaml': 'resources: [service.yaml, deployment.yaml]\n',
  'base/service.yaml': service('web', 'wbe'),
  'base/deployment.yaml': deployment('web', 'web'),
};

function overlay(name: string, ...lines: readonly string[]): Files {
  return { [`overlays/${name}/kustomization.yaml`]: ['resources: [../../base]', ...lines, ''].join('\n') };
}

/** An inline patch of the Service's selector. */
function selecting(app: string): string {
  return `patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: ${app}}}}'}]`;
}

async function found(files: Files) {
  const { analyzer, folder } = await readWorkspace(files);
  return [...analyzer.check().values()].flat().map((finding) => ({
    place: `${finding.file.slice(folder.uri.length + 1)}:${finding.range.start.line + 1}`,
    severity: finding.severity,
    message: finding.message,
    scopes: finding.scope,
    fixes: analyzer.fixesOf(finding).length,
  }));
}

const head = (namespace: string, workload = 'web'): string =>
  `No pod in namespace ${namespace} has app=wbe. Deployment ${workload} has app=web. Service ${workload} has no endpoints.`;

describe('one finding of several scopes', () => {
  test('holds in all of them: it is told as it is, and can be mended', async () => {
    expect(await found({ ...base, ...overlay('a'), ...overlay('b') })).toEqual([
      {
        place: 'base/service.yaml:7',
        severity: 'warning',
        message: head('default'),
        scopes: 'overlays/a, overlays/b',
        fixes: 2,
      },
    ]);
  });

  test('holds in some: it says in which, and no edit of the base is offered', async () => {
    const files = { ...base, ...overlay('a'), ...overlay('b', selecting('web')), ...overlay('c') };
    expect(await found(files)).toEqual([
      {
        place: 'base/service.yaml:7',
        severity: 'warning',
        message: `${head('default')} (In overlays/a, and alike in overlays/c.)`,
        scopes: 'overlays/a, overlays/c',
        fixes: 0,
      },
    ]);
  });

  test('in one alone lands on what makes it so, and is mended there', async () => {
    const files = {
      ...base,
      'base/service.yaml': service('web', 'web'),
      ...overlay('a', selecting('wbe')),
      ...overlay('b'),
    };
    const [finding] = await found(files);
    expect(finding).toMatchObject({
      place: 'overlays/a/kustomization.yaml:2',
      message: head('default'),
      scopes: 'overlays/a',
    });
  });

  test.each([
    ['namespaces', ['namespace: one'], ['namespace: two'], head('one')],
    ['a namespace of the name of a workload', ['namespace: web'], ['namespace: shop'], head('web')],
    ['a namespace and none', [], ['namespace: two'], head('default')],
    ['prefixes', ['namePrefix: one-'], ['namePrefix: two-'], head('default', 'one-web')],
    ['a prefix and none', ['namePrefix: one-'], [], head('default', 'one-web')],
    ['suffixes', ['nameSuffix: -one'], ['nameSuffix: -two'], head('default', 'web-one')],
    ['all of these', ['namespace: one', 'namePrefix: p-', 'nameSuffix: -s'], ['namespace: w'], head('one', 'p-web-s')],
  ])('differs in %s: it speaks of the first, and names the others', async (_, a, b, message) => {
    const files = { ...base, ...overlay('a', ...a), ...overlay('b', ...b) };
    expect(await found(files)).toEqual([
      {
        place: 'base/service.yaml:7',
        severity: 'warning',
        message: `${message} (In overlays/a, and alike in overlays/b.)`,
        scopes: 'overlays/a, overlays/b',
        fixes: 2,
      },
    ]);
  });

  test('prefixes one around the other', async () => {
    const files = {
      ...base,
      'mid/kustomization.yaml': 'namePrefix: mid-\nresources: [../base]\n',
      ...overlay('a'),
      'overlays/b/kustomization.yaml': 'namePrefix: b-\nresources: [../../mid]\n',
    };
    expect(await found(files)).toMatchObject([{ scopes: 'overlays/a, overlays/b' }]);
  });

  test('differs in more: two findings', async () => {
    const change = (path: string): string => JSON.stringify({ op: 'replace', path, value: 'wb' });
    const changes = [change('/spec/template/metadata/labels/app'), change('/spec/selector/matchLabels/app')].join(', ');
    const patch = `patches: [{patch: '[${changes}]', target: {kind: Deployment}}]`;
    const files = { ...base, ...overlay('a'), ...overlay('b', patch) };
    expect((await found(files)).map(({ scopes }) => scopes).sort()).toEqual(['overlays/a', 'overlays/b']);
  });

  test('is as loud as in the scope where it is loudest', async () => {
    const partly = {
      'base/kustomization.yaml': 'resources: [service.yaml, other.yaml]\n',
      'base/service.yaml': service('web', 'other'),
      'base/other.yaml': deployment('other', 'other', 'elsewhere'),
      'overlays/a/kustomization.yaml': 'resources: [../../base, "github.com/acme/x"]\n',
    };
    const severities = async (files: Files): Promise<readonly string[]> =>
      (await found(files)).filter(({ place }) => place === 'base/service.yaml:7').map(({ severity }) => severity);
    expect(await severities(partly)).toEqual(['information']);
    expect(await severities({ ...partly, ...overlay('b') })).toEqual(['warning']);
  });

  test('in 25 overlays names a few of them', async () => {
    const overlays = Array.from({ length: 25 }, (_, index) => String(index + 1).padStart(2, '0'));
    const files = Object.assign({}, base, ...overlays.map((name) => overlay(name, `namespace: n${name}`))) as Files;
    const findings = await found(files);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toBe(
      `${head('n01')} (In overlays/01, and alike in overlays/02, overlays/03, overlays/04 and 21 more.)`,
    );
    expect(findings[0]?.scopes.split(', ')).toHaveLength(25);
    expect(findings[0]?.fixes).toBe(2);
  });
});

test('a scope that has a file twice', async () => {
  const files = {
    ...base,
    'two/kustomization.yaml': 'namespace: two\nresources: [../base]\n',
    'one/kustomization.yaml': 'resources: [../base, ../two]\n',
  };
  expect(await found(files)).toMatchObject([
    { scopes: 'one', message: `${head('default')} (And so with another copy in this scope.)`, fixes: 2 },
  ]);
});

test('plain directories that share a file', async () => {
  const files = {
    'shared.yaml': service('web', 'wbe'),
    'dev/web.yaml': deployment('web', 'web', undefined, 1),
    'prod/web.yaml': deployment('web', 'web', undefined, 2),
  };
  expect(await found(files)).toMatchObject([{ place: 'shared.yaml:7', scopes: 'dev, prod', message: head('default') }]);
});

test('an edit that touches another file of a scope where all is well is withheld', async () => {
  // The Service could be mended in a's own file, but its Deployment is everybody's.
  const files = {
    'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
    'base/deployment.yaml': deployment('web', 'web'),
    'overlays/a/kustomization.yaml': 'resources: [../../base, service.yaml]\n',
    'overlays/a/service.yaml': service('web', 'wbe'),
    ...overlay('b'),
  };
  const { analyzer } = await readWorkspace(files);
  const [finding] = [...analyzer.check().values()].flat();
  const fixes = finding ? analyzer.fixesOf(finding) : [];
  expect(fixes.map(({ title }) => title)).toEqual(['Change "wbe" to "web", as Deployment web has it']);
});
