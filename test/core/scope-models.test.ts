import { describe, expect, test } from 'vitest';
import { readManifest } from '../../server/core/manifest/read-manifest';
import type { Resource } from '../../server/core/manifest/resource';
import { workloadsOf, servicesOf } from '../../server/core/model/network-model';
import type { Rendering, ScopeDefinition } from '../../server/core/scope';
import { createScopeModels, type ContentOf } from '../../server/core/scope-models';
import { deployment, service } from '../support/manifests';

const texts: Readonly<Record<string, string>> = {
  'f:///a': service('a', 'a'),
  'f:///b': deployment('b', 'b'),
  'f:///broken': 'apiVersion: v1\nkind: Service\nmetadata: [\n',
};

function resourcesIn(uri: string): readonly Resource[] {
  return readManifest(uri, texts[uri] ?? '').resources;
}

const contentOf: ContentOf = (uri) => ({ resources: resourcesIn(uri), broken: uri === 'f:///broken' });

function rendering(inputs: readonly string[], resources: readonly Resource[] = inputs.flatMap(resourcesIn)): Rendering {
  return { resources, problems: [], inputs: new Set(inputs), affixes: [] };
}

function rendered(name: string, its: Rendering): ScopeDefinition {
  const files = [...new Set(its.resources.map(({ file }) => file))];
  return { name, kind: 'kustomize', root: 'f:///', complete: true, files, rendering: its };
}

function plain(name: string, ...files: readonly string[]): ScopeDefinition {
  return { name, kind: 'directory', root: 'f:///', complete: true, files };
}

describe('models of scopes', () => {
  test('stay as they are when nothing changed', () => {
    const models = createScopeModels();
    const scopes = [rendered('r', rendering(['f:///a'])), plain('p', 'f:///b')];
    expect(models.setScopes(scopes, contentOf)).toBe(true);
    const before = [...models.models];
    expect(models.setScopes([...scopes], contentOf)).toBe(false);
    expect(models.models).toEqual(before);
  });

  test('know each other through one list', () => {
    const models = createScopeModels();
    models.setScopes([plain('p', 'f:///a')], contentOf);
    const [first] = models.models;
    models.setScopes([plain('p', 'f:///a'), plain('q', 'f:///b')], contentOf);
    expect(models.models[0]).toBe(first);
    expect(first?.neighbours).toHaveLength(2);
  });

  test('take the new rendering, and keep what is the same in it', () => {
    const models = createScopeModels();
    const one = rendering(['f:///a', 'f:///b']);
    models.setScopes([rendered('r', one)], contentOf);
    const [model] = models.models;
    const [workload] = model ? workloadsOf(model) : [];
    const two = rendering(['f:///a', 'f:///b'], [...resourcesIn('f:///a'), ...one.resources.slice(1)]);
    expect(models.setScopes([rendered('r', two)], contentOf)).toBe(true);
    expect(models.models[0]).toBe(model);
    expect(model && workloadsOf(model)[0]).toBe(workload);
    expect(model && servicesOf(model)[0]?.resource).toBe(two.resources[0]);
    expect(model?.scope.rendering).toBe(two);
    models.setScopes([rendered('r', rendering(['f:///a']))], contentOf);
    expect(model && workloadsOf(model)).toEqual([]);
  });

  test('hold a namespace for as long as there is something in it', () => {
    const models = createScopeModels();
    const inOther = readManifest('f:///a', service('a', 'a', 'other')).resources;
    models.setScopes([rendered('r', rendering(['f:///a'], inOther))], contentOf);
    const [model] = models.models;
    expect([...(model?.contents.keys() ?? [])]).toEqual(['other']);
    models.setScopes([rendered('r', rendering(['f:///a']))], contentOf);
    expect([...(model?.contents.keys() ?? [])]).toEqual(['default']);
  });

  test('are known by every file that has a part in them', () => {
    const models = createScopeModels();
    models.setScopes([rendered('r', rendering(['f:///a', 'f:///k'])), plain('p', 'f:///a')], contentOf);
    const names = (uri: string): readonly string[] => models.modelsOf(uri).map(({ scope }) => scope.name);
    expect(names('f:///a')).toEqual(['r', 'p']);
    expect(names('f:///k')).toEqual(['r']);
    expect(names('f:///b')).toEqual([]);
    models.setScopes([plain('p', 'f:///a')], contentOf);
    expect(names('f:///k')).toEqual([]);
  });

  test('that are rendered wait for their rendering when a file changes', () => {
    const models = createScopeModels();
    models.setScopes([rendered('r', rendering(['f:///a'])), plain('p', 'f:///a')], contentOf);
    models.fileChanged('f:///a', { resources: [], broken: false });
    expect(models.models.map((model) => servicesOf(model).length)).toEqual([1, 0]);
  });

  test('are incomplete while a file is broken that they are made of', () => {
    const models = createScopeModels();
    models.setScopes([rendered('r', rendering(['f:///a', 'f:///broken']))], contentOf);
    const [model] = models.models;
    expect(model?.complete).toBe(false);
    models.setScopes([rendered('r', rendering(['f:///a']))], contentOf);
    expect(model?.complete).toBe(true);
    models.setScopes([rendered('r', rendering(['f:///broken']))], contentOf);
    expect(model?.complete).toBe(false);
    models.setScopes([rendered('r', rendering(['f:///broken']))], (uri) => ({ ...contentOf(uri), broken: false }));
    expect(model?.complete).toBe(true);
  });
});
