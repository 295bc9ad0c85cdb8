import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeAt } from '../../server/core/manifest/node';
import type { PlacedResources } from '../../server/core/helm/place-rendered';
import { diskFiles } from '../../server/workspace/disk-files';
import { helmFailure } from '../../server/workspace/helm/failures';
import { renderJob, scopeName, valuesRenderings } from '../../server/workspace/helm/renderings';
import { tempFolder } from '../support/temp-folder';
import { answersOf, chartAt, helm, outputOf, placed, plainRendering } from './helm';
import { measureAlignment } from './marked-lines';

const path = join(import.meta.dirname, '..', 'fixtures', 'helm', 'shop');
const shop = chartAt(path);

function textOf(file: string): string {
  return readFileSync(fileURLToPath(file), 'utf8');
}

/** `line: text` of a place. */
function at({ resources }: PlacedResources, name: string, kind: string, ...steps: (string | number)[]): string {
  const resource = resources.find((candidate) => candidate.name === name && candidate.kind === kind);
  const node = nodeAt(resource?.root, ...steps);
  if (!resource || !node) return 'nothing';
  const text = textOf(resource.file);
  return `${text.slice(0, node.start).split('\n').length}: ${text.slice(node.start, node.end)}`;
}

describe('a chart of ours', () => {
  it('has a rendering for each values file that names an environment or is in ci/', () => {
    expect(valuesRenderings(shop).map((rendering) => scopeName('charts/shop', rendering))).toEqual([
      'charts/shop',
      'charts/shop (ci/extra.yaml)',
      'charts/shop (ci/legacy-values.yaml)',
      'charts/shop (values-prod.yaml)',
    ]);
  });

  it('has every line found in each of them', async () => {
    const { lines, wrong } = await measureAlignment(shop, valuesRenderings(shop));
    expect(lines).toBeGreaterThan(300);
    expect(wrong).toEqual([]);
  });

  it('has its nodes where they are written, or where an action writes them', async () => {
    const found = placed(shop, await outputOf(shop));
    const rows: readonly [string, string, readonly (string | number)[], string][] = [
      ['rel-shop', 'Deployment', ['kind'], '2: Deployment'],
      ['rel-shop', 'Deployment', ['metadata', 'name'], '4: {{ include "shop.name" . }}'],
      [
        'rel-shop',
        'Deployment',
        ['spec', 'selector', 'matchLabels', 'app.kubernetes.io/instance'],
        '11: {{- include "shop.selector" . | nindent 6 }}',
      ],
      [
        'rel-shop',
        'Deployment',
        ['spec', 'template', 'metadata', 'labels', 'helm.sh/chart'],
        '15: {{- include "shop.labels" . | nindent 8 }}',
      ],
      ['rel-shop', 'Deployment', ['spec', 'template', 'metadata', 'labels', 'team'], '17: {{- toYaml . | nindent 8 }}'],
      [
        'rel-shop',
        'Deployment',
        ['spec', 'template', 'spec', 'containers', 0, 'ports', 1, 'containerPort'],
        '26: {{ .port }}',
      ],
      ['rel-shop', 'Service', ['spec', 'ports', 1, 'targetPort'], '13: {{ .name }}'],
      ['rel-shop-headless', 'Service', ['metadata', 'name'], '19: {{ include "shop.name" . }}-headless'],
      ['rel-shop-headless', 'Service', ['spec', 'ports', 0, 'port'], '26: 80'],
      [
        'rel-shop',
        'Ingress',
        ['spec', 'rules', 1, 'http', 'paths', 0, 'backend', 'service', 'port', 'name'],
        '24: http',
      ],
      ['from-mobile', 'NetworkPolicy', ['metadata', 'name'], '6: from-{{ $client }}'],
      ['from-mobile', 'NetworkPolicy', ['spec', 'ingress', 0, 'ports', 0, 'port'], '16: http'],
      ['rel-session', 'Service', ['spec', 'ports', 0, 'port'], '9: 6379'],
    ];
    for (const [name, kind, steps, expected] of rows) expect(at(found, name, kind, ...steps)).toBe(expected);
    expect(found.resources.find(({ name }) => name === 'rel-session')?.file).toBe(
      `${shop.uri}/charts/cache/templates/service.yaml`,
    );
  });

  it('has what comes from values on the action that writes it', async () => {
    const found = placed(shop, await outputOf(shop, { valuesFiles: [join(path, 'ci', 'extra.yaml')] }));
    expect(at(found, 'extra', 'Service', 'spec', 'selector', 'app')).toBe('3: {{ toYaml . }}');
  });

  it('has resources without a namespace in that of the release', async () => {
    const { resources } = placed(shop, await outputOf(shop));
    expect(new Set(resources.map(({ namespace }) => namespace))).toEqual(new Set(['ns']));
  });

  it('has the same places with Windows line breaks', async () => {
    const copy = tempFolder();
    cpSync(path, copy.path, { recursive: true });
    for (const file of readdirSync(join(copy.path, 'templates'))) {
      const target = join(copy.path, 'templates', file);
      writeFileSync(target, readFileSync(target, 'utf8').replaceAll('\n', '\r\n'));
    }
    const windows = chartAt(copy.path);
    const found = placed(windows, await outputOf(windows));
    expect(at(found, 'rel-shop', 'Deployment', 'metadata', 'name')).toBe('4: {{ include "shop.name" . }}');
    expect(at(found, 'rel-shop-headless', 'Service', 'spec', 'ports', 0, 'name')).toBe('25: http');
    expect(at(found, 'rel-shop', 'Deployment', 'spec', 'template', 'metadata', 'labels', 'team')).toBe(
      '17: {{- toYaml . | nindent 8 }}',
    );
  });

  it('takes values from its input and parameters, in that order, with all their commas', async () => {
    const output = await outputOf(shop, {
      values: JSON.stringify({ podLabels: { team: 'inline', other: 'x' }, replicas: 7 }),
      parameters: [
        { name: 'podLabels.team', value: 'a,b', isText: false },
        { name: 'podLabels.other', value: '7', isText: true },
      ],
    });
    expect(output).toContain('replicas: 7');
    expect(output).toContain('team: a,b');
    expect(output).toContain('other: "7"');
  });

  it('is rendered with values files of any name', async () => {
    const folder = tempFolder({ 'a "b", c.yaml': 'replicas: 9\n' });
    expect(await outputOf(shop, { valuesFiles: [join(folder.path, 'a "b", c.yaml')] })).toContain('replicas: 9');
  });

  it('believes in Ingress and in the Gateway API, but not in OpenShift', async () => {
    const folder = tempFolder({
      'Chart.yaml': 'apiVersion: v2\nname: caps\nversion: 0.1.0\n',
      'templates/a.yaml': `
caps:
  {{- range list "networking.k8s.io/v1/Ingress" "networking.k8s.io/v1" "gateway.networking.k8s.io/v1/HTTPRoute" "apps/v1" "route.openshift.io/v1" }}
  - {{ $.Capabilities.APIVersions.Has . }}
  {{- end }}
`,
    });
    const output = await outputOf(chartAt(folder.path));
    expect(output.match(/- (true|false)/g)).toEqual(['- true', '- true', '- true', '- true', '- false']);
  });

  it('leaves nothing behind on the machine', async () => {
    const home = tempFolder();
    const before = process.env['HOME'];
    process.env['HOME'] = home.path;
    try {
      await outputOf(shop);
    } finally {
      process.env['HOME'] = before;
    }
    expect(readdirSync(home.path)).toEqual([]);
    expect(existsSync(join(path, 'Chart.lock'))).toBe(false);
  });
});

