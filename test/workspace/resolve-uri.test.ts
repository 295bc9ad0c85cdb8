import fc from 'fast-check';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { resolveUri } from '../../server/workspace/kustomize-source';

const step = fc.constantFrom('..', '.', '', 'base', 'overlays', 'a b', 'ü', '%41', 'x#y', 'app.yaml', '-', '_');
const path = fc.array(step, { minLength: 1, maxLength: 6 }).map((steps) => steps.join('/'));
const directory = fc
  .array(fc.constantFrom('work', 'a b', 'k8s'), { maxLength: 3 })
  .map((steps) => `/${steps.join('/')}`);

test('a path of a kustomization leads where the file system says', () => {
  fc.assert(
    fc.property(directory, path, (from, entry) => {
      expect(resolveUri(pathToFileURL(from).href, entry)).toBe(pathToFileURL(resolve(from, entry)).href);
    }),
  );
});
