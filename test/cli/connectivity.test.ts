import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pictureOf } from '../../server/cli/connectivity-picture';
import { toSvg } from '../../server/cli/connectivity-svg';
import type { Picture } from '../../server/cli/picture';
import type { Connection, Exposure } from '../../server/core/index';
import { deployment } from '../support/manifests';
import { pods, policy } from '../support/policies';
import { tempFolder, type TempFolder } from '../support/temp-folder';
import {
  cardBoxes,
  descendants,
  expectApart,
  labelBoxes,
  parseCsv,
  parseDot,
  parseMermaid,
  parseXml,
} from './picture-checks';
import { builtKubepath, kubepath } from './run-kubepath';

const conformance = join(import.meta.dirname, '../fixtures/conformance/netpol-analyzer');
const project = { path: join(import.meta.dirname, '../..') };

/** Three workloads: api takes web's calls, nothing else comes in; all may go out. One route leads nowhere. */
function small(): TempFolder {
  return tempFolder({
    'apps.yaml': ['web', 'api', 'db'].map((name) => deployment(name, name)).join('---\n'),
    'policies.yaml': [
      policy('deny', undefined, { ingress: [] }),
      policy('api', 'api', {
        ingress: [{ from: [pods('web'), pods('probe')], ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] }],
      }),
    ].join('---\n'),
    'ingress.yaml':
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: way-in}\nspec:\n  defaultBackend: {service: {name: missing, port: {number: 80}}}\n',
  });
}

const peer = (name: string): string => `default/${name}[Deployment]`;
const anywhere = '0.0.0.0-255.255.255.255[External]';
const smallConnections = [
  { src: peer('api'), dst: anywhere, conn: 'All Connections' },
  { src: peer('db'), dst: anywhere, conn: 'All Connections' },
  { src: peer('web'), dst: anywhere, conn: 'All Connections' },
  { src: peer('web'), dst: peer('api'), conn: 'TCP 80,UDP 53' },
];

describe('text', { timeout: 60_000 }, () => {
  const cases = readdirSync(join(conformance, 'expected')).map((file) => {
    const [, name = '', kind = ''] = /^(.*)\.(connectivity|exposure)\.txt$/.exec(file) ?? [];
    return { name, kind, file };
  });

  test('is what netpol-analyzer prints, to the byte', async () => {
    const runs = await Promise.all(
      cases.map(async ({ name, kind, file }) => {
        const { code, stdout } = await kubepath(
          project,
          'connectivity',
          join(conformance, 'manifests', name),
          ...(kind === 'exposure' ? ['--exposure'] : []),
        );
        return { file, code, stdout };
      }),
    );
    for (const { file, code, stdout } of runs)
      expect({ file, code, stdout }).toEqual({
        file,
        code: 0,
        stdout: readFileSync(join(conformance, 'expected', file), 'utf8'),
      });
    expect(runs).toHaveLength(30);
  });

  test('lines, and warnings on standard error', async () => {
    expect(await kubepath(small(), 'connectivity')).toEqual({
      code: 0,
      stdout: smallConnections.map(({ src, dst, conn }) => `${src} => ${dst} : ${conn}\n`).join(''),
      stderr: expect.stringMatching(/^kubepath: warning: .*missing.*\n$/) as string,
    });
  });

  test('nothing exposed and nothing allowed is a title', async () => {
    const folder = tempFolder({
      'a.yaml': `${deployment('web', 'web')}---\n${policy('deny', undefined, { ingress: [], egress: [] })}`,
    });
    expect((await kubepath(folder, 'connectivity')).stdout).toBe('');
    expect((await kubepath(folder, 'connectivity', '--exposure')).stdout).toBe('Exposure Analysis Result:\n');
  });
});

