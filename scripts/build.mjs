// Bundles the extension into dist/: the client, the server, the command line, and the panel's page.
//   node scripts/build.mjs [--watch] [--tests] [--production]
import { context } from 'esbuild';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { noticesFor } from './notices.mjs';
import { ROOT } from './process.mjs';

const node = {
  platform: 'node',
  target: ['node20', 'es2023'],
  format: 'cjs',
  external: ['vscode'],
  // The CommonJS builds of the protocol's packages call require() in ways no bundler follows.
  mainFields: ['module', 'main'],
};

const browser = {
  platform: 'browser',
  target: 'es2023',
  format: 'iife',
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

/** What VS Code and users run. */
const PRODUCT = [
  { ...node, entryPoints: { client: 'client/src/extension.ts' } },
  { ...node, entryPoints: { server: 'server/lsp/main.ts' } },
  { ...node, entryPoints: { cli: 'server/cli/main.ts' }, executable: true },
  { ...browser, entryPoints: { panel: 'client/webview/main.tsx' }, minify: true },
  { ...browser, entryPoints: { panel: 'client/webview/panel.css' }, minify: true },
  // Large, and loaded only by who asks for it.
  { ...browser, entryPoints: { arrange: 'client/webview/elk-layout.ts' }, minify: true },
];

/** What runs inside the extension host in a test; mocha finds its own files there. */
const TESTS = [
  {
    ...node,
    entryPoints: { 'test/shop': 'test/editor/suite/shop.ts', 'test/plain': 'test/editor/suite/plain.ts' },
    external: ['vscode', 'mocha'],
  },
];

/**
 * @param {{ tests?: boolean, production?: boolean, watch?: boolean }} [options] `production`: smaller, without source maps, with the licences of what is bundled
 */
export async function build({ tests = false, production = false, watch = false } = {}) {
  const bundles = tests ? [...PRODUCT, ...TESTS] : PRODUCT;
  const missing = bundles
    .flatMap((bundle) => Object.values(bundle.entryPoints))
    .filter((file) => !existsSync(join(ROOT, file)));
  if (missing.length > 0) throw new Error(`nothing to build: ${missing.join(', ')} not found`);
  const contexts = await Promise.all(bundles.map((bundle) => context(optionsOf(bundle, { production, watch }))));
  if (watch) {
    await Promise.all(contexts.map((one) => one.watch()));
    return;
  }
  try {
    const results = await Promise.all(contexts.map((one) => one.rebuild()));
    if (production) writeFileSync(join(ROOT, 'dist/NOTICES.txt'), noticesFor(results.map(({ metafile }) => metafile)));
  } finally {
    await Promise.all(contexts.map((one) => one.dispose()));
  }
}

function optionsOf({ executable = false, ...bundle }, { production, watch }) {
  // Names are kept in what runs on Node: a stack trace in a user's report should be readable.
  const small = production ? { minifyWhitespace: true, minifySyntax: true, metafile: true } : { sourcemap: true };
  return {
    absWorkingDir: ROOT,
    bundle: true,
    outdir: 'dist',
    logLevel: watch ? 'silent' : 'warning',
    legalComments: 'none',
    ...small,
    ...bundle,
    ...(executable ? { banner: { js: shebangFor(Object.values(bundle.entryPoints)[0]) } } : {}),
    plugins: [...(executable ? [makeExecutable(bundle)] : []), ...(watch ? [announce] : [])],
  };
}

/** esbuild keeps a shebang of the source as it is; a second one would be a syntax error. */
function shebangFor(entry) {
  return readFileSync(join(ROOT, entry), 'utf8').startsWith('#!') ? '' : '#!/usr/bin/env node';
}

function makeExecutable({ entryPoints }) {
  return {
    name: 'make-executable',
    setup(esbuild) {
      esbuild.onEnd(({ errors }) => {
        if (errors.length > 0) return;
        for (const name of Object.keys(entryPoints)) chmodSync(join(ROOT, 'dist', `${name}.js`), 0o755);
      });
    },
  };
}

/** Says when a build begins and ends, and what is wrong, in the form that .vscode/tasks.json waits for. */
const announce = {
  name: 'announce',
  setup(esbuild) {
    esbuild.onStart(() => console.log('[watch] build started'));
    esbuild.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        const place = location
          ? `${relative(ROOT, join(ROOT, location.file))}:${location.line}:${location.column + 1}`
          : 'build:1:1';
        console.log(`[error] ${place}: ${text}`);
      }
      console.log('[watch] build finished');
    });
  },
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const has = (flag) => process.argv.includes(flag);
  try {
    await build({ tests: has('--tests'), production: has('--production'), watch: has('--watch') });
  } catch (error) {
    // esbuild has said what is wrong with the sources.
    if (!error.errors) console.error(error.message);
    process.exitCode = 1;
  }
}
