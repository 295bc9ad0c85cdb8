import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Logger } from '../../core/index';
import type { FileSource } from '../file-source';
import { readChartDescription, type ChartDescription } from './chart';

/** A chart as it is on disk now. */
export interface LoadedChart {
  /** Its directory. */
  readonly path: string;
  /** The same, as URI without trailing slash. */
  readonly uri: string;
  readonly description: ChartDescription;
  /** Of the content of all its files. */
  readonly hash: string;
  /** Paths from its directory, with `/`, sorted. */
  readonly files: readonly string[];
  /** Texts of what is looked at: `Chart.yaml`s, values files, templates; by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** In bytes, for one file and for all. Helm refuses such charts too. */
const maxFile = 16 << 20;
const maxChart = 64 << 20;
const maxFiles = 5000;

/** Folders of other tools; a chart that holds them would be much too large for helm. */
const passedOver: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/** Reads all files of a chart. A sentence instead when it is none, or too large. */
export function loadChart(files: FileSource, path: string, logger: Logger): LoadedChart | { readonly problem: string } {
  const paths = filesBelow(files, path, logger);
  if (paths.length > maxFiles) return { problem: `It holds more than ${maxFiles} files, so it is not rendered.` };
  const hash = createHash('sha256');
  const texts = new Map<string, string>();
  let size = 0;
  for (const file of paths) {
    const read = files.read(join(path, file), maxFile);
    if ('skipped' in read) return { problem: `${file} cannot be read or is too large, so the chart is not rendered.` };
    size += read.bytes.length;
    if (size > maxChart) return { problem: `It holds more than ${maxChart >> 20} MB, so it is not rendered.` };
    hash.update(`${file}\0${read.bytes.length}\0`).update(read.bytes);
    if (isLookedAt(file)) texts.set(file, read.bytes.toString('utf8').replace(/^\uFEFF/, ''));
  }
  const description = readChartDescription(texts.get('Chart.yaml') ?? '');
  if (!description) return { problem: 'Its Chart.yaml names no chart of apiVersion v1 or v2.' };
  return { path, uri: pathToFileURL(path).href, description, hash: hash.digest('hex'), files: paths, texts };
}

function isLookedAt(file: string): boolean {
  return (
    /(^|\/)Chart\.yaml$/.test(file) ||
    /(^|\/)values\.schema\.json$/.test(file) ||
    /^(ci\/)?[^/]*\.ya?ml$/.test(file) ||
    /(^|\/)templates\/.*\.(ya?ml|tpl|json|txt)$/.test(file)
  );
}

function filesBelow(source: FileSource, top: string, logger: Logger): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string, above: readonly (string | undefined)[]): void => {
    for (const { name, kind, isLink } of source.entries(join(top, folder), logger)) {
      if (passedOver.has(name) || found.length > maxFiles) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      if (kind === 'file') {
        found.push(path);
        continue;
      }
      const real = isLink ? source.realPath(join(top, path)) : undefined;
      // A link to a folder above would go round for ever.
      if (isLink && above.includes(real)) continue;
      visit(path, [...above, real ?? join(top, path)]);
    }
  };
  visit('', [source.realPath(top) ?? top]);
  return found.sort();
}
