import { describe, expect, it } from 'vitest';
import { describeScope, lookOfScopes, scopeTitle } from '../../client/src/scope-text';
import { lookOfServer, notesOf, plain } from '../../client/src/status-text';
import type { ScopeSummary, StatusParams } from '../../server/lsp/protocol';

const ready: StatusParams = {
  state: 'ready',
  done: 12,
  total: 12,
  files: 12,
  resources: 40,
  scopes: 3,
  errors: 0,
  warnings: 0,
  information: 0,
  hints: 0,
  rendering: 0,
  notes: [],
};

const prod: ScopeSummary = {
  name: 'overlays/prod',
  kind: 'kustomize',
  root: 'file:///w/overlays/prod',
  complete: true,
  resources: 34,
};

describe('the status item', () => {
  const look = (status: Partial<StatusParams>): ReturnType<typeof lookOfServer> =>
    lookOfServer({ server: 'running', status: { ...ready, ...status } });

  it.each<[string, Partial<StatusParams>, object]>([
    ['counts', {}, { text: 'Kubepath: no findings', detail: '12 files, 40 resources, 3 scopes', busy: false }],
    ['is busy while rendering', { rendering: 2 }, { detail: '12 files, 40 resources, rendering 2', busy: true }],
    ['says when there is nothing', { files: 0 }, { text: 'Kubepath: no manifest', detail: 'none in this workspace' }],
    ['leads to findings', { errors: 1, hints: 1 }, { text: 'Kubepath: 1 error, 1 note' }],
  ])('%s', (_, status, expected) => {
    expect(look(status)).toMatchObject(expected);
  });

  it('what was left alone has an entry each, while the server runs', () => {
    const status = { ...ready, notes: ['One thing.', 'Another.'] };
    expect(notesOf({ server: 'running', status })).toEqual(['$(info) One thing.', '$(info) Another.']);
    expect(notesOf({ server: 'off', status: undefined })).toEqual([]);
  });

  it('a failure is one', () => {
    expect(lookOfServer({ server: 'failed', status: undefined })).toMatchObject({ failed: true });
    expect(look({ state: 'failed' })).toMatchObject({ failed: true });
  });
});

describe('the scope item', () => {
  it.each<[string, readonly ScopeSummary[], object]>([
    [
      'names the scope of a file',
      [prod],
      {
        text: '$(layers) overlays/prod',
        detail: 'kustomize · 34 resources',
        command: { command: 'kubepath.showServiceRouting' },
      },
    ],
    [
      'leads to the others',
      [prod, { ...prod, name: 'overlays/dev' }, { ...prod, name: 'overlays/qa' }],
      {
        text: '$(layers) overlays/prod',
        detail: 'kustomize · 34 resources · 1 of 3 scopes',
        command: { command: 'kubepath.selectScope' },
      },
    ],
    [
      'calls the folder itself by no sign',
      [{ ...prod, name: '.', kind: 'directory', resources: 1 }],
      { text: '$(folder) the whole folder', detail: 'directory · 1 resource' },
    ],
    [
      'guesses why a manifest is in none',
      [],
      {
        text: '$(circle-slash) not analysed',
        detail: 'in no scope: a patch, template, test data or ignored',
      },
    ],
  ])('%s', (_, scopes, expected) => {
    expect(lookOfScopes(scopes, true)).toMatchObject(expected);
  });

  it('knows what is no manifest', () => {
    expect(lookOfScopes([], false).detail).toBe('no manifest');
  });

  it('says that a scope is incomplete', () => {
    expect(describeScope({ ...prod, complete: false })).toBe('kustomize · 34 resources, incomplete');
  });
});

it('names out of the workspace make neither icons nor links', () => {
  expect(plain('a$(zap)b [x](command:y)')).toBe('a$ (zap)b [x] (command:y)');
  expect(scopeTitle({ ...prod, name: '$(zap)' })).toBe('$(layers) $ (zap)');
  const status = { ...ready, notes: ['[x](command:y)'] };
  expect(notesOf({ server: 'running', status })).toEqual(['$(info) [x] (command:y)']);
});
