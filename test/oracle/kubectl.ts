import { execFile } from 'node:child_process';
import { networkingFields } from '../../server/core/features/networking-fields';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { tools, toolsSupported } from '../tools/setup.mjs';

/** What `kubectl kustomize` says of a directory. */
export type Built = { readonly yaml: string } | { readonly error: string };

export function kubectlKustomize(directory: string): Promise<Built> {
  const program = toolsSupported ? tools.kubectl : 'kubectl';
  return new Promise((done) => {
    execFile(program, ['kustomize', directory], { maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      done(error ? { error: stderr.trim() || error.message } : { yaml: stdout }),
    );
  });
}

/** What networking reads of kubectl's output: a line for each resource, sorted, so that two outputs compare as sets. */
export function factsOf(yaml: string): readonly string[] {
  return linesOf(readManifest('file:///kubectl.yaml', yaml).resources.map(networkingFields));
}

/** Objects as lines that are equal when the objects are. */
export function linesOf(objects: readonly unknown[]): readonly string[] {
  return objects.map((object) => JSON.stringify(sorted(object))).sort();
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
