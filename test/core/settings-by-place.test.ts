import { describe, expect, test } from 'vitest';
import type { mergeSettings } from '../../server/core/settings';
import { defaultSettings, readSettings } from '../../server/core/settings';
import { settingsByPlace } from '../../server/core/settings-by-place';

const project = (root: string, settings: Parameters<typeof mergeSettings>[1]) => ({
  file: `${root}/.kubepath.yaml`,
  root,
  settings,
});

describe('settings at a place', () => {
  const base = readSettings({
    rules: { 'yaml-syntax': 'hint', 'policy-overlap': 'hint' },
    unmatched: { outside: 'hint' },
    cluster: { domain: 'corp.local' },
  });
  const places = settingsByPlace(base, [
    project('file:///w/deploy/prod', { rules: { 'policy-overlap': 'error' }, cluster: { podCidrs: ['10.2.0.0/16'] } }),
    project('file:///w', {
      rules: { 'policy-overlap': 'off', 'resource-duplicate': 'off' },
      unmatchedOutside: 'warning',
      cluster: { podCidrs: ['10.1.0.0/16'] },
      podTemplates: { 'a.example.com/A': 'spec' },
    }),
  ]);

  test('outside of all project files those of the editor hold', () =>
    expect(places.of('file:///elsewhere/a.yaml')).toBe(base));

  test('the nearest file says, key by key, and rules one by one', () => {
    expect(places.of('file:///w/deploy/prod/app/a.yaml')).toEqual({
      ...base,
      rules: { 'yaml-syntax': 'hint', 'policy-overlap': 'error', 'resource-duplicate': 'off' },
      unmatchedOutside: 'warning',
      cluster: { ...base.cluster, podCidrs: ['10.2.0.0/16'] },
      podTemplates: { 'a.example.com/A': 'spec' },
    });
    expect(places.of('file:///w/deploy/production/a.yaml').rules['policy-overlap']).toBe('off');
    expect(places.of('file:///w/deploy/prod').rules['policy-overlap']).toBe('error');
  });

  test('are worked out once', () => expect(places.of('file:///w/a/b.yaml')).toBe(places.of('file:///w/c.yaml')));

  test('those of the command line go before', () => {
    const forced = { 'policy-overlap': 'warning' } as const;
    const strict = settingsByPlace({ ...defaultSettings, rules: forced, forcedRules: forced }, [
      project('file:///w', { rules: { 'policy-overlap': 'off', 'yaml-syntax': 'off' } }),
    ]);
    expect(strict.of('file:///w/a.yaml').rules).toEqual({ 'policy-overlap': 'warning', 'yaml-syntax': 'off' });
  });
});

test('values that cannot be are left out', () => {
  const raw = {
    rules: { 'yaml-syntax': 'loud', 'policy-overlap': 'off' },
    unmatched: 3,
    maxFileSize: '9',
    exclude: 'a',
    scopes: [],
    podTemplates: 'b',
    helm: null,
    renderTimeout: 0,
    cluster: { networkPlugin: 'none', domain: '', podCidrs: 7 },
  };
  expect(readSettings(raw)).toEqual({ ...defaultSettings, rules: { 'policy-overlap': 'off' } });
  for (const odd of [null, undefined, 3, 'a', [], [1]]) expect(readSettings(odd)).toEqual(defaultSettings);
});
