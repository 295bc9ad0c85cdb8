import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { openWorkspace, type OpenWorkspace } from '../support/open-workspace';

const rule = 'service-selector-unmatched';

/** A Service whose selector has a slip, beside the workload that is meant. */
const faulty = (folder: string, namespace: string): Record<string, string> => ({
  [`${folder}/service.yaml`]: service('web', 'fronted', namespace),
  [`${folder}/deployment.yaml`]: deployment('web', 'frontend', namespace),
});

/** `file severity` of each finding of the rule. */
function severities(open: OpenWorkspace): readonly string[] {
  return open
    .all()
    .filter((finding) => finding.rule === rule)
    .map(({ file, severity }) => `${open.short(file)} ${severity}`)
    .sort();
}

describe('rules of a project file', () => {
  test('hold below its directory; the nearest file says it, and goes before the editor', async () => {
    const open = await openWorkspace(
      {
        ...faulty('a', 'a'),
        ...faulty('b', 'b'),
        ...faulty('b/c', 'c'),
        ...faulty('b/d', 'd'),
        'b/.kubepath.yaml': `rules: { ${rule}: error }\n`,
        'b/c/.kubepath.yaml': `rules: { ${rule}: off }\n`,
        'b/d/.kubepath.yaml': 'rules: { policy-overlap: off }\n',
      },
      { settings: { rules: { [rule]: 'hint' } } },
    );
    expect(severities(open)).toEqual(['a/service.yaml hint', 'b/d/service.yaml error', 'b/service.yaml error']);
  });

  test('take effect as they are typed, written and deleted', async () => {
    const open = await openWorkspace(faulty('a', 'a'));
    expect(severities(open)).toEqual(['a/service.yaml warning']);
    open.edit('.kubepath.yaml', `rules: { ${rule}: off }\n`);
    expect(severities(open)).toEqual([]);
    open.edit('.kubepath.yaml', `rules: { ${rule}: error }\n`);
    expect(severities(open)).toEqual(['a/service.yaml error']);
    await open.close('.kubepath.yaml');
    expect(severities(open)).toEqual(['a/service.yaml warning']);
    await open.write('a/.kubepath.yaml', `rules: { ${rule}: hint }\n`);
    expect(severities(open)).toEqual(['a/service.yaml hint']);
    await open.remove('a/.kubepath.yaml');
    expect(severities(open)).toEqual(['a/service.yaml warning']);
  });

  test('switch a rule on that the editor has off, for these files alone', async () => {
    const open = await openWorkspace(
      { ...faulty('a', 'a'), ...faulty('b', 'b'), 'b/.kubepath.yaml': `rules: { ${rule}: warning }\n` },
      { settings: { rules: { [rule]: 'off' } } },
    );
    expect(severities(open)).toEqual(['b/service.yaml warning']);
  });

  test('a rule whispers where it would have whispered', async () => {
    const files = { 'a.yaml': service('web', 'nobody'), 'b.yaml': deployment('other', 'other') };
    const open = await openWorkspace({ ...files, '.kubepath.yaml': `rules: { ${rule}: error }\n` });
    expect(severities(open)).toEqual(['a.yaml information']);
  });

  test('above the folder that is open they hold too', async () => {
    const files = { ...faulty('deploy/a', 'a'), '.git/HEAD': 'ref: refs/heads/main\n' };
    const open = await openWorkspace(
      { ...files, '.kubepath.yaml': `rules: { ${rule}: error }\n` },
      { roots: ['deploy'] },
    );
    expect(severities(open)).toEqual(['deploy/a/service.yaml error']);
  });

  test('of a base hold for what is found in the base, whatever its overlay says', async () => {
    const open = await openWorkspace({
      ...faulty('base', 'a'),
      'base/kustomization.yaml': 'resources: [service.yaml, deployment.yaml]\n',
      'overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
      'overlays/prod/.kubepath.yaml': `rules: { ${rule}: off }\n`,
    });
    expect(severities(open)).toEqual(['base/service.yaml warning']);
    await open.write('base/.kubepath.yaml', `rules: { ${rule}: hint }\n`);
    expect(severities(open)).toEqual(['base/service.yaml hint']);
  });

  test('of the command line go before', async () => {
    const rules = { [rule]: 'hint' } as const;
    const open = await openWorkspace(
      { ...faulty('a', 'a'), '.kubepath.yaml': `rules: { ${rule}: off }\n` },
      { settings: { rules, forcedRules: rules } },
    );
    expect(severities(open)).toEqual(['a/service.yaml hint']);
  });
});

