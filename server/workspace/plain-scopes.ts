import { fileURLToPath, pathToFileURL } from 'node:url';
import { directoryUnits } from './directory-scopes';
import type { PlainFile } from './plain-file';
import { folderOf, isWithin, type ScopeRoot } from './folders';
import { isInChart, type Reading } from './reading';
import { assignScopes, compileScopes } from './scope-globs';
import type { UnnamedScope } from './scope-names';
import { summarizeTestData, type TestData } from './test-data';

export interface PlainInput {
  readonly reading: Reading;
  readonly roots: readonly ScopeRoot[];
  /** Whether a kustomization claims a file. */
  readonly isTaken: (uri: string) => boolean;
  /** URIs of what is rendered from kustomizations. */
  readonly rendered: ReadonlySet<string>;
  /** URIs of directories with a kustomization. */
  readonly kustomized: { has(directory: string): boolean };
  readonly testData: TestData;
}

/** Scopes of manifests that are deployed as they are written. */
export interface PlainScopes {
  readonly scopes: readonly UnnamedScope[];
  /** URIs of files that would belong to them and hold nothing that networking reads. */
  readonly others: readonly string[];
  /** A sentence for the log about what was left alone. */
  readonly note: string | undefined;
}

/**
 * Scopes that people wrote down, application directories, and documents outside of all folders, each alone. Test data is left alone but
 * for the scopes of files that are open.
 */
export function plainScopes({ reading, roots, isTaken, rendered, kustomized, testData }: PlainInput): PlainScopes {
  const { analyzer } = reading;
  const all = [...reading.manifests].filter((uri) => analyzer.isManifest(uri)).sort();
  const manifests = all.filter((uri) => !reading.borrowed.has(uri));
  const folders = roots.filter(({ isFile }) => !isFile).map(({ uri }) => uri);
  const { assigned, rest } = assignScopes({
    folders,
    projectFiles: new Map([...reading.projectFiles].map(([directory, { globs }]) => [directory, globs])),
    setting: compileScopes(reading.settings.scopes),
    manifests: manifests.filter((uri) => folders.some((folder) => isWithin(uri, folder))),
  });
  const free = new Set(rest);
  // Files beside a kustomization that it does not name are scaffolding: nobody applies them.
  const isNobodys = (uri: string): boolean =>
    isTaken(uri) || isInChart(reading, uri) || kustomized.has(uri.slice(0, uri.lastIndexOf('/')));
  const isPlain = (uri: string): boolean => free.has(uri) && !isNobodys(uri);
  const isDeployed = (uri: string): boolean => {
    if (roots.some((root) => root.isFile && root.uri === uri)) return true;
    if (reading.open.has(uri)) return !isNobodys(uri) || rendered.has(uri);
    if (testData.has(uri)) return false;
    return rendered.has(uri) || (folders.some((folder) => isWithin(uri, folder)) && !isNobodys(uri));
  };
  const plain = manifests.filter(isPlain);
  const leftAlone = plain.filter((uri) => testData.has(uri));
  return {
    scopes: [
      ...[...assigned.values()].map(({ name, root, uris }) => ({ ...directoryScope(root, uris, true), name })),
      ...roots.flatMap((root) => {
        const own = root.isFile
          ? manifests.filter((uri) => uri === root.uri)
          : plain.filter((uri) => isWithin(uri, root.uri));
        return unitsOf(root, own, reading, testData);
      }),
      ...foreign(reading, roots, all, isTaken).map((uri) => directoryScope(uri, [uri], false)),
    ],
    others: [...reading.manifests].filter((uri) => !analyzer.isManifest(uri) && isDeployed(uri)),
    note: summarizeTestData(testData, leftAlone, folders[0] ?? ''),
  };
}

/** Real files and test data are grouped apart, so that opening a fixture changes no real scope. */
function unitsOf(
  root: ScopeRoot,
  uris: readonly string[],
  reading: Reading,
  testData: TestData,
): readonly UnnamedScope[] {
  const folder = folderOf(root);
  const above = namesAbove(folder, reading);
  const units = (some: readonly string[]): readonly UnnamedScope[] =>
    directoryUnits(
      folder,
      some.map((uri) => toPlainFile(uri, reading)),
      above,
    ).map((unit) => directoryScope(unit.root, unit.uris, true));
  const isTest = (uri: string): boolean => !root.isFile && testData.has(uri);
  const looked = units(uris.filter(isTest)).filter(({ files }) => files.some((uri) => reading.open.has(uri)));
  return [...units(uris.filter((uri) => !isTest(uri))), ...looked];
}

function toPlainFile(uri: string, { analyzer }: Reading): PlainFile {
  return { uri, resources: analyzer.resourcesOf(uri) };
}

/** Names of the directories from the top of the repository down to a folder. */
function namesAbove(folder: string, { files }: Reading): readonly string[] {
  const top = pathToFileURL(files.topOf(fileURLToPath(folder))).href;
  if (top === folder || !isWithin(folder, top)) return [];
  const names = folder.slice(top.lastIndexOf('/') + 1).split('/');
  return names.slice(0, -1).map(decodeURIComponent);
}

/** Open manifests outside of all folders that nothing uses. */
function foreign(
  { open }: Reading,
  roots: readonly ScopeRoot[],
  manifests: readonly string[],
  isTaken: (uri: string) => boolean,
): readonly string[] {
  const known = new Set(manifests);
  return [...open.keys()].filter(
    (uri) => !roots.some((root) => isWithin(uri, root.uri)) && known.has(uri) && !isTaken(uri),
  );
}

function directoryScope(root: string, files: readonly string[], complete: boolean): UnnamedScope {
  return { location: root, kind: 'directory', root, complete, files };
}
