import { chmodSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskFiles } from '../../server/workspace/disk-files';
import { chartFileRole, outermostCharts, readChartDescription } from '../../server/workspace/helm/chart';
import { helmFailure } from '../../server/workspace/helm/failures';
import { helmCommand } from '../../server/workspace/helm/find-helm';
import { loadChart, type LoadedChart } from '../../server/workspace/helm/load-chart';
import { renderedSources } from '../../server/workspace/helm/rendered-sources';
import type { ChartRelease } from '../../server/workspace/helm/releases';
import { releaseRendering, renderJob, scopeName, valuesRenderings } from '../../server/workspace/helm/renderings';
import { tempFolder } from '../support/temp-folder';

const quiet = { info: () => undefined, warn: () => undefined };
const description = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

function load(path: string): LoadedChart {
  const chart = loadChart(diskFiles, path, quiet);
  if ('problem' in chart) throw new Error(chart.problem);
  return chart;
}

describe('charts', () => {
  it.each([
    ['apiVersion: v2\nname: web', { name: 'web', isLibrary: false, dependencies: [] }],
    ['apiVersion: v1\nname: web\ntype: library', { name: 'web', isLibrary: true, dependencies: [] }],
    [
      'apiVersion: v2\nname: web\ndependencies: [{ name: redis }, { name: db, alias: store }]',
      {
        name: 'web',
        isLibrary: false,
        dependencies: [
          { name: 'redis', alias: undefined, place: { start: 48, end: 53 } },
          { name: 'db', alias: 'store', place: { start: 76, end: 81 } },
        ],
      },
    ],
    ['apiVersion: v3\nname: web', undefined],
    ['apiVersion: v2\nname: {{ .name }}', undefined],
    ['apiVersion: v2\nname: <CHARTNAME>', undefined],
    ['name: web', undefined],
    ['', undefined],
    [': : {', undefined],
  ])('reads %j', (text, expected) => {
    expect(readChartDescription(text)).toEqual(expected);
  });

  it('belong to the chart in whose charts folder they lie', () => {
    expect(
      outermostCharts([
        'f:///a',
        'f:///a/charts/b',
        'f:///a/charts/b/charts/c',
        'f:///a/examples/d',
        'f:///charts/e',
        'f:///charts/f',
      ]),
    ).toEqual(['f:///a', 'f:///a/examples/d', 'f:///charts/e', 'f:///charts/f']);
  });

  it.each([
    ['Chart.yaml', 'description'],
    ['requirements.lock', 'description'],
    ['values.yaml', 'values'],
    ['values-prod.yaml', 'values'],
    ['values.schema.json', 'values'],
    ['ci/a-values.yaml', 'values'],
    ['ci/kind/cluster.yaml', 'test'],
    ['tests/a_test.yaml', 'test'],
    ['templates/a/b.yaml', 'template'],
    ['charts/redis/values.yaml', 'dependency'],
    ['crds/a.yaml', 'crd'],
    ['files/a.yaml', 'other'],
    ['README.md', 'other'],
    ['templates', 'other'],
  ])('have %s as %s', (path, role) => {
    expect(chartFileRole('file:///c', `file:///c/${path}`)).toBe(role);
    expect(chartFileRole('file:///c', `file:///cc/${path}`)).toBeUndefined();
  });

  it('have another hash when any of their files changes', () => {
    const folder = tempFolder({ 'Chart.yaml': description, 'files/x.bin': new Uint8Array([1, 2]), '.git/HEAD': 'a' });
    const first = load(folder.path).hash;
    folder.write('.git/HEAD', 'b');
    expect(load(folder.path).hash).toBe(first);
    folder.write('files/x.bin', new Uint8Array([1, 3]));
    const second = load(folder.path).hash;
    expect(second).not.toBe(first);
    folder.write('templates/a.yaml', '');
    expect(load(folder.path).hash).not.toBe(second);
  });

  it('are none without a Chart.yaml that says so', () => {
    expect(loadChart(diskFiles, tempFolder({ 'Chart.yaml': 'a: b' }).path, quiet)).toHaveProperty('problem');
    expect(loadChart(diskFiles, join(tempFolder().path, 'gone'), quiet)).toHaveProperty('problem');
  });
});

