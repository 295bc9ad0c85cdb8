import { readSettings, type Settings } from '../../server/core/settings';
import type { RenderAnswer } from '../../server/workspace/external-renders';

/** What a marker line says: a finding (or a related place of one) that stands on the line above it. */
export interface Marker {
  /** The line as written. */
  readonly raw: string;
  /** Zero-based columns; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  /** `^^^...`: the range goes on beyond this line. */
  readonly open: boolean;
  readonly severity: string | undefined;
  /** The rule's id, or `related`. */
  readonly rule: string;
  /** Must be contained in the finding's message. */
  readonly message: string;
}

export interface FixtureLine {
  readonly text: string;
  readonly markers: readonly Marker[];
}

/** One manifest of a fixture. */
export interface FixtureFile {
  readonly uri: string;
  /** Names of the scopes it belongs to. */
  readonly scopes: readonly string[];
  /** The `#- name` line; undefined for text without one. */
  readonly header: string | undefined;
  readonly lines: readonly FixtureLine[];
}

/** `# fixture: key=value …` at the top of a fixture. */
export interface FixtureOptions {
  /** `scope=incomplete`: something that will be deployed is not in the scopes. */
  readonly complete: boolean;
  /** `settings={"rules":{…}}`: as under `kubepath` in the editor. */
  readonly settings: Settings;
  /** `helm={"failed":"its message"}` or `helm={"done":"its output"}`: what helm answers. */
  readonly answer: RenderAnswer | undefined;
  /** `eol=crlf`: the manifests are read with CRLF. */
  readonly eol: '\n' | '\r\n';
  /** `bom=yes`: the manifests begin with a byte order mark. */
  readonly bom: boolean;
  /** `end=open`: the last line of a manifest has no line break. */
  readonly openEnd: boolean;
}

export interface Fixture {
  /** The option lines, as written. */
  readonly head: readonly string[];
  readonly options: FixtureOptions;
  readonly files: readonly FixtureFile[];
}

const markerPattern =
  /^( *# *)(?:(\^+)|<(~*)(-+))(\.\.\.)? +(?:(error|warning|information|hint) +)?([a-z][a-z0-9-]*):(?: (.*))?$/;
const headerPattern = /^#- (?:\[([^\]]+)\] )?(\S+)$/;

/** Reads a fixture: see test/fixtures/README.md. */
export function parseFixture(source: string): Fixture {
  const lines = source.split('\n');
  const head: string[] = [];
  while (lines[0]?.startsWith('# fixture:')) head.push(lines.shift() ?? '');
  return { head, options: readOptions(head), files: readFiles(lines) };
}

/** The text of a manifest as the analyzer gets it: without markers, in the line ends that the options ask for. */
export function textOf(file: FixtureFile, options: FixtureOptions): string {
  const text = file.lines.map((line) => line.text).join(options.eol);
  return (options.bom ? '\uFEFF' : '') + (options.openEnd ? text.replace(/\r?\n$/, '') : text);
}

/** A fixture's text from its parts; `textOfLine` renders a line with what stands below it. */
export function printFixture(fixture: Fixture, linesOf: (file: FixtureFile) => readonly string[]): string {
  const files = fixture.files.map((file) => [...(file.header === undefined ? [] : [file.header]), ...linesOf(file)]);
  return [...fixture.head, ...joinFiles(files)].join('\n');
}

/** All lines but the last file's end with a line break, which `split` shows as an empty last line. */
function joinFiles(files: readonly (readonly string[])[]): readonly string[] {
  return files.flatMap((lines, index) =>
    index < files.length - 1 && lines.at(-1) === '' ? lines.slice(0, -1) : lines,
  );
}

function readFiles(lines: readonly string[]): readonly FixtureFile[] {
  const groups: { header: string | undefined; lines: string[] }[] = [];
  for (const line of lines) {
    if (headerPattern.test(line)) {
      groups.at(-1)?.lines.push('');
      groups.push({ header: line, lines: [] });
    } else if (groups.length > 0) groups.at(-1)?.lines.push(line);
    else groups.push({ header: undefined, lines: [line] });
  }
  return groups.map(({ header, lines: own }) => readFile(header, own));
}

function readFile(header: string | undefined, lines: readonly string[]): FixtureFile {
  const [, scopes, path] = headerPattern.exec(header ?? '') ?? [];
  return {
    uri: `file:///${path ?? 'manifest.yaml'}`,
    scopes: scopes === undefined ? ['fixture'] : scopes.split(',').map((scope) => scope.trim()),
    header,
    lines: readLines(lines),
  };
}

function readLines(lines: readonly string[]): readonly FixtureLine[] {
  const read: { text: string; markers: Marker[] }[] = [];
  for (const line of lines) {
    const marker = readMarker(line);
    const above = read.at(-1);
    if (!marker) read.push({ text: line, markers: [] });
    else if (above) above.markers.push(marker);
    else throw new Error(`A marker needs a line above it: ${line}`);
  }
  return read;
}

function readMarker(raw: string): Marker | undefined {
  const match = markerPattern.exec(raw);
  if (!match) return undefined;
  const [, before = '', carets, skipped = '', dashes = '', open, severity, rule = '', message = ''] = match;
  const start = carets === undefined ? skipped.length : before.length;
  const end = start + (carets ?? dashes).length;
  return { raw, start, end, open: open !== undefined, severity, rule, message };
}

function readOptions(head: readonly string[]): FixtureOptions {
  const found = new Map<string, string>();
  for (const line of head) {
    for (const [, key = '', value = ''] of line.matchAll(/(\w+)=(\{.*\}|\S+)/g)) found.set(key, value);
  }
  const unknown = [...found.keys()].filter((key) => !knownOptions.has(key));
  if (unknown.length > 0) throw new Error(`Unknown fixture option ${unknown.join(', ')}`);
  return {
    complete: found.get('scope') !== 'incomplete',
    settings: readSettings(JSON.parse(found.get('settings') ?? '{}')),
    answer: answerOf(found.get('helm')),
    eol: found.get('eol') === 'crlf' ? '\r\n' : '\n',
    bom: found.get('bom') === 'yes',
    openEnd: found.get('end') === 'open',
  };
}

function answerOf(option: string | undefined): RenderAnswer | undefined {
  if (option === undefined) return undefined;
  const { failed, done } = JSON.parse(option) as { failed?: string; done?: string };
  return failed === undefined ? { state: 'done', output: done ?? '' } : { state: 'failed', message: failed };
}

const knownOptions: ReadonlySet<string> = new Set(['scope', 'settings', 'helm', 'eol', 'bom', 'end']);
