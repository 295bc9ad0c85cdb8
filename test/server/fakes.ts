import { createAnalyzer, type Analyzer, type Finding, type Range } from '../../server/core/index';
import type { ServerParts } from '../../server/lsp/server';
import type { Workspace } from '../../server/workspace/workspace';

/** A core that finds the word "BAD", and whose parts a test replaces to make it fail or wait. */
export interface FakeCore extends ServerParts {
  readonly analyzer: Analyzer;
  readonly workspace: Workspace;
  /** What lies on the fake disk, by URI. */
  readonly disk: Map<string, string>;
  readonly calls: string[];
}

/** Makes the fake core. `replace` goes before its own methods. */
export function fakeCore(replace: { analyzer?: Partial<Analyzer>; workspace?: Partial<Workspace> } = {}): FakeCore {
  const texts = new Map<string, string>();
  const disk = new Map<string, string>();
  const calls: string[] = [];
  let off = false;
  const findingsOf = (uri: string): readonly Finding[] => (off ? [] : findBad(uri, texts.get(uri) ?? ''));
  const readAgain = (uri: string): void => {
    const text = disk.get(uri);
    if (text === undefined) texts.delete(uri);
    else texts.set(uri, text);
  };
  const analyzer: Analyzer = {
    ...createAnalyzer({ logger: { info: () => undefined, warn: () => undefined } }),
    setFile: (uri, text) => void texts.set(uri, text),
    removeFile: (uri) => void texts.delete(uri),
    configure: (settings) => void (off = settings.rules['bad-word'] === 'off'),
    check() {
      calls.push('check');
      return new Map(
        [...texts.keys()].map((uri) => [uri, findingsOf(uri)] as const).filter(([, list]) => list.length > 0),
      );
    },
    findingsOf,
    fixesOf: (finding) => [
      { title: 'Say good', preferred: true, edits: [{ file: finding.file, range: finding.range, newText: 'GOOD' }] },
    ],
    hover: (uri, position) => ({
      markdown: texts.get(uri) ?? 'unknown',
      range: { start: position, end: position },
    }),
    scopes: () => [
      {
        name: 'all',
        kind: 'directory',
        root: 'file:///w',
        complete: true,
        files: [...texts.keys()],
      },
    ],
    counts: () => ({
      files: texts.size,
      resources: 0,
      scopes: 1,
      errors: 0,
      warnings: 0,
      information: 0,
      hints: 0,
    }),
    ...replace.analyzer,
  };
  const workspace: Workspace = {
    async scan(onProgress) {
      calls.push('scan');
      let done = 0;
      for (const uri of disk.keys()) {
        readAgain(uri);
        onProgress?.(++done, disk.size);
        await Promise.resolve();
      }
    },
    async filesChanged(uris) {
      calls.push(`filesChanged ${uris.join(' ')}`);
      const below = (uri: string): boolean => uris.some((gone) => uri === gone || uri.startsWith(`${gone}/`));
      for (const uri of new Set([...uris, ...[...texts.keys()].filter(below)])) readAgain(uri);
      await Promise.resolve();
    },
    documentChanged(uri, text) {
      calls.push(`documentChanged ${uri}`);
      analyzer.setFile(uri, text);
    },
    async documentClosed(uri) {
      calls.push(`documentClosed ${uri}`);
      readAgain(uri);
      await Promise.resolve();
    },
    setRoots: (roots) => void calls.push(`setRoots ${roots.join(' ')}`),
    configure(settings) {
      calls.push(`configure ${JSON.stringify(settings.rules)}`);
      analyzer.configure(settings);
    },
    update: () => undefined,
    isUsed: () => false,
    projectFileFor: () => undefined,
    directories: () => new Set([...texts.keys()].map((uri) => uri.slice(0, uri.lastIndexOf('/')))),
    trust: () => void calls.push('trust'),
    background: () => ({ rendering: 0, notes: [] }),
    rendered: () => Promise.resolve(),
    dispose: () => undefined,
    ...replace.workspace,
  };
  return { analyzer, workspace, disk, calls, createAnalyzer: () => analyzer, createWorkspace: () => workspace };
}

function findBad(uri: string, text: string): readonly Finding[] {
  return text.split('\n').flatMap((line, number) => {
    const at = line.indexOf('BAD');
    if (at < 0) return [];
    return [
      {
        rule: 'bad-word',
        severity: 'warning',
        message: 'BAD is no word.',
        scope: 'all',
        file: uri,
        range: lineRange(number, at, at + 3),
        related: [],
        tags: [],
      },
    ];
  });
}

function lineRange(line: number, from: number, to: number): Range {
  return { start: { line, character: from }, end: { line, character: to } };
}
