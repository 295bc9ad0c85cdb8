import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { pods, policy } from '../support/policies';
import { tempFolder, type TempFolder } from '../support/temp-folder';
import { kubepath } from './run-kubepath';

/** api takes calls of web on port 8080, which its Service offers as 80; nothing else comes in. */
function small(): TempFolder {
  return tempFolder({
    'app/web.yaml': deployment('web', 'web'),
    'app/api.yaml': `${deployment('api', 'api', undefined, 8080)}---\n${service('api', 'api').replace('- port: 80', '- port: 80\n      targetPort: 8080')}`,
    'app/policies.yaml': [
      policy('deny', undefined, { ingress: [] }),
      policy('api', 'api', { ingress: [{ from: [pods('web')], ports: [{ port: 8080 }] }] }),
    ].join('---\n'),
  });
}

interface Answer {
  readonly src: string;
  readonly dst: string;
  readonly port: number | null;
  readonly protocol: string;
  readonly verdict: string;
  readonly hops: readonly Readonly<Record<string, unknown>>[];
}

describe('text', { timeout: 60_000 }, () => {
  test('the verdict in one line, then numbered hops with a sign and a place, one-based, without colour', async () => {
    const { code, stdout, stderr } = await kubepath(small(), 'explain', 'web', 'api', '.', '--port', '80');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head, blank, ...hops] = stdout.split('\n');
    expect(head).toBe('allowed: default/web[Deployment] => Service default/api, TCP 80');
    expect(blank).toBe('');
    expect(hops.at(-1)).toBe('');
    expect(hops[0]).toMatch(/^ {2}1\. ✓ .*api/);
    expect(hops[1]).toBe('       app/api.yaml:23');
    expect(stdout).toMatch(/\n {2}\d\. ✓ .*NetworkPolicy.*\n {7}app\/policies\.yaml:3\n/);
    expect(stdout).not.toContain('\u001b');
  });

  test('what is denied exits with 0 too, and shows where', async () => {
    const { code, stdout } = await kubepath(small(), 'explain', 'api', 'web');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^denied: default\/api\[Deployment\] => default\/web\[Deployment\], TCP/);
    expect(stdout).toMatch(/\n {2}\d\. ✗ .*\n {7}app\/policies\.yaml:1\n/);
  });
});

describe('json', { timeout: 60_000 }, () => {
  test('the contract: paths and zero-based ranges, null where there is nothing', async () => {
    const { code, stdout } = await kubepath(small(), 'explain', 'web', 'api', '--port', '80', '-f', 'json');
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as Answer;
    expect(Object.keys(answer)).toEqual(['src', 'dst', 'port', 'protocol', 'verdict', 'hops']);
    expect(answer).toMatchObject({
      src: 'default/web[Deployment]',
      dst: 'Service default/api',
      port: 80,
      protocol: 'TCP',
      verdict: 'allowed',
    });
    expect(answer.hops.length).toBeGreaterThan(2);
    for (const hop of answer.hops) {
      expect(Object.keys(hop)).toEqual(['kind', 'resource', 'file', 'range', 'text', 'ok']);
      expect([true, false, 'unknown']).toContain(hop['ok']);
      expect(hop['file'] === null).toBe(hop['range'] === null);
    }
    expect(answer.hops.map(({ file }) => file)).toContain('app/policies.yaml');
    expect(answer.hops[0]).toMatchObject({ file: 'app/api.yaml', range: { start: { line: 22 } } });
  });

  test('an address; another protocol; a port that no policy admits', async () => {
    const ask = async (...args: readonly string[]): Promise<Answer> =>
      JSON.parse((await kubepath(small(), 'explain', ...args, '-f', 'json')).stdout) as Answer;
    expect(await ask('web', '192.0.2.1', '--port', '443')).toMatchObject({ verdict: 'allowed', port: 443 });
    expect(await ask('192.0.2.1', 'Deployment/api', '--port', '8080')).toMatchObject({ verdict: 'denied' });
    expect(await ask('web', 'Deployment/api', '--port', '8080', '--protocol', 'UDP')).toMatchObject({
      verdict: 'denied',
      protocol: 'UDP',
    });
    expect(await ask('web', 'Deployment/api', '--port', '8080')).toMatchObject({ verdict: 'allowed' });
  });
});

describe('what cannot run is a sentence and exit 2', { timeout: 60_000 }, () => {
  test.each([
    ['a source that is not there', ['nobody', 'api'], /^kubepath: .*nobody.*\n$/],
    ['a destination that is not there', ['web', 'nobody'], /^kubepath: .*nobody.*\n$/],
    ['a path that is not there', ['web', 'api', 'missing'], /^kubepath: missing: no such file or directory\.\n$/],
    [
      'a scope that is not there',
      ['web', 'api', '--scope', 'x'],
      /^kubepath: no scope is named "x"\. There is: app\.\n$/,
    ],
    ['no destination', ['web'], /missing required argument 'DST'/],
    ['a port beyond all', ['web', 'api', '--port', '65536'], /Ports go from 1 to 65535/],
    ['a port of 0', ['web', 'api', '--port', '0'], /Ports go from 1 to 65535/],
    ['a port that is none', ['web', 'api', '--port', 'http'], /whole number/],
    ['another protocol', ['web', 'api', '--protocol', 'ICMP'], /Allowed choices are TCP, UDP, SCTP/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await kubepath(small(), 'explain', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('several scopes are named', async () => {
    const folder = tempFolder({
      'a/kustomization.yaml': 'resources: [web.yaml]\n',
      'a/web.yaml': deployment('web', 'web'),
      'b/kustomization.yaml': 'resources: [web.yaml]\n',
      'b/web.yaml': deployment('web', 'web'),
    });
    expect((await kubepath(folder, 'explain', 'web', '192.0.2.1')).stderr).toBe(
      'kubepath: there are several scopes: choose one with --scope. There are: a, b.\n',
    );
    expect((await kubepath(folder, 'explain', 'web', '192.0.2.1', '--scope', 'b')).stdout).toMatch(/^allowed: /);
  });
});

test('--help of every command shows examples and exit codes', async () => {
  for (const command of ['connectivity', 'explain', 'diff'])
    expect((await kubepath(tempFolder(), command, '--help')).stdout).toMatch(/Examples:[\s\S]*Exit codes:/);
});
