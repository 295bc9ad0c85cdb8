import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

/** A folder on disk that lives as long as the test. */
export interface TempFolder {
  readonly path: string;
  /** URI without trailing slash. */
  readonly uri: string;
  write(path: string, content: string | Uint8Array): string;
  uriOf(path: string): string;
}

/** Makes a folder with these files, removed when the test ends. */
export function tempFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): TempFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'kubepath-test-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const folder: TempFolder = {
    path,
    uri: pathToFileURL(path).href,
    write(name, content) {
      const target = join(path, name);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
      return target;
    },
    uriOf: (name) => pathToFileURL(join(path, name)).href,
  };
  for (const [name, content] of Object.entries(files)) folder.write(name, content);
  return folder;
}
