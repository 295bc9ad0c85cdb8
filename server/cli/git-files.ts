import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Logger } from '../core/index';
import { diskFiles } from '../workspace/disk-files';
import type { FileSource, ReadBytes, SourceEntry } from '../workspace/file-source';
import { isCandidate } from '../workspace/walk';
import { git } from './git';
import { CannotRun } from './load';

/** A revision holds what is tracked, whatever `.gitignore` says. */
const ignoreFileNames = ['.kubepathignore'];

/**
 * The files of a revision, at the places where they would be in the work tree. Nothing is checked out. Symbolic links lead to what the
 * revision holds; submodules and files of Git LFS are not in it and passed over with a note.
 * @param tree as `treeOf` gives it
 */
export function revisionFiles(top: string, tree: string, logger: Logger): FileSource {
  const directories = readTree(top, tree);
  const blobs = createBlobs(top, directories);
  const entryAt = (path: string): Entry | undefined => directories.get(dirname(path))?.get(basename(path));
  const realPath = (path: string, links = 0): string | undefined => {
    const steps = relative(top, path).split(sep);
    let current = top;
    for (const [index, step] of steps.entries()) {
      if (step === '') continue;
      const entry = directories.get(current)?.get(step);
      if (!entry) return undefined;
      if (entry.type === 'link')
        return links > mostLinks
          ? undefined
          : realPath(resolve(current, blobs.text(entry), ...steps.slice(index + 1)), links + 1);
      current = join(current, step);
    }
    return current;
  };
  const kindOf: FileSource['kindOf'] = (path) => {
    const real = realPath(path);
    if (real === undefined) return undefined;
    return directories.has(real) ? 'directory' : entryAt(real)?.type === 'file' ? 'file' : undefined;
  };
  return {
    entries(directory, log) {
      const names = [...(directories.get(realPath(directory) ?? '') ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      return names.flatMap(([name, { type }]): readonly SourceEntry[] => {
        const path = join(directory, name);
        const kind = kindOf(path);
        if (type === 'submodule') logger.warn(`${path}: a submodule, whose files the revision does not hold; skipped.`);
        else if (!kind) log.info(`${path}: a symbolic link that leads nowhere in this revision; passed over.`);
        return kind ? [{ name, kind, isLink: type === 'link' }] : [];
      });
    },
    kindOf,
    realPath: (path) => realPath(path),
    read(path, maxSize) {
      const entry = entryAt(realPath(path) ?? '');
      if (entry?.type !== 'file') return { skipped: `${path}: cannot be read (no such file in this revision).` };
      const read = readBlob(path, entry, maxSize, blobs);
      if ('skipped' in read && read.isPointer) logger.warn(read.skipped);
      return read;
    },
    topOf: () => top,
    ignoreFileNames,
  };
}

/** The work tree as the next revision would have it: what is tracked, and what is new and not ignored. */
export function workTreeFiles(top: string): FileSource {
  const listed = git(top, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  if (!listed) throw new CannotRun(`git cannot list the files of ${top}.`);
  const known = new Set([top]);
  for (const path of listed.toString('utf8').split('\0')) {
    if (path === '') continue;
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1))
      known.add(join(top, path.slice(0, end)));
    known.add(join(top, path));
  }
  const leads = (path: string): boolean => known.has(diskFiles.realPath(path) ?? '');
  return {
    ...diskFiles,
    entries(directory, logger) {
      const real = diskFiles.realPath(directory) ?? directory;
      return diskFiles.entries(directory, logger).filter(({ name, isLink }) => {
        const path = join(real, name);
        return known.has(path) && (!isLink || leads(path));
      });
    },
    kindOf: (path) => (leads(path) ? diskFiles.kindOf(path) : undefined),
    topOf: () => top,
    ignoreFileNames,
  };
}

type Entry =
  | { readonly type: 'file'; readonly id: string; readonly size: number }
  | { readonly type: 'link'; readonly id: string; readonly size: number }
  | { readonly type: 'directory' | 'submodule' };

type Blob = Exclude<Entry, { readonly type: 'directory' | 'submodule' }>;

/** What each directory holds, by absolute path. */
type Directories = ReadonlyMap<string, ReadonlyMap<string, Entry>>;

/** As many links may lead to each other (path_resolution(7)). */
const mostLinks = 40;

function readTree(top: string, tree: string): Directories {
  const directories = new Map<string, Map<string, Entry>>([[top, new Map()]]);
  const add = (path: string, entry: Entry): void => {
    const parent = dirname(path);
    const siblings = directories.get(parent) ?? new Map<string, Entry>();
    if (!directories.has(parent)) {
      directories.set(parent, siblings);
      add(parent, { type: 'directory' });
    }
    siblings.set(basename(path), entry);
  };
  const listing = git(top, ['ls-tree', '-r', '-l', '-z', '--full-tree', tree]);
  if (!listing)
    throw new CannotRun(`git cannot list what a revision holds: the clone in ${top} is partial or damaged.`);
  for (const line of listing.toString('utf8').split('\0')) {
    const [, mode, id = '', size, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
    if (mode === undefined || path === undefined) continue;
    const type = mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file';
    add(join(top, path), type === 'submodule' ? { type } : { type, id, size: Number(size) });
  }
  return directories;
}

/** How Git LFS marks a file that it keeps elsewhere (git-lfs, docs/spec.md). */
const pointer = 'version https://git-lfs.github.com/spec/';

function readBlob(path: string, blob: Blob, maxSize: number, blobs: Blobs): ReadBytes & { readonly isPointer?: true } {
  const { size } = blob;
  if (size > maxSize)
    return { skipped: `${path}: ${size} bytes is more than kubepath.maxFileSize (${maxSize}); skipped.` };
  const bytes = blobs.bytes(blob);
  if (!bytes) return { skipped: `${path}: cannot be read (the repository lacks its content).` };
  if (size < 1024 && bytes.subarray(0, pointer.length).toString('latin1') === pointer)
    return {
      skipped: `${path}: a pointer of Git LFS, whose content the revision does not hold; skipped.`,
      isPointer: true,
    };
  return { bytes };
}

interface Blobs {
  bytes(blob: Blob): Buffer | undefined;
  text(blob: Blob): string;
}

/** A batch is read at once, up to so many bytes. */
const batchSize = 16 * 1024 * 1024;

/** Reads contents. Manifests are asked for one after the other: git is started once for many. */
function createBlobs(top: string, directories: Directories): Blobs {
  const manifests = [...directories].flatMap(([directory, entries]) =>
    [...entries].flatMap(([name, entry]) =>
      entry.type === 'file' && entry.size <= batchSize && isCandidate(name)
        ? [{ path: join(directory, name), entry }]
        : [],
    ),
  );
  const order = manifests.sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ entry }) => entry);
  const places = new Map(order.map(({ id }, index) => [id, index]));
  let known: ReadonlyMap<string, Buffer> = new Map();
  const bytes = (blob: Blob): Buffer | undefined => {
    const found = known.get(blob.id);
    if (found) return found;
    const place = places.get(blob.id);
    if (place === undefined) return readBatch(top, [blob]).get(blob.id);
    known = readBatch(top, batchFrom(order, place));
    return known.get(blob.id);
  };
  return { bytes, text: (blob) => bytes(blob)?.toString('utf8') ?? '' };
}

function batchFrom(order: readonly Blob[], start: number): readonly Blob[] {
  let end = start;
  for (let total = 0; end < order.length; end += 1) {
    total += order[end]?.size ?? 0;
    if (total > batchSize && end > start) break;
  }
  return order.slice(start, end);
}

/** `<id> blob <size>`, a line feed, the content, a line feed (git-cat-file(1)). */
function readBatch(top: string, blobs: readonly Blob[]): ReadonlyMap<string, Buffer> {
  const answer = git(top, ['cat-file', '--batch'], blobs.map(({ id }) => `${id}\n`).join(''));
  if (!answer) throw new CannotRun(`git cannot read a revision's files: the clone in ${top} is partial or damaged.`);
  const contents = new Map<string, Buffer>();
  for (let start = 0; start < answer.length;) {
    const end = answer.indexOf('\n', start);
    if (end === -1) break;
    const [id = '', type, size] = answer.toString('latin1', start, end).split(' ');
    start = end + 1;
    if (type !== 'blob') continue;
    contents.set(id, answer.subarray(start, start + Number(size)));
    start += Number(size) + 1;
  }
  return contents;
}
