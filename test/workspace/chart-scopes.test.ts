import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Program, ProgramResult } from '../../server/workspace/run-program';
import { deployment, service } from '../support/manifests';
import { openWorkspace, type OpenOptions, type OpenWorkspace } from '../support/open-workspace';

/** As helm would: fills in `.Values.app` and one helper, and fails where a template says so. */
function helm({ command }: Program): ProgramResult {
  const chart = command[3] ?? '';
  const name = /^name: (.*)$/m.exec(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))?.[1] ?? '';
  const files = ['values.yaml', ...command.flatMap((word) => /^--values=(.*)$/.exec(word)?.[1] ?? [])];
  const app = files
    .map((file) => appIn(file.startsWith('/') ? file : join(chart, file)))
    .findLast((value) => value !== '');
  const templates = readdirSync(join(chart, 'templates')).sort();
  const texts = templates.map((file) => [file, readFileSync(join(chart, 'templates', file), 'utf8')] as const);
  const helper = /define "app" }}(.*?){{/.exec(texts.map(([, text]) => text).join(''))?.[1] ?? '';
  const failing = texts.find(([, text]) => text.includes('{{ required'));
  if (failing && app === undefined)
    return { message: `execution error at (${name}/templates/${failing[0]}:7:10): Set app` };
  const documents = texts
    .filter(([file]) => file.endsWith('.yaml'))
    .flatMap(([file, text]) => text.split('---\n').map((one) => `---\n# Source: ${name}/templates/${file}\n${one}`));
  return {
    output: documents
      .join('')
      .replaceAll(/{{ (required "Set app" )?\.Values\.app }}/g, app ?? '')
      .replaceAll('{{ include "app" . }}', helper),
  };
}

function appIn(path: string): string {
  try {
    return /^app: (.*)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

const value = '{{ .Values.app }}';
const description = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const chart = {
  'charts/web/Chart.yaml': description,
  'charts/web/values.yaml': 'app: web\n',
  'charts/web/templates/service.yaml': service('web', value),
  'charts/web/templates/deployment.yaml': deployment('web', 'web'),
};

async function open(files: Readonly<Record<string, string>>, options: OpenOptions = {}): Promise<OpenWorkspace> {
  const opened = await openWorkspace(files, { trusted: true, answer: helm, ...options });
  await opened.settled();
  return opened;
}

const unmatched = expect.stringMatching(
  /^charts\/web\/templates\/service\.yaml:7 service-selector-unmatched: /,
) as string;

describe('a chart', () => {
  test('is a scope, with findings on the lines of its templates', async () => {
    const opened = await open({ ...chart, 'charts/web/values.yaml': 'app: wbe\n' });
    expect(opened.deployed()).toEqual(['charts/web: Deployment default/web, Service default/web']);
    expect(opened.findings()).toEqual([unmatched]);
    expect(opened.asked).toHaveLength(1);
    expect(opened.asked[0]?.command.slice(0, 3)).toEqual(['/fake/helm', 'template', 'web']);
  });

  test('is one for each values file, and what holds in some of them says in which', async () => {
    const opened = await open({
      ...chart,
      'charts/web/values-prod.yaml': 'app: wbe\n',
      'charts/web/ci/test.yaml': 'app: web\n',
      'charts/web/other.yaml': 'app: x\n',
    });
    expect(opened.analyzer.scopes().map(({ name }) => name)).toEqual([
      'charts/web',
      'charts/web (ci/test.yaml)',
      'charts/web (values-prod.yaml)',
    ]);
    const [finding] = opened.all();
    expect(finding?.scope).toBe('charts/web (values-prod.yaml)');
    expect(finding?.message).toMatch(/\(In charts\/web \(values-prod\.yaml\)\.\)$/);
  });

  test.each([
    ['values.yaml', 'app: wbe\n'],
    ['templates/service.yaml', service('web', 'wbe')],
  ])('is rendered again when %s changes', async (file, text) => {
    const opened = await open(chart);
    expect(opened.findings()).toEqual([]);
    await opened.write(`charts/web/${file}`, text);
    await opened.settled();
    expect(opened.findings()).toEqual([unmatched]);
    await opened.write(`charts/web/${file}`, chart[`charts/web/${file}` as keyof typeof chart]);
    await opened.settled();
    expect(opened.findings()).toEqual([]);
    // What helm said of the same files before is known.
    expect(opened.asked).toHaveLength(2);
  });

  test('is rendered again when a file changes that is no YAML, or a new one comes', async () => {
    const opened = await open({
      ...chart,
      'charts/web/templates/_helpers.tpl': '{{ define "app" }}web{{ end }}\n',
      'charts/web/templates/service.yaml': service('web', '{{ include "app" . }}'),
    });
    expect(opened.findings()).toEqual([]);
    expect(opened.workspace.isUsed(opened.folder.uriOf('charts/web/templates/_helpers.tpl'))).toBe(true);
    expect(opened.workspace.isUsed(opened.folder.uriOf('README.md'))).toBe(false);
    await opened.write('charts/web/templates/_helpers.tpl', '{{ define "app" }}wbe{{ end }}\n');
    await opened.settled();
    expect(opened.findings()).toEqual([unmatched]);
    await opened.write('charts/web/templates/more.yaml', service('more', 'web'));
    await opened.settled();
    expect(opened.deployed()[0]).toContain('Service default/more');
  });

  test('shows each rendering as soon as it is there, and the one before until then', async () => {
    let release: () => void = () => undefined;
    let wait = false;
    const answer = async (program: Program): Promise<ProgramResult> => {
      const result = helm(program);
      if (wait && program.command.some((word) => word.endsWith('values-prod.yaml')))
        await new Promise<void>((done) => (release = done));
      return result;
    };
    const opened = await open({ ...chart, 'charts/web/values-prod.yaml': 'app: web\n' }, { answer });
    wait = true;
    await opened.write('charts/web/templates/service.yaml', service('renamed', value));
    opened.workspace.update();
    expect(opened.workspace.background().rendering).toBe(2);
    const before = 'Deployment default/web, Service default/web';
    const after = 'Deployment default/web, Service default/renamed';
    expect(opened.deployed()).toEqual([`charts/web (values-prod.yaml): ${before}`, `charts/web: ${before}`]);
    await new Promise((done) => setTimeout(done, 0));
    expect(opened.deployed()).toEqual([`charts/web (values-prod.yaml): ${before}`, `charts/web: ${after}`]);
    release();
    await opened.settled();
    expect(opened.deployed()).toEqual([`charts/web (values-prod.yaml): ${after}`, `charts/web: ${after}`]);
  });

  test('that goes is gone, and so is one that is no chart any more: then its files are what they say', async () => {
    const opened = await open(chart);
    await opened.write('charts/web/Chart.yaml', 'nothing: here\n');
    expect(opened.deployed()).toEqual(['charts/web/templates: Deployment default/web']);
    await opened.write('charts/web/Chart.yaml', description);
    await opened.settled();
    expect(opened.deployed()).toEqual(['charts/web: Deployment default/web, Service default/web']);
    await opened.remove('charts');
    expect(opened.deployed()).toEqual([]);
  });

  test('has no templates that are read as manifests, also where one is open', async () => {
    const opened = await open(
      { ...chart, 'charts/web/templates/service.yaml': service('web', 'wbe') },
      { trusted: false },
    );
    opened.edit('charts/web/templates/service.yaml', `${service('web', 'wbe')}broken: [\n`);
    expect(opened.findings()).toEqual([]);
    expect(opened.deployed()).toEqual([]);
  });

  test('has hovers on what helm rendered', async () => {
    const opened = await open(chart);
    const hover = (line: number, character: number): string | undefined =>
      opened.analyzer.hover(opened.folder.uriOf('charts/web/templates/service.yaml'), { line, character })?.markdown;
    expect(hover(3, 9)).toContain('web.default.svc');
    expect(hover(6, 12)).toContain('Deployment');
  });

  test('inside of another one, or a library, is rendered with what uses it alone', async () => {
    const opened = await open({
      ...chart,
      'charts/web/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
      'charts/web/charts/sub/templates/x.yaml': service('sub', 'sub'),
      'lib/Chart.yaml': 'apiVersion: v2\nname: lib\ntype: library\nversion: 1.0.0\n',
      'lib/templates/x.yaml': service('lib', 'lib'),
    });
    expect(opened.asked).toHaveLength(1);
    expect(opened.analyzer.scopes().map(({ name }) => name)).toEqual(['charts/web']);
  });

  test('in test data is rendered where one of its files is open', async () => {
    const opened = await open({
      'tests/web/Chart.yaml': description,
      'tests/web/templates/service.yaml': service('web', 'web'),
    });
    expect(opened.asked).toEqual([]);
    opened.edit('tests/web/Chart.yaml', description);
    await opened.settled();
    expect(opened.deployed()).toEqual(['tests/web: Service default/web']);
    await opened.close('tests/web/Chart.yaml');
    expect(opened.deployed()).toEqual([]);
  });

  test('holds kinds of the user too', async () => {
    const widget =
      'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: web}\nspec: {template: {metadata: {labels: {app: web}}}}\n';
    const files = { ...chart, 'charts/web/templates/deployment.yaml': widget };
    const podTemplates = { 'example.com/Widget': 'spec.template' };
    const opened = await open(files, { settings: { podTemplates } });
    expect(opened.deployed()).toEqual(['charts/web: Service default/web, Widget default/web']);
    expect(opened.findings()).toEqual([]);
  });
});

describe('a release', () => {
  const release = (values: string): string =>
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: apps}\nspec:\n  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: r}, valuesFiles: [${values}]}}\n`;

  test('of Flux is a rendering of its own, in its namespace', async () => {
    const opened = await open({ ...chart, 'flux/web.yaml': release('env/prod.yaml'), 'env/prod.yaml': 'app: wbe\n' });
    expect(opened.deployed()).toEqual([
      'charts/web (HelmRelease apps/web): Deployment apps/web, Service apps/web',
      'charts/web: Deployment default/web, Service default/web',
    ]);
    expect(opened.all().map(({ scope }) => scope)).toEqual(['charts/web (HelmRelease apps/web)']);
    await opened.write('env/prod.yaml', 'app: web\n');
    await opened.settled();
    expect(opened.findings()).toEqual([]);
    await opened.remove('flux/web.yaml');
    expect(opened.deployed()).toHaveLength(1);
  });

  test('of Argo CD too; values that are not here make it incomplete', async () => {
    const application = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  destination: {namespace: prod}\n  source: {path: charts/web, helm: {valueFiles: [missing.yaml]}}\n`;
    const opened = await open({ ...chart, 'argo/web.yaml': application });
    expect(opened.deployed()).toEqual([
      'charts/web (Application web)?: Deployment prod/web, Service prod/web',
      'charts/web: Deployment default/web, Service default/web',
    ]);
  });

  test('takes values that come later', async () => {
    const opened = await open({ ...chart, 'flux/web.yaml': release('env/prod.yaml') });
    expect(opened.deployed()[0]).toMatch(/^charts\/web \(HelmRelease apps\/web\)\?/);
    await opened.write('env/prod.yaml', 'app: wbe\n');
    await opened.settled();
    expect(opened.deployed()[0]).toMatch(/^charts\/web \(HelmRelease apps\/web\):/);
    expect(opened.findings()).toEqual([unmatched]);
  });

  test('in documentation is an example', async () => {
    const opened = await open({
      ...chart,
      'docs/web.yaml': release(''),
      'flux/kustomization.yaml': 'patches: [{path: patch.yaml}]\n',
      'flux/patch.yaml': release(''),
    });
    expect(opened.asked).toHaveLength(1);
  });
});