describe('a chart that helm refuses', () => {
  const description = 'apiVersion: v2\nname: broken\nversion: 0.1.0\n';

  async function failureOf(files: Readonly<Record<string, string>>) {
    const folder = tempFolder({ 'Chart.yaml': description, ...files });
    const [answer] = await answersOf([renderJob(helm, chartAt(folder.path), plainRendering(), diskFiles)]);
    return answer?.state === 'failed' ? helmFailure(answer.message, 'charts/broken') : answer;
  }

  it.each([
    [
      'dependencies are missing',
      {
        'Chart.yaml': `${description}dependencies:\n${['redis', 'common'].map((name) => `  - { name: ${name}, version: 1.0.0, repository: "file://../${name}" }\n`).join('')}`,
      },
      {
        message:
          'The chart\'s dependencies redis and common are not in charts/, so helm cannot render it. Run "helm dependency build charts/broken".',
      },
    ],
    [
      'a value is required',
      { 'templates/b.yaml': 'a: b\nx: {{ required "Set the password" .Values.password }}' },
      {
        message: 'Helm cannot render this chart: Set the password.',
        at: { source: 'broken/templates/b.yaml', line: 1 },
      },
    ],
    [
      'a template does not parse',
      { 'templates/b.yaml': 'a: b\n\nx: {{ if }}' },
      {
        message: 'Helm cannot render this chart: missing value for if.',
        at: { source: 'broken/templates/b.yaml', line: 2 },
      },
    ],
    [
      'a value is not there',
      { 'templates/b.yaml': 'x: {{ .Values.a.b.c }}' },
      {
        message: expect.stringContaining('nil pointer evaluating') as string,
        at: { source: 'broken/templates/b.yaml', line: 0 },
      },
    ],
    [
      'what it renders is no YAML',
      { 'templates/b.yaml': 'apiVersion: v1\nkind: Service\n x: {' },
      { message: expect.stringContaining('YAML parse error on broken/templates/b.yaml') as string },
    ],
    [
      'its values are no YAML',
      { 'values.yaml': 'a:\n b\n  - x: {' },
      { message: expect.stringContaining('values.yaml') as string },
    ],
  ])('says so when %s', async (_, files, expected) => {
    expect(await failureOf(files)).toEqual(expected);
  });

  it('fetches no schema', async () => {
    const folder = tempFolder({
      'Chart.yaml': description,
      'values.schema.json': '{ "properties": { "a": { "$ref": "https://127.0.0.1:9/schema.json" } } }',
      'values.yaml': 'a: 1\n',
      'templates/b.yaml': 'a: {{ .Values.a }}\n',
    });
    expect(await outputOf(chartAt(folder.path))).toContain('a: 1');
  });
});
