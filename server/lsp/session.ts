import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analyzer, Counts, Finding, Settings } from '../core/index';
import type { ProjectFilePlace, Workspace } from '../workspace/workspace';
import type { ClientFeatures } from './client-features';
import { describe, type Log } from './guard';
import type { StatusParams } from './protocol';

/** How often progress is told while scanning, in milliseconds. */
const progressInterval = 100;

/** The state of one client's connection: what it has open, what was told, what is under way. Handlers ask and change it. */
export interface Session {
  readonly analyzer: Analyzer;
  readonly features: ClientFeatures;
  /** Brings the analyzer in step with what was typed. Before every question. */
  settle(): void;
  /** False until everything was read: findings mean nothing before. */
  readonly isComplete: () => boolean;
  /** Version of an open document; null for one that is not open. */
  readonly versionOf: (uri: string) => number | null;
  documentChanged(uri: string, document: TextDocument): void;
  documentClosed(uri: string): Promise<void>;
  filesChanged(uris: readonly string[]): Promise<void>;
  /** Whether something is rendered from a file, whatever its name is. */
  readonly isUsed: (uri: string) => boolean;
  /** Every directory with something known below it. */
  readonly directories: () => ReadonlySet<string>;
  /** The `.kubepath.yaml` that says most about a file, there or not yet. */
  readonly projectFileFor: (uri: string) => ProjectFilePlace | undefined;
  /** URIs of the workspace's folders. */
  readonly roots: () => readonly string[];
  /** Whether a sentence was not told before: people are told once. */
  readonly isNews: (sentence: string) => boolean;
  /** Takes settings over. True when other files are to be read now, so that a scan is due. */
  configure(settings: Settings): boolean;
  /** Opens and closes workspace folders; a scan is due. */
  changeRoots(added: readonly string[], removed: readonly string[]): void;
  /** Reads and checks everything. A scan under way is dropped, and whoever awaits it awaits this one. Never rejects. */
  scan(options?: ScanOptions): Promise<void>;
  status(): StatusParams;
  /** Hovers and diagrams speak of this scope where a file is in several. */
  prefer(scope: string | undefined): void;
  /** Programs may run on the workspace's files from now on. */
  trust(): void;
  /** A rendering in the background came to an end. */
  rendered(): void;
  dispose(): void;
}

export interface ScanOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface SessionOptions {
  readonly roots: readonly string[];
  readonly analyzer: Analyzer;
  readonly workspace: Workspace;
  readonly features: ClientFeatures;
  readonly settings: Settings;
  readonly log: Log;
  /** Milliseconds between the last keystroke and the check. */
  readonly debounce: number;
  readonly publish: (findings: ReadonlyMap<string, readonly Finding[]>) => void;
  readonly tellStatus: (status: StatusParams) => void;
  readonly tellModelChanged: () => void;
}