describe('other keys of a project file', () => {
  test('what rules read is what holds at the root of the scope', async () => {
    const open = await openWorkspace({
      'a/service.yaml': service('web', 'nobody', 'a'),
      'b/service.yaml': service('web', 'nobody', 'b'),
      'b/.kubepath.yaml': 'unmatched: { outside: warning }\nscopes: { ".": b }\n',
    });
    expect(severities(open)).toEqual(['b/service.yaml warning']);
  });

  test('exclude leaves out what lies below, from its directory on, and adds up', async () => {
    const open = await openWorkspace(
      {
        ...faulty('a/vendor', 'a'),
        ...faulty('b/vendor', 'b'),
        ...faulty('b/other', 'c'),
        ...faulty('vendor', 'd'),
        'b/.kubepath.yaml': 'exclude: [vendor/, "*.yaml"]\n',
        '.kubepath.yaml': 'exclude: [/vendor]\n',
      },
      { settings: { exclude: ['/a/vendor/service.yaml'] } },
    );
    expect(severities(open)).toEqual([]);
    expect(open.deployed()).toEqual(['a/vendor: Deployment a/web']);
    await open.write('b/.kubepath.yaml', 'exclude: [vendor/]\n');
    expect(severities(open)).toEqual(['b/other/service.yaml warning']);
    await open.remove('b/.kubepath.yaml');
    expect(severities(open)).toEqual(['b/other/service.yaml warning', 'b/vendor/service.yaml warning']);
    await open.remove('.kubepath.yaml');
    expect(severities(open)).toHaveLength(3);
  });

  test('maxFileSize and podTemplates decide how the files below are read', async () => {
    const widget = `apiVersion: example.com/v1
kind: Widget
metadata: { name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: a, image: b }] }
`;
    const big = `${service('big', 'web')}# ${'x'.repeat(2000)}\n`;
    const files = { 'a/widget.yaml': widget, 'a/big.yaml': big, 'b/big.yaml': big.replace('big', 'other') };
    const open = await openWorkspace(files);
    expect(open.deployed().join('\n')).toContain('Service default/big');
    expect(open.deployed().join('\n')).not.toContain('Widget');
    await open.write('a/.kubepath.yaml', 'maxFileSize: 1024\npodTemplates: { example.com/Widget: spec.template }\n');
    expect(open.deployed().join('\n')).toContain('Widget default/web');
    expect(open.deployed().join('\n')).not.toContain('Service default/big');
    expect(open.deployed().join('\n')).toContain('Service default/other');
  });

  test('helm.valuesFiles and renderTimeout hold for the charts below', async () => {
    const chart = (path: string): Record<string, string> => ({
      [`${path}/Chart.yaml`]: 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      [`${path}/templates/service.yaml`]: service('web', 'web'),
      [`${path}/values-prod.yaml`]: 'a: b\n',
      [`${path}/more.yaml`]: 'a: c\n',
    });
    const open = await openWorkspace(
      { ...chart('a'), ...chart('b'), 'b/.kubepath.yaml': 'helm: { valuesFiles: [more.yaml] }\nrenderTimeout: 7\n' },
      { trusted: true, answer: () => ({ message: 'no' }) },
    );
    await open.settled();
    const asked = open.asked.map(({ command, cwd }) =>
      [cwd.slice(open.folder.path.length + 1), ...command.filter((word) => word.startsWith('--values='))]
        .join(' ')
        .replaceAll(`${open.folder.path}/`, ''),
    );
    expect(asked.sort()).toEqual(['a', 'a --values=a/values-prod.yaml', 'b', 'b --values=b/more.yaml']);
    expect(open.limits().sort()).toEqual([30_000, 30_000, 7_000, 7_000].sort());
  });
});

