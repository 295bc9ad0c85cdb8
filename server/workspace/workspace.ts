import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Analyzer, Logger, Settings } from '../core/index';
import { diskFiles } from './disk-files';
import type { FileSource } from './file-source';
import { includedIn, partsOf } from './kustomize-graph';
import { resolveUri } from './kustomize-source';
import {
  excludedBy,
  readingKeys,
  setSettings,
  textOf,
  type CheckEditorSettings,
  changeLink,
  createReading,
  drop,
  dropBelow,
  followLinks,
  forget,
  isInChart,
  isKnown,
  isKustomizationPath,
  knownUris,
  readFile,
  readInto,
  repeatedIdentities,
  type Reading,
} from './reading';
import { createScopeMaker, type ScopeMaker } from './scope-maker';
import { projectFileName } from './project-file';
import { createExternalRenders, type ExternalRenders, type ExternalRendersOptions } from './external-renders';
import { folderOf, isWithin } from './folders';
import {
  editorSettingsOf,
  filesBelow,
  ignoreRulesOf,
  isAlone,
  isWatched,
  linkTarget,
  projectFilesAbove,
  toRoot,
  type Root,
} from './roots';
import { walk } from './walk';

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
  /** Whether something is rendered from a file, wherever it lies and whatever its name is: changes of it want to be told. */
  isUsed(uri: string): boolean;
  /** URIs of all directories with something below them that was read, or looked for. */
  directories(): ReadonlySet<string>;
  /** The `.kubepath.yaml` that says most about a file: the nearest there is, else the one that its folder could have. */
  projectFileFor(uri: string): ProjectFilePlace | undefined;
  /** Programs (helm, kustomize) may run on the files from now on. */
  trust(): void;
  /** What goes on behind the scopes. */
  background(): Background;
  /** Resolves when every rendering that the scopes wait for has come to an end. Call `update` then. */
  rendered(): Promise<void>;
  dispose(): void;
}

export interface ProjectFilePlace {
  readonly uri: string;
  /** As it stands, in the editor or on disk; undefined when there is no such file yet. */
  readonly text: string | undefined;
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
  /** Tells what is wrong in an editor's settings that a folder keeps (`.vscode/settings.json`). They are not looked at when absent. */
  readonly checkEditorSettings?: CheckEditorSettings;
  /** A rendering in the background came to an end: scopes may be others now. */
  readonly onRendered?: () => void;
  /** For tests. */
  readonly createRenders?: (options: ExternalRendersOptions) => ExternalRenders;
}

interface State {
  readonly reading: Reading;
  readonly maker: ScopeMaker;
  roots: readonly Root[];
  /** Scans that are running. */
  scans: number;
  /** What project files said about reading when everything was read last. */
  scanned: string;
  readonly onRendered: () => void;
  readonly createRenders: (options: ExternalRendersOptions) => ExternalRenders;
  /** Runs helm and kustomize; undefined where no program may run. */
  renders: ExternalRenders | undefined;
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
  checkEditorSettings,
  onRendered = () => undefined,
  createRenders = createExternalRenders,
}: WorkspaceOptions): Workspace {
  const reading = createReading({ analyzer, files, logger, settings, checkEditorSettings });
  const state: State = {
    reading,
    maker: createScopeMaker(reading),
    roots: toRoots(roots, reading),
    scans: 0,
    scanned: '[]',
    onRendered,
    createRenders,
    renders: undefined,
  };
  if (trusted) trust(state);
  analyzer.configure(settings);
  followEditorSettings(state);
  return {
    scan: (onProgress, signal) => scan(state, onProgress, signal),
    filesChanged: (uris) => filesChanged(state, uris),
    documentChanged: (uri, text) => documentChanged(state, followLinks(reading, uri), text),
    documentClosed: (uri) => documentClosed(state, followLinks(reading, uri)),
    setRoots(uris) {
      state.roots = toRoots(uris, reading);
      followEditorSettings(state);
      for (const uri of knownUris(reading)) if (!isKept(state, uri)) drop(reading, uri);
      reading.stale = true;
    },
    configure(next) {
      setSettings(reading, next);
      reading.stale = true;
      renewIgnoreRules(state);
      analyzer.configure(next);
    },
    update: () => updateScopes(state),
    isUsed: (uri) => isUsed(state, uri),
    directories: () => directoriesOf([...knownUris(reading), ...state.maker.usedBelow('file://')]),
    projectFileFor: (uri) => projectFileFor(state, uri),
    trust: () => trust(state),
    background: () => ({ rendering: state.maker.pending(), notes: state.maker.notes() }),
    async rendered() {
      await state.renders?.idle();
    },
    dispose: () => state.renders?.dispose(),
  };
}

