import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deployment } from '../support/manifests';
import { pods, policy } from '../support/policies';
import { tempFolder, type TempFolder } from '../support/temp-folder';
import { kubepath } from './run-kubepath';

const apps = ['web', 'api', 'db'].map((name) => deployment(name, name)).join('---\n');
const closed = policy('deny', undefined, { ingress: [] });
const toApi = (port: number): string => policy('api', 'api', { ingress: [{ from: [pods('web')], ports: [{ port }] }] });
const fromBlock = (cidr: string): string => policy('db', 'db', { ingress: [{ from: [{ ipBlock: { cidr } }] }] });

/** A folder before and one after. */
function twoFolders(before: readonly string[], after: readonly string[]): TempFolder {
  return tempFolder({
    'before/all.yaml': [apps, ...before].join('---\n'),
    'after/all.yaml': [apps, ...after].join('---\n'),
  });
}

const peer = (name: string): string => `default/${name}[Deployment]`;

describe('two directories', { timeout: 60_000 }, () => {
  const changed = (): TempFolder =>
    twoFolders(
      [closed, toApi(80), fromBlock('10.0.0.0/8')],
      [closed, toApi(443), policy('x', 'web', { ingress: [{ from: [pods('db')] }] })],
    );

  test('text: opened, closed and changed, with a summary; exit 1', async () => {
    expect(await kubepath(changed(), 'diff', 'before', 'after')).toEqual({
      code: 1,
      stderr: '',
      stdout: [
        `+ ${peer('db')} => ${peer('web')} : All Connections`,
        `~ ${peer('web')} => ${peer('api')} : TCP 80 → TCP 443`,
        `- 10.0.0.0-10.255.255.255[External] => ${peer('db')} : All Connections`,
        '1 connection opened, 1 closed, 1 changed.',
        '',
      ].join('\n'),
    });
  });

  test('json', async () => {
    const { code, stdout } = await kubepath(changed(), 'diff', 'before', 'after', '--format', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      opened: [{ src: peer('db'), dst: peer('web'), conn: 'All Connections' }],
      closed: [{ src: '10.0.0.0-10.255.255.255[External]', dst: peer('db'), conn: 'All Connections' }],
      changed: [{ src: peer('web'), dst: peer('api'), before: 'TCP 80', after: 'TCP 443' }],
      warnings: [],
    });
  });

  test('md: a table and the summary', async () => {
    const { stdout } = await kubepath(changed(), 'diff', 'before', 'after', '-f', 'md');
    expect(stdout).toBe(
      [
        '|  | src | dst | before | after |',
        '| --- | --- | --- | --- | --- |',
        `| opened | ${peer('db')} | ${peer('web')} |  | All Connections |`,
        `| changed | ${peer('web')} | ${peer('api')} | TCP 80 | TCP 443 |`,
        `| closed | 10.0.0.0-10.255.255.255[External] | ${peer('db')} | All Connections |  |`,
        '',
        '1 connection opened, 1 closed, 1 changed.',
        '',
      ].join('\n'),
    );
  });

  test('equal: a sentence, exit 0, in every format', async () => {
    const folder = twoFolders([closed, toApi(80)], [toApi(80), closed]);
    for (const format of ['text', 'md'])
      expect(await kubepath(folder, 'diff', 'before', 'after', '-f', format)).toEqual({
        code: 0,
        stdout: 'No difference.\n',
        stderr: '',
      });
    const { code, stdout } = await kubepath(folder, 'diff', 'before', 'after', '-f', 'json');
    expect({ code, result: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      result: { opened: [], closed: [], changed: [], warnings: [] },
    });
  });

  test('a mere cut of addresses is no difference', async () => {
    const elsewhere = policy('cut', 'nobody', { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
    expect((await kubepath(twoFolders([], [elsewhere]), 'diff', 'before', 'after')).stdout).toBe('No difference.\n');
  });

  test('IPv6 counts once one side speaks of it, and only where something changed', async () => {
    const six = policy('six', 'db', { ingress: [{ from: [{ ipBlock: { cidr: 'fd00::/8' } }] }] });
    const { stdout } = await kubepath(twoFolders([], [six]), 'diff', 'before', 'after');
    const rest = stdout.split('\n').filter((line) => line.includes('[External]'));
    expect(rest).toEqual([
      `- 0.0.0.0-255.255.255.255[External] => ${peer('db')} : All Connections`,
      `- ::-fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff[External] => ${peer('db')} : All Connections`,
      `- fe00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff[External] => ${peer('db')} : All Connections`,
    ]);
  });

  test('files; a workload that is new', async () => {
    const folder = tempFolder({
      'a.yaml': [deployment('web', 'web'), closed].join('---\n'),
      'b.yaml': [deployment('web', 'web'), closed, deployment('new', 'new')].join('---\n'),
    });
    const { code, stdout } = await kubepath(folder, 'diff', 'a.yaml', 'b.yaml');
    expect(code).toBe(1);
    expect(stdout).toBe(
      `+ ${peer('new')} => 0.0.0.0-255.255.255.255[External] : All Connections\n1 connection opened, 0 closed, 0 changed.\n`,
    );
  });

  test('what one side lacks is empty there, with a word; both empty is exit 2', async () => {
    const folder = twoFolders([], []);
    mkdirSync(join(folder.path, 'none'));
    const one = await kubepath(folder, 'diff', 'none', 'after');
    expect(one.code).toBe(1);
    expect(one.stderr).toBe(
      'kubepath: warning: none holds nothing to compare: all connections of the other side are opened or closed.\n',
    );
    expect(one.stdout).toContain('12 connections opened, 0 closed, 0 changed.');
    expect(await kubepath(folder, 'diff', 'none', 'none')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kubepath: no manifests with networking resources in none and none.\n',
    });
  });

  test('what cannot run: no such path, one path only, an unknown scope', async () => {
    const folder = twoFolders([], []);
    expect(await kubepath(folder, 'diff', 'before', 'missing')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kubepath: missing: no such file or directory.\n',
    });
    expect((await kubepath(folder, 'diff', 'before')).stderr).toBe(
      'kubepath: "before" is no range of revisions. Give two directories or files, or REV..REV and a path.\n',
    );
    expect(await kubepath(folder, 'diff', 'before', 'after', '--scope', 'nope')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kubepath: no scope is named "nope" in before and after. There are: ..\n',
    });
  });

  test('--scope on both sides, also where one side lacks it', async () => {
    const overlay = 'resources: [all.yaml]\n';
    const folder = tempFolder({
      'before/a/kustomization.yaml': overlay,
      'before/a/all.yaml': apps,
      'after/a/kustomization.yaml': overlay,
      'after/a/all.yaml': [apps, closed].join('---\n'),
      'after/b/kustomization.yaml': overlay,
      'after/b/all.yaml': apps,
    });
    const none = await kubepath(folder, 'diff', 'before', 'after');
    expect(none.code).toBe(2);
    expect(none.stderr).toBe(
      'kubepath: there are several scopes in after: choose one with --scope. There are: a, b.\n',
    );
    expect((await kubepath(folder, 'diff', 'before', 'after', '--scope', 'a')).stdout).toContain(
      '0 connections opened, 9 closed',
    );
    expect((await kubepath(folder, 'diff', 'before', 'after', '--scope', 'b')).stdout).toContain(
      '12 connections opened',
    );
  });

  test('hostile names stay on their line, and in their cell', async () => {
    const name = 'x"]] --> <img onerror>|`\u001b[2J\n+ fake => fake : All';
    const app = (port: number): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, labels: { app: 'x' } },
        spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: port }] }] },
      });
    const folder = tempFolder({
      'a/x.yaml': app(1),
      'b/x.yaml': `${app(1)}\n---\n${policy('deny', undefined, { ingress: [] })}`,
    });
    const { stdout } = await kubepath(folder, 'diff', 'a', 'b');
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stdout).toContain('x"]] --> <img onerror>|`\\u001b[2J\\u000a+ fake => fake : All[Pod]');
    const md = (await kubepath(folder, 'diff', 'a', 'b', '-f', 'md')).stdout;
    expect(md.split('\n')[2]).toBe(
      '| closed | 0.0.0.0-255.255.255.255[External] | `` default/x"]] --> <img onerror>\\|`\\u001b[2J\\u000a+ fake => fake : All[Pod] `` | All Connections |  |',
    );
  });
});

