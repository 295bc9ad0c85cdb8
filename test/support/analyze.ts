import {
  createAnalyzer,
  type Analyzer,
  type Location,
  type Position,
  type ScopeDefinition,
} from '../../server/core/index';
import { needsWorkspace, throughWorkspace } from './rendered';

export interface Analysis {
  readonly analyzer: Analyzer;
  /** Where `$0` stood; it is taken out before reading. */
  readonly cursor: { readonly uri: string; readonly position: Position } | undefined;
  /** Texts by file name, without the marker. */
  readonly texts: Readonly<Record<string, string>>;
  /** The Markdown at the cursor. */
  readonly hover: () => string | undefined;
  /** The Markdown at the first place of a text in a file, and the text that it speaks of. */
  readonly hoverOn: (file: string, text: string) => { readonly markdown: string; readonly thing: string } | undefined;
}

/** URI of a file in the made-up workspace. */
export function uriOf(file: string): string {
  return `file:///project/${file}`;
}

/** Manifests as one scope, in the order they are given; with a kustomization among them, the scopes that it makes. */
export function analyze(files: Readonly<Record<string, string>>, scope: Partial<ScopeDefinition> = {}): Analysis {
  const analyzer = createAnalyzer({ logger: { info: () => undefined, warn: () => undefined } });
  const texts: Record<string, string> = {};
  let cursor: Analysis['cursor'];
  for (const [file, marked] of Object.entries(files)) {
    const at = marked.indexOf('$0');
    const text = at === -1 ? marked : marked.slice(0, at) + marked.slice(at + 2);
    if (at !== -1) cursor = { uri: uriOf(file), position: positionOf(text, at) };
    texts[file] = text;
  }
  const all = new Map(Object.entries(texts).map(([file, text]) => [uriOf(file), text]));
  if (needsWorkspace([...all.keys()])) throughWorkspace({ analyzer, texts: all, root: 'file:///project' })(all);
  else {
    for (const [uri, text] of all) analyzer.setFile(uri, text);
    const root = 'file:///project';
    analyzer.setScopes([{ name: 'work', kind: 'directory', root, complete: true, files: [...all.keys()], ...scope }]);
  }
  return {
    analyzer,
    cursor,
    texts,
    hover: () => cursor && analyzer.hover(cursor.uri, cursor.position)?.markdown,
    hoverOn(file, wanted) {
      const text = texts[file] ?? '';
      const at = text.indexOf(wanted);
      if (at === -1) throw new Error(`"${wanted}" is not in ${file}`);
      const found = analyzer.hover(uriOf(file), positionOf(text, at));
      return found && { markdown: found.markdown, thing: textAt(text, found.range) };
    },
  };
}

/** The line and character of an offset. */
function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, character: offset - before.lastIndexOf('\n') - 1 };
}

/** The text in a range. */
export function textAt(text: string, { start, end }: Location['range']): string {
  const lines = text.split('\n');
  const offset = (position: Position): number =>
    lines.slice(0, position.line).reduce((sum, line) => sum + line.length + 1, 0) + position.character;
  return text.slice(offset(start), offset(end));
}
