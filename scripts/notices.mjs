// The licences of what is bundled: they ask to be passed on with every copy.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './process.mjs';

/**
 * @param {readonly import('esbuild').Metafile[]} metafiles of the bundles
 * @returns {string} name, version and licence of every package in them; throws when one has no licence text
 */
export function noticesFor(metafiles) {
  const inputs = metafiles.flatMap(({ inputs: files }) => Object.keys(files));
  const folders = new Set(inputs.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const notices = [...folders].sort().map((folder) => noticeOf(join(ROOT, folder)));
  return `Kubepath contains the following packages.\n\n${notices.join('\n')}`;
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (!file || !existsSync(join(folder, file))) throw new Error(`${name}: no licence text to pass on`);
  const text = readFileSync(join(folder, file), 'utf8').replace(/\r\n/g, '\n').trim();
  return `${'='.repeat(78)}\n${name} ${version} (${license})\n\n${text}\n`;
}
