import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAnalyzer, type Finding } from '../../server/core/index';
import { defaultSettings } from '../../server/core/settings';
import { createWorkspace } from '../../server/workspace/workspace';
import { kubepath } from '../cli/run-kubepath';
import { tempFolder, type TempFolder } from '../support/temp-folder';
import { helm } from './helm';

const corpora = process.env['KUBEPATH_CORPORA'] ?? resolve('..', 'shared', 'corpora');
const ingressNginx = resolve(corpora, 'ingress-nginx', 'charts', 'ingress-nginx');
const shop = join(import.meta.dirname, '..', 'fixtures', 'helm', 'shop');

function copyOf(chart: string, name: string): TempFolder {
  const folder = tempFolder();
  cpSync(chart, join(folder.path, 'charts', name), { recursive: true });
  return folder;
}

interface Found {
  readonly findings: readonly Finding[];
  readonly scopes: readonly string[];
}

async function checkAll(folder: TempFolder): Promise<Found> {
  const logger = { info: () => undefined, warn: () => undefined };
  const analyzer = createAnalyzer({ logger });
  const settings = { ...defaultSettings, helmPath: helm };
  const workspace = createWorkspace({ roots: [folder.uri], analyzer, settings, logger, trusted: true });
  onTestFinished(() => workspace.dispose());
  await workspace.scan();
  await workspace.rendered();
  workspace.update();
  return { findings: [...analyzer.check().values()].flat(), scopes: analyzer.scopes().map(({ name }) => name) };
}

describe('a workspace with charts', () => {
  it('has a scope for each values file, and nothing to report of a chart that is right', async () => {
    const { findings, scopes } = await checkAll(copyOf(shop, 'shop'));
    expect(scopes).toEqual([
      'charts/shop',
      'charts/shop (ci/extra.yaml)',
      'charts/shop (ci/legacy-values.yaml)',
      'charts/shop (values-prod.yaml)',
    ]);
    expect(findings.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
  });

  it('has a mistake on the line of the template where it is, in the scopes where it is one', async () => {
    const folder = copyOf(shop, 'shop');
    const path = join(folder.path, 'charts/shop/templates/services.yaml');
    const text = readFileSync(path, 'utf8');
    const wrong = '      targetPort: {{ if eq (int $.Values.replicas) 3 }}nowhere{{ else }}{{ .name }}{{ end }}';
    writeFileSync(path, text.replace('      targetPort: {{ .name }}', wrong));
    const line = text.split('\n').indexOf('      targetPort: {{ .name }}');
    writeFileSync(join(folder.path, 'charts/shop/values-three.yaml'), 'replicas: 3\n');
    const { findings } = await checkAll(folder);
    const told = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
    expect(new Set(told.map(({ file, range, rule }) => `${file} ${range.start.line} ${rule}`))).toEqual(
      new Set([`${folder.uriOf('charts/shop/templates/services.yaml')} ${line} service-port-unmatched`]),
    );
    expect(new Set(told.map(({ scope }) => scope))).toEqual(new Set(['charts/shop (values-three.yaml)']));
    const { stdout } = await kubepath(folder, 'check', '--helm', helm, '--format', 'json');
    const report = JSON.parse(stdout) as { findings: { file: string; scope: string; severity: string }[] };
    const printed = report.findings.filter(({ severity }) => severity !== 'information');
    expect(printed.map(({ file, scope }) => [file, scope])).toEqual(
      told.map(() => ['charts/shop/templates/services.yaml', 'charts/shop (values-three.yaml)']),
    );
  });

  it('says where helm stops', async () => {
    const folder = copyOf(shop, 'shop');
    folder.write('charts/shop/templates/zz.yaml', 'apiVersion: v1\nkind: Service\nx: {{ .Values.a.b.c }}\n');
    const { findings, scopes } = await checkAll(folder);
    expect(scopes).toEqual([]);
    expect(findings.map(({ file, range, rule }) => [file, range.start.line, rule])).toEqual([
      [folder.uriOf('charts/shop/templates/zz.yaml'), 2, 'chart-not-rendered'],
    ]);
  });
});

describe.skipIf(!existsSync(ingressNginx))('the chart of ingress-nginx', () => {
  it('gives no error and no warning with any of its values', async () => {
    const { findings, scopes } = await checkAll(copyOf(ingressNginx, 'ingress-nginx'));
    expect(scopes.length).toBeGreaterThan(10);
    expect(findings.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
  });
});
