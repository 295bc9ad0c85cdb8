import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Analyzer, Logger, Settings, SourceProblem } from '../core/index';
import { settingsByPlace, type ProjectSettings, type SettingsByPlace } from '../core/settings-by-place';
import { isKustomizationName, kustomizationNames, readKustomization } from '../core/kustomize/read-kustomization';
import type { KustomizationFile, Unavailable } from '../core/kustomize/source';
import { defaultSettings } from '../core/settings';
import type { FileSource } from './file-source';
import { deployersIn, type Deployer } from './deployers';
import { projectFileName, readProjectFile, settingProblem } from './project-file';
import { readText } from './read-text';
import { compileScopes, type ScopeGlobs } from './scope-globs';

/** What was read so far, and what changed since scopes were last worked out. */
export interface Reading {
  readonly analyzer: Analyzer;
  readonly files: FileSource;
  readonly logger: Logger;
  /** What holds where no `.kubepath.yaml` says otherwise. */
  settings: Settings;
  /** With what they say. */
  places: SettingsByPlace;
  /** URIs whose resources the analyzer holds. */
  readonly manifests: Set<string>;
  /** URIs that were read and are no manifests, with the reason where they could not be read. */
  readonly others: Map<string, Unavailable | undefined>;
  /** By the URI of the file. */
  readonly kustomizations: Map<string, KustomizationFile>;
  /** URIs of patches, generator input and the like, which no kustomization names as a resource. They hold nothing that is deployed. */
  parts: ReadonlySet<string>;
  /** Texts of those that were read, and of kustomizations. */
  readonly texts: Map<string, string>;
  /** URIs of chart directories. */
  readonly charts: Set<string>;
  /** URIs of manifests that are read because a kustomization names them, and for nothing else: they lie outside, or are ignored. */
  readonly borrowed: Set<string>;
  /** What each `.kubepath.yaml` says, by the URI of its directory. */
  readonly projectFiles: Map<string, ReadProjectFile>;
  /** URIs of the editor's settings that the folders keep, with what is wrong in those that were read. */
  readonly editorSettings: Map<string, readonly SourceProblem[]>;
  /** Tells what is wrong in such a file; absent where no editor reads it. */
  readonly checkEditorSettings: CheckEditorSettings | undefined;
  /** Resources of Flux and Argo CD, by the URI of their file. */
  readonly deployers: Map<string, readonly Deployer[]>;
  /** Texts of open documents. */
  readonly open: Map<string, string>;
  /** Identities that several resources share: whether they say the same decides about scopes. */
  repeated: ReadonlySet<string>;
  /** URIs of what was read, changed or went away since scopes were last worked out. */
  readonly touched: Set<string>;
  /** Whether there may be other kustomizations, charts or plain files than when scopes were last worked out. */
  stale: boolean;
  /** Whether everything was read again: what was kept of files before holds no more, whether they are known to have changed or not. */
  renewed: boolean;
  /** Symbolic links below the folders to what is read anyway, by URI: whoever names one means what it leads to. */
  readonly links: Map<string, string>;
}

export type CheckEditorSettings = (uri: string, text: string) => readonly SourceProblem[];

/** A `.kubepath.yaml`, ready for use. */
export interface ReadProjectFile {
  readonly uri: string;
  readonly globs: ScopeGlobs;
  readonly exclude: readonly string[];
  readonly settings: ProjectSettings['settings'];
  readonly problems: readonly SourceProblem[];
}

export function createReading(
  parts: Pick<Reading, 'analyzer' | 'files' | 'logger' | 'settings'> & Partial<Pick<Reading, 'checkEditorSettings'>>,
): Reading {
  return {
    checkEditorSettings: undefined,
    ...parts,
    places: settingsByPlace(parts.settings, []),
    manifests: new Set(),
    others: new Map(),
    kustomizations: new Map(),
    parts: new Set(),
    texts: new Map(),
    charts: new Set(),
    borrowed: new Set(),
    projectFiles: new Map(),
    editorSettings: new Map(),
    deployers: new Map(),
    open: new Map(),
    repeated: new Set(),
    touched: new Set(),
    stale: true,
    renewed: true,
    links: new Map(),
  };
}

/** The settings that hold at a file or directory. */
export function settingsAt({ places }: Reading, uri: string): Settings {
  return places.of(uri);
}

/** Takes the editor's settings. */
export function setSettings(reading: Reading, settings: Settings): void {
  reading.settings = settings;
  projectsChanged(reading);
}

