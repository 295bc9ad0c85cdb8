import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PALETTES } from '../../diagram/palette';
import { VIEW_NAMES } from '../../diagram/view-names';
import type { DiagramView } from '../../server/core/views/view';
import { dotParts, mermaidParts } from '../diagram/export-grammar';
import { deployment, service } from '../support/manifests';
import { tempFolder } from '../support/temp-folder';
import { descendants, parseXml } from './picture-checks';
import { kubepath } from './run-kubepath';

const project = { path: '.' };
const shop = 'examples/shop';

async function drawn(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await kubepath(project, 'render', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe.each(VIEW_NAMES)('render --view %s', (view) => {
  test('is the same diagram in every format', async () => {
    const [json, svg, mermaid, dot] = await Promise.all(
      ['json', 'svg', 'mermaid', 'dot'].map((format) => drawn(shop, '--view', view, '--format', format)),
    );
    const data = JSON.parse(json ?? '') as DiagramView;
    expect(data).toMatchObject({ view });
    const titles = descendants(parseXml(svg ?? ''))
      .filter(({ attributes }) => attributes.get('class') === 'title')
      .map(({ text }) => text);
    expect(titles).toHaveLength(data.nodes.length + data.groups.length);
    const loud = data.edges.filter((edge) => edge.quiet !== true);
    for (const parts of [mermaidParts(mermaid ?? ''), dotParts(dot ?? '')]) {
      expect(parts.nodes).toHaveLength(data.nodes.length);
      expect(parts.frames).toHaveLength(data.groups.length);
      expect(parts.edges).toHaveLength(loud.length);
    }
  });
});

describe('render', () => {
  test('draws the Services as SVG when nothing is said, in the colours of a theme', async () => {
    const svg = await drawn(shop);
    expect(parseXml(svg).attributes.get('aria-label')).toBe('Service Routing');
    expect(svg).toContain(`.page{fill:${PALETTES.light.background}}`);
    expect(svg).toContain('&quot;chekout&quot;');
    expect(await drawn(shop, '--theme', 'dark')).toContain(`.page{fill:${PALETTES.dark.background}}`);
  });

  test('json has paths as people know them', async () => {
    const { nodes } = JSON.parse(await drawn(shop, '--format', 'json')) as DiagramView;
    const files = nodes.flatMap(({ location, problems }) => [location, ...problems.map((one) => one.location)]);
    expect(
      new Set(files.flatMap((location) => location?.file ?? []).map((file) => file.replace(/[^/]+$/, ''))),
    ).toEqual(new Set(['examples/shop/']));
    const problems = nodes.flatMap((node) => node.problems);
    expect(problems.some(({ location }) => location?.file === 'examples/shop/ingress.yaml')).toBe(true);
  });

  test('writes to a file', async () => {
    const folder = tempFolder({ 'app.yaml': `${service('web', 'web')}---\n${deployment('web', 'web')}` });
    expect(await kubepath(folder, 'render', '--output', 'web.svg')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(parseXml(readFileSync(join(folder.path, 'web.svg'), 'utf8')).name).toBe('svg');
    mkdirSync(join(folder.path, 'taken'));
    const refused = await kubepath(folder, 'render', '-o', 'taken');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^kubepath: taken cannot be written: /);
  });

  test.each([
    [['nowhere'], 'no such file or directory'],
    [[shop, '--scope', 'prod'], 'no scope is named "prod"'],
    [['--view', 'nodes'], 'Allowed choices are pods, services, policies, ingress.'],
    [['--format', 'png'], 'Allowed choices are svg, json, mermaid, dot.'],
    [['--theme', 'pink'], 'Allowed choices are light, dark, print, contrast.'],
  ])('%j could not run', async (args, reason) => {
    const { code, stdout, stderr } = await kubepath(project, 'render', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(reason);
  });

  test('wants to know the scope, or takes directories together', async () => {
    const overlay = (namespace: string): string => `namespace: ${namespace}\nresources: [../base]\n`;
    const folder = tempFolder({
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': service('web', 'web'),
      'dev/kustomization.yaml': overlay('dev'),
      'prod/kustomization.yaml': overlay('prod'),
    });
    expect(await kubepath(folder, 'render')).toMatchObject({
      code: 2,
      stderr: 'kubepath: there are several scopes: choose one with --scope. There are: dev, prod.\n',
    });
    const { stdout } = await kubepath(folder, 'render', '--scope', 'prod', '--format', 'dot');
    expect(dotParts(stdout).frames).toEqual(['label="prod";']);
  });

  test('says what it left out, and keeps what has problems', async () => {
    const services = Array.from({ length: 320 }, (_, index) =>
      index === 319 ? service('lost', 'wbe') : service(`s${index}`, 'web'),
    );
    const folder = tempFolder({ 'app.yaml': [...services, deployment('web', 'web')].join('---\n') });
    const { code, stdout, stderr } = await kubepath(folder, 'render', '--format', 'mermaid');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^kubepath: warning: showing 300 of 32\d nodes, those with problems first: /);
    const { nodes } = mermaidParts(stdout);
    expect(nodes).toHaveLength(300);
    expect(nodes.some((line) => line.includes('"lost<br/>'))).toBe(true);
    const whole = await kubepath(folder, 'render', '--format', 'json');
    expect(whole.stderr).toBe('');
    expect((JSON.parse(whole.stdout) as DiagramView).nodes.length).toBeGreaterThan(320);
  });
});