describe('formats for machines', { timeout: 60_000 }, () => {
  test('json: the contract, warnings in it and nowhere else', async () => {
    const { code, stdout, stderr } = await kubepath(small(), 'connectivity', '--format', 'json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      connections: smallConnections,
      warnings: [expect.stringContaining('missing')],
    });
  });

  test('json with exposure', async () => {
    const { stdout } = await kubepath(small(), 'connectivity', '--format', 'json', '--exposure');
    const { exposure } = JSON.parse(stdout) as { exposure: unknown };
    const leaving = (workload: string): readonly object[] => [
      { workload, peer: anywhere, conn: 'All Connections' },
      { workload, peer: 'entire-cluster', conn: 'All Connections' },
    ];
    expect(exposure).toEqual({
      egress: ['api', 'db', 'web'].flatMap((name) => leaving(peer(name))),
      ingress: [{ workload: peer('api'), peer: 'default/[pod with {app=probe}]', conn: 'TCP 80,UDP 53' }],
      unprotected: ['api', 'db', 'web'].map((name) => ({ workload: peer(name), direction: 'Egress' })),
    });
  });

  test('json of nothing is whole', async () => {
    const folder = tempFolder({ 'a.yaml': policy('deny', undefined, { ingress: [] }) });
    const { stdout } = await kubepath(folder, 'connectivity', '--format', 'json', '--exposure');
    expect(JSON.parse(stdout)).toMatchObject({
      connections: [],
      exposure: { egress: [], ingress: [], unprotected: [] },
    });
  });

  test('csv reads back as the connections, with exposure as further rows', async () => {
    const rows = smallConnections.map(({ src, dst, conn }) => [src, dst, conn]);
    const heading = ['src', 'dst', 'conn'];
    const plain = await kubepath(small(), 'connectivity', '-f', 'csv');
    expect(parseCsv(plain.stdout)).toEqual([heading, ...rows]);
    expect(plain.stdout).toContain('"TCP 80,UDP 53"');
    const exposed = await kubepath(small(), 'connectivity', '-f', 'csv', '--exposure');
    expect(parseCsv(exposed.stdout)).toEqual([
      heading,
      ...rows,
      ...['api', 'db', 'web'].map((name) => [peer(name), 'entire-cluster', 'All Connections']),
      ['default/[pod with {app=probe}]', peer('api'), 'TCP 80,UDP 53'],
    ]);
  });

  test('md: tables', async () => {
    const { stdout } = await kubepath(small(), 'connectivity', '-f', 'md', '--exposure');
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      '| src | dst | conn |',
      '| --- | --- | --- |',
      `| ${peer('api')} | ${anywhere} | All Connections |`,
    ]);
    expect(stdout).toContain(
      `\n## Ingress Exposure\n\n| dst | src | conn |\n| --- | --- | --- |\n| ${peer('api')} | default/[pod with {app=probe}] |`,
    );
    expect(stdout).toContain(`\n## Workloads not protected by network policies\n\n`);
  });
});

