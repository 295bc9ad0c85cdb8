import { basename, dirname, join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Analyzer, Logger, Settings } from '../core/index';
import { diskFiles } from './disk-files';
import type { FileSource } from './file-source';
import { createIgnoreRules, type IgnoreRules } from './ignore-rules';
import { includedIn, partsOf } from './kustomize-graph';
import { resolveUri } from './kustomize-source';
import {
  createReading,
  forget,
  forgetBelow,
  forgetKustomization,
  isInChart,
  isKustomizationPath,
  readFile,
  readInto,
  repeatedIdentities,
  type Reading,
} from './reading';
import { createScopeMaker, type ScopeMaker } from './scope-maker';
import { projectFileName } from './project-file';
import { createExternalRenders, type ExternalRenders } from './external-renders';
import { isWithin, type ScopeRoot } from './folders';
import { isCandidate, walk } from './walk';

/** Reads the manifests under some folders and keeps an analyzer's files and scopes in step with them. */
export interface Workspace {
  /**
   * Reads every manifest under the roots that is not ignored. Yields to the event loop between files.
   * @param onProgress called now and then with files read and files known
   * @param signal stops the scan; what was read stays
   */
  scan(onProgress?: (done: number, total: number) => void, signal?: AbortSignal): Promise<void>;
  /**
   * Files or folders were created, changed or deleted on disk (URIs). Ignored and foreign ones are passed over; a changed ignore
   * file has everything read again.
   */
  filesChanged(uris: readonly string[]): Promise<void>;
  /**
   * The editor's text goes before the disk's until the document is closed. Synchronous: ready for the next question. A document
   * outside of all folders is analysed alone.
   */
  documentChanged(uri: string, text: string): void;
  documentClosed(uri: string): Promise<void>;
  setRoots(roots: readonly string[]): void;
  /** Takes new settings, for the analyzer too. Files that `exclude` or `maxFileSize` concern want a new scan. */
  configure(settings: Settings): void;
  /**
   * Works out scopes anew if files changed since; called before `analyzer.check()` and by every question. Cheap when nothing
   * changed. While a scan runs, the scopes stay as they were.
   */
  update(): void;
  /** Programs (helm, kustomize) may run on the files from now on. */
  trust(): void;
  /** What goes on behind the scopes. */
  background(): Background;
  /** Resolves when every rendering that the scopes wait for has come to an end. Call `update` then. */
  rendered(): Promise<void>;
  dispose(): void;
}

/** What goes on behind the scopes, and what was left alone. */
export interface Background {
  /** Renderings by helm or kustomize that are under way. */
  readonly rendering: number;
  /** Sentences for people. */
  readonly notes: readonly string[];
}

export interface WorkspaceOptions {
  /** Folders or single files, as `file:` URIs. */
  readonly roots: readonly string[];
  readonly analyzer: Analyzer;
  readonly settings: Settings;
  readonly logger: Logger;
  /** The disk when absent. */
  readonly files?: FileSource;
  /** Whether programs may run on the files; they may not when absent. */
  readonly trusted?: boolean;
  /** A rendering in the background came to an end: scopes may be others now. */
  readonly onRendered?: () => void;
}

interface State {
  readonly reading: Reading;
  readonly maker: ScopeMaker;
  roots: readonly Root[];
  /** Scans that are running. */
  scans: number;
  readonly onRendered: () => void;
  /** Runs helm and kustomize; undefined where no program may run. */
  renders: ExternalRenders | undefined;
}

interface Root extends ScopeRoot {
  readonly path: string;
  rules: IgnoreRules;
}

/** Longest stretch of reading before the event loop gets its turn, in milliseconds. */
const slice = 12;

