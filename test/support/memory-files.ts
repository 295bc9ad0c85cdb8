import { fileURLToPath } from 'node:url';
import type { FileSource } from '../../server/workspace/file-source';

/** Texts by URI as a file system, without a repository around it. They are read anew each time, so a test may change them. */
export function memoryFiles(texts: ReadonlyMap<string, string>): FileSource {
  const byPath = (): ReadonlyMap<string, string> =>
    new Map([...texts].map(([uri, text]) => [fileURLToPath(uri), text]));
  const kindOf = (path: string): 'file' | 'directory' | undefined => {
    const paths = [...byPath().keys()];
    if (paths.includes(path)) return 'file';
    return paths.some((other) => other.startsWith(`${path}/`)) ? 'directory' : undefined;
  };
  return {
    entries(directory) {
      const names = [...byPath().keys()]
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1).split('/')[0] ?? '');
      return [...new Set(names)]
        .sort()
        .map((name) => ({ name, kind: kindOf(`${directory}/${name}`) ?? 'file', isLink: false }));
    },
    kindOf,
    realPath: (path) => path,
    read(path) {
      const text = byPath().get(path);
      return text === undefined ? { skipped: `${path}: no such file.` } : { bytes: Buffer.from(text) };
    },
    topOf: (root) => root,
    ignoreFileNames: ['.gitignore', '.kubepathignore'],
  };
}
