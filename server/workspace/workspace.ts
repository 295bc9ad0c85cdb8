import { basename, dirname, join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Analyzer, Logger, Settings } from '../core/index';
import { diskFiles } from './disk-files';
import type { FileSource } from './file-source';
import { createIgnoreRules, type IgnoreRules } from './ignore-rules';
import { kustomizationNames, readKustomization, type Kustomization } from './kustomization';
import { referencedUris } from './kustomize-scopes';
import { readText } from './read-text';
import { isCandidate, walk } from './walk';
import { isWithin, workspaceScopes, type ScopeRoot } from './workspace-scopes';

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
}

export interface WorkspaceOptions {
  /** Folders or single files, as `file:` URIs. */
  readonly roots: readonly string[];
  readonly analyzer: Analyzer;
  readonly settings: Settings;
  readonly logger: Logger;
  /** The disk when absent. */
  readonly files?: FileSource;
}

interface State {
  readonly analyzer: Analyzer;
  readonly files: FileSource;
  readonly logger: Logger;
  settings: Settings;
  roots: readonly Root[];
  /** URIs whose resources the analyzer holds. */
  readonly manifests: Set<string>;
  readonly kustomizations: Map<string, Kustomization>;
  /** URIs of chart directories. */
  readonly charts: Set<string>;
  /** Texts of open documents. */
  readonly open: Map<string, string>;
  /** Files and directories that a kustomization names and that could not be read: not tried again until something changes. */
  readonly absent: Set<string>;
  scopesStale: boolean;
  /** Scans that are running. */
  scans: number;
  /** Identities that several resources share: whether they say the same decides about scopes. */
  repeated: ReadonlySet<string>;
}

interface Root extends ScopeRoot {
  readonly path: string;
  rules: IgnoreRules;
}

/** Longest stretch of reading before the event loop gets its turn, in milliseconds. */
const slice = 12;

/** Makes a workspace. Nothing is read before `scan`. */
export function createWorkspace({ roots, analyzer, settings, logger, files = diskFiles }: WorkspaceOptions): Workspace {
  const state: State = {
    analyzer,
    files,
    logger,
    settings,
    roots: roots.map((uri) => toRoot(uri, settings, files)),
    manifests: new Set(),
    kustomizations: new Map(),
    charts: new Set(),
    open: new Map(),
    absent: new Set(),
    scopesStale: true,
    scans: 0,
    repeated: new Set(),
  };
  analyzer.configure(settings);
  return {
    scan: (onProgress, signal) => scan(state, onProgress, signal),
    filesChanged: (uris) => filesChanged(state, uris),
    documentChanged(uri, text) {
      state.open.set(uri, text);
      if (!isWatched(state, fileURLToPath(uri)) && !isForeign(state, uri)) return;
      readInto(state, uri, text);
    },
    async documentClosed(uri) {
      state.open.delete(uri);
      if (isForeign(state, uri)) forget(state, uri);
      else await filesChanged(state, [uri]);
    },
    setRoots(uris) {
      state.roots = uris.map((uri) => toRoot(uri, state.settings, files));
      for (const uri of [...state.manifests]) if (!isWatched(state, fileURLToPath(uri))) forget(state, uri);
      for (const uri of [...state.kustomizations.keys(), ...state.charts]) {
        if (isWatched(state, fileURLToPath(uri))) continue;
        state.kustomizations.delete(uri);
        state.charts.delete(uri);
      }
      state.scopesStale = true;
    },
    configure(next) {
      state.settings = next;
      renewIgnoreRules(state);
      analyzer.configure(next);
    },
    update: () => updateScopes(state),
  };
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
  state: State,
  onProgress?: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const paths = [
    ...new Set(
      state.roots.flatMap((root) =>
        root.isFile ? [root.path] : walk(state.files, root.path, root.rules, state.logger),
      ),
    ),
  ];
  const found = new Set(paths.map((path) => pathToFileURL(path).href));
  for (const uri of [...state.manifests]) if (!found.has(uri) && !state.open.has(uri)) forget(state, uri);
  // Those that are still there are read again below, or when a kustomization names them.
  state.kustomizations.clear();
  state.charts.clear();
  state.absent.clear();
  state.scopesStale = true;
  let pause = performance.now() + slice;
  for (const [index, path] of paths.entries()) {
    if (signal?.aborted) return;
    readFromDisk(state, path);
    if (performance.now() < pause) continue;
    onProgress?.(index + 1, paths.length);
    await setImmediate();
    pause = performance.now() + slice;
  }
  onProgress?.(paths.length, paths.length);
}

