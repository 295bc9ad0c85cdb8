import type { PathAnswer, PathHop, Question, Verdict } from '../core/index';
import { CannotRun, displayPath, load, print, type Programs } from './load';
import { requireScope } from './one-scope';
import { oneLine, printWarnings } from './output';
import { paint, type Style } from './paint';

export interface ExplainOptions extends Programs {
  readonly port?: number;
  readonly protocol?: NonNullable<Question['protocol']>;
  readonly scope?: string;
  readonly format: 'text' | 'json';
}

/** `kubepath explain`: prints the path of one connection, hop by hop. */
export async function explain(
  source: string,
  destination: string,
  path: string,
  { port, protocol, ...options }: ExplainOptions,
): Promise<number> {
  const analyzer = await load([path], options);
  const scope = requireScope(analyzer, path, options.scope);
  const answer = analyzer.explain(scope.name, { source, destination, port, protocol });
  if (!answer) throw new CannotRun(`no scope is named "${scope.name}".`);
  if ('problem' in answer) throw new CannotRun(oneLine(answer.problem));
  printWarnings(scope.warnings);
  await print(options.format === 'json' ? toJson(answer) : toText(answer));
  return 0;
}

/** The contract of DESIGN.md: null where there is nothing to say; lines and characters are zero-based. */
function toJson({ src, dst, port, protocol, verdict, hops }: PathAnswer): string {
  const plain = hops.map(({ kind, resource, location, text, ok }) => ({
    kind,
    resource: resource ?? null,
    file: location ? displayPath(location.file) : null,
    range: location?.range ?? null,
    text,
    ok,
  }));
  return `${JSON.stringify({ src, dst, port: port ?? null, protocol, verdict, hops: plain }, null, 2)}\n`;
}

const verdictStyles: Readonly<Record<Verdict, Style>> = {
  allowed: 'green',
  denied: 'red',
  unknown: 'yellow',
};

/** For people: lines are one-based. */
function toText({ src, dst, port, protocol, verdict, hops }: PathAnswer): string {
  const head = `${paint(verdictStyles[verdict], verdict)}: ${oneLine(src)} => ${oneLine(dst)}, ${protocol} ${port ?? '(any port)'}`;
  const width = String(hops.length).length;
  return [head, '', ...hops.flatMap((hop, index) => describe(hop, String(index + 1).padStart(width))), ''].join('\n');
}

function describe({ text, location, ok }: PathHop, number: string): readonly string[] {
  const sign = ok === 'unknown' ? paint('yellow', '?') : ok ? paint('green', '✓') : paint('red', '✗');
  const line = `  ${number}. ${sign} ${oneLine(text)}`;
  if (!location) return [line];
  const place = `${oneLine(displayPath(location.file))}:${location.range.start.line + 1}`;
  return [line, `${' '.repeat(number.length + 6)}${paint('gray', place)}`];
}
