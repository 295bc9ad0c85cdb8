import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './render-tree';

/** A tree written by hand; see cases.test.ts. */
export interface Case {
  readonly name: string;
  readonly files: Files;
  readonly root: string;
  /** `refused`: kubectl refuses, and so do we. `silent`: kubectl refuses, and we cannot see why. */
  readonly expected: 'built' | 'refused' | 'silent';
}

const folder = join(import.meta.dirname, 'cases');

/** Every case of every file, by the file's name. */
export function casesByFile(): ReadonlyMap<string, readonly Case[]> {
  const app = readFileSync(join(folder, 'app.yaml'), 'utf8');
  const shared = { 'app/kustomization.yaml': 'resources: [app.yaml]\n', 'app/app.yaml': app };
  const files = readdirSync(folder).filter((file) => file !== 'app.yaml');
  return new Map(files.sort().map((file) => [file, casesIn(readFileSync(join(folder, file), 'utf8'), shared)]));
}

function casesIn(source: string, shared: Files): readonly Case[] {
  const [, ...parts] = source.split(/^#= /m);
  return parts.map((part) => caseIn(part, shared));
}

function caseIn(part: string, shared: Files): Case {
  const [head = '', ...rest] = part.split('\n');
  const [name = '', ...options] = head.split('|').map((word) => word.trim());
  const files: Record<string, string> = {};
  for (const file of rest.join('\n').split(/^#- /m).slice(1)) {
    const [path = '', ...lines] = file.split('\n');
    const text = lines.join('\n');
    files[path] = options.includes('crlf') ? text.replaceAll('\n', '\r\n') : text;
  }
  const last = Object.keys(files).findLast((path) => /(^|\/)kustomization\.ya?ml$/i.test(path)) ?? '';
  return {
    name,
    files: { ...shared, ...files },
    root: last.split('/').slice(0, -1).join('/'),
    expected: options.includes('refused') ? 'refused' : options.includes('silent') ? 'silent' : 'built',
  };
}
