import { describe, expect, it } from 'vitest';
import { likeliestFirst, looksLikeManifest } from '../../client/src/manifest-text';

describe('looksLikeManifest', () => {
  it.each([
    'apiVersion: v1\nkind: Service\n',
    '# a comment\r\n---\r\nkind: Service\r\napiVersion: v1\r\n',
    '"apiVersion": v1\n"kind": Pod',
    '{"apiVersion":"v1","kind":"List","items":[]}',
    '{\n  "kind": "Pod",\n  "apiVersion": "v1"\n}',
  ])('%j does', (text) => {
    expect(looksLikeManifest(text)).toBe(true);
  });

  it.each([
    '',
    'version: "3"\nservices:\n  web:\n    image: nginx\n',
    'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
    'on: push\njobs:\n  kind:\n    steps: []\n',
    '{"name":"x","kind":"y"}',
    'text about apiVersion: and kind: in a line',
  ])('%j does not', (text) => {
    expect(looksLikeManifest(text)).toBe(false);
  });
});

it('the likeliest manifests are looked at first', () => {
  const paths = [
    '/a/package.json',
    '/a/pnpm-lock.yaml',
    '/a/deploy/x.yaml',
    '/a/base/kustomization.yaml',
    '/a/mkdocs.yml',
  ];
  expect(likeliestFirst(paths, (path) => path)).toEqual([
    '/a/base/kustomization.yaml',
    '/a/deploy/x.yaml',
    '/a/pnpm-lock.yaml',
    '/a/mkdocs.yml',
    '/a/package.json',
  ]);
});