/** What project files say is other than before, for the analyzer too. */
function projectsChanged(reading: Reading): void {
  const projects = [...reading.projectFiles].map(([root, { uri, settings }]) => ({ file: uri, root, settings }));
  reading.places = settingsByPlace(reading.settings, projects);
  reading.analyzer.setProjects(projects);
}

/** Settings that decide which files are read and what of them, as project files have them: a change of these wants everything to be read again. */
export function readingKeys({ projectFiles }: Reading): string {
  const kept = [...projectFiles]
    .map(
      ([
        root,
        {
          exclude,
          settings: { maxFileSize, podTemplates },
        },
      ]) => ({ root, exclude, maxFileSize, podTemplates }),
    )
    .filter((keys) => keys.exclude.length > 0 || keys.maxFileSize !== undefined || keys.podTemplates !== undefined);
  return JSON.stringify(kept.sort((a, b) => (a.root < b.root ? -1 : 1)));
}

/** Patterns that the project file of a directory excludes, before it is read for all else. */
export function excludedBy({ open, files }: Reading, directory: string): readonly string[] {
  const path = join(directory, projectFileName);
  const opened = open.get(pathToFileURL(path).href);
  const read = opened === undefined ? readText(files, path, defaultSettings.maxFileSize) : { text: opened };
  return 'text' in read && read.text.includes('exclude') ? readProjectFile(read.text).exclude : [];
}

/** Reads a file, or the open document in its place. */
export function readFile(reading: Reading, path: string): void {
  const uri = pathToFileURL(path).href;
  reading.borrowed.delete(uri);
  const text = textOf(reading, uri);
  if (typeof text === 'string') readInto(reading, uri, text);
  else forget(reading, uri, text);
}

/** A file's text as it stands: an open document goes before the disk. */
export function textOf(reading: Reading, uri: string): string | Unavailable {
  const opened = reading.open.get(uri);
  if (opened !== undefined) return opened;
  const path = fileURLToPath(uri);
  const read = readText(reading.files, path, settingsAt(reading, uri).maxFileSize);
  if ('text' in read) return read.text;
  const kind = reading.files.kindOf(path);
  if (kind === undefined) return { unavailable: 'does not exist' };
  if (kind === 'directory') return { unavailable: 'is a directory without a kustomization' };
  reading.logger.info(read.skipped);
  if (!read.binary) return { unavailable: 'cannot be read, or is larger than `kubepath.maxFileSize`' };
  return { unavailable: 'is not text in UTF-8, so it holds no resources', refused: true, bytes: read.binary };
}

/** Gives a text to whoever it concerns: kustomizations and charts are the workspace's, all else may be a manifest. */
export function readInto(reading: Reading, uri: string, text: string): void {
  const name = nameOf(uri);
  reading.touched.add(uri);
  reading.borrowed.delete(uri);
  if (name === projectFileName) readSettings(reading, uri, text);
  else if (reading.editorSettings.has(uri)) readEditorSettings(reading, uri, text);
  else if (isKustomizationName(name) && readAsKustomization(reading, uri, text)) return;
  else if (name === 'Chart.yaml' && /^name:/m.test(text)) addChart(reading, uri);
  else if (mayBeManifest(reading, uri, text)) readManifest(reading, uri, text);
  else {
    forget(reading, uri);
    if (reading.parts.has(uri)) reading.texts.set(uri, text);
  }
}

function readSettings(reading: Reading, uri: string, text: string): void {
  const { scopes, exclude, settings, problems } = readProjectFile(text);
  reading.projectFiles.set(parentOf(uri), {
    uri,
    globs: compileScopes(scopes),
    exclude,
    settings,
    problems: problems.map((problem) => settingProblem(uri, problem)),
  });
  projectsChanged(reading);
  reading.others.set(uri, undefined);
  reading.analyzer.setSource(uri, text);
  reading.stale = true;
}

function readEditorSettings(reading: Reading, uri: string, text: string): void {
  reading.editorSettings.set(uri, reading.checkEditorSettings?.(uri, text) ?? []);
  reading.others.set(uri, undefined);
  reading.analyzer.setSource(uri, text);
  reading.stale = true;
}

/** False for a file of another tool by this name. */
function readAsKustomization(reading: Reading, uri: string, text: string): boolean {
  const kustomization = readKustomization(parentOf(uri), uri, text);
  if (!kustomization) return false;
  forget(reading, uri);
  reading.analyzer.setSource(uri, text);
  reading.kustomizations.set(uri, kustomization);
  reading.texts.set(uri, text);
  touchKustomization(reading, uri);
  reading.stale = true;
  return true;
}

