/** A block collection that is open at a line. */
interface Level {
  readonly indent: number;
  /** Keys so far; undefined for a sequence. */
  readonly keys: Set<string> | undefined;
}

/** How far a scan has come. */
interface Scan {
  readonly levels: Level[];
  /** The line before ended with a key, or within a line with a dash, at this column: what it holds may begin. */
  opened: number | undefined;
  /** Behind a `|` or `>`: the column of what holds it, and that of its text once there is some. */
  block: { readonly parent: number; indent: number | undefined } | undefined;
}

const key = /([A-Za-z0-9_.][\w./-]{0,200}):(?= |$)/y;
const dash = /- +(?=[^ #])/y;
const simple = String.raw`(?:"[^"\\]*"|'[^']*'|[A-Za-z0-9_.][\w./-]*)`;
/** Values of one line that no reader misunderstands. */
const value = new RegExp(
  String.raw`^(?:"(?:[^"\\]|\\["\\/nt])*"|'(?:[^']|'')*'|\{\}|\[ *(?:${simple}(?: *, *${simple})*)? *\])(?: +#.*)?$`,
);
const plain = /^(?:[A-Za-z0-9_./$~=<(^+;\\]|-[^ ])/;
const blockHeader = /^[|>][+-]?(?: +#.*)?$/;

/**
 * Whether a document is YAML in the form that nearly everybody writes, with every key once, so that a parser would find nothing wrong with
 * it. A tenth of the work of parsing. False says nothing: whatever is unusual is for the parser.
 */
export function isPlainYaml(text: string): boolean {
  const scan: Scan = { levels: [], opened: undefined, block: undefined };
  const [first = '', ...rest] = text.split('\n');
  return (/^---[ \r]*$/.test(first) || scanLine(first, scan)) && rest.every((line) => scanLine(line, scan));
}

function scanLine(written: string, scan: Scan): boolean {
  const line = written.endsWith('\r') ? written.slice(0, -1) : written;
  const indent = line.search(/[^ ]/);
  if (scan.block) {
    const { parent, indent: known } = scan.block;
    // Spaces before the text may say how far it is indented.
    if (indent === -1) return known !== undefined || line === '';
    if (known === undefined ? indent > parent : indent >= known) {
      scan.block.indent ??= indent;
      return true;
    }
    scan.block = undefined;
  }
  if (indent === -1 || line[indent] === '#') return true;
  return !/[\t\r]/.test(line) && scanItems(line, indent, scan);
}

/** A line's dashes, then its key and value. */
function scanItems(line: string, indent: number, scan: Scan): boolean {
  let at = indent;
  for (dash.lastIndex = at; dash.test(line); dash.lastIndex = at) {
    if (!enter(at, false, scan)) return false;
    scan.opened = at;
    at = dash.lastIndex;
  }
  key.lastIndex = at;
  const name = key.exec(line)?.[1];
  if (name === undefined) return at > indent && scanValue(line.slice(at), scan.opened ?? 0, scan);
  if (!enter(at, true, scan)) return false;
  const keys = scan.levels.at(-1)?.keys;
  if (!keys || keys.has(name)) return false;
  keys.add(name);
  const rest = line.slice(at + name.length + 1).trim();
  if (rest !== '' && !rest.startsWith('#')) return scanValue(rest, at, scan);
  scan.opened = at;
  return true;
}

/** Something stands at a column: it goes on with what is open there, or begins what was just opened. */
function enter(at: number, isMap: boolean, scan: Scan): boolean {
  const { levels, opened } = scan;
  scan.opened = undefined;
  let top = levels.at(-1);
  const begins =
    top === undefined || (opened !== undefined && (at > opened || (at === opened && !isMap && top.keys !== undefined)));
  if (begins) {
    if ((top === undefined && at > 0) || levels.length > 60) return false;
    levels.push({ indent: at, keys: isMap ? new Set() : undefined });
    return true;
  }
  while (top && (top.indent > at || (top.indent === at && isMap && !top.keys))) {
    levels.pop();
    top = levels.at(-1);
  }
  return top?.indent === at && (top.keys !== undefined) === isMap;
}

/** @param parent the column of the key or dash before it */
function scanValue(written: string, parent: number, scan: Scan): boolean {
  scan.opened = undefined;
  const text = written.trimEnd();
  if (plain.test(text)) {
    const comment = text.indexOf(' #');
    return !/:(?: |$)/.test(comment === -1 ? text : text.slice(0, comment).trimEnd());
  }
  if (blockHeader.test(text)) scan.block = { parent, indent: undefined };
  return scan.block !== undefined || value.test(text);
}