function toRoots(uris: readonly string[], reading: Reading): readonly Root[] {
  const { settings, files } = reading;
  return uris.map((uri) => toRoot(uri, settings, files, (directory) => excludedBy(reading, directory)));
}

function followEditorSettings({ roots, reading }: State): void {
  reading.editorSettings.clear();
  if (!reading.checkEditorSettings) return;
  for (const uri of editorSettingsOf(roots)) reading.editorSettings.set(uri, []);
}

function projectFileFor({ reading, roots }: State, uri: string): ProjectFilePlace | undefined {
  for (let directory = dirnameOf(uri); directory.includes('/'); directory = dirnameOf(directory)) {
    const file = reading.projectFiles.get(directory)?.uri;
    const text = file === undefined ? undefined : textOf(reading, file);
    if (file !== undefined && typeof text === 'string') return { uri: file, text };
  }
  const folders = roots.map(folderOf).filter((folder) => isWithin(uri, folder));
  const folder = folders.toSorted((a, b) => b.length - a.length)[0];
  if (folder === undefined) return undefined;
  const own = `${folder}/${projectFileName}`;
  // One that is there and was not read is ignored: it would have no effect.
  return reading.files.kindOf(fileURLToPath(own)) ? undefined : { uri: own, text: undefined };
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
  state.renders = state.createRenders({
    logger,
    limit: settings.renderTimeout,
    onDone() {
      // The answer is another one now: the scopes are worked out again, though no file changed.
      state.reading.stale = true;
      state.onRendered();
    },
  });
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
  const { reading, roots, renders } = state;
  const paths = pathsToRead(state);
  const firstOther = paths.findIndex((path) => rank(path) === lastRank);
  const found = new Set(paths.map((path) => pathToFileURL(path).href));
  for (const uri of knownUris(reading)) if (!found.has(uri)) drop(reading, uri);
  reading.others.clear();
  reading.texts.clear();
  reading.borrowed.clear();
  reading.stale = true;
  reading.renewed = true;
  renders?.forgetFailures();
  for (const path of [...projectFilesAbove(roots, reading.files), ...editorFiles(reading)]) readFile(reading, path);
  let pause = performance.now() + slice;
  for (const [index, path] of paths.entries()) {
    if (signal?.aborted) return;
    // Kustomizations come before: they say which of the other files are no manifests of their own.
    if (index === firstOther) reading.parts = partsOfAll(reading);
    readFile(reading, path);
    if (performance.now() < pause) continue;
    onProgress?.(index + 1, paths.length);
    await setImmediate();
    pause = performance.now() + slice;
  }
  state.scanned = readingKeys(reading);
  onProgress?.(paths.length, paths.length);
}

function editorFiles({ editorSettings, files }: Reading): readonly string[] {
  return [...editorSettings.keys()].map((uri) => fileURLToPath(uri)).filter((path) => files.kindOf(path) === 'file');
}

/** Settings say how all else is read, and kustomizations what the rest is. */
function rank(path: string): number {
  return basename(path) === projectFileName ? 0 : isKustomizationPath(path) ? 1 : lastRank;
}

const lastRank = 2;

/** Candidates below the roots, and open documents that may not be on disk yet, or lie outside; in the order in which they are read. */
function pathsToRead({ reading, roots }: State): readonly string[] {
  const { files, logger, links } = reading;
  links.clear();
  const below = roots.flatMap((root) =>
    root.isFile
      ? [root.path]
      : walk(files, root.path, root.rules, logger, (path, target) =>
          links.set(pathToFileURL(path).href, pathToFileURL(target).href),
        ),
  );
  const opened = [...reading.open.keys()].filter((uri) => isAlone(roots, uri) || isWatched(roots, fileURLToPath(uri)));
  return [...new Set([...below, ...opened.map((uri) => fileURLToPath(uri))])].sort((a, b) => rank(a) - rank(b));
}

function partsOfAll(reading: Reading): ReadonlySet<string> {
  const files = [...reading.kustomizations.values()];
  const resolve = (directory: string, path: string): string => followLinks(reading, resolveUri(directory, path));
  return partsOf(files, includedIn(files, { resolve }), { resolve });
}

