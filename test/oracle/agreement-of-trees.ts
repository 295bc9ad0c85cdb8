import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KustomizeRendering } from '../../server/core/kustomize/render';
import { toPlain } from '../../server/core/manifest/node';
import { readManifest } from '../../server/core/manifest/read-manifest';
import type { Resource } from '../../server/core/manifest/resource';
import { kubectlKustomize, linesOf, type Built } from './kubectl';
import { renderTree, type Files } from './render-tree';

/** How two renderings of a tree compare. */
export interface Comparison {
  /** `refused`: both say that it cannot be built. */
  readonly outcome: 'same' | 'refused' | 'different';
  /** For people: what only one of the two has, and what one of them has against it. */
  readonly difference: string;
  /** What kubectl has against it. */
  readonly refusal: string | undefined;
  /** Ours. */
  readonly rendering: KustomizeRendering;
}

/** Compares what kubectl makes of a folder of a tree with what we make of it: whole objects, not only what networking reads. */
export async function compareTree(
  files: Files,
  root: string,
  build: (directory: string) => Promise<Built> = kubectlKustomize,
): Promise<Comparison> {
  const built = await inFolder(files, (folder) => build(join(folder, root)));
  const rendering = renderTree(files, root);
  const told = rendering.problems.map(({ rule, message }) => `ours:    ${rule}: ${message}`);
  if ('error' in built) {
    const refusal = built.error.replace(/^# Warning: .*\n/gm, '');
    const outcome = told.length > 0 || isCrash(refusal) ? 'refused' : 'different';
    return { outcome, difference: [`kubectl: ${refusal}`, ...told].join('\n'), refusal, rendering };
  }
  const expected = wholeLines(readManifest('file:///kubectl.yaml', built.yaml).resources);
  const actual = wholeLines(rendering.resources);
  const lines = [
    ...told,
    ...expected.filter((line) => !actual.includes(line)).map((line) => `kubectl: ${line}`),
    ...actual.filter((line) => !expected.includes(line)).map((line) => `ours:    ${line}`),
    ...(expected.length === actual.length ? [] : [`kubectl: ${expected.length} resources, ours: ${actual.length}`]),
  ];
  return {
    outcome: lines.length === 0 ? 'same' : 'different',
    difference: lines.join('\n'),
    refusal: undefined,
    rendering,
  };
}

/** Where kustomize itself loses its way there is nothing to learn. */
function isCrash(refusal: string): boolean {
  return /panic: |number of previous names/.test(refusal);
}

function wholeLines(resources: readonly Resource[]): readonly string[] {
  return linesOf(resources.map(({ root }) => withoutEmptyAnnotations(toPlain(root))));
}

/** kustomize keeps notes of its own in annotations. When it takes them out all others become texts, and empty ones go; nothing here reads that. */
function withoutEmptyAnnotations(object: unknown): unknown {
  const { metadata, ...rest } = object as { readonly metadata?: Readonly<Record<string, unknown>> };
  if (!metadata) return object;
  const { annotations, ...others } = metadata;
  const texts = Object.entries(annotations ?? {}).map(([key, value]) => [key, String(value)]);
  return {
    ...rest,
    metadata: texts.length === 0 ? others : { ...others, annotations: Object.fromEntries(texts) as unknown },
  };
}

async function inFolder<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kubepath-oracle-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