describe('renderings', () => {
  it('are one for values.yaml and one for each file that the globs name', () => {
    const { path } = tempFolder({
      'Chart.yaml': description,
      'values.yaml': 'a: 1',
      'values-dev.yaml': 'a: 2',
      'values-notes.yaml': '- a list',
      'values.prod.yaml': 'a: 3',
      'ci/small.yaml': '',
      'ci/pod.yaml': 'apiVersion: v1\nkind: Pod',
      'env/values-x.yaml': 'a: 1',
    });
    const labels = (globs?: readonly string[]) => valuesRenderings(load(path), globs).map(({ label }) => label);
    expect(labels()).toEqual([undefined, 'ci/small.yaml', 'values-dev.yaml']);
    expect(labels(['*.yaml'])).toEqual([undefined, 'values-dev.yaml', 'values.prod.yaml']);
    expect(labels([])).toEqual([undefined]);
    expect(scopeName('charts/web', { label: 'values-dev.yaml' })).toBe('charts/web (values-dev.yaml)');
  });

  it('are none for a library', () => {
    expect(valuesRenderings(load(tempFolder({ 'Chart.yaml': `${description}type: library\n` }).path))).toEqual([]);
  });

  it('of a release take its values, and are incomplete without a file of it', () => {
    const folder = tempFolder({ 'charts/web/Chart.yaml': description, 'env/prod.yaml': 'a: 1' });
    const chart = load(join(folder.path, 'charts/web'));
    const release: ChartRelease = {
      label: 'HelmRelease apps/web',
      chart: 'charts/web',
      valuesFiles: ['env/prod.yaml'],
      values: '{"a":2}',
      parameters: [],
      release: 'Web_1',
      namespace: 'apps',
      complete: true,
    };
    expect(releaseRendering(diskFiles, chart, release, folder.path)).toEqual({
      label: 'HelmRelease apps/web',
      valuesFiles: [join(folder.path, 'env/prod.yaml')],
      values: '{"a":2}',
      parameters: [],
      release: 'web-1',
      namespace: 'apps',
      complete: true,
    });
    const other = { ...release, valuesFiles: ['env/gone.yaml'], namespace: '--kube-context=x', release: undefined };
    expect(releaseRendering(diskFiles, chart, other, folder.path)).toMatchObject({
      valuesFiles: [],
      complete: false,
      namespace: 'default',
      release: 'web',
    });
  });

  it('are run without a shell, a cluster or the network', () => {
    const folder = tempFolder({ 'Chart.yaml': description, 'b.yaml': 'a: 1' });
    const chart = load(folder.path);
    const rendering = {
      ...(valuesRenderings(chart)[0] ?? expect.fail()),
      values: 'a: 2',
      valuesFiles: [join(folder.path, 'b.yaml'), '/x/a,"b".yaml'],
      parameters: [
        { name: 'a.b', value: 'x,y', isText: false },
        { name: 'c', value: '{x,y}', isText: true },
      ],
    };
    const job = renderJob('/bin/helm', chart, rendering, diskFiles);
    expect(job).toMatchObject({ cwd: folder.path, stdin: 'a: 2' });
    expect(job.command.slice(0, 7)).toEqual([
      '/bin/helm',
      'template',
      'web',
      folder.path,
      '--namespace=default',
      '--skip-tests',
      '--kube-version=1.34.0',
    ]);
    expect(job.command.slice(8)).toEqual([
      `--values=${folder.path}/b.yaml`,
      '--values="/x/a,""b"".yaml"',
      '--values=-',
      '--set=a.b=x\\,y',
      '--set-string=c={x,y}',
    ]);
  });

  it('have another key when anything changes that decides the output', () => {
    const folder = tempFolder({ 'web/Chart.yaml': description, 'prod.yaml': 'a: 1' });
    const chart = load(join(folder.path, 'web'));
    const plain = valuesRenderings(chart)[0] ?? expect.fail();
    const keyOf = (changes: Partial<typeof plain>, helm = 'helm') =>
      renderJob(helm, chart, { ...plain, ...changes }, diskFiles).key;
    const valuesFiles = [join(folder.path, 'prod.yaml')];
    const keys = [
      keyOf({}),
      keyOf({}, 'helm3'),
      keyOf({ values: '' }),
      keyOf({ namespace: 'x' }),
      keyOf({ valuesFiles }),
    ];
    expect(keyOf({ label: 'x' })).toBe(keys[0]);
    folder.write('prod.yaml', 'a: 2');
    keys.push(keyOf({ valuesFiles }));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('rendered sources', () => {
  const folder = {
    'Chart.yaml': `${description}dependencies:\n  - { name: redis, alias: cache }\n  - name: packed\n`,
    'templates/a.yaml': 'a',
    'templates/_h.tpl': '{{ define "x" }}{{ end }}',
    'charts/redis-fork/Chart.yaml': 'apiVersion: v2\nname: redis\n',
    'charts/redis-fork/templates/b.yaml': 'b',
    'charts/redis-fork/charts/common/Chart.yaml': 'apiVersion: v2\nname: common\n',
    'charts/redis-fork/charts/common/templates/c.yaml': 'c',
    'charts/packed-1.0.0.tgz': new Uint8Array([1]),
  };

  it.each([
    ['web/templates/a.yaml', 'templates/a.yaml', 'a'],
    ['web/charts/cache/templates/b.yaml', 'charts/redis-fork/templates/b.yaml', 'b'],
    ['web/charts/cache/charts/common/templates/c.yaml', 'charts/redis-fork/charts/common/templates/c.yaml', 'c'],
  ])('finds %s', (source, file, text) => {
    const chart = load(tempFolder(folder).path);
    expect(renderedSources(chart).sourceOf(source)).toEqual({ uri: `${chart.uri}/${file}`, text });
  });

  it('gives the entry of what is packed, and nothing for what is not there', () => {
    const chart = load(tempFolder(folder).path);
    const { sourceOf, helpers } = renderedSources(chart);
    const packed = sourceOf('web/charts/packed/templates/a.yaml');
    expect(packed?.uri).toBe(`${chart.uri}/Chart.yaml`);
    expect(packed?.text.slice(packed.place?.start, packed.place?.end)).toBe('packed');
    expect(sourceOf('web/templates/gone.yaml')).toBeUndefined();
    expect(sourceOf('other/templates/a.yaml')).toBeUndefined();
    expect(helpers).toEqual(['{{ define "x" }}{{ end }}']);
  });
});

describe('helm', () => {
  it('is what the setting says, else the first on PATH', () => {
    const folder = tempFolder({ 'one/helm/x': '', 'two/helm': '#!', 'three/helm': '#!', 'three/helm3': '#!' });
    for (const name of ['two/helm', 'three/helm', 'three/helm3']) chmodSync(join(folder.path, name), 0o755);
    const path = ['', '.', 'one', 'two', 'three'].map((name) => (name.length > 1 ? join(folder.path, name) : name));
    const found = (setting?: string) => helmCommand(setting, path.join(delimiter));
    expect(found()).toBe(join(folder.path, 'two/helm'));
    expect(found(' ')).toBe(join(folder.path, 'two/helm'));
    expect(found('helm3')).toBe(join(folder.path, 'three/helm3'));
    expect(found('/opt/gone/helm')).toBe('/opt/gone/helm');
    expect(found('~/bin/helm')).toBe(join(homedir(), 'bin/helm'));
    expect(found('gone')).toBe('gone');
    expect(helmCommand(undefined, join(folder.path, 'one'))).toBeUndefined();
  });

  it.each([
    [
      'found in Chart.yaml, but missing in charts/ directory: redis',
      {
        message:
          'The chart\'s dependency redis is not in charts/, so helm cannot render it. Run "helm dependency build charts/web".',
      },
    ],
    [
      'template: web/charts/cache/templates/x.yaml:12:20: executing "x" at <.Values.a.b>: nil pointer',
      {
        message:
          'Helm cannot render this chart: template: web/charts/cache/templates/x.yaml:12:20: executing "x" at <.Values.a.b>: nil pointer.',
        at: { source: 'web/charts/cache/templates/x.yaml', line: 11 },
      },
    ],
    [
      'helm took longer than 30 seconds and was ended.',
      { message: 'Helm cannot render this chart: helm took longer than 30 seconds and was ended.' },
    ],
  ])('explains %j', (message, expected) => {
    expect(helmFailure(message, 'charts/web')).toEqual(expected);
  });
});