/** What is said of a directory hangs on all kustomizations in it: there should be one. */
function touchKustomization({ kustomizations, touched }: Reading, uri: string): void {
  const directory = parentOf(uri);
  touched.add(uri).add(directory);
  for (const name of kustomizationNames)
    if (kustomizations.has(`${directory}/${name}`)) touched.add(`${directory}/${name}`);
}

function addChart(reading: Reading, uri: string): void {
  const directory = parentOf(uri);
  if (reading.charts.has(directory)) {
    reading.others.set(uri, undefined);
    return;
  }
  forget(reading, uri);
  reading.charts.add(directory);
  reading.stale = true;
}

/**
 * Most YAML and JSON files are no manifests: they never reach the reader. Nor does an open document over the limit; its characters are at
 * most its bytes.
 */
function mayBeManifest(reading: Reading, uri: string, text: string): boolean {
  return (
    !reading.parts.has(uri) &&
    text.length <= settingsAt(reading, uri).maxFileSize &&
    text.includes('apiVersion') &&
    text.includes('kind') &&
    !isInChart(reading, uri)
  );
}

function readManifest(reading: Reading, uri: string, text: string): void {
  forgetSpecial(reading, uri);
  reading.texts.delete(uri);
  followDeployers(reading, uri, text);
  const before = identitiesIn(reading, uri);
  reading.analyzer.setFile(uri, text);
  const after = identitiesIn(reading, uri);
  const same =
    reading.manifests.has(uri) &&
    before.length === after.length &&
    after.every((identity, index) => identity === before[index] && !reading.repeated.has(identity));
  reading.manifests.add(uri);
  reading.others.delete(uri);
  // Scopes depend on which resources there are and, for those that are there twice, on what they say.
  if (!same) reading.stale = true;
}

function followDeployers(reading: Reading, uri: string, text: string): void {
  const deployers = deployersIn(uri, text);
  if (deployers.length === 0 && !reading.deployers.has(uri)) return;
  if (deployers.length > 0) reading.deployers.set(uri, deployers);
  else reading.deployers.delete(uri);
  reading.stale = true;
}

/** A file holds no resources (any more), and is nothing else that is known. */
export function forget(reading: Reading, uri: string, reason?: Unavailable): void {
  reading.touched.add(uri);
  reading.others.set(uri, reason);
  reading.texts.delete(uri);
  forgetSpecial(reading, uri);
  if (reading.deployers.delete(uri)) reading.stale = true;
  if (!reading.manifests.delete(uri)) return;
  reading.analyzer.removeFile(uri);
  reading.stale = true;
}

/** The file is no kustomization, chart or project file (any more). */
function forgetSpecial(reading: Reading, uri: string): void {
  const directory = parentOf(uri);
  if (reading.kustomizations.delete(uri)) {
    touchKustomization(reading, uri);
    reading.stale = true;
  }
  if (reading.projectFiles.get(directory)?.uri === uri) {
    reading.projectFiles.delete(directory);
    projectsChanged(reading);
    reading.stale = true;
  }
  if ((reading.editorSettings.get(uri)?.length ?? 0) > 0) {
    reading.editorSettings.set(uri, []);
    reading.stale = true;
  }
  if (uri === `${directory}/Chart.yaml` && reading.charts.delete(directory)) {
    reading.stale = true;
    // Its templates are whatever they are by themselves now.
    const below = [...reading.others.keys()].filter((other) => other.startsWith(`${directory}/`) && other !== uri);
    for (const other of below) readFile(reading, fileURLToPath(other));
  }
}

/** Nothing is known of a file: whoever needs it reads it again. */
export function drop(reading: Reading, uri: string): void {
  if (isKnown(reading, uri)) forget(reading, uri);
  reading.others.delete(uri);
  reading.borrowed.delete(uri);
  reading.touched.add(uri);
  // A directory was looked at for a kustomization, and there was none.
  if (!isKustomizationName(nameOf(uri))) return;
  reading.others.delete(parentOf(uri));
  touchKustomization(reading, uri);
}

