/** Labels or annotations, as text. */
export type Labels = ReadonlyMap<string, string>;

export type LabelExpression = (labels: Labels) => boolean;

/**
 * A label selector as kubectl takes it on the command line: `app=web,tier in (a, b),!old` (k8s.io/apimachinery, labels.Parse). A problem
 * is what makes kustomize refuse it, and ends a sentence that begins with the selector.
 */
export function labelExpression(source: string): LabelExpression | { readonly problem: string } {
  const reader: Reader = { tokens: source.match(/==|!=|[=!<>(),]|[^=!<>(),\s]+/g) ?? [], at: 0, problem: undefined };
  const requirements: LabelExpression[] = [];
  if (reader.tokens.length > 0) requirements.push(readRequirement(reader));
  while (!reader.problem && reader.at < reader.tokens.length) {
    expect(reader, ',');
    requirements.push(readRequirement(reader));
  }
  if (reader.problem !== undefined) return { problem: reader.problem };
  return (labels) => requirements.every((requirement) => requirement(labels));
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  problem: string | undefined;
}

function fail(reader: Reader, problem: string): void {
  reader.problem ??= problem;
}

/** The token at hand, the empty text behind the last one. */
function peek({ tokens, at }: Reader): string {
  return tokens[at] ?? '';
}

function next(reader: Reader): string {
  const token = peek(reader);
  reader.at++;
  return token;
}

function expect(reader: Reader, token: string): void {
  const found = next(reader);
  if (found !== token) misplaced(reader, found, `"${token}"`);
}

function misplaced(reader: Reader, found: string, wanted: string): void {
  fail(reader, found === '' ? `lacks ${wanted} at its end` : `has "${found}" where ${wanted} belongs`);
}

function isWord(token: string): boolean {
  return token !== '' && !/^[=!<>(),]/.test(token);
}

function readRequirement(reader: Reader): LabelExpression {
  const isAbsent = peek(reader) === '!';
  if (isAbsent) reader.at++;
  const key = next(reader);
  if (!isWord(key)) {
    misplaced(reader, key, 'a label');
    return () => false;
  }
  if (!isQualifiedName(key)) fail(reader, `has "${key}", which is no name of a label`);
  const operator = peek(reader);
  if (isAbsent) return (labels) => !labels.has(key);
  if (operator === '' || operator === ',') return (labels) => labels.has(key);
  reader.at++;
  switch (operator) {
    case '=':
    case '==':
    case '!=': {
      const value = readValue(reader);
      return operator === '!=' ? (labels) => labels.get(key) !== value : (labels) => labels.get(key) === value;
    }
    case 'in':
    case 'notin': {
      const values = readValues(reader);
      return operator === 'in'
        ? (labels) => labels.has(key) && values.has(labels.get(key) ?? '')
        : (labels) => !labels.has(key) || !values.has(labels.get(key) ?? '');
    }
    case '<':
    case '>': {
      const limit = readValue(reader);
      if (!isInteger(limit)) fail(reader, `compares ${key} with "${limit}", which is no whole number`);
      const accepts = (value: string): boolean =>
        isInteger(value) && (operator === '<' ? Number(value) < Number(limit) : Number(value) > Number(limit));
      return (labels) => accepts(labels.get(key) ?? '');
    }
  }
  fail(reader, `has "${operator}" behind ${key}, where =, !=, in, notin, < or > belongs`);
  return () => false;
}

/** Nothing at all is the empty value. */
function readValue(reader: Reader): string {
  const token = peek(reader);
  if (token === '' || token === ',') return '';
  reader.at++;
  return checkedValue(reader, token);
}

/** Between the commas of `(a, b)`, too, nothing is the empty value. */
function readValues(reader: Reader): ReadonlySet<string> {
  const values = new Set<string>();
  expect(reader, '(');
  let end = '';
  while (end !== ')' && reader.problem === undefined) {
    const isEmpty = peek(reader) === ')' || peek(reader) === ',';
    values.add(isEmpty ? '' : checkedValue(reader, next(reader)));
    end = next(reader);
    if (end !== ')' && end !== ',') misplaced(reader, end, '")"');
  }
  return values;
}

function checkedValue(reader: Reader, value: string): string {
  if (!isWord(value)) misplaced(reader, value, 'a value');
  else if (value.length > 63 || !/^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(value))
    fail(reader, `has "${value}", which no label can have for a value`);
  return value;
}

function isInteger(text: string): boolean {
  return /^[-+]?\d+$/.test(text);
}

/** A label's key: a name, perhaps with a DNS name before it (apimachinery, validation.IsQualifiedName). */
function isQualifiedName(key: string): boolean {
  const [name = '', prefix, ...more] = key.split('/').reverse();
  const isName = name.length <= 63 && /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name);
  const isPrefix =
    prefix === undefined ||
    (prefix.length <= 253 && prefix.split('.').every((part) => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(part)));
  return more.length === 0 && isName && isPrefix;
}