async function filesChanged(state: State, uris: readonly string[]): Promise<void> {
  const paths = uris.map((uri) => fileURLToPath(uri));
  state.absent.clear();
  if (paths.some((path) => state.files.ignoreFileNames.includes(basename(path)))) {
    renewIgnoreRules(state);
    await scan(state);
    return;
  }
  for (const path of paths) {
    const kind = state.files.kindOf(path);
    if (!kind) forgetBelow(state, path);
    else if (kind === 'directory') for (const file of filesBelow(state, path)) readFromDisk(state, file);
    else if (isWatched(state, path)) readFromDisk(state, path);
  }
}

/** What there is to read in a directory that appeared. */
function filesBelow(state: State, directory: string): readonly string[] {
  const root = state.roots.find(({ path }) => isBelow(directory, path));
  return root && !isIgnored(root, directory, true) ? walk(state.files, directory, root.rules, state.logger) : [];
}

function renewIgnoreRules(state: State): void {
  for (const root of state.roots) root.rules = ignoreRulesOf(root.path, root.isFile, state.settings, state.files);
}

function ignoreRulesOf(path: string, isFile: boolean, { exclude }: Settings, files: FileSource): IgnoreRules {
  return createIgnoreRules(files, isFile ? dirname(path) : path, exclude);
}

function readFromDisk(state: State, path: string): void {
  const uri = pathToFileURL(path).href;
  const opened = state.open.get(uri);
  if (opened !== undefined) {
    readInto(state, uri, opened);
    return;
  }
  const read = readText(state.files, path, state.settings.maxFileSize);
  if ('text' in read) {
    readInto(state, uri, read.text);
    return;
  }
  state.logger.info(read.skipped);
  forget(state, uri);
}

/** Gives a text to whoever it concerns: kustomizations and charts are the workspace's, all else may be a manifest. */
function readInto(state: State, uri: string, text: string): void {
  const slash = uri.lastIndexOf('/');
  const name = decodeURIComponent(uri.slice(slash + 1));
  const directory = uri.slice(0, slash);
  if ((kustomizationNames as readonly string[]).includes(name)) {
    const kustomization = readKustomization(text);
    if (kustomization) {
      state.kustomizations.set(directory, kustomization);
      state.scopesStale = true;
      return;
    }
    // It may have been one before: a file of another tool by this name makes no scope.
    if (state.kustomizations.delete(directory)) state.scopesStale = true;
  }
  if (name === 'Chart.yaml' && /^name:/m.test(text)) {
    state.charts.add(directory);
    state.scopesStale = true;
    return;
  }
  // Most YAML and JSON files are no manifests: they never reach the reader. Nor does an open document over the limit; its
  // characters are at most its bytes.
  if (
    text.length > state.settings.maxFileSize ||
    !text.includes('apiVersion') ||
    !text.includes('kind') ||
    isInChart(state, uri)
  ) {
    forget(state, uri);
    return;
  }
  const before = identitiesIn(state, uri);
  state.analyzer.setFile(uri, text);
  const after = identitiesIn(state, uri);
  const same =
    state.manifests.has(uri) &&
    before.length === after.length &&
    after.every((identity, index) => identity === before[index] && !state.repeated.has(identity));
  state.manifests.add(uri);
  // Scopes depend on which resources there are and, for those that are there twice, on what they say.
  if (!same) state.scopesStale = true;
}

function identitiesIn(state: State, uri: string): readonly string[] {
  return state.analyzer.resourcesOf(uri).map(({ kind, namespace, name }) => `${kind}/${namespace ?? ''}/${name}`);
}

