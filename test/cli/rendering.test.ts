import { spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { tempFolder, type TempFolder } from '../support/temp-folder';
import { builtKubepath, kubepath, type Run } from './run-kubepath';

interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string;
  readonly scope: string;
  readonly range: { readonly start: { readonly line: number } };
}

interface Report {
  readonly findings: readonly Found[];
  readonly summary: Readonly<Record<string, number>>;
}

async function check(folder: TempFolder, ...args: readonly string[]): Promise<Report & Pick<Run, 'code' | 'stderr'>> {
  const { code, stdout, stderr } = await kubepath(folder, 'check', ...args, '--format', 'json');
  return { ...(JSON.parse(stdout) as Report), code, stderr };
}

const short = ({ file, range, rule }: Found): string => `${file}:${range.start.line + 1} ${rule}`;

/** A program in place of helm or kustomize. */
function program(folder: TempFolder, code: string): string {
  const path = folder.write('bin/program.mjs', `#!${process.execPath}\n${code}\n`);
  chmodSync(path, 0o755);
  return path;
}

const base = {
  'base/kustomization.yaml': 'resources: [service.yaml, deployment.yaml]\n',
  'base/service.yaml': service('web', 'web'),
  'base/deployment.yaml': deployment('web', 'web'),
};

describe('kustomizations', () => {
  test('one that is checked alone brings its bases, and findings of them have their own path', async () => {
    const folder = tempFolder({
      ...base,
      'base/service.yaml': service('web', 'wbe'),
      'overlays/prod/kustomization.yaml': 'namespace: prod\nresources: [../../base, more.yaml]\n',
      'overlays/prod/more.yaml': service('more', 'web'),
      'overlays/dev/kustomization.yaml': 'resources: [../../base]\n',
    });
    const { findings, summary, code } = await check(folder, 'overlays/prod');
    expect(findings.map(short)).toEqual(['base/service.yaml:7 service-selector-unmatched']);
    expect(findings[0]).toMatchObject({ scope: '.' });
    expect(findings[0]?.message).toContain('in namespace prod');
    expect(summary).toMatchObject({ files: 3, resources: 3, scopes: 1 });
    expect(code).toBe(0);
    const inside = await kubepath({ path: `${folder.path}/overlays/prod` }, 'check');
    expect(inside.stdout).toContain(`${folder.path}/base/service.yaml`);
  });

  test('resources of one are what is deployed, with the places where they are written', async () => {
    const folder = tempFolder({
      ...base,
      'prod/kustomization.yaml':
        'namePrefix: p-\nresources: [../base]\nconfigMapGenerator:\n  - name: settings\n    literals: [a=b]\n',
    });
    const { stdout } = await kubepath(folder, 'resources', 'prod', '--format', 'json');
    const { scopes } = JSON.parse(stdout) as { scopes: { resources: Record<string, unknown>[] }[] };
    expect(scopes).toMatchObject([{ name: '.', kind: 'kustomize', root: 'prod', complete: true }]);
    expect(
      scopes[0]?.resources.map(({ kind, name, namespace, file, line }) => [kind, name, namespace, file, line]),
    ).toEqual([
      ['Service', 'p-web', 'default', 'base/service.yaml', 3],
      ['Deployment', 'p-web', 'default', 'base/deployment.yaml', 3],
      ['ConfigMap', expect.stringMatching(/^p-settings-[a-z0-9]{10}$/), 'default', 'prod/kustomization.yaml', 3],
    ]);
  });

  test('of several, connectivity wants to know which', async () => {
    const folder = tempFolder({
      ...base,
      'dev/kustomization.yaml': 'namespace: dev\nresources: [../base]\n',
      'prod/kustomization.yaml': 'namespace: prod\nresources: [../base]\n',
    });
    expect(await kubepath(folder, 'connectivity')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kubepath: there are several scopes: choose one with --scope. There are: dev, prod.\n',
    });
    const { code, stdout } = await kubepath(folder, 'connectivity', '--scope', 'prod');
    expect(code).toBe(0);
    expect(stdout).toContain('prod/web[Deployment]');
    expect(stdout).not.toContain('dev/');
  });

  test('that nobody can build are each one clear finding, and everything else is analysed', async () => {
    const patch = Array.from({ length: 10_000 }, (_, line) => `        key-${line}: value-${line}`).join('\n');
    const folder = tempFolder({
      '.git/HEAD': 'ref: refs/heads/main\n',
      ...base,
      'base/service.yaml': service('web', 'wbe'),
      'loop/a/kustomization.yaml': 'resources: [../b]\n',
      'loop/b/kustomization.yaml': 'resources: [../a, ../../base]\n',
      'outside/kustomization.yaml': 'resources: [../../../elsewhere, ../base]\n',
      'binary/kustomization.yaml': 'resources: [logo.png, ../base]\n',
      'binary/logo.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff, 0x00),
      'large/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n',
      'large/patch.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    metadata:\n      annotations:\n${patch}\n`,
      'wide/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n',
      'wide/patch.yaml': `apiVersion: v1\nkind: Service\nmetadata:\n  name: nobody\n  annotations:\n${patch}\n`,
    });
    const { findings, code, summary } = await check(folder, '.');
    expect(code).toBe(1);
    expect(findings.map(short)).toEqual([
      'base/service.yaml:7 service-selector-unmatched',
      'binary/kustomization.yaml:1 kustomization-invalid',
      'loop/b/kustomization.yaml:1 kustomization-invalid',
      'outside/kustomization.yaml:1 kustomization-incomplete',
      'wide/patch.yaml:4 kustomization-invalid',
    ]);
    expect(findings[0]?.scope.split(', ')).toHaveLength(5);
    expect(summary).toMatchObject({ scopes: 5, errors: 3, warnings: 1, information: 1 });
    expect(summary['milliseconds']).toBeLessThan(5000);
  });
});

