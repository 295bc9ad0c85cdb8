import { compileGlob, type Glob } from '../core/glob';

/** What VS Code's `files.exclude` hides. */
export interface FilesExclude {
  /**
   * Whether a file or directory is hidden, by itself or with a directory above it.
   * @param path relative to the workspace folder, with `/`, decoded
   * @param exists whether a file of this name stands beside the one at `path`; only asked for patterns with `when`
   */
  excludes(path: string, exists: (sibling: string) => boolean): boolean;
}

/**
 * Reads the value of `files.exclude` as VS Code does: an object from pattern to `true`, `false` or `{ "when": "$(basename).ts" }`, which hides
 * a file where another one stands beside it. A pattern without `**` fits paths from the folder on only: `*.js` is no file below a directory.
 * What is of another form is passed over, as the editor does.
 */
export function readFilesExclude(raw: unknown): FilesExclude {
  const plain: Glob[] = [];
  const conditional: { readonly fits: Glob; readonly when: string }[] = [];
  for (const [pattern, value] of isRecord(raw) ? Object.entries(raw) : []) {
    const when = isRecord(value) && typeof value['when'] === 'string' ? value['when'] : undefined;
    const fits =
      value === true || when !== undefined ? compileGlob(plainPattern(pattern), when === undefined) : undefined;
    if (fits && when !== undefined) conditional.push({ fits, when });
    else if (fits) plain.push(fits);
  }
  return {
    excludes: (path, exists) =>
      plain.some((fits) => fits(path)) ||
      conditional.some(({ fits, when }) => fits(path) && exists(when.replace('$(basename)', () => stemOf(path)))),
  };
}

/** The editor takes `build/` for `build`. */
function plainPattern(pattern: string): string {
  return pattern.trim().replace(/\/+$/, '');
}

/** The name of a file without its last extension. */
function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