/** Makes a workspace. Nothing is read before `scan`. */
export function createWorkspace({
  roots,
  analyzer,
  settings,
  logger,
  files = diskFiles,
  trusted = false,
  onRendered = () => undefined,
}: WorkspaceOptions): Workspace {
  const reading = createReading({ analyzer, files, logger, settings });
  const state: State = {
    reading,
    maker: createScopeMaker(reading),
    roots: roots.map((uri) => toRoot(uri, settings, files)),
    scans: 0,
    onRendered,
    renders: undefined,
  };
  if (trusted) trust(state);
  analyzer.configure(settings);
  return {
    scan: (onProgress, signal) => scan(state, onProgress, signal),
    filesChanged: (uris) => filesChanged(state, uris),
    documentChanged(uri, text) {
      reading.open.set(uri, text);
      if (isWatched(state, fileURLToPath(uri)) || isForeign(state, uri) || isUsed(state, uri))
        readInto(reading, uri, text);
    },
    async documentClosed(uri) {
      reading.open.delete(uri);
      if (isForeign(state, uri) && !isUsed(state, uri)) forget(reading, uri);
      else await filesChanged(state, [uri]);
    },
    setRoots(uris) {
      state.roots = uris.map((uri) => toRoot(uri, reading.settings, files));
      for (const uri of [...reading.manifests]) if (!isWatched(state, fileURLToPath(uri))) forget(reading, uri);
      for (const uri of [...reading.kustomizations.keys()])
        if (!isWatched(state, fileURLToPath(uri))) forgetKustomization(reading, uri);
      for (const uri of [...reading.charts]) if (!isWatched(state, fileURLToPath(uri))) reading.charts.delete(uri);
      reading.stale = true;
    },
    configure(next) {
      const limitDiffers = next.renderTimeout !== reading.settings.renderTimeout;
      reading.settings = next;
      reading.stale = true;
      if (limitDiffers && state.renders) renewRenders(state);
      renewIgnoreRules(state);
      analyzer.configure(next);
    },
    update: () => updateScopes(state),
    trust: () => trust(state),
    background: () => ({ rendering: state.maker.pending(), notes: state.maker.notes() }),
    async rendered() {
      await state.renders?.idle();
    },
    dispose: () => state.renders?.dispose(),
  };
}

/** Programs may run from now on. What the files of a revision say is not on disk, where programs read. */
function trust(state: State): void {
  if (state.renders || state.reading.files !== diskFiles) return;
  renewRenders(state);
  state.reading.stale = true;
}

function renewRenders(state: State): void {
  state.renders?.dispose();
  const { logger, settings } = state.reading;
  state.renders = createExternalRenders({
    logger,
    limit: settings.renderTimeout,
    onDone() {
      // The answer is another one now: the scopes are worked out again, though no file changed.
      state.reading.stale = true;
      state.onRendered();
    },
  });
}

function toRoot(uri: string, settings: Settings, files: FileSource): Root {
  const path = fileURLToPath(uri).replace(/(.)[\\/]+$/, '$1');
  const isFile = files.kindOf(path) === 'file';
  return {
    path,
    uri: pathToFileURL(path).href,
    isFile,
    rules: ignoreRulesOf(path, isFile, settings, files),
  };
}

async function scan(
  state: State,
  onProgress?: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  state.scans++;
  try {
    await readAll(state, onProgress, signal);
  } finally {
    state.scans--;
  }
  if (!signal?.aborted) updateScopes(state);
}

async function readAll(
  { reading, roots, renders }: State,
  onProgress?: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { files, logger } = reading;
  const paths = [
    ...new Set(roots.flatMap((root) => (root.isFile ? [root.path] : walk(files, root.path, root.rules, logger)))),
  ].sort((a, b) => Number(isKustomizationPath(b)) - Number(isKustomizationPath(a)));
  const firstOther = paths.findIndex((path) => !isKustomizationPath(path));
  const found = new Set(paths.map((path) => pathToFileURL(path).href));
  for (const uri of [...reading.manifests]) if (!found.has(uri) && !reading.open.has(uri)) forget(reading, uri);
  for (const uri of [...reading.kustomizations.keys()]) if (!found.has(uri)) forgetKustomization(reading, uri);
  reading.others.clear();
  reading.charts.clear();
  reading.deployers.clear();
  reading.projectFiles.clear();
  reading.stale = true;
  renders?.forgetFailures();
  for (const path of projectFilesAbove(roots, files)) readFile(reading, path);
  let pause = performance.now() + slice;
  for (const [index, path] of paths.entries()) {
    if (signal?.aborted) return;
    // Kustomizations come first: they say which of the other files are no manifests of their own.
    if (index === firstOther) reading.parts = partsOfAll(reading);
    readFile(reading, path);
    if (performance.now() < pause) continue;
    onProgress?.(index + 1, paths.length);
    await setImmediate();
    pause = performance.now() + slice;
  }
  onProgress?.(paths.length, paths.length);
}