export function createSession(options: SessionOptions): Session {
  const { analyzer, workspace, features, log, publish, tellStatus, tellModelChanged } = options;
  const open = new Map<string, TextDocument>();
  /** Open documents whose text the analyzer has not seen: parsing waits until somebody asks or the typing pauses. */
  const unread = new Set<string>();
  const told = new Set<string>();
  let { roots, settings } = options;
  /** Until everything was read, most selectors would seem to match nothing: no finding is published. */
  let incomplete = true;
  let state: StatusParams['state'] = 'scanning';
  let progress = { done: 0, total: 0 };
  /** Those of the last check: counting checks, and what is half read is not worth checking. */
  let counts: Counts = { files: 0, resources: 0, scopes: 0, errors: 0, warnings: 0, information: 0, hints: 0 };
  let current: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function settle(): void {
    for (const uri of unread) {
      unread.delete(uri);
      const document = open.get(uri);
      if (document) workspace.documentChanged(uri, document.getText());
    }
    workspace.update();
  }

  /** Checks when the typing pauses; every keystroke drops the check before. */
  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (current === undefined) check();
    }, options.debounce);
  }

  function check(): void {
    clearTimeout(timer);
    if (incomplete) return;
    try {
      settle();
      publish(analyzer.check());
      counts = analyzer.counts();
      state = 'ready';
    } catch (error) {
      log.error(`The check failed: ${describe(error)}`);
      state = 'failed';
    }
    tellStatus(status());
    tellModelChanged();
  }

  function status(): StatusParams {
    return { state, ...progress, ...counts, ...workspace.background() };
  }

  async function read({ onProgress, signal }: ScanOptions, previous: Promise<void>): Promise<void> {
    const own = new AbortController();
    current?.abort();
    current = own;
    const abort = (): void => own.abort();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();

    state = 'scanning';
    progress = { done: 0, total: 0 };
    tellStatus(status());
    const tell = every(progressInterval, (done, total) => {
      progress = { done, total };
      onProgress?.(done, total);
      tellStatus(status());
    });
    let failed = false;
    try {
      // Two scans at once would read each file twice.
      await previous;
      if (!own.signal.aborted) await workspace.scan(tell, own.signal);
    } catch (error) {
      failed = !own.signal.aborted;
      if (failed) log.error(`The scan failed: ${describe(error)}`);
    }
    signal?.removeEventListener('abort', abort);
    if (current === own) {
      current = undefined;
      finish(failed, own.signal.aborted);
    }
  }

  function finish(failed: boolean, aborted: boolean): void {
    if (!failed && !aborted) incomplete = false;
    if (!failed && !incomplete) {
      check();
      return;
    }
    state = failed ? 'failed' : 'cancelled';
    tellStatus(status());
  }

  async function scan(scanOptions: ScanOptions = {}): Promise<void> {
    const mine = read(scanOptions, running);
    running = mine;
    await mine;
    if (running !== mine) await running;
  }

  return {
    analyzer,
    features,
    settle,
    isComplete: () => !incomplete,
    versionOf: (uri) => open.get(uri)?.version ?? null,
    documentChanged(uri, document) {
      open.set(uri, document);
      unread.add(uri);
      schedule();
    },
    async documentClosed(uri) {
      open.delete(uri);
      unread.delete(uri);
      await workspace.documentClosed(uri);
      schedule();
    },
    async filesChanged(uris) {
      await workspace.filesChanged(uris);
      schedule();
    },
    isUsed: (uri) => workspace.isUsed(uri),
    directories: () => workspace.directories(),
    projectFileFor: (uri) => workspace.projectFileFor(uri),
    roots: () => roots,
    isNews: (sentence) => !told.has(sentence) && told.add(sentence).has(sentence),
    configure(next) {
      const filesDiffer = readingSettings.some((key) => !same(next[key], settings[key]));
      const differs = filesDiffer || !same(next, settings);
      settings = next;
      if (!differs) return false;
      workspace.configure(next);
      schedule();
      return filesDiffer;
    },
    changeRoots(added, removed) {
      incomplete = true;
      roots = [...new Set([...roots.filter((root) => !removed.includes(root)), ...added])];
      workspace.setRoots(roots);
    },
    scan,
    status,
    prefer(scope) {
      analyzer.prefer(scope);
      tellModelChanged();
    },
    trust() {
      workspace.trust();
      schedule();
    },
    rendered: schedule,
    dispose() {
      clearTimeout(timer);
      current?.abort();
      workspace.dispose();
    },
  };
}

/** Passes on the first call and then one per interval. */
function every(interval: number, act: (done: number, total: number) => void): (done: number, total: number) => void {
  let last = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (now - last < interval && done < total) return;
    last = now;
    act(done, total);
  };
}

/** Settings that decide which files are read, and what is read of them. */
const readingSettings = ['maxFileSize', 'exclude', 'filesExclude', 'podTemplates'] as const;

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
