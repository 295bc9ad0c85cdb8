// Writes what is generated from the rules and the settings: tsx scripts/generate.ts [--check]
// With --check nothing is written, and stale files fail it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles, staleFiles, type ReadFile } from './generated-files';

const root = join(__dirname, '..');

const read: ReadFile = (path) => {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

const stale = staleFiles(read);
if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`${path} is stale: run "npm run generate".`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  const files = generatedFiles(read);
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files.get(path) ?? '');
    console.log(`wrote ${path}`);
  }
}
