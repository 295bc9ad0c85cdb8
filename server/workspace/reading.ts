import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Analyzer, Logger, Settings, SourceProblem } from '../core/index';
import { isKustomizationName, kustomizationNames, readKustomization } from '../core/kustomize/read-kustomization';
import type { KustomizationFile, Unavailable } from '../core/kustomize/source';
import type { FileSource } from './file-source';
import { deployersIn, type Deployer } from './deployers';
import { projectFileName, readProjectFile } from './project-file';
import { readText } from './read-text';
import { compileScopes, type ScopeGlobs } from './scope-globs';

/** What was read so far, and what changed since scopes were last worked out. */
export interface Reading {
  readonly analyzer: Analyzer;
  readonly files: FileSource;
  readonly logger: Logger;
  settings: Settings;
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
  /** What each `.kubepath.yaml` says, by the URI of its directory. */
  readonly projectFiles: Map<string, ReadProjectFile>;
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
}

/** A `.kubepath.yaml`, ready for use. */
export interface ReadProjectFile {
  readonly uri: string;
  readonly globs: ScopeGlobs;
  readonly problems: readonly SourceProblem[];
}

export function createReading(parts: Pick<Reading, 'analyzer' | 'files' | 'logger' | 'settings'>): Reading {
  return {
    ...parts,
    manifests: new Set(),
    others: new Map(),
    kustomizations: new Map(),
    parts: new Set(),
    texts: new Map(),
    charts: new Set(),
    projectFiles: new Map(),
    deployers: new Map(),
    open: new Map(),
    repeated: new Set(),
    touched: new Set(),
    stale: true,
  };
}

/** Reads a file, or the open document in its place. */
export function readFile(reading: Reading, path: string): void {
  const uri = pathToFileURL(path).href;
  const text = textOf(reading, uri);
  if (typeof text === 'string') readInto(reading, uri, text);
  else forget(reading, uri, text);
}

/** A file's text as it stands: an open document goes before the disk. */
export function textOf(reading: Reading, uri: string): string | Unavailable {
  const opened = reading.open.get(uri);
  if (opened !== undefined) return opened;
  const path = fileURLToPath(uri);
  const kind = reading.files.kindOf(path);
  if (kind === undefined) return { unavailable: 'does not exist' };
  if (kind === 'directory') return { unavailable: 'is a directory without a kustomization' };
  const read = readText(reading.files, path, reading.settings.maxFileSize);
  if ('text' in read) return read.text;
  reading.logger.info(read.skipped);
  if (!read.binary) return { unavailable: 'cannot be read, or is larger than `kubepath.maxFileSize`' };
  return { unavailable: 'is not text in UTF-8, so it holds no resources', refused: true, bytes: read.binary };
}

/** Gives a text to whoever it concerns: kustomizations and charts are the workspace's, all else may be a manifest. */
export function readInto(reading: Reading, uri: string, text: string): void {
  const slash = uri.lastIndexOf('/');
  const name = decodeURIComponent(uri.slice(slash + 1));
  const directory = uri.slice(0, slash);
  reading.touched.add(uri);
  if (name === projectFileName) {
    const { scopes, problems } = readProjectFile(text);
    reading.projectFiles.set(directory, {
      uri,
      globs: compileScopes(scopes),
      problems: problems.map(({ start, end, message }) => ({
        rule: 'settings-invalid',
        file: uri,
        range: { start, end },
        message,
      })),
    });
    reading.analyzer.setSource(uri, text);
    reading.stale = true;
    return;
  }
  followDeployers(reading, uri, text);
  if (isKustomizationName(name)) {
    const kustomization = readKustomization(directory, uri, text);
    reading.touched.add(directory);
    if (kustomization) {
      reading.analyzer.setSource(uri, text);
      reading.kustomizations.set(uri, kustomization);
      reading.stale = true;
      forget(reading, uri);
      reading.texts.set(uri, text);
      return;
    }
    // It may have been one before: a file of another tool by this name makes no scope.
    if (reading.kustomizations.delete(uri)) reading.stale = true;
  }
  if (name === 'Chart.yaml' && /^name:/m.test(text)) {
    reading.charts.add(directory);
    reading.stale = true;
    return;
  }
  if (reading.parts.has(uri)) {
    forget(reading, uri);
    reading.texts.set(uri, text);
    return;
  }
  // Most YAML and JSON files are no manifests: they never reach the reader. Nor does an open document over the limit; its
  // characters are at most its bytes.
  if (
    text.length > reading.settings.maxFileSize ||
    !text.includes('apiVersion') ||
    !text.includes('kind') ||
    isInChart(reading, uri)
  ) {
    forget(reading, uri);
    return;
  }
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

/** A file holds no resources (any more). */
export function forget(reading: Reading, uri: string, reason?: Unavailable): void {
  reading.touched.add(uri);
  reading.others.set(uri, reason);
  reading.texts.delete(uri);
  if (!reading.manifests.delete(uri)) return;
  reading.analyzer.removeFile(uri);
  reading.stale = true;
}

/** A deleted path may have been a directory: everything below it is gone too. */
export function forgetBelow(reading: Reading, path: string): void {
  const uri = pathToFileURL(path).href;
  const below = (other: string): boolean => other === uri || other.startsWith(`${uri}/`);
  for (const other of [...reading.manifests, ...reading.others.keys()]) {
    if (!below(other)) continue;
    forget(reading, other);
    reading.others.delete(other);
  }
  for (const file of [...reading.kustomizations.keys()]) if (below(file)) forgetKustomization(reading, file);
  for (const file of [...reading.deployers.keys()]) if (below(file)) reading.deployers.delete(file);
  for (const [directory, { uri: file }] of [...reading.projectFiles])
    if (below(file)) reading.projectFiles.delete(directory);
  for (const directory of [...reading.charts])
    if (below(directory) || `${directory}/Chart.yaml` === uri) reading.charts.delete(directory);
  reading.touched.add(uri);
  reading.stale = true;
}

export function forgetKustomization(reading: Reading, uri: string): void {
  reading.kustomizations.delete(uri);
  reading.touched.add(uri).add(uri.slice(0, uri.lastIndexOf('/')));
}

/** The kustomization of each directory. kustomize refuses several in one. */
export function kustomizationsByDirectory({ kustomizations }: Reading): ReadonlyMap<string, KustomizationFile> {
  const result = new Map<string, KustomizationFile>();
  for (const file of kustomizations.values()) {
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

function identitiesIn({ analyzer }: Reading, uri: string): readonly string[] {
  return analyzer.resourcesOf(uri).map(({ kind, namespace, name }) => `${kind}/${namespace ?? ''}/${name}`);
}

/** Whether a path is a kustomization by its name. */
export function isKustomizationPath(path: string): boolean {
  return isKustomizationName(basename(path));
}
