import { createAnalyzer, type Analyzer, type Finding, type Fix, type ScopeDefinition } from '../../server/core/index';
import { lineStartsOf, offsetAt, type Range } from '../../server/core/position';
import {
  parseFixture,
  printFixture,
  textOf,
  type Fixture,
  type FixtureFile,
  type FixtureLine,
  type Marker,
} from './fixture';
import { needsWorkspace, throughWorkspace } from './rendered';

/** A fixture in an analyzer, with the texts it was given. */
export interface LoadedFixture {
  readonly fixture: Fixture;
  readonly analyzer: Analyzer;
  readonly texts: Map<string, string>;
  /** What the analyzer logged: a rule that fails shows here. */
  readonly warnings: readonly string[];
  /** Gives changed texts to the analyzer. */
  readonly put: Put;
}

/** Puts a fixture's manifests and scopes into a new analyzer. */
export function loadFixture(source: string): LoadedFixture {
  const fixture = parseFixture(source);
  const warnings: string[] = [];
  const analyzer = createAnalyzer({ logger: { info: () => undefined, warn: (message) => warnings.push(message) } });
  const texts = new Map(fixture.files.map((file) => [file.uri, textOf(file, fixture.options)]));
  const { settings, answer } = fixture.options;
  analyzer.configure(settings);
  const put = needsWorkspace([...texts.keys()])
    ? throughWorkspace({ analyzer, texts, root: 'file://', settings, ...(answer ? { answer } : {}) })
    : directly(fixture, analyzer);
  put(texts);
  return { fixture, analyzer, texts, warnings, put };
}

/** Gives texts to the analyzer. */
type Put = (texts: ReadonlyMap<string, string>) => void;

function directly(fixture: Fixture, analyzer: Analyzer): Put {
  return (texts) => {
    for (const [uri, text] of texts) analyzer.setFile(uri, text);
    analyzer.setScopes(scopesOf(fixture));
  };
}

function scopesOf({ files, options }: Fixture): readonly ScopeDefinition[] {
  const names = [...new Set(files.flatMap((file) => file.scopes))];
  return names.map((name) => ({
    name,
    kind: 'directory',
    root: `file:///${name}`,
    complete: options.complete,
    files: files.filter((file) => file.scopes.includes(name)).map(({ uri }) => uri),
  }));
}

/** Every finding, in the order of the fixture's files. */
export function findingsOf({ fixture, analyzer }: LoadedFixture): readonly Finding[] {
  return fixture.files.flatMap(({ uri }) => analyzer.findingsOf(uri));
}

/**
 * The fixture with the markers that its findings deserve: those that are right as written, then the unexpected. It equals the
 * source when every expectation is met and nothing else is found, so the difference of the two is what a person wants to read.
 */
export function annotate(loaded: LoadedFixture): string {
  const findings = findingsOf(loaded);
  return printFixture(loaded.fixture, (file) =>
    file.lines.flatMap((line, index) => [line.text, ...markersBelow(file, line, index, findings)]),
  );
}

function markersBelow(
  file: FixtureFile,
  line: FixtureLine,
  index: number,
  findings: readonly Finding[],
): readonly string[] {
  const here = findings.filter((finding) => finding.file === file.uri && finding.range.start.line === index);
  const open = new Set(here);
  const kept = line.markers.filter((marker) => {
    if (marker.rule === 'related') return findings.some((finding) => isRelated(finding, marker, file, line, index));
    const match = [...open].find((finding) => meets(finding, marker, line));
    return match !== undefined && open.delete(match);
  });
  return [...kept.map(({ raw }) => raw), ...[...open].map((finding) => printMarker(finding, line))];
}

function meets(finding: Finding, marker: Marker, line: FixtureLine): boolean {
  return (
    finding.rule === marker.rule &&
    (marker.severity === undefined || finding.severity === marker.severity) &&
    finding.message.includes(marker.message) &&
    covers(marker, finding.range, line)
  );
}

function isRelated(finding: Finding, marker: Marker, file: FixtureFile, line: FixtureLine, index: number): boolean {
  return finding.related.some(
    ({ file: uri, range, message }) =>
      uri === file.uri && range.start.line === index && message.includes(marker.message) && covers(marker, range, line),
  );
}

function covers(marker: Marker, range: Range, line: FixtureLine): boolean {
  const { start, end, open } = columnsOf(range, line);
  return start === marker.start && end === marker.end && open === marker.open;
}

/** The columns of a range on its first line, at least one. */
function columnsOf(range: Range, line: FixtureLine): { start: number; end: number; open: boolean } {
  const start = range.start.character;
  const open = range.end.line > range.start.line;
  return { start, end: Math.max(start + 1, open ? line.text.length : range.end.character), open };
}

function printMarker({ range, severity, rule, message }: Finding, line: FixtureLine): string {
  const { start, end, open } = columnsOf(range, line);
  const indent = Math.min(line.text.search(/\S|$/), start - 1);
  const arrow =
    start === 0
      ? `# <${'-'.repeat(end)}`
      : `${' '.repeat(indent)}#${' '.repeat(start - indent - 1)}${'^'.repeat(end - start)}`;
  return `${arrow}${open ? '...' : ''} ${severity} ${rule}: ${message}`;
}

/**
 * Applies the first (second, …) fix of the first finding that has one, analyses again, and so on until none has.
 * @returns the fixture without markers, and what is then still found
 */
export function fixAll(source: string, choice: number): { readonly text: string; readonly left: readonly Finding[] } {
  const loaded = loadFixture(source);
  for (let step = 0; step < 50; step++) {
    const fix = findingsOf(loaded)
      .map((finding) => loaded.analyzer.fixesOf(finding))
      .map((fixes) => fixes[choice - 1] ?? fixes[0])
      .find((found) => found !== undefined);
    if (!fix) return { text: printTexts(loaded), left: findingsOf(loaded) };
    applyFix(loaded, fix);
  }
  throw new Error('The fixes of this fixture never come to an end.');
}

/** Applies one fix to the texts and the analyzer of a fixture. */
export function applyFix({ put, texts }: LoadedFixture, fix: Fix): void {
  const uris = new Set(fix.edits.map((edit) => edit.file));
  for (const uri of uris) {
    const text = applyEdits(
      texts.get(uri) ?? '',
      fix.edits.filter((edit) => edit.file === uri),
    );
    texts.set(uri, text);
  }
  put(new Map([...texts].filter(([uri]) => uris.has(uri))));
}

/** Edits as LSP means them: all ranges are those of the text before, none may overlap, insertions at one place keep their order. */
function applyEdits(text: string, edits: Fix['edits']): string {
  const starts = lineStartsOf(text);
  const spans = edits
    .map(({ range, newText }) => ({ start: offsetAt(starts, range.start), end: offsetAt(starts, range.end), newText }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let at = 0;
  for (const { start, end, newText } of spans) {
    if (start < at) throw new Error('The edits of a fix overlap.');
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}

/** A fixture as its texts are now, without markers. */
export function printTexts({ fixture, texts }: LoadedFixture): string {
  const { eol, openEnd } = fixture.options;
  return printFixture(fixture, ({ uri }) => {
    const text = (texts.get(uri) ?? '').replace(/^\uFEFF/, '');
    if (eol === '\r\n' && /[^\r]\n/.test(text))
      throw new Error(`A fix wrote a bare LF into ${uri}, whose lines end with CRLF.`);
    return `${text}${openEnd ? '\n' : ''}`.split(eol === '\r\n' ? /\r?\n/ : '\n');
  });
}