describe('comments', () => {
  test('switch off what lands in a file, whoever finds it, and follow every keystroke', async () => {
    const comment = `# kubepath-disable ${rule}\n`;
    const open = await openWorkspace({
      ...faulty('base', 'a'),
      'base/kustomization.yaml': 'resources: [service.yaml, deployment.yaml]\n',
      'prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\n',
    });
    expect(severities(open)).toHaveLength(1);
    open.edit('base/service.yaml', comment + service('web', 'fronted', 'a'));
    expect(open.all()).toEqual([]);
    expect(open.analyzer.counts()).toMatchObject({ warnings: 0, hints: 0 });
    open.edit('base/service.yaml', comment + service('web', 'frontend', 'a'));
    expect(open.findings()).toEqual([expect.stringContaining(`base/service.yaml:1 suppression-unused: ${rule}`)]);
    open.edit('base/service.yaml', service('web', 'fronted', 'a'));
    expect(severities(open)).toHaveLength(1);
    await open.close('base/service.yaml');
    expect(severities(open)).toHaveLength(1);
  });

  test('in a kustomization and in a project file follow every keystroke too', async () => {
    const open = await openWorkspace({
      'kustomization.yaml': 'resources:\n  - https://example.com/a\n  - a.yaml\n',
      'a.yaml': service('web', 'web'),
      '.kubepath.yaml': 'rules:\n  no-such-rule: off\n',
    });
    const rules = (): readonly string[] => open.all().map((finding) => finding.rule);
    expect(rules()).toEqual(['settings-invalid', 'kustomization-incomplete']);
    open.edit(
      'kustomization.yaml',
      '# kubepath-disable kustomization-incomplete\nresources:\n  - https://example.com/a\n  - a.yaml\n',
    );
    expect(rules()).toEqual(['settings-invalid']);
    open.edit('.kubepath.yaml', 'rules:\n  # kubepath-disable-next-line settings-invalid\n  no-such-rule: off\n');
    expect(rules()).toEqual([]);
    open.edit('.kubepath.yaml', 'rules:\n  # kubepath-disable-next-line settings-invald\n  no-such-rule: off\n');
    expect(rules()).toEqual(['suppression-invalid', 'settings-invalid']);
  });

  test('are of no interest in files that nobody deploys', async () => {
    const open = await openWorkspace({
      'a.yaml': service('web', 'web'),
      'testdata/b.yaml': `# kubepath-disable no-such-rule\n${service('b', 'b')}`,
      'notes.yaml': '# kubepath-disable no-such-rule\na: 1\n',
    });
    expect(open.findings()).toEqual([]);
  });
});

describe("the editor's settings that a folder keeps", () => {
  test('are looked at where an editor reads them, though they are ignored', async () => {
    const files = {
      'a.yaml': service('web', 'web'),
      '.gitignore': '.vscode\n',
      '.vscode/settings.json': '{ "wrong": 1 }',
    };
    const check = (uri: string, text: string) =>
      text.includes('wrong')
        ? [{ rule: 'settings-invalid', file: uri, range: { start: 2, end: 9 }, message: 'Wrong.' }]
        : [];
    expect((await openWorkspace(files)).findings()).toEqual([]);
    const open = await openWorkspace(files, { checkEditorSettings: check });
    expect(open.findings()).toEqual(['.vscode/settings.json:1 settings-invalid: Wrong.']);
    open.edit('.vscode/settings.json', '{}');
    expect(open.findings()).toEqual([]);
    await open.close('.vscode/settings.json');
    expect(open.findings()).toHaveLength(1);
    await open.write('.vscode/settings.json', '{}');
    expect(open.findings()).toEqual([]);
    await open.write('.vscode/settings.json', '\n{ "wrong": 1 }');
    expect(open.findings()).toHaveLength(1);
    await open.remove('.vscode/settings.json');
    expect(open.findings()).toEqual([]);
  });
});

test('the project file of a file is the nearest, else the one that its folder could have', async () => {
  const open = await openWorkspace({ 'a/b/c.yaml': service('web', 'web'), 'a/.kubepath.yaml': 'rules: {}\n' });
  const of = (path: string) => open.workspace.projectFileFor(open.folder.uriOf(path));
  expect(of('a/b/c.yaml')).toEqual({ uri: open.folder.uriOf('a/.kubepath.yaml'), text: 'rules: {}\n' });
  open.edit('a/.kubepath.yaml', '# typed\n');
  expect(of('a/b/c.yaml')?.text).toBe('# typed\n');
  expect(of('d.yaml')).toEqual({ uri: open.folder.uriOf('.kubepath.yaml'), text: undefined });
  expect(open.workspace.projectFileFor('file:///elsewhere/a.yaml')).toBeUndefined();
});
