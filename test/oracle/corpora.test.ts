import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kubepath } from '../cli/run-kubepath';
import { factsOf, kubectlKustomize, linesOf } from './kubectl';

/** Real workspaces, which lie beside the project where it is developed and checked. */
const corpora = process.env['KUBEPATH_CORPORA'] ?? resolve('..', 'shared', 'corpora');

/** Roots that may differ, each with the reason. */
const known: Readonly<Record<string, string>> = {};

interface Outcome {
  readonly root: string;
  readonly problem: string | undefined;
}

describe.skipIf(!existsSync(corpora))('kustomizations of the corpora', () => {
  it('come out as kubectl kustomize renders them', async () => {
    const outcomes = await inParallel(rootsBelow(corpora), compare);
    const built = outcomes.filter((outcome) => outcome !== undefined);
    const wrong = built.filter(({ root, problem }) => problem !== undefined && known[root] === undefined);
    expect(wrong).toEqual([]);
    const agreeing = built.filter(({ problem }) => problem === undefined);
    console.log(`${agreeing.length} of ${built.length} kustomizations agree entirely.`);
    expect(built.length).toBeGreaterThan(50);
    expect(agreeing.length / built.length).toBeGreaterThanOrEqual(0.99);
  });
});

/** Every directory with a kustomization that can be built by itself, bases included. */
function rootsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^kustomization(\.ya?ml)?$/i.test(basename(path)))
    .filter((path) => !/^kind: Component/m.test(readFileSync(join(folder, path), 'utf8')))
    .map((path) => join(folder, dirname(path)))
    .sort();
}

/** Undefined for a root that kubectl itself cannot build (a remote base, a missing file). */
async function compare(directory: string): Promise<Outcome | undefined> {
  const built = await kubectlKustomize(directory);
  if ('error' in built) return undefined;
  const { stdout, stderr, code } = await kubepath({ path: directory }, 'resources', '.', '--format', 'json');
  const root = relative(corpora, directory);
  if (code !== 0) return { root, problem: stderr };
  const { scopes } = JSON.parse(stdout) as {
    scopes: { name: string; kind: string; resources: { object: unknown }[] }[];
  };
  const own = scopes.find(({ name, kind }) => name === '.' && kind === 'kustomize');
  return { root, problem: difference(factsOf(built.yaml), linesOf(own?.resources.map(({ object }) => object) ?? [])) };
}

function difference(expected: readonly string[], actual: readonly string[]): string | undefined {
  const missing = expected.filter((line) => !actual.includes(line));
  const extra = actual.filter((line) => !expected.includes(line));
  if (missing.length === 0 && extra.length === 0) return undefined;
  return [...missing.map((line) => `kubectl: ${line}`), ...extra.map((line) => `ours:    ${line}`)].join('\n');
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}