interface Repository extends TempFolder {
  git(...args: readonly string[]): string;
  commit(): void;
}

function repository(files: Readonly<Record<string, string | Uint8Array>>): Repository {
  const folder = tempFolder(files);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
      cwd: folder.path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const commit = (): void => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'a state');
  };
  git('init', '--quiet', '--initial-branch=main');
  commit();
  return { ...folder, git, commit };
}

/** Every file below a folder, .git too, with its content and the time of its change. */
function fingerprint(directory: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(directory, name);
    const stat = statSync(path);
    hash.update(`${name} ${stat.mtimeMs} ${stat.size}\n`);
    if (stat.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

describe('git revisions', { timeout: 60_000 }, () => {
  test('two revisions, below the directory or a path', async () => {
    const folder = repository({ 'deploy/all.yaml': [apps, closed, toApi(80)].join('---\n') });
    folder.write('deploy/all.yaml', [apps, closed, toApi(443)].join('---\n'));
    folder.commit();
    folder.write('deploy/all.yaml', 'broken: [');
    const expected = `~ ${peer('web')} => ${peer('api')} : TCP 80 → TCP 443\n0 connections opened, 0 closed, 1 changed.\n`;
    for (const rest of [[], ['deploy'], ['deploy/all.yaml'], [join(folder.path, 'deploy')]])
      expect(await kubepath(folder, 'diff', 'HEAD~1..HEAD', ...rest)).toEqual({
        code: 1,
        stdout: expected,
        stderr: '',
      });
    expect((await kubepath(folder, 'diff', 'HEAD..HEAD')).code).toBe(0);
    expect((await kubepath(tempFolder(), 'diff', 'main~1..main', folder.path)).stdout).toBe(expected);
  });

  test('REV.. is the work tree: changed, new and deleted files, without what git ignores', async () => {
    const folder = repository({
      '.gitignore': 'local.yaml\n',
      'apps.yaml': apps,
      'deny.yaml': closed,
      'api.yaml': toApi(80),
    });
    expect((await kubepath(folder, 'diff', 'HEAD..')).stdout).toBe('No difference.\n');
    folder.write('local.yaml', fromBlock('192.0.2.0/24'));
    expect((await kubepath(folder, 'diff', 'HEAD..')).stdout).toBe('No difference.\n');
    folder.write('new.yaml', fromBlock('192.0.2.0/24'));
    folder.write('api.yaml', toApi(81));
    expect((await kubepath(folder, 'diff', 'HEAD..')).stdout).toBe(
      [
        `~ ${peer('web')} => ${peer('api')} : TCP 80 → TCP 81`,
        `+ 192.0.2.0-192.0.2.255[External] => ${peer('db')} : All Connections`,
        '1 connection opened, 0 closed, 1 changed.\n',
      ].join('\n'),
    );
    rmSync(join(folder.path, 'deny.yaml'));
    expect((await kubepath(folder, 'diff', 'HEAD..')).code).toBe(1);
  });

  test('REV...REV begins where the two parted', async () => {
    const folder = repository({ 'apps.yaml': apps, 'deny.yaml': closed });
    folder.git('checkout', '--quiet', '-b', 'feature');
    folder.write('api.yaml', toApi(80));
    folder.commit();
    folder.git('checkout', '--quiet', 'main');
    folder.write('db.yaml', fromBlock('192.0.2.0/24'));
    folder.commit();
    expect((await kubepath(folder, 'diff', 'main...feature')).stdout).toContain('1 connection opened, 0 closed');
    expect((await kubepath(folder, 'diff', 'main..feature')).stdout).toContain('1 connection opened, 1 closed');
  });

  test('a revision holds what is tracked, also what .gitignore names; .kubepathignore holds', async () => {
    const folder = repository({
      'apps.yaml': apps,
      'old/deny.yaml': closed,
      'vendor/deny.yaml': closed,
      '.kubepathignore': 'vendor\n',
    });
    folder.write('.gitignore', 'old\n');
    folder.git('rm', '--quiet', '-r', '--cached', '.');
    folder.git('add', '--force', 'apps.yaml', 'old', 'vendor', '.kubepathignore');
    folder.git('commit', '--quiet', '--allow-empty', '--message', 'tracked though ignored');
    const { stdout } = await kubepath(folder, 'diff', 'HEAD~1..HEAD');
    expect(stdout).toBe('No difference.\n');
    expect((await kubepath(folder, 'diff', 'HEAD..')).stdout).toBe('No difference.\n');
    rmSync(join(folder.path, 'old'), { recursive: true });
    expect((await kubepath(folder, 'diff', 'HEAD..')).stdout).toContain('9 connections opened');
  });

  test('touches neither the repository nor the work tree', async () => {
    const folder = repository({ 'apps.yaml': apps, 'deny.yaml': closed });
    folder.write('api.yaml', toApi(80));
    folder.commit();
    folder.write('api.yaml', toApi(81));
    folder.write('new.yaml', fromBlock('192.0.2.0/24'));
    folder.git('config', 'core.fsmonitor', `touch ${join(folder.path, 'ran')}`);
    folder.git('config', 'core.pager', `touch ${join(folder.path, 'ran')}`);
    const before = fingerprint(folder.path);
    expect((await kubepath(folder, 'diff', 'HEAD~1..HEAD')).code).toBe(1);
    expect((await kubepath(folder, 'diff', 'HEAD..')).code).toBe(1);
    expect(fingerprint(folder.path)).toBe(before);
  });

  test('kustomize bases outside of the path, links, and directories that a revision lacks', async () => {
    const folder = repository({
      'base/kustomization.yaml': 'resources: [all.yaml]\n',
      'base/all.yaml': [apps, closed].join('---\n'),
    });
    folder.write('overlays/prod/kustomization.yaml', 'resources: [../../base]\nnamespace: prod\n');
    mkdirSync(join(folder.path, 'linked'));
    symlinkSync('../base', join(folder.path, 'linked/base'));
    symlinkSync('nowhere', join(folder.path, 'linked/dangling.yaml'));
    symlinkSync('loop.yaml', join(folder.path, 'linked/loop.yaml'));
    symlinkSync('/etc', join(folder.path, 'linked/outside'));
    folder.commit();
    const overlay = await kubepath(folder, 'diff', 'HEAD~1..HEAD', 'overlays/prod');
    expect(overlay.stderr).toBe(
      'kubepath: warning: HEAD~1 holds nothing to compare: all connections of the other side are opened or closed.\n',
    );
    expect(overlay.stdout).toContain('+ prod/api[Deployment] => 0.0.0.0-255.255.255.255[External] : All Connections');
    expect((await kubepath(folder, 'diff', 'HEAD..HEAD', 'linked')).stdout).toBe('No difference.\n');
    expect((await kubepath(folder, 'diff', 'HEAD..', 'linked')).stdout).toBe('No difference.\n');
    expect((await kubepath(folder, 'diff', 'HEAD~1..HEAD', 'linked')).stdout).toContain('3 connections opened');
    rmSync(join(folder.path, 'overlays'), { recursive: true });
    expect((await kubepath(folder, 'diff', 'HEAD..', 'overlays/prod')).stdout).toContain(
      '0 connections opened, 3 closed',
    );
  });

  test('submodules and files of Git LFS are skipped with a note', async () => {
    const folder = repository({
      'apps.yaml': apps,
      'large.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 12345\n',
    });
    const head = folder.git('rev-parse', 'HEAD').trim();
    folder.git('update-index', '--add', '--cacheinfo', `160000,${head},vendor`);
    folder.git('commit', '--quiet', '--message', 'a submodule');
    const { code, stderr } = await kubepath(folder, 'diff', 'HEAD..HEAD');
    expect(code).toBe(0);
    expect(stderr).toContain('large.yaml: a pointer of Git LFS, whose content the revision does not hold; skipped.');
    expect(stderr).toContain('vendor: a submodule, whose files the revision does not hold; skipped.');
  });

  test('odd names of files and revisions', async () => {
    const folder = repository({ 'a b/ü\n"x".yaml': [apps, closed].join('---\n') });
    folder.git('tag', 'x;$(touch${IFS}ran)');
    folder.write('a b/ü\n"x".yaml', apps);
    folder.commit();
    const { code, stdout } = await kubepath(folder, 'diff', 'x;$(touch${IFS}ran)..HEAD', 'a b');
    expect(code).toBe(1);
    expect(stdout).toContain('9 connections opened, 0 closed');
    expect(readdirSync(folder.path)).not.toContain('ran');
  });

  test('what is no revision, or no repository, is a sentence', async () => {
    const folder = repository({ 'apps.yaml': apps });
    for (const [range, name] of [
      ['nope..HEAD', 'nope'],
      ['HEAD..nope', 'nope'],
      ['HEAD..--output=x', '--output=x'],
      ['HEAD...nope', 'nope'],
    ] as const) {
      const { code, stderr } = await kubepath(folder, 'diff', range);
      expect({ code, stderr }).toEqual({ code: 2, stderr: `kubepath: "${name}" is no revision of ${folder.path}.\n` });
    }
    const dashed = await kubepath(folder, 'diff', '--', '--upload-pack=x..HEAD');
    expect(dashed.stderr).toBe(`kubepath: "--upload-pack=x" is no revision of ${folder.path}.\n`);
    const outside = tempFolder({ 'apps.yaml': apps });
    expect(await kubepath(outside, 'diff', 'HEAD~1..HEAD')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^kubepath: .* is in no git work tree \(fatal: not a git repository.*\)\.\n$/,
      ) as string,
    });
    expect((await kubepath(folder, 'diff', '../x..y')).stderr).toContain('is no range of revisions');
  });
});

test('--help says what revisions mean and what the codes are', async () => {
  const { stdout } = await kubepath(tempFolder(), 'diff', '--help');
  expect(stdout).toMatch(
    /HEAD\.\. deploy[\s\S]*REV\.\. compares with the work tree[\s\S]*0 {2}no difference\n {2}1 {2}connections differ/,
  );
});
