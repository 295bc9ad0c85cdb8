import type { Logger } from '../core/index';

/** Where files come from: the disk, or a revision of a repository. Paths are absolute; nothing here throws. */
export interface FileSource {
  /** What a directory holds, sorted by name. What cannot be read, or leads nowhere, is left out with a note. */
  entries(directory: string, logger: Logger): readonly SourceEntry[];
  /** What a path leads to; undefined when that is neither, or nothing. */
  kindOf(path: string): SourceKind | undefined;
  /** The path without symbolic links; undefined when it leads nowhere. */
  realPath(path: string): string | undefined;
  /** @param maxSize in bytes; a larger file is skipped before it is read */
  read(path: string, maxSize: number): ReadBytes;
  /** The directory from which ignore files count, down to the root that is read. */
  topOf(root: string): string;
  /** Files that hold patterns of what to leave alone, in the order in which later ones win. */
  readonly ignoreFileNames: readonly string[];
}

export type SourceKind = 'file' | 'directory';

export interface SourceEntry {
  readonly name: string;
  /** Links followed. */
  readonly kind: SourceKind;
  readonly isLink: boolean;
}

/** A file's content, or a sentence about why it was not read. */
export type ReadBytes = { readonly bytes: Buffer } | { readonly skipped: string };