function documentChanged(state: State, uri: string, text: string): void {
  const { reading, maker } = state;
  // Test data is looked at where one of its files is open.
  if (!reading.open.has(uri) && maker.isTestData(uri)) reading.stale = true;
  reading.open.set(uri, text);
  if (isKept(state, uri)) readInto(reading, uri, text);
  // Whoever renders from it reads it again.
  else if (isUsed(state, uri)) drop(reading, uri);
}

async function documentClosed(state: State, uri: string): Promise<void> {
  const { reading, maker } = state;
  if (reading.open.delete(uri) && maker.isTestData(uri)) reading.stale = true;
  await filesChanged(state, [uri]);
}

async function filesChanged(state: State, uris: readonly string[]): Promise<void> {
  const { reading } = state;
  const paths = uris.map((uri) => fileURLToPath(uri));
  if (paths.some((path) => reading.files.ignoreFileNames.includes(basename(path)))) {
    renewIgnoreRules(state);
    await scan(state);
    return;
  }
  for (const path of paths) fileChanged(state, path);
  if (readingKeys(reading) === state.scanned) return;
  renewIgnoreRules(state);
  await scan(state);
}

function fileChanged(state: State, changed: string): void {
  const { reading, maker } = state;
  const link = pathToFileURL(changed).href;
  changeLink(reading, link, linkTarget(state.roots, changed, reading.files));
  if (reading.links.has(link)) return;
  const uri = followLinks(reading, link);
  const path = fileURLToPath(uri);
  const kind = reading.files.kindOf(path);
  // With its first file a directory appears that was looked for in vain, and with its last it goes.
  for (let above = dirnameOf(uri); above.includes('/'); above = dirnameOf(above))
    if (maker.isUsed(above)) drop(reading, above);
  if (kind === 'file') {
    if (isKept(state, uri)) readFile(reading, path);
    else if (isKnown(reading, uri) || isUsed(state, uri)) drop(reading, uri);
    return;
  }
  if (kind === undefined) {
    dropBelow(reading, uri);
    // What is open is there for as long as it is open.
    for (const opened of reading.open.keys())
      if (isWithin(opened, uri) && isKept(state, opened)) readFile(reading, fileURLToPath(opened));
  }
  // A folder comes and goes as one: nothing is told of the files in it.
  for (const used of maker.usedBelow(uri))
    if (!isKnown(reading, used) || reading.borrowed.has(used)) drop(reading, used);
  if (kind === 'directory')
    for (const file of filesBelow(state.roots, path, reading.files, reading.logger)) readFile(reading, file);
}

function renewIgnoreRules({ roots, reading }: State): void {
  for (const root of roots)
    root.rules = ignoreRulesOf(root, reading.settings, reading.files, (directory) => excludedBy(reading, directory));
}

function updateScopes({ reading, maker, roots, scans, renders }: State): void {
  if ((!reading.stale && reading.touched.size === 0) || scans > 0) return;
  const { stale } = reading;
  // A chart may have become known after what lies in it.
  if (stale) for (const uri of [...reading.manifests]) if (isInChart(reading, uri)) forget(reading, uri);
  maker.update(roots, renders);
  if (stale) reading.repeated = repeatedIdentities(reading);
}

/** Whether a file is read for its own sake, and not only for what is rendered from it. */
function isKept(state: State, uri: string): boolean {
  return (
    isWatched(state.roots, fileURLToPath(uri)) ||
    state.reading.editorSettings.has(uri) ||
    (state.reading.open.has(uri) && isAlone(state.roots, uri)) ||
    isProjectFileAbove(state, uri)
  );
}

function isProjectFileAbove({ roots, reading }: State, uri: string): boolean {
  return (
    basename(fileURLToPath(uri)) === projectFileName &&
    projectFilesAbove(roots, reading.files).includes(fileURLToPath(uri))
  );
}

function isUsed({ reading, maker }: State, uri: string): boolean {
  if (maker.isUsed(uri)) return true;
  if (isKustomizationPath(fileURLToPath(uri)) && maker.isUsed(dirnameOf(uri))) return true;
  return [...reading.charts].some((chart) => uri.startsWith(`${chart}/`));
}

function directoriesOf(uris: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const uri of uris)
    for (
      let directory = dirnameOf(uri);
      !found.has(directory) && directory.length > 'file://'.length;
      directory = dirnameOf(directory)
    )
      found.add(directory);
  return found;
}

function dirnameOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}
