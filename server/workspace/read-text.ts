import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';

/** A file's text without its byte order mark, or a sentence about why it was not read. */
export type ReadText = { readonly text: string } | { readonly skipped: string };

/**
 * Reads a text file. Never throws.
 * @param maxSize in bytes; a larger file is skipped before it is read
 */
export function readText(path: string, maxSize: number): ReadText {
  try {
    const { size } = statSync(path);
    if (size > maxSize)
      return { skipped: `${path}: ${size} bytes is more than kubepath.maxFileSize (${maxSize}); skipped.` };
    const bytes = readFileSync(path);
    if (!isUtf8(bytes)) return { skipped: `${path}: is not UTF-8; skipped.` };
    const text = bytes.toString('utf8');
    return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
  } catch (error) {
    return { skipped: `${path}: cannot be read (${error instanceof Error ? error.message : String(error)}).` };
  }
}