/** Nothing is known of a path and what lies below it. */
export function dropBelow(reading: Reading, top: string): void {
  const below = (uri: string): boolean => uri === top || uri.startsWith(`${top}/`);
  const files = knownUris(reading).filter(below);
  const links = [...reading.links.keys()].filter(below);
  for (const uri of files) drop(reading, uri);
  for (const link of links) changeLink(reading, link, undefined);
  reading.touched.add(top);
  if (files.length > 0 || links.length > 0) reading.stale = true;
}

/** Every file that was looked at. */
export function knownUris({ manifests, others }: Reading): readonly string[] {
  return [...manifests, ...others.keys()];
}

export function isKnown({ manifests, others }: Reading, uri: string): boolean {
  return manifests.has(uri) || others.has(uri);
}

/** The kustomization of each directory, in the order of those. kustomize refuses several in one. */
export function kustomizationsByDirectory({ kustomizations }: Reading): ReadonlyMap<string, KustomizationFile> {
  const result = new Map<string, KustomizationFile>();
  const key = ({ directory, uri }: KustomizationFile): string => `${directory}\0${uri}`;
  const sorted = [...kustomizations.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  for (const file of sorted) {
    const other = result.get(file.directory);
    const names = [other?.uri ?? '', file.uri].map((uri) => uri.slice(uri.lastIndexOf('/') + 1));
    const message = `${names.join(' and ')} are in one directory: kustomize refuses to choose. Remove one.`;
    result.set(file.directory, other ? { ...other, problem: { message, range: { start: 0, end: 0 } } } : file);
  }
  return result;
}

/** Takes over which files are parts of kustomizations; those that were taken for something else are read again. */
export function setParts(reading: Reading, parts: ReadonlySet<string>): void {
  const before = reading.parts;
  reading.parts = parts;
  for (const uri of parts) if (!before.has(uri) && reading.manifests.has(uri)) forget(reading, uri);
  for (const uri of before) if (!parts.has(uri) && reading.others.has(uri)) readFile(reading, fileURLToPath(uri));
}

/** The file of the kustomization in a directory; undefined when there is none. */
export function kustomizationPathIn(files: FileSource, directory: string): string | undefined {
  if (files.kindOf(directory) !== 'directory') return undefined;
  return kustomizationNames.map((name) => join(directory, name)).find((path) => files.kindOf(path) === 'file');
}

/** What a chart's directories hold is Helm's business: templates are never read as manifests. */
export function isInChart({ charts }: Reading, uri: string): boolean {
  for (const chart of charts) {
    if (uri.startsWith(`${chart}/`) && /^(templates|charts|ci|tests|crds)\//.test(uri.slice(chart.length + 1)))
      return true;
  }
  return false;
}

/** Works out which identities several resources share. */
export function repeatedIdentities(reading: Reading): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const identity of [...reading.manifests].flatMap((uri) => identitiesIn(reading, uri))) {
    if (seen.has(identity)) repeated.add(identity);
    seen.add(identity);
  }
  return repeated;
}

/**
 * What a URI means: links to what is read anyway are followed, as kustomize does. Findings then land in the file that is there once.
 */
export function followLinks({ links }: Reading, uri: string): string {
  if (links.size === 0) return uri;
  let found = uri;
  for (let hops = 0; hops < maxHops; hops++) {
    const link = linkIn(links, found);
    if (link === undefined) return found;
    found = `${links.get(link) ?? ''}${found.slice(link.length)}`;
  }
  return found;
}

/** A link leads elsewhere, or is gone. Names mean other files then: nothing that was worked out with them holds. */
export function changeLink(reading: Reading, link: string, target: string | undefined): void {
  if (reading.links.get(link) === target) return;
  if (target === undefined) reading.links.delete(link);
  else reading.links.set(link, target);
  reading.renewed = true;
  reading.stale = true;
}

/** Links to links: more of them than this go round. */
const maxHops = 8;

function linkIn(links: ReadonlyMap<string, string>, uri: string): string | undefined {
  for (let at = uri.length; at > 0; at = uri.lastIndexOf('/', at - 1)) {
    const prefix = uri.slice(0, at);
    if (links.has(prefix)) return prefix;
  }
  return undefined;
}

function nameOf(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

function parentOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}

function identitiesIn({ analyzer }: Reading, uri: string): readonly string[] {
  return analyzer.resourcesOf(uri).map(({ kind, namespace, name }) => `${kind}/${namespace ?? ''}/${name}`);
}

/** Whether a path is a kustomization by its name. */
export function isKustomizationPath(path: string): boolean {
  return isKustomizationName(basename(path));
}
