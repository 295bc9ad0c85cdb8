import { open } from 'node:fs/promises';
import * as vscode from 'vscode';
import { likeliestFirst, looksLikeManifest, manifestGlob } from './manifest-text';

const limits = { files: 5000, bytesPerFile: 64 * 1024, atOnce: 16, milliseconds: 10_000 };
const neverManifests = '**/{node_modules,.git,.terraform,.venv}/**';

/** What a search found and what it cost. */
export interface SearchResult {
  readonly found: vscode.Uri | undefined;
  readonly looked: number;
  readonly milliseconds: number;
  /** False when the search stopped early: too many files, too slow, or cancelled. */
  readonly complete: boolean;
}

/** Looks for one manifest in the workspace. Bounded in files, bytes and time. */
export async function findManifest(token: vscode.CancellationToken): Promise<SearchResult> {
  const start = performance.now();
  const uris = await vscode.workspace.findFiles(manifestGlob, neverManifests, limits.files, token);
  const queue = likeliestFirst(uris, (uri) => uri.path);
  let found: vscode.Uri | undefined;
  let looked = 0;
  const done = (): boolean =>
    found !== undefined || token.isCancellationRequested || performance.now() - start > limits.milliseconds;
  const look = async (): Promise<void> => {
    for (let uri = queue[looked]; uri !== undefined && !done(); uri = queue[looked]) {
      looked++;
      if (await isManifest(uri)) found ??= uri;
    }
  };
  await Promise.all(Array.from({ length: limits.atOnce }, look));
  return {
    found,
    looked,
    milliseconds: Math.round(performance.now() - start),
    complete: looked === queue.length && uris.length < limits.files,
  };
}

/** Whether the beginning of a file looks like a manifest. False for what cannot be read. */
export async function isManifest(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme !== 'file') return false;
  try {
    const file = await open(uri.fsPath);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(limits.bytesPerFile), 0, limits.bytesPerFile, 0);
      return looksLikeManifest(buffer.toString('utf8', 0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}