function repeatedIdentities(state: State): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const identity of [...state.manifests].flatMap((uri) => identitiesIn(state, uri))) {
    if (seen.has(identity)) repeated.add(identity);
    seen.add(identity);
  }
  return repeated;
}

function forget(state: State, uri: string): void {
  if (!state.manifests.delete(uri)) return;
  state.analyzer.removeFile(uri);
  state.scopesStale = true;
}

/** A deleted path may have been a directory: everything below it is gone too. */
function forgetBelow(state: State, path: string): void {
  const uri = pathToFileURL(path).href;
  const slash = uri.lastIndexOf('/');
  const below = (other: string): boolean => other === uri || other.startsWith(`${uri}/`);
  for (const other of [...state.manifests]) if (below(other)) forget(state, other);
  for (const directory of [...state.kustomizations.keys()]) {
    if (
      below(directory) ||
      ((kustomizationNames as readonly string[]).includes(basename(path)) && directory === uri.slice(0, slash))
    )
      state.kustomizations.delete(directory);
  }
  for (const directory of [...state.charts])
    if (below(directory) || `${directory}/Chart.yaml` === uri) state.charts.delete(directory);
  state.scopesStale = true;
}

function updateScopes(state: State): void {
  if (!state.scopesStale || state.scans > 0) return;
  readReferenced(state);
  for (const uri of [...state.manifests]) if (isInChart(state, uri)) forget(state, uri);
  state.scopesStale = false;
  state.repeated = repeatedIdentities(state);
  const manifests = [...state.manifests].filter((uri) => state.analyzer.isManifest(uri)).sort();
  state.analyzer.setScopes(
    workspaceScopes({
      roots: state.roots,
      manifests: manifests.map((uri) => ({ uri, resources: state.analyzer.resourcesOf(uri) })),
      hasFile: (uri) => state.manifests.has(uri),
      kustomizations: state.kustomizations,
      foreign: [...state.open.keys()].filter((uri) => isForeign(state, uri)),
    }),
  );
}

/** Whether a document lies outside of all folders. */
function isForeign(state: State, uri: string): boolean {
  return isCandidate(fileURLToPath(uri)) && !state.roots.some((root) => isWithin(uri, root));
}

/** Templates and values of a chart are Helm's business, not manifests. */
function isInChart(state: State, uri: string): boolean {
  for (const chart of state.charts) {
    if (uri.startsWith(`${chart}/`) && /^(templates|charts|ci|tests|crds)\//.test(uri.slice(chart.length + 1)))
      return true;
  }
  return false;
}

/** Bases may lie outside of the folders that are checked: they are read too, as `kubectl kustomize` reads them. */
function readReferenced(state: State): void {
  const queue = [...state.kustomizations];
  for (let next = queue.pop(); next; next = queue.pop()) {
    for (const uri of referencedUris(...next)) {
      if (state.manifests.has(uri) || state.kustomizations.has(uri) || state.absent.has(uri)) continue;
      const path = fileURLToPath(uri);
      const kind = state.files.kindOf(path);
      const file =
        kind === 'directory'
          ? kustomizationNames.map((name) => join(path, name)).find((name) => state.files.kindOf(name) === 'file')
          : path;
      if (kind && file !== undefined) readFromDisk(state, file);
      const added = state.kustomizations.get(uri);
      if (added) queue.push([uri, added]);
      else if (!state.manifests.has(uri)) state.absent.add(uri);
    }
  }
}

function isWatched(state: State, path: string): boolean {
  if (state.roots.some((root) => root.isFile && root.path === path)) return true;
  return isCandidate(path) && state.roots.some((root) => isBelow(path, root.path) && !isIgnored(root, path, false));
}

/** A path is ignored when one of the directories above it is. */
function isIgnored(root: Root, path: string, isDirectory: boolean): boolean {
  if (path === root.path) return false;
  return root.rules.ignores(path, isDirectory) || isIgnored(root, dirname(path), true);
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
