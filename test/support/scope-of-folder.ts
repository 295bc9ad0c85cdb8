import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { createModel, replaceFile, type NetworkModel } from '../../server/core/model/network-model';

/** All manifests below a folder as one scope, the way `kubectl apply -R -f` takes them. */
export function scopeOfFolder(folder: string): NetworkModel {
  const manifests = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(folder, name))
    .map((path) => readManifest(pathToFileURL(path).href, readFileSync(path, 'utf8')));
  return scopeOf(manifests);
}

/** Manifests given as texts, as one scope. */
export function scopeOfTexts(texts: Readonly<Record<string, string>>): NetworkModel {
  return scopeOf(Object.entries(texts).map(([name, text]) => readManifest(`file:///project/${name}`, text)));
}

function scopeOf(manifests: readonly ReturnType<typeof readManifest>[]): NetworkModel {
  const files = manifests.map(({ uri }) => uri);
  const scope = { name: 'test', kind: 'directory', root: 'file:///project', complete: true, files } as const;
  const model = createModel(scope, []);
  for (const { uri, resources } of manifests) replaceFile(model, uri, resources, false);
  return model;
}
