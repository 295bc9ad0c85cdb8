import { describe, expect, test } from 'vitest';
import type { ProgramResult } from '../../server/workspace/run-program';
import { deployment, service } from '../support/manifests';
import { openWorkspace, type OpenOptions } from '../support/open-workspace';

const files = {
  'k/kustomization.yaml': 'namespace: prod\nresources: [service.yaml, "github.com/acme/base"]\n',
  'k/service.yaml': service('web', 'web'),
};
const command = ['/fake/kustomize', 'build'];
const whole = `${service('web', 'wbe', 'prod')}---\n${deployment('web', 'web', 'prod')}`;
const incomplete = expect.stringContaining('kustomization-incomplete: github.com/acme/base is remote') as string;

function options(answer: OpenOptions['answer'] = () => ({ output: whole })): OpenOptions {
  return { trusted: true, settings: { kustomizeCommand: command }, answer };
}

test('what the command renders takes the place of what is rendered in part', async () => {
  let release: (result: ProgramResult) => void = () => undefined;
  const opened = await openWorkspace(
    files,
    options(() => new Promise((done) => (release = done))),
  );
  expect(opened.deployed()).toEqual(['k?: Service prod/web']);
  expect(opened.findings()).toEqual([incomplete]);
  release({ output: whole });
  await opened.settled();
  expect(opened.deployed()).toEqual(['k: Deployment prod/web, Service prod/web']);
  expect(
    opened.asked.map(({ command: words, cwd }) => [words.slice(0, 2), words.length, opened.short(`file://${cwd}`)]),
  ).toEqual([[command, 3, 'k']]);
});

test('what it brings has the place of what is alike here, else that of the kustomization; no fix touches it', async () => {
  const opened = await openWorkspace(files, options());
  await opened.settled();
  const [finding] = opened.all();
  expect(opened.findings()).toEqual([expect.stringMatching(/^k\/service\.yaml:7 service-selector-unmatched: /)]);
  expect(finding?.related.map(({ file, range }) => [opened.short(file), range.start.line])).toEqual([
    ['k/kustomization.yaml', 0],
  ]);
  expect(finding && opened.analyzer.fixesOf(finding)).toEqual([]);
});

test('list items have the place of their namesakes', async () => {
  const ports = (...names: readonly string[]): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports:\n${names.map((name, index) => `    - {name: ${name}, port: ${index + 1}, targetPort: x}\n`).join('')}`;
  const opened = await openWorkspace(
    {
      ...files,
      'k/kustomization.yaml': files['k/kustomization.yaml'].replace('namespace: prod\n', ''),
      'k/service.yaml': ports('a', 'b'),
    },
    options(() => ({ output: `${ports('b', 'c')}---\n${deployment('web', 'web')}` })),
  );
  await opened.settled();
  expect(opened.findings()).toEqual([
    // What is not here falls on the list.
    expect.stringMatching(/^k\/service\.yaml:7 service-port-unmatched/),
    expect.stringMatching(/^k\/service\.yaml:8 service-port-unmatched/),
  ]);
});

test('when it fails, what is rendered in part stays, with its information; the log says why, once', async () => {
  const opened = await openWorkspace(
    files,
    options(() => ({ message: 'no network' })),
  );
  await opened.settled();
  opened.edit('other.yaml', '');
  expect(opened.deployed()).toEqual(['k?: Service prod/web']);
  expect(opened.findings()).toEqual([incomplete]);
  expect(opened.log.filter((line) => line.endsWith('k: no network'))).toHaveLength(1);
  expect(opened.asked).toHaveLength(1);
});

test('a rescan tries again what failed', async () => {
  let answer: ProgramResult = { message: 'no network' };
  const opened = await openWorkspace(
    files,
    options(() => answer),
  );
  await opened.settled();
  answer = { output: whole };
  await opened.workspace.scan();
  await opened.settled();
  expect(opened.deployed()).toEqual(['k: Deployment prod/web, Service prod/web']);
});

test.each([
  ['not trusted', { ...options(), trusted: false }],
  ['no command', { ...options(), settings: {} }],
])('%s: nothing is run', async (_, given) => {
  const opened = await openWorkspace(files, given);
  await opened.settled();
  expect(opened.asked).toEqual([]);
  opened.configure({ kustomizeCommand: command });
  opened.workspace.trust();
  await opened.settled();
  expect(opened.deployed()).toEqual(['k: Deployment prod/web, Service prod/web']);
  opened.configure({ kustomizeCommand: [] });
  expect(opened.deployed()).toEqual(['k?: Service prod/web']);
});

test('kustomizations that are whole by themselves, and invalid ones, are none of its business', async () => {
  const opened = await openWorkspace(
    {
      'a/kustomization.yaml': 'resources: [a.yaml]\n',
      'a/a.yaml': service('a', 'a'),
      'b/kustomization.yaml': 'resources: [b.png]\n',
      'b/b.png': Uint8Array.of(0xff, 0xfe),
    },
    options(),
  );
  await opened.settled();
  expect(opened.asked).toEqual([]);
});

describe('edits', () => {
  test('that are not saved run nothing, and places move along', async () => {
    const opened = await openWorkspace(files, options());
    await opened.settled();
    opened.edit('k/service.yaml', `# one line more\n${files['k/service.yaml']}`);
    expect(opened.findings()).toEqual([expect.stringMatching(/^k\/service\.yaml:8 service-selector-unmatched: /)]);
    await opened.settled();
    expect(opened.asked).toHaveLength(1);
  });

  test('that are saved run it again; until it answers, its last answer stands', async () => {
    const answers: ((result: ProgramResult) => void)[] = [];
    const opened = await openWorkspace(
      files,
      options(() => new Promise((done) => answers.push(done))),
    );
    opened.workspace.update();
    answers[0]?.({ output: whole });
    await opened.settled();
    await opened.write('k/service.yaml', `# saved\n${files['k/service.yaml']}`);
    expect(opened.findings()).toEqual([expect.stringMatching(/^k\/service\.yaml:8 service-selector-unmatched: /)]);
    expect(opened.workspace.background().rendering).toBe(1);
    answers[1]?.({ output: whole.replace('wbe', 'web') });
    await opened.settled();
    expect(opened.findings()).toEqual([]);
  });

  test('that make it whole end it', async () => {
    const opened = await openWorkspace(files, options());
    await opened.settled();
    opened.edit('k/kustomization.yaml', 'resources: [service.yaml]\n');
    expect(opened.deployed()).toEqual(['k: Service default/web']);
    await opened.close('k/kustomization.yaml');
    await opened.settled();
    expect(opened.deployed()).toEqual(['k: Deployment prod/web, Service prod/web']);
    await opened.remove('k');
    expect(opened.deployed()).toEqual([]);
  });
});
