import { applyAnnotations } from '../../server/core/kustomize/annotations';
import type { Context, KustomizePlace } from '../../server/core/kustomize/context';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import type { TransformerConfig } from '../../server/core/kustomize/field-specs';
import { applyImages } from '../../server/core/kustomize/images';
import { itemOf, type Item } from '../../server/core/kustomize/item';
import { applyLabels } from '../../server/core/kustomize/labels';
import { applyNamePrefix, applyNameSuffix } from '../../server/core/kustomize/name-affixes';
import { applyNamespace } from '../../server/core/kustomize/namespace';
import { applyReplicas } from '../../server/core/kustomize/replicas';
import { isUnavailable, type KustomizeSource } from '../../server/core/kustomize/source';
import { configOf, mergeConfigs } from '../../server/core/kustomize/transformer-config';
import { itemsAt, toPlain, type SourceNode } from '../../server/core/manifest/node';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { fakeSource, kustomizationOf, uriOf, type Files } from './fake-source';

/** Where the manifests of `itemsOf` are. */
export const manifestUri = uriOf('r.yaml');

/** The items of a manifest as it is written. */
export function itemsOf(manifest: string): readonly Item[] {
  return readManifest(manifestUri, manifest).resources.map(itemOf);
}

/** A kustomization's context, and what is reported to it: `invalid: …` or `incomplete: …`, with the text that it is reported on. */
export function contextOf(
  kustomization: string,
  files: Files = {},
): { readonly context: Context; readonly problems: string[] } {
  const all = { 'kustomization.yaml': kustomization, ...files };
  return contextIn(fakeSource(all), all, '');
}

/** What a tree says, without places. */
export function plain(items: readonly Item[]): readonly unknown[] {
  return items.map(({ root }) => toPlain(root));
}

/** The text that a node stands for in one of the files. */
export function textAtNode(node: SourceNode | undefined, files: Files): string | undefined {
  const text = node?.file && files[node.file.slice(uriOf('').length + 1)];
  return text ? text.slice(node.start, node.end) : undefined;
}

/** Accumulates a tree of kustomizations with the transformers of this folder alone: no patches, generators or components. */
export function accumulated(
  files: Files,
  path = '',
): { readonly items: readonly Item[]; readonly config: TransformerConfig; readonly problems: readonly string[] } {
  const source = fakeSource(files);
  const { context, problems } = contextIn(source, files, path);
  const reported = [...problems];
  let items: readonly Item[] = [];
  let config = defaultConfig;
  for (const node of itemsAt(context.kustomization.root, 'resources')) {
    const uri = source.resolve(context.kustomization.directory, String(toPlain(node)));
    if (source.kustomizationIn(uri)) {
      const base = accumulated(files, uri.slice(uriOf('').length + 1));
      items = [...items, ...base.items];
      config = mergeConfigs(config, base.config);
      reported.push(...base.problems);
    } else {
      const resources = source.resourcesIn(uri);
      items = isUnavailable(resources) ? items : [...items, ...resources.map(itemOf)];
    }
  }
  config = mergeConfigs(config, configOf(context));
  const transformers = [
    applyNamespace,
    applyNamePrefix,
    applyNameSuffix,
    applyLabels,
    applyAnnotations,
    applyReplicas,
    applyImages,
  ];
  items = transformers.reduce((current, apply) => apply(current, context, config), items);
  return { items, config, problems: [...reported, ...problems] };
}

function contextIn(
  source: KustomizeSource,
  files: Files,
  path: string,
): { readonly context: Context; readonly problems: string[] } {
  const kustomization = kustomizationOf(source, path);
  const problems: string[] = [];
  const report = (rule: string, { file = kustomization.uri, start, end }: KustomizePlace, message: string): void => {
    const text = file === manifestUri ? 'manifest' : files[file.slice(uriOf('').length + 1)]?.slice(start, end);
    problems.push(`${rule} [${text ?? file}] ${message}`);
  };
  return {
    problems,
    context: {
      kustomization,
      source,
      invalid: (at, message) => report('invalid', at, message),
      missing: (at, message) => report('invalid', at, message),
      incomplete: (at, message) => report('incomplete', at, message),
      duplicate: (at, message) => report('duplicate', at, message),
    },
  };
}