describe('what helm cannot render', () => {
  const needsApp = {
    ...chart,
    'charts/web/values.yaml': '',
    'charts/web/templates/service.yaml': service('web', '{{ required "Set app" .Values.app }}'),
  };

  test('is one finding, on the line that helm names, with several values files', async () => {
    const opened = await open({
      ...needsApp,
      'charts/web/values-a.yaml': 'x: y\n',
      'charts/web/values-b.yaml': 'x: z\n',
    });
    expect(opened.findings()).toEqual([
      'charts/web/templates/service.yaml:7 chart-not-rendered: Helm cannot render this chart: Set app. So it is with 2 more of its values.',
    ]);
    expect(opened.deployed()).toEqual([]);
    expect(opened.analyzer.counts().scopes).toBe(0);
  });

  test('without values is silent where it renders with some, also while those are on their way', async () => {
    let release: () => void = () => undefined;
    const answer = async (program: Program): Promise<ProgramResult> => {
      if (program.command.some((word) => word.includes('ci/'))) await new Promise<void>((done) => (release = done));
      return helm(program);
    };
    const opened = await openWorkspace(
      { ...needsApp, 'charts/web/ci/ok.yaml': 'app: web\n' },
      { trusted: true, answer },
    );
    opened.workspace.update();
    await new Promise((done) => setTimeout(done, 0));
    expect(opened.findings()).toEqual([]);
    release();
    await opened.settled();
    expect(opened.findings()).toEqual([]);
    expect(opened.deployed()).toEqual(['charts/web (ci/ok.yaml): Deployment default/web, Service default/web']);
  });

  test('is tried again when any of its files changes', async () => {
    const opened = await open(needsApp);
    expect(opened.findings()).toHaveLength(1);
    await opened.write('charts/web/values.yaml', 'app: web\n');
    await opened.settled();
    expect(opened.findings()).toEqual([]);
    expect(opened.deployed()).toHaveLength(1);
  });

  test('takes its last rendering with it', async () => {
    const opened = await open({ ...needsApp, 'charts/web/values.yaml': 'app: web\n' });
    await opened.write('charts/web/values.yaml', '');
    await opened.settled();
    expect(opened.deployed()).toEqual([]);
    await opened.remove('charts/web');
    expect(opened.findings()).toEqual([]);
  });

  test('is no chart of a version that helm knows', async () => {
    const opened = await open({ ...chart, 'charts/web/Chart.yaml': 'apiVersion: v9\nname: web\n' });
    expect(opened.findings()).toEqual([
      'charts/web/Chart.yaml:1 chart-not-rendered: Its Chart.yaml names no chart of apiVersion v1 or v2.',
    ]);
    await opened.write('charts/web/Chart.yaml', description);
    await opened.settled();
    expect(opened.findings()).toEqual([]);
    expect(opened.deployed()).toHaveLength(1);
  });
});

describe('no helm', () => {
  test('without trust: a note, until it is given', async () => {
    const opened = await open(chart, { trusted: false });
    expect(opened.workspace.background().notes).toEqual(['1 Helm chart is left alone: the workspace is not trusted']);
    expect(opened.asked).toEqual([]);
    opened.workspace.trust();
    await opened.settled();
    expect(opened.deployed()).toHaveLength(1);
    expect(opened.workspace.background().notes).toEqual([]);
  });

  test('switched off: nothing, and no note', async () => {
    const opened = await open(chart);
    opened.configure({ helmPath: 'off' });
    await opened.settled();
    expect(opened.deployed()).toEqual([]);
    expect(opened.workspace.background().notes).toEqual([]);
    opened.configure({ helmValuesFiles: ['values.yaml', 'env/*.yaml'] });
    await opened.settled();
    expect(opened.deployed()).toHaveLength(1);
  });
});
