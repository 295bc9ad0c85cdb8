import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The one form in which the server knows a file: that of `pathToFileURL`, as scanning a folder yields it. Clients percent-encode more
 * (`%40`, `c%3A`) or less; all map to the same string here, so that URIs can be compared and used as keys.
 *
 * @param windows whether paths have drive letters; the platform decides when it is left out
 * @returns undefined for whatever is no URI of a local file: untitled documents, notebooks, Git's left-hand sides
 */
export function normaliseUri(uri: unknown, windows?: boolean): string | undefined {
  if (typeof uri !== 'string' || !uri.startsWith('file:')) return undefined;
  const platform = windows === undefined ? {} : { windows };
  try {
    const url = pathToFileURL(fileURLToPath(uri, platform), platform).toString();
    // VS Code writes drive letters in lower case, Node keeps what it is given.
    return withoutTrailingSlash(url.replace(/^file:\/\/\/[A-Z]:/, (drive) => drive.toLowerCase()));
  } catch {
    return undefined;
  }
}

/** The last segment of a URI's path, decoded. */
export function baseName(uri: string): string {
  const segment = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Folders come with and without a slash; the root of a disk keeps it. */
function withoutTrailingSlash(url: string): string {
  const bare = url.replace(/\/+$/, '');
  if (bare === 'file:') return 'file:///';
  return /^file:\/\/\/[a-z]:$/.test(bare) ? `${bare}/` : bare;
}
