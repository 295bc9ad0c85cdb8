// The three checks that hold the core pure and the layers in order: each passes on the tree as it is, and fails on every canary.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build, type BuildFailure } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CANARIES, targetsOf } from './canaries.js';

const ROOT = dirname(dirname(import.meta.dirname));
const COPIED = ['package.json', 'tsconfig.base.json', '.dependency-cruiser.cjs', 'server/core'];
const LAYERS = ['server', 'client', 'diagram'];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

let nest: string;
beforeAll(() => {
  nest = mkdtempSync(join(tmpdir(), 'kubepath-canaries-'));
  for (const path of COPIED) cpSync(join(ROOT, path), join(nest, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(nest, 'node_modules'), 'junction');
  for (const file of targetsOf(CANARIES)) {
    if (!existsSync(join(nest, file))) write(file, 'export const target = 1;\n');
  }
});
afterAll(() => rmSync(nest, { recursive: true, force: true }));

describe("the core's tsconfig", () => {
  const canaries = CANARIES.filter(({ caughtBy }) => caughtBy.compiler);
  let errors: string;
  beforeAll(async () => {
    for (const { file, text } of canaries) write(file, text);
    errors = await compileCore();
    for (const { file } of canaries) rmSync(join(nest, file));
  });

  it('passes the core as it is', async () => expect(await compileCore()).toBe(''));
  it.each(canaries)('catches: $name', ({ file }) => expect(errors).toContain(`${file}(`));
});

describe('dependency-cruiser', () => {
  const canaries = CANARIES.filter(({ caughtBy }) => caughtBy.rule !== undefined);
  let violations: readonly Violation[];
  beforeAll(async () => {
    for (const { file, text } of canaries) write(file, text);
    violations = await cruise(nest);
    for (const { file } of canaries) rmSync(join(nest, file));
  });

  it('passes the tree as it is', async () => {
    const found = await cruise(ROOT);
    expect(found.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });
  it.each(canaries)('catches: $name ($caughtBy.rule)', ({ file, caughtBy }) => {
    const ofCanary = violations.filter(({ from, to }) => from === file || to === file);
    expect(ofCanary.map(({ rule }) => rule.name)).toContain(caughtBy.rule);
  });
  it('has a canary for each of its rules', () => {
    const config = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')) as {
      forbidden: { name: string }[];
    };
    const caught = new Set(canaries.map(({ caughtBy }) => caughtBy.rule));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([]);
  });
});

describe('the bundle for browsers', () => {
  const canaries = CANARIES.filter(({ caughtBy }) => caughtBy.bundle);

  it('builds from the core as it is, and runs where there is nothing but the language', async () => {
    const bundle = await bundleForBrowsers(ROOT, './server/core/index.ts');
    const core: unknown = runInNewContext(`${bundle}; core`);
    expect(core).toHaveProperty('createAnalyzer');
  });
  it.each(canaries)('catches: $name', async ({ file, text }) => {
    write(file, text);
    const failure = await bundleForBrowsers(nest, `./${file}`).then(
      () => undefined,
      (error: unknown) => error as BuildFailure,
    );
    rmSync(join(nest, file));
    expect(failure?.errors[0]?.text).toMatch(/Could not resolve/);
  });
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(nest, file)), { recursive: true });
  writeFileSync(join(nest, file), text);
}

/** What the compiler says of the copied core, with the core's own options. */
function compileCore(): Promise<string> {
  return output('typescript/bin/tsc', ['-p', 'server/core/tsconfig.json', '--pretty', 'false'], nest);
}

async function cruise(folder: string): Promise<readonly Violation[]> {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...LAYERS];
  const report = await output('dependency-cruiser/bin/dependency-cruise.mjs', args, folder);
  return (JSON.parse(report) as { summary: { violations: Violation[] } }).summary.violations;
}

async function bundleForBrowsers(folder: string, entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'core',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** The standard output of a tool, whatever its exit code. */
function output(bin: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'node_modules', bin), ...args],
      { cwd, maxBuffer: 2 ** 28 },
      (_error, stdout) => resolve(stdout.trim()),
    );
  });
}