describe('which scope', { timeout: 60_000 }, () => {
  const apps = (name: string): string => deployment(name, name);

  test('plain directories that stand apart are one, in the words of kubectl apply -R', async () => {
    const folder = tempFolder({ 'examples/a/a.yaml': apps('a'), 'examples/b/b.yaml': apps('b') });
    expect((await kubepath(folder, 'resources', '-f', 'json')).stdout).toContain('"name": "examples/b"');
    const { code, stdout, stderr } = await kubepath(folder, 'connectivity');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${peer('a')} => ${peer('b')} : All Connections`);
    expect((await kubepath(folder, 'connectivity', '--scope', 'examples/a')).stdout).not.toContain(peer('b'));
  });

  test('what they disagree about is said', async () => {
    const folder = tempFolder({
      'dev/a.yaml': deployment('a', 'a'),
      'prod/a.yaml': deployment('a', 'a', undefined, 81),
    });
    expect((await kubepath(folder, 'connectivity')).stderr).toContain(
      'kubepath: warning: All directories are taken as one, though dev and prod differ about Deployment default/a: --scope chooses one of dev, prod.\n',
    );
  });

  test('several scopes, an unknown one, nothing there: exit 2 and a sentence', async () => {
    const folder = tempFolder({
      'k/kustomization.yaml': 'resources: [a.yaml]\n',
      'k/a.yaml': apps('a'),
      'b/b.yaml': apps('b'),
      'empty/readme.txt': '',
    });
    expect(await kubepath(folder, 'connectivity')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kubepath: there are several scopes: choose one with --scope. There are: k, b.\n',
    });
    expect(await kubepath(folder, 'connectivity', '--scope', 'x')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kubepath: no scope is named "x". There are: k, b.\n',
    });
    expect((await kubepath(folder, 'connectivity', '--scope', 'k')).code).toBe(0);
    expect(await kubepath(folder, 'connectivity', 'empty')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kubepath: no manifests with networking resources in empty.\n',
    });
    expect((await kubepath(folder, 'connectivity', 'missing')).stderr).toBe(
      'kubepath: missing: no such file or directory.\n',
    );
  });
});

describe('pictures', { timeout: 60_000 }, () => {
  const cases = [
    'acs-security-demos',
    'onlineboutique',
    'anp_demo',
    'ipblockstest_2',
    'multiple_topology_resources_1',
    'test_with_named_ports',
  ];

  test('svg: XML that needs nothing else, with cards and labels apart', async () => {
    const runs = await Promise.all(
      [...cases.map((name) => join(conformance, 'manifests', name)), 'examples/shop'].map((path) =>
        kubepath(project, 'connectivity', path, '-f', 'svg', '--exposure'),
      ),
    );
    for (const { code, stdout } of runs) {
      const svg = parseXml(stdout);
      expect({ code, name: svg.name }).toEqual({ code: 0, name: 'svg' });
      expect(descendants(svg).map(({ name }) => name)).not.toContain('script');
      expect(stdout.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|href/);
      expect(svg.children.find(({ attributes }) => attributes.get('class') === 'page')?.name).toBe('rect');
      expect(cardBoxes(svg).length).toBeGreaterThan(2);
      expectApart(labelBoxes(svg));
      expectApart(cardBoxes(svg));
    }
  });

  test('svg: every workload and every connection that no badge stands for', async () => {
    const { stdout } = await kubepath(
      project,
      'connectivity',
      join(conformance, 'manifests/acs-security-demos'),
      '-f',
      'svg',
      '--exposure',
    );
    const titles = descendants(parseXml(stdout))
      .filter(({ name }) => name === 'title')
      .map(({ text }) => text);
    const lines = readFileSync(join(conformance, 'expected/acs-security-demos.connectivity.txt'), 'utf8')
      .trim()
      .split('\n');
    expect(titles).toEqual(expect.arrayContaining(lines));
    expect(stdout).toContain('>from entire-cluster: TCP 8080</text>');
  });

  test('dot and mermaid: namespaces as clusters, the same links', async () => {
    const path = join(conformance, 'manifests/acs-security-demos');
    const dot = (await kubepath(project, 'connectivity', path, '-f', 'dot', '--exposure')).stdout;
    const mermaid = (await kubepath(project, 'connectivity', path, '-f', 'mermaid', '--exposure')).stdout;
    expect(parseDot(dot).edges).toHaveLength(14);
    expect(parseMermaid(mermaid).edges).toHaveLength(14);
    expect(parseDot(dot).nodes).toHaveLength(parseMermaid(mermaid).nodes.length);
    expect(dot).toContain('label="payments"');
    expect(mermaid).toContain('subgraph g3["payments"]');
    expect(dot).toContain('label="webapp\\nDeployment\\nfrom entire-cluster: TCP 8080\\nto entire-cluster: UDP 5353"');
  });

  test('a scope without workloads is an empty picture', async () => {
    const folder = tempFolder({ 'a.yaml': policy('deny', undefined, { ingress: [] }) });
    for (const format of ['dot', 'mermaid', 'svg'])
      expect((await kubepath(folder, 'connectivity', '-f', format)).code).toBe(0);
    expect((await kubepath(folder, 'connectivity', '-f', 'svg')).stdout).toContain('No workloads.');
  });
});

const nothingExposed: Exposure = { egress: [], ingress: [], unprotected: [] };

function picture(
  workloads: readonly string[],
  connections: readonly Connection[],
  unprotected: Exposure['unprotected'] = [],
  limits = { peers: 500, links: 500 },
): Picture {
  const exposure = { ...nothingExposed, unprotected };
  return pictureOf({
    connectivity: { connections, exposure, warnings: [], ipv6: false },
    workloads,
    showsExposure: false,
    limits,
  });
}

const named = (...names: readonly string[]): readonly string[] => names.map((name) => `ns/${name}[Pod]`);
const line = (src: string, dst: string, conn = 'TCP 80'): Connection => {
  const full = (text: string): string => (/^[a-z]\d*$/.test(text) ? `ns/${text}[Pod]` : text);
  return { src: full(src), dst: full(dst), conn };
};
const linksOf = ({ links }: Picture): readonly string[] =>
  links.map(({ source, target, conn, isMutual }) =>
    `${source} ${isMutual ? '<=>' : '=>'} ${target} : ${conn}`.replace(/ns\/(\w+)\[Pod\]/g, '$1'),
  );

describe('what pictures make of connections', { timeout: 60_000 }, () => {
  test('between open ends nothing is drawn, but every workload is', () => {
    const open = named('a', 'b').flatMap((workload) => [
      { workload, direction: 'Egress' as const },
      { workload, direction: 'Ingress' as const },
    ]);
    const result = picture(
      named('a', 'b', 'c'),
      [
        line('a', 'b', 'All Connections'),
        line('a', anywhere, 'All Connections'),
        line('a', 'c', 'TCP 1'),
        line(anywhere, 'b', 'All Connections'),
      ],
      open,
    );
    expect(linksOf(result)).toEqual(['a => c : TCP 1']);
    expect(result.peers.map(({ title, open: directions }) => [title, directions.length])).toEqual([
      ['a', 2],
      ['b', 2],
      ['c', 0],
    ]);
  });

  test('both ways in the same terms are one link', () => {
    expect(linksOf(picture(named('a', 'b'), [line('a', 'b'), line('b', 'a')]))).toEqual(['a <=> b : TCP 80']);
    expect(linksOf(picture(named('a', 'b'), [line('a', 'b'), line('b', 'a', 'TCP 81')]))).toHaveLength(2);
  });

  test('what all workloads may is said once', () => {
    const all = named('a', 'b', 'c', 'd');
    const toD = ['a', 'b', 'c'].map((name) => line(name, 'd'));
    expect(linksOf(picture(all, toD))).toEqual(['all/ns => d : TCP 80']);
    expect(linksOf(picture([...all, 'other/x[Pod]'], toD))).toEqual(['all/ns => d : TCP 80']);
    expect(linksOf(picture(all, toD.slice(1)))).toEqual(['b => d : TCP 80', 'c => d : TCP 80']);
    const mesh = ['a', 'b', 'c', 'd'].flatMap((from) =>
      ['a', 'b', 'c', 'd'].filter((to) => to !== from).map((to) => line(from, to)),
    );
    const result = picture(all, mesh);
    expect(linksOf(result)).toEqual([]);
    expect(result.peers.find(({ type }) => type === 'several')?.exposed).toEqual([
      { peer: 'among each other', conn: 'TCP 80' },
    ]);
  });

  test.each([
    ['Any address', 'outside of the cluster', ['0.0.0.0-9.255.255.255', '10.0.0.0-255.255.255.255']],
    ['10.0.0.0/8', 'outside of the cluster', ['10.0.0.0-10.255.255.255']],
    ['10.0.0.1', 'outside of the cluster', ['10.0.0.1-10.0.0.1']],
    ['10.0.0.1-10.0.0.2', 'outside of the cluster', ['10.0.0.1-10.0.0.2']],
    ['Any address', 'except 10.0.0.0/8', ['0.0.0.0-9.255.255.255', '11.0.0.0-255.255.255.255']],
    ['1.0.0.0/8', 'and 3.0.0.0/8', ['1.0.0.0-1.255.255.255', '3.0.0.0-3.255.255.255']],
    [
      'Any address',
      'outside of the cluster',
      ['0.0.0.0-255.255.255.255', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ],
    ['fd00::/8', 'outside of the cluster', ['fd00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
  ])('addresses that fare alike are one peer: %s, %s', (title, subtitle, ranges) => {
    const result = picture(
      named('a'),
      ranges.map((range) => line(`${range}[External]`, 'a')),
    );
    expect(result.links).toHaveLength(1);
    expect(result.peers.filter(({ type }) => type === 'outside')).toMatchObject([{ title, subtitle }]);
  });

  test('too many workloads: namespaces, and a sentence', () => {
    const workloads = Array.from({ length: 20 }, (_, index) => `n${index % 3}/w${index}[Pod]`);
    const links = workloads.slice(1).map((id) => ({ src: 'n0/w0[Pod]', dst: id, conn: 'TCP 80' }));
    const result = picture(
      workloads,
      [...links, { src: '{ingress-controller}', dst: 'n1/w1[Pod]', conn: 'TCP 1' }],
      [],
      { peers: 10, links: 10 },
    );
    expect(result.peers.map(({ title, subtitle }) => `${title}: ${subtitle}`)).toEqual([
      'n0: 7 workloads',
      'n1: 7 workloads',
      'n2: 6 workloads',
      'Ingress controller: traffic of routes',
    ]);
    expect(result.links.map(({ conn }) => conn)).toEqual(['7 connections', '6 connections', '1 connection']);
    expect(result.notes).toEqual([expect.stringContaining('namespaces only: 20 workloads are more than it can hold')]);
  });

  test('too many links: namespaces too', () => {
    const workloads = Array.from({ length: 8 }, (_, index) => `n${index % 2}/w${index}[Pod]`);
    const links = workloads.flatMap((src, from) =>
      workloads.filter((dst) => dst !== src).map((dst, to) => ({ src, dst, conn: `TCP ${from * 10 + to + 1}` })),
    );
    const result = picture(workloads, links, [], { peers: 50, links: 20 });
    expect(result.links).toEqual([{ source: 'n0', target: 'n1', conn: '32 connections', isMutual: true }]);
    expect(result.notes).toEqual([
      expect.stringContaining('namespaces only: 56 connections are more than it can hold'),
    ]);
  });

  test('too many links in one namespace: as many as fit, and a sentence', () => {
    const workloads = named(...Array.from({ length: 9 }, (_, index) => `w${index}`));
    const links = workloads.flatMap((src, from) =>
      workloads.filter((dst) => dst !== src).map((dst, to) => ({ src, dst, conn: `TCP ${from * 10 + to + 1}` })),
    );
    const result = picture(workloads, links, [], { peers: 50, links: 20 });
    expect(result.links).toHaveLength(20);
    expect(result.notes).toEqual([expect.stringContaining('leaves out 52 of 72 connections')]);
  });

  test('svg: circles, hubs and long chains keep labels and cards apart', () => {
    const workloads = named(...Array.from({ length: 24 }, (_, index) => `w${index}`));
    const links = workloads.flatMap((src, index) =>
      [1, 2, 7].map((step) => ({ src, dst: workloads[(index * step + step) % 24] ?? '', conn: `TCP ${index + 1}` })),
    );
    const hub = workloads.slice(1).map((src, index) => ({ src, dst: workloads[0] ?? '', conn: `UDP ${index + 1}` }));
    const svg = parseXml(
      [...toSvg(picture(workloads, [...links.filter(({ src, dst }) => src !== dst), ...hub]))].join(''),
    );
    expect(cardBoxes(svg)).toHaveLength(24);
    expectApart(labelBoxes(svg));
    expectApart(cardBoxes(svg));
  });
});

describe('hostile names', { timeout: 60_000 }, () => {
  const names = [
    ']] --> <img src=x onerror=alert(1)>',
    '"; } a -> b [label="',
    '\\',
    'a\nb\r\nc\td',
    "'`~|*_#&;%%{init: {}}%%",
    '\u202egnp.exe',
    '\u0000\u0001\u001b[31m\ud800',
    '=cmd|"/c calc"!A1',
    'x'.repeat(10_000),
    '</title><script>alert(1)</script>',
    '<br/>',
    'end',
    '[x](javascript:alert(1)) @someone https://example.com',
  ];

  /** A pod and a namespace for every name; all may talk to the first, on one port. */
  const folder = (): TempFolder =>
    tempFolder({
      'all.yaml': [
        ...names.flatMap((name, index) => [
          JSON.stringify({
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: {
              name: `${index}${name}`,
              namespace: index % 2 === 0 ? `n${name}` : 'plain',
              labels: { app: `a${index}` },
            },
            spec: { containers: [{ name: 'c', image: 'i' }] },
          }),
        ]),
        policy('first', 'a1', { ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }] }, 'plain'),
        policy('third', 'a3', { ingress: [{ from: [pods('a1'), pods('evil"<>|\n]] -->')] }], egress: [] }, 'plain'),
      ].join('\n---\n'),
    });

  const run = async (format: string): Promise<string> => {
    const { code, stdout } = await kubepath(folder(), 'connectivity', '--exposure', '-f', format);
    expect(code).toBe(0);
    return stdout;
  };

  test('json and csv give them back', async () => {
    const { connections } = JSON.parse(await run('json')) as { connections: readonly Connection[] };
    expect(new Set(connections.map(({ src }) => src)).size).toBe(names.length);
    const rows = parseCsv(await run('csv')).slice(1, connections.length + 1);
    // UTF-8 has no way to write half a character; JSON has.
    const whole = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');
    expect(rows).toEqual(connections.map(({ src, dst, conn }) => [whole(src), whole(dst), conn]));
  });

  test('text: one line each, and no orders to a terminal', async () => {
    const text = await run('text');
    const { connections, exposure } = JSON.parse(await run('json')) as {
      connections: readonly unknown[];
      exposure: Exposure;
    };
    const sections = exposure.egress.length + exposure.ingress.length + exposure.unprotected.length;
    expect(text.trimEnd().split('\n')).toHaveLength(connections.length + sections + 7);
    // eslint-disable-next-line no-control-regex -- the characters that must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  test('md: as many cells in every row, and no markup outside of code', async () => {
    for (const row of (await run('md')).split('\n').filter((each) => each.startsWith('|'))) {
      const cells = row.slice(1, -1).split(/(?<!\\)\|/);
      expect([2, 3]).toContain(cells.length);
      for (const cell of cells.map((each) => each.trim()))
        expect(cell).toMatch(/^(?:[A-Za-z0-9.\-/{}[\]=:, ]*|(`+) ?(?:(?!\1).)+? ?\1)$/s);
    }
  });

  test('dot, mermaid and svg keep their grammar', async () => {
    const [dot, mermaid, svg] = [
      parseDot(await run('dot')),
      parseMermaid(await run('mermaid')),
      parseXml(await run('svg')),
    ];
    expect(dot.nodes.length).toBeGreaterThanOrEqual(names.length);
    expect(mermaid.nodes).toHaveLength(dot.nodes.length);
    expect(mermaid.edges).toHaveLength(dot.edges.length);
    expect(new Set(descendants(svg).map(({ name }) => name))).toEqual(
      new Set(['svg', 'style', 'rect', 'g', 'title', 'path', 'text']),
    );
    expectApart(cardBoxes(svg));
  });
});

describe('very many connections', { timeout: 60_000 }, () => {
  const open = (): TempFolder =>
    tempFolder({
      'all.yaml': Array.from({ length: 1000 }, (_, index) => deployment(`w${index}`, `a${index}`)).join('---\n'),
    });

  test('flow through 256 MB of memory: 1,000 open workloads, 1,001,000 lines', async () => {
    const folder = open();
    for (const format of ['text', 'json', 'csv', 'md']) {
      const args = ['--max-old-space-size=256', await builtKubepath(), 'connectivity', '-f', format];
      const child = spawn(process.execPath, args, { cwd: folder.path, stdio: ['ignore', 'pipe', 'pipe'] });
      let lines = 0;
      let stderr = '';
      child.stdout.on('data', (data: Buffer) => {
        for (let at = data.indexOf('\n'); at !== -1; at = data.indexOf('\n', at + 1)) lines += 1;
      });
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      const code = await new Promise((done) => child.once('close', done));
      expect({ format, code, stderr }).toEqual({ format, code: 0, stderr: '' });
      expect(lines).toBeGreaterThanOrEqual(1_001_000);
    }
  });

  test('end early when nobody reads on', async () => {
    const folder = open();
    const child = spawn(process.execPath, [await builtKubepath(), 'connectivity'], {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((done) => child.once('close', done));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
