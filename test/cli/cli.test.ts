import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { tempFolder, type TempFolder } from '../support/temp-folder';
import { kubepath } from './run-kubepath';

/** A warning (near miss) and an error (named target port). */
function faulty(): TempFolder {
  return tempFolder({
    'app/service.yaml': service('web', 'fronted'),
    'app/deployment.yaml': deployment('web', 'frontend'),
    'app/api.yaml': `${service('api', 'api').replace('- port: 80', '- port: 80\n      targetPort: htpp')}---\n${deployment('api', 'api').replace('- containerPort', '- name: http\n              containerPort')}`,
  });
}

describe('check', () => {
  test('clean: nothing on stderr, exit 0', async () => {
    const folder = tempFolder({ 's.yaml': service('web', 'web'), 'd.yaml': deployment('web', 'web') });
    const { code, stdout, stderr } = await kubepath(folder, 'check');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Nothing to report \(2 resources in 2 files, 1 scope, [\d.]+ s\)\n$/);
  });

  test('errors: exit 1, one-based places, the fix, no colour in a pipe', async () => {
    const { code, stdout, stderr } = await kubepath(faulty(), 'check');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('app/service.yaml\n  7:10    warning  No pod in namespace default has app=fronted.');
    expect(stdout).toContain('fix: Change "htpp" to "http"');
    expect(stdout).not.toContain('\u001b');
  });

  test('json: the contract', async () => {
    const { code, stdout } = await kubepath(faulty(), 'check', '.', '--format', 'json');
    expect(code).toBe(1);
    const { findings, summary } = JSON.parse(stdout) as {
      findings: Record<string, unknown>[];
      summary: Record<string, unknown>;
    };
    expect(summary).toEqual({
      files: 3,
      resources: 4,
      scopes: 1,
      errors: 1,
      warnings: 1,
      information: 0,
      hints: 0,
      milliseconds: expect.any(Number) as number,
    });
    expect(findings.map(({ rule, severity, file, range, scope }) => ({ rule, severity, file, range, scope }))).toEqual([
      {
        rule: 'service-port-unmatched',
        severity: 'error',
        file: 'app/api.yaml',
        range: { start: { line: 9, character: 18 }, end: { line: 9, character: 22 } },
        scope: 'app',
      },
      {
        rule: 'service-selector-unmatched',
        severity: 'warning',
        file: 'app/service.yaml',
        range: { start: { line: 6, character: 9 }, end: { line: 6, character: 16 } },
        scope: 'app',
      },
    ]);
    expect(findings[1]).toMatchObject({
      related: [
        {
          file: 'app/deployment.yaml',
          message: 'Deployment web: app=frontend',
          range: { start: { line: 11, character: 8 }, end: { line: 11, character: 21 } },
        },
      ],
      fixes: [
        {
          title: 'Change "fronted" to "frontend", as Deployment web has it',
          edits: [{ file: 'app/service.yaml', newText: 'frontend' }],
        },
        { edits: [{ file: 'app/deployment.yaml' }, { file: 'app/deployment.yaml' }] },
      ],
    });
  });

  test('sarif: one-based regions, every rule listed', async () => {
    const { stdout } = await kubepath(faulty(), 'check', '--format', 'sarif');
    const sarif = JSON.parse(stdout) as {
      version: string;
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[];
      }[];
    };
    const [run] = sarif.runs;
    expect(sarif.version).toBe('2.1.0');
    expect(run?.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['service-port-unmatched', 'error'],
      ['service-selector-unmatched', 'warning'],
    ]);
    expect(run?.results.every(({ ruleId, ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id === ruleId)).toBe(true);
    expect(run?.results[0]?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'app/api.yaml' },
          region: { startLine: 10, startColumn: 19, endLine: 10, endColumn: 23 },
        },
      },
    ]);
  });

  test('github: workflow commands with escaped text', async () => {
    const folder = tempFolder({ 'a,b.yaml': service('web', 'fronted'), 'd.yaml': deployment('web', 'frontend') });
    const { code, stdout } = await kubepath(folder, 'check', '--format', 'github');
    expect(code).toBe(0);
    expect(stdout).toBe(
      '::warning file=a%2Cb.yaml,line=7,endLine=7,col=10,endColumn=17,title=service-selector-unmatched::No pod in namespace default has app=fronted. Deployment web has app=frontend. Service web has no endpoints.\n',
    );
  });

  test('--max-warnings counts warnings', async () => {
    const folder = tempFolder({ 's.yaml': service('web', 'fronted'), 'd.yaml': deployment('web', 'frontend') });
    expect((await kubepath(folder, 'check', '--max-warnings', '0')).code).toBe(1);
    expect((await kubepath(folder, 'check', '--max-warnings', '1')).code).toBe(0);
    expect((await kubepath(folder, 'check', '--max-warnings', 'some')).code).toBe(2);
  });

  test('what cannot run is a sentence and exit 2', async () => {
    const folder = tempFolder();
    expect(await kubepath(folder, 'check', 'missing')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kubepath: missing: no such file or directory.\n',
    });
    expect((await kubepath(folder, 'check', '--format', 'xml')).code).toBe(2);
    expect((await kubepath(folder, 'unknown')).code).toBe(2);
  });

  test('a finding outside of the folder keeps its own path', async () => {
    const folder = tempFolder({
      'base/kustomization.yaml': 'resources: [s.yaml, d.yaml]\n',
      'base/s.yaml': service('web', 'fronted'),
      'base/d.yaml': deployment('web', 'frontend'),
      'overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
    });
    const { stdout } = await kubepath(folder, 'check', 'overlays/prod', '--format', 'json');
    expect((JSON.parse(stdout) as { findings: { file: string }[] }).findings.map(({ file }) => file)).toEqual([
      'base/s.yaml',
    ]);
  });
});

describe('resources', () => {
  test('json: scopes with the fields that networking reads', async () => {
    const folder = tempFolder({
      'k/kustomization.yaml': 'namespace: prod\nresources: [s.yaml]\n',
      'k/s.yaml': service('web', 'web'),
    });
    const { code, stdout } = await kubepath(folder, 'resources', '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      scopes: [
        {
          name: 'k',
          kind: 'kustomize',
          root: 'k',
          complete: true,
          resources: [
            {
              apiVersion: 'v1',
              kind: 'Service',
              namespace: 'prod',
              name: 'web',
              file: 'k/s.yaml',
              line: 3,
              object: {
                apiVersion: 'v1',
                kind: 'Service',
                metadata: { name: 'web', namespace: 'prod' },
                spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
              },
            },
          ],
        },
      ],
    });
  });

  test('table and --scope; an unknown scope names those there are', async () => {
    const folder = faulty();
    expect((await kubepath(folder, 'resources', '--scope', 'app')).stdout).toContain(
      'Service     default  web  app/service.yaml:4',
    );
    expect(await kubepath(folder, 'resources', '--scope', 'nope')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kubepath: no scope is named "nope". There is: app.\n',
    });
  });
});

test('--help of every command is worth reading, and --version is the package', async () => {
  const folder = tempFolder();
  const help = await kubepath(folder, 'check', '--help');
  expect(help.code).toBe(0);
  expect(help.stdout).toMatch(/Examples:[\s\S]*Exit codes:/);
  expect((await kubepath(folder, '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