/** A `.kubepath.yaml` holds for all below it, also where a folder of the repository is opened alone. */
function projectFilesAbove(roots: readonly Root[], files: FileSource): readonly string[] {
  const paths = new Set<string>();
  for (const { path } of roots) {
    const top = files.topOf(path);
    for (let directory = dirname(path); isBelow(directory, top); directory = dirname(directory)) {
      const file = join(directory, projectFileName);
      if (files.kindOf(file) === 'file') paths.add(file);
      if (directory === top) break;
    }
  }
  return [...paths];
}

function partsOfAll({ kustomizations }: Reading): ReadonlySet<string> {
  const files = [...kustomizations.values()];
  return partsOf(files, includedIn(files, { resolve: resolveUri }), { resolve: resolveUri });
}

async function filesChanged(state: State, uris: readonly string[]): Promise<void> {
  const { reading } = state;
  const paths = uris.map((uri) => fileURLToPath(uri));
  if (paths.some((path) => reading.files.ignoreFileNames.includes(basename(path)))) {
    renewIgnoreRules(state);
    await scan(state);
    return;
  }
  for (const path of paths) {
    const kind = reading.files.kindOf(path);
    if (!kind) forgetBelow(reading, path);
    else if (kind === 'directory') for (const file of filesBelow(state, path)) readFile(reading, file);
    else if (isWatched(state, path) || isUsed(state, pathToFileURL(path).href)) readFile(reading, path);
  }
}

/** What there is to read in a directory that appeared. */
function filesBelow({ roots, reading }: State, directory: string): readonly string[] {
  const root = roots.find(({ path }) => isBelow(directory, path));
  return root && !isIgnored(root, directory, true) ? walk(reading.files, directory, root.rules, reading.logger) : [];
}

function renewIgnoreRules({ roots, reading }: State): void {
  for (const root of roots) root.rules = ignoreRulesOf(root.path, root.isFile, reading.settings, reading.files);
}

function ignoreRulesOf(path: string, isFile: boolean, settings: Settings, files: FileSource): IgnoreRules {
  return createIgnoreRules(files, isFile ? dirname(path) : path, settings);
}

function updateScopes({ reading, maker, roots, scans, renders }: State): void {
  if ((!reading.stale && reading.touched.size === 0) || scans > 0) return;
  for (const uri of [...reading.manifests]) if (isInChart(reading, uri)) forget(reading, uri);
  if (reading.stale) reading.repeated = repeatedIdentities(reading);
  maker.update(roots, renders);
}

/** Whether a document lies outside of all folders. */
function isForeign({ roots }: State, uri: string): boolean {
  return isCandidate(fileURLToPath(uri)) && !roots.some((root) => isWithin(uri, root.uri));
}

/** Whether something is rendered from a file, wherever it lies and however it is named. */
function isUsed({ reading }: State, uri: string): boolean {
  return reading.analyzer.scopesOf(uri).some(({ rendering }) => rendering !== undefined);
}

function isWatched({ roots }: State, path: string): boolean {
  if (roots.some((root) => root.isFile && root.path === path)) return true;
  return isCandidate(path) && roots.some((root) => isBelow(path, root.path) && !isIgnored(root, path, false));
}

/** A path is ignored when one of the directories above it is. */
function isIgnored(root: Root, path: string, isDirectory: boolean): boolean {
  if (path === root.path) return false;
  return root.rules.ignores(path, isDirectory) || isIgnored(root, dirname(path), true);
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
