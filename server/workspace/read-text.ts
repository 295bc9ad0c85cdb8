import { isUtf8 } from 'node:buffer';
import type { FileSource } from './file-source';

/** A file's text without its byte order mark, or a sentence about why it was not read. */
export type ReadText = { readonly text: string } | { readonly skipped: string; readonly binary?: Buffer };

/**
 * Reads a text file. Never throws.
 * @param maxSize in bytes; a larger file is skipped before it is read
 */
export function readText(files: FileSource, path: string, maxSize: number): ReadText {
  const read = files.read(path, maxSize);
  if ('skipped' in read) return read;
  if (!isUtf8(read.bytes)) return { skipped: `${path}: is not UTF-8; skipped.`, binary: read.bytes };
  const text = read.bytes.toString('utf8');
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}