describe('--kustomize', () => {
  const remote = {
    ...base,
    'base/kustomization.yaml': 'resources: [service.yaml, "github.com/acme/more"]\n',
    'base/service.yaml': service('web', 'wbe'),
  };

  test('renders what is remote', async () => {
    const folder = tempFolder(remote);
    const output = `${service('web', 'wbe')}---\n${deployment('web', 'web')}`;
    const path = program(
      folder,
      `import { writeFileSync } from 'node:fs';\nwriteFileSync('${folder.path}/asked', JSON.stringify(process.argv.slice(2)));\nconsole.log(${JSON.stringify(output)});`,
    );
    const { findings, code, stderr } = await check(folder, '.', '--kustomize', `${path} build`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(findings.map(short)).toEqual(['base/service.yaml:7 service-selector-unmatched']);
    expect(JSON.parse(readFileSync(`${folder.path}/asked`, 'utf8'))).toEqual(['build', `${folder.path}/base`]);
  });

  test.each([
    ['fails', `console.error('Error: no network'); process.exit(1);`, 'no network'],
    ['is not there', undefined, 'was not found'],
  ])('that %s leaves what is rendered in part, and says why', async (_, code, reason) => {
    const folder = tempFolder(remote);
    const path = code === undefined ? '/nowhere/kustomize' : program(folder, code);
    const result = await check(folder, '.', '--kustomize', path);
    expect(result.code).toBe(0);
    expect(result.findings.map(short)).toEqual(['base/kustomization.yaml:1 kustomization-incomplete']);
    expect(result.stderr).toContain(reason);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('--helm', () => {
  const chart = {
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/values-prod.yaml': 'a: b\n',
    'web/templates/service.yaml': service('{{ .Release.Name }}', 'wbe'),
    'web/templates/deployment.yaml': deployment('web', 'web'),
    'app/a.yaml': service('a', 'a'),
  };
  const output = `---\n# Source: web/templates/service.yaml\n${service('web', 'wbe')}---\n# Source: web/templates/deployment.yaml\n${deployment('web', 'web')}`;

  test('renders charts, each values file a scope', async () => {
    const folder = tempFolder(chart);
    const path = program(folder, `console.log(${JSON.stringify(output)});`);
    const { findings, code, stderr } = await check(folder, '.', '--helm', path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(findings.map(short)).toEqual(['web/templates/service.yaml:7 service-selector-unmatched']);
    expect(findings[0]?.scope).toBe('web, web (values-prod.yaml)');
    const { stdout } = await kubepath(folder, 'resources', '--scope', 'web', '--format', 'json', '--helm', path);
    expect(JSON.parse(stdout)).toMatchObject({
      scopes: [
        {
          name: 'web',
          kind: 'helm',
          root: 'web',
          complete: true,
          resources: [
            { kind: 'Service', namespace: 'default', name: 'web', file: 'web/templates/service.yaml', line: 3 },
            { kind: 'Deployment', namespace: 'default', name: 'web', file: 'web/templates/deployment.yaml', line: 3 },
          ],
        },
      ],
    });
  });

  test('takes a path from where people are', async () => {
    const folder = tempFolder(chart);
    program(folder, `console.log(${JSON.stringify(output)});`);
    const { findings } = await check(folder, '.', '--helm', 'bin/program.mjs');
    expect(findings.map(({ rule }) => rule)).toEqual(['service-selector-unmatched']);
    const remote = tempFolder({ 'k/kustomization.yaml': 'resources: ["github.com/acme/more"]\n' });
    program(remote, `console.log(${JSON.stringify(deployment('web', 'web'))});`);
    expect((await check(remote, '.', '--kustomize', './bin/program.mjs build')).summary).toMatchObject({
      resources: 1,
    });
  });

  test('off leaves them alone without a word', async () => {
    const folder = tempFolder(chart);
    const { findings, summary, stderr } = await check(folder, '.', '--helm', 'off');
    expect({ findings, stderr }).toEqual({ findings: [], stderr: '' });
    expect(summary).toMatchObject({ scopes: 1, resources: 1 });
  });

  test('that fails is one information on the chart', async () => {
    const folder = tempFolder(chart);
    const path = program(folder, `console.error('Error: no such value'); process.exit(1);`);
    const { findings, code } = await check(folder, '.', '--helm', path);
    expect(code).toBe(0);
    expect(findings.map(short)).toEqual(['web/Chart.yaml:1 chart-not-rendered']);
  });

  test.skipIf(process.platform === 'win32')(
    'that hangs is ended with Ctrl-C, at once and with all that it started',
    async () => {
      const folder = tempFolder(chart);
      const path = program(
        folder,
        `import { spawn } from 'node:child_process';
       import { writeFileSync } from 'node:fs';
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
       writeFileSync('${folder.path}/pids-' + process.pid, process.pid + ' ' + child.pid);
       setInterval(() => {}, 1000);`,
      );
      const running = spawn(process.execPath, [await builtKubepath(), 'check', '--helm', path], {
        cwd: folder.path,
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>((done) => running.on('exit', done));
      const pids = await until(() => pidsIn(folder, 2));
      const start = performance.now();
      running.kill('SIGINT');
      expect(await ended).toBe(130);
      expect(performance.now() - start).toBeLessThan(2000);
      expect(pids).toHaveLength(4);
      await until(() => (pids.some(isAlive) ? undefined : true));
    },
  );
});

/** Of so many runs: that of the program, and of what it started. */
function pidsIn({ path }: TempFolder, runs: number): readonly number[] | undefined {
  const files = readdirSync(path).filter((name) => name.startsWith('pids-'));
  const pids = files.flatMap((name) => readFileSync(join(path, name), 'utf8').split(' ').map(Number));
  return pids.length === 2 * runs ? pids : undefined;
}

async function until<T>(ask: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await sleep(50);
  }
  throw new Error('Waited in vain.');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
