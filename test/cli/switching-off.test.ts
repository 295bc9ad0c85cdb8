import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { tempFolder, type TempFolder } from '../support/temp-folder';
import { kubepath } from './run-kubepath';

const rule = 'service-selector-unmatched';

/** A warning (near miss), with more files. */
function faulty(more: Readonly<Record<string, string>> = {}): TempFolder {
  return tempFolder({
    'app/service.yaml': service('web', 'fronted'),
    'app/deployment.yaml': deployment('web', 'frontend'),
    ...more,
  });
}

/** `rule severity` of everything that is found, and the exit code. */
async function check(folder: TempFolder, ...args: readonly string[]): Promise<readonly [number, readonly string[]]> {
  const { code, stdout } = await kubepath(folder, 'check', '--format', 'json', ...args);
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; severity: string }[] };
  return [code, findings.map((finding) => `${finding.rule} ${finding.severity}`)];
}

describe('what is switched off', () => {
  test('by a comment is neither printed nor counted', async () => {
    const commented = service('web', 'fronted').replace(
      '    app',
      `    # kubepath-disable-next-line ${rule} -- so be it\n    app`,
    );
    const folder = faulty({ 'app/service.yaml': commented });
    expect(await check(folder, '--max-warnings', '0')).toEqual([0, []]);
    const { stdout } = await kubepath(folder, 'check');
    expect(stdout).toContain('Nothing to report (2 resources');
  });

  test('by a project file, from wherever a folder of it is checked', async () => {
    const folder = faulty({ '.kubepath.yaml': `rules: { ${rule}: error }\n`, '.git/HEAD': 'ref: refs/heads/main\n' });
    expect(await check(folder)).toEqual([1, [`${rule} error`]]);
    expect(await check(folder, 'app')).toEqual([1, [`${rule} error`]]);
    folder.write('app/.kubepath.yaml', `rules: { ${rule}: off }\n`);
    expect(await check(folder, 'app')).toEqual([0, []]);
  });

  test('by --rule, before any project file', async () => {
    const folder = faulty({ 'app/.kubepath.yaml': `rules: { ${rule}: off }\n` });
    expect(await check(folder, '--rule', `${rule}=error`, '--rule', 'policy-overlap=off')).toEqual([
      1,
      [`${rule} error`],
    ]);
  });

  test("by the editor's settings is not: what both share is .kubepath.yaml", async () => {
    const text = JSON.stringify({ 'kubepath.rules': { [rule]: 'off', 'no-such-rule': 'off' } });
    expect(await check(faulty({ '.vscode/settings.json': text }))).toEqual([0, [`${rule} warning`]]);
  });
});

describe('what cannot be', () => {
  test('in comments and project files is a finding', async () => {
    const folder = faulty({
      '.kubepath.yaml': 'rules:\n  policy-overlaps: off\n',
      'app/service.yaml': `# kubepath-disable service-selector-unmached\n${service('web', 'frontend')}`,
    });
    expect(await check(folder)).toEqual([0, ['settings-invalid warning', 'suppression-invalid warning']]);
    const { stdout } = await kubepath(folder, 'check');
    expect(stdout).toContain('fix: Change "policy-overlaps" to "policy-overlap"');
    expect(stdout).toContain('fix: Change "service-selector-unmached" to "service-selector-unmatched"');
  });

  test.each([
    ['policy-overlaps=off', 'There is no rule "policy-overlaps". Did you mean "policy-overlap"?'],
    ['policy-overlap', 'There is no severity "". Those are off, hint, information, warning, error.'],
    ['policy-overlap=warn', 'There is no severity "warn". Did you mean "warning"?'],
    ['__proto__=off', 'There is no rule "__proto__".'],
  ])('--rule %s: exit 2, with the nearest', async (value, sentence) => {
    const { code, stdout, stderr } = await kubepath(faulty(), 'check', '--rule', value);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
  });
});
