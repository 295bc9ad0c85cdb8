import { readManifest } from '../../server/core/manifest/read-manifest';
import { createModel, replaceFile, type NetworkModel } from '../../server/core/model/network-model';
import { rules } from '../../server/core/rules/index';
import { defaultSettings } from '../../server/core/settings';
import type { GeneratedFile } from './generate-workspace';

/** What one rule costs over a whole workspace, in milliseconds. What several rules share counts for the first that asks. */
export interface RuleCost {
  readonly rule: string;
  readonly milliseconds: number;
}

/** Every rule over all files as one scope, the dearest first. The models are new: nothing was worked out before. */
export function measureRules(files: readonly GeneratedFile[]): readonly RuleCost[] {
  const model = modelOf(files);
  return rules
    .map((rule) => {
      const start = performance.now();
      rule.check(model, () => undefined, defaultSettings);
      return { rule: rule.id, milliseconds: performance.now() - start };
    })
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

function modelOf(files: readonly GeneratedFile[]): NetworkModel {
  const uris = files.map(({ path }) => `file:///${path}`);
  const scope = { name: 'bench', kind: 'directory', root: 'file:///', complete: true, files: uris } as const;
  const model = createModel(scope, []);
  for (const { path, text } of files)
    replaceFile(model, `file:///${path}`, readManifest(`file:///${path}`, text).resources, false);
  return model;
}
