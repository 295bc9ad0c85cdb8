import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createAnalyzer, type Analyzer, type Finding } from '../../server/core/index';
import { defaultSettings, type Settings } from '../../server/core/settings';
import { createExternalRenders } from '../../server/workspace/external-renders';
import type { CheckEditorSettings } from '../../server/workspace/reading';
import type { Program, ProgramResult } from '../../server/workspace/run-program';
import { createWorkspace, type Workspace } from '../../server/workspace/workspace';
import { tempFolder, type TempFolder } from './temp-folder';

/** What helm or kustomize answers in place of a process. */
export type Answer = (program: Program, signal: AbortSignal) => ProgramResult | Promise<ProgramResult>;

export interface OpenOptions {
  /** Paths of the folders; the temporary folder itself when absent. */
  readonly roots?: readonly string[];
  readonly settings?: Partial<Settings>;
  readonly trusted?: boolean;
  readonly answer?: Answer;
  readonly checkEditorSettings?: CheckEditorSettings;
}

/** A workspace on disk that is open, as an editor has it. Every question is asked of what holds now. */
export interface OpenWorkspace {
  readonly folder: TempFolder;
  readonly analyzer: Analyzer;
  readonly workspace: Workspace;
  readonly log: readonly string[];
  /** What programs were asked for. */
  readonly asked: Program[];
  /** The longest that each of them may run, in milliseconds. */
  readonly limits: () => number[];
  /** Writes a file, and tells of it as a watcher does. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Deletes a file or folder, and tells of it as a watcher does: of a folder as a whole. */
  remove(path: string): Promise<void>;
  edit(path: string, text: string): void;
  close(path: string): Promise<void>;
  configure(settings: Partial<Settings>): void;
  /** Waits until no program is under way. */
  settled(): Promise<void>;
  /** `file:line rule: message`, sorted; lines are one-based. */
  findings(): readonly string[];
  all(): readonly Finding[];
  /** `name: Kind namespace/name, …` of every scope, sorted, with `?` behind an incomplete one. */
  deployed(): readonly string[];
  /** The object of a resource, as a scope has it. */
  object(scope: string, kind: string, name: string): unknown;
  short(uri: string): string;
}

/** Writes files to disk and opens them as a workspace. Programs are never run. */
export async function openWorkspace(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: OpenOptions = {},
): Promise<OpenWorkspace> {
  const {
    roots,
    settings = {},
    trusted = false,
    checkEditorSettings,
    answer = () => ({ message: 'no such program' }),
  } = options;
  const folder = tempFolder(files);
  const log: string[] = [];
  const asked: Program[] = [];
  const limits: number[] = [];
  const logger = { info: (message: string) => log.push(message), warn: (message: string) => log.push(message) };
  const analyzer = createAnalyzer({ logger });
  const workspace = createWorkspace({
    roots: roots?.map((root) => folder.uriOf(root)) ?? [folder.uri],
    analyzer,
    settings: { ...defaultSettings, helmPath: '/fake/helm', ...settings },
    logger,
    trusted,
    ...(checkEditorSettings ? { checkEditorSettings } : {}),
    createRenders: (renderOptions) =>
      createExternalRenders({
        ...renderOptions,
        run: async (program, { time }, signal) => {
          asked.push(program);
          limits.push(time);
          return answer(program, signal);
        },
      }),
  });
  await workspace.scan();
  const short = (uri: string): string =>
    uri.startsWith(`${folder.uri}/`) ? decodeURIComponent(uri.slice(folder.uri.length + 1)) : uri;
  const all = (): readonly Finding[] => {
    workspace.update();
    return [...analyzer.check().values()].flat();
  };
  return {
    folder,
    analyzer,
    workspace,
    log,
    asked,
    limits: () => [...limits],
    write(path, content) {
      folder.write(path, content);
      return workspace.filesChanged([folder.uriOf(path)]);
    },
    remove(path) {
      rmSync(join(folder.path, path), { recursive: true });
      return workspace.filesChanged([folder.uriOf(path)]);
    },
    edit: (path, text) => workspace.documentChanged(folder.uriOf(path), text),
    close: (path) => workspace.documentClosed(folder.uriOf(path)),
    configure: (next) => workspace.configure({ ...defaultSettings, helmPath: '/fake/helm', ...next }),
    async settled() {
      workspace.update();
      while (workspace.background().rendering > 0) {
        await workspace.rendered();
        workspace.update();
      }
    },
    all,
    findings: () =>
      all()
        .map(({ file, range, rule, message }) => `${short(file)}:${range.start.line + 1} ${rule}: ${message}`)
        .sort(),
    deployed() {
      workspace.update();
      return analyzer
        .scopeResources()
        .map(({ scope, resources }) => {
          const names = resources.map(
            ({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`,
          );
          return `${scope.name}${scope.complete ? '' : '?'}: ${names.sort().join(', ')}`;
        })
        .sort();
    },
    object(scope, kind, name) {
      workspace.update();
      const found = analyzer.scopeResources().find((one) => one.scope.name === scope);
      return found?.resources.find((one) => one.kind === kind && one.name === name)?.object;
    },
    short,
  };
}
