import type { Analyzer, Connectivity } from '../core/index';
import { differencesOf, type Difference } from '../core/reach/difference';
import { kindOf, toJson, toMarkdown, toText, type Differences } from './diff-formats';
import { sidesOf, type Side } from './diff-sides';
import { CannotRun, load, type Programs } from './load';
import { oneScope, type OneScope } from './one-scope';
import { printAll, printWarnings } from './output';

export interface DiffOptions extends Programs {
  readonly scope?: string;
  readonly format: keyof typeof formats;
}

const formats = { text: toText, json: toJson, md: toMarkdown };

/** `kubepath diff`: prints what two sets of manifests allow otherwise. Like diff(1), 0 is for equal and 1 for different. */
export async function diff(first: string, second: string | undefined, options: DiffOptions): Promise<number> {
  const sides = sidesOf(first, second);
  const before = await read(sides[0], options);
  const after = await read(sides[1], options);
  if (!before.scope && !after.scope) throw new CannotRun(nothingIn(before, after, options.scope));
  const results = [resultOf(before), resultOf(after)] as const;
  const warnings = warningsOf([before, after], results);
  if (options.format !== 'json') printWarnings(warnings);
  // Results that name ranges of IPv6 can only be compared with those that do too.
  const ipv6 = results.some((result) => result.ipv6);
  const found = tallied(differencesOf(resultOf(before, ipv6).connections, resultOf(after, ipv6).connections), warnings);
  await printAll(formats[options.format](found));
  return found.counts.opened + found.counts.closed + found.counts.changed > 0 ? 1 : 0;
}

/** A side as it was read; without a scope when it holds none. */
interface Read {
  readonly label: string;
  readonly analyzer: Analyzer | undefined;
  readonly scope: OneScope | undefined;
}

async function read({ label, path, files, mayBeAbsent }: Side, options: DiffOptions): Promise<Read> {
  const wanted = options.scope;
  if (mayBeAbsent && !files.kindOf(path)) return { label, analyzer: undefined, scope: undefined };
  const analyzer = await load([path], options, files);
  const isMissing = wanted !== undefined && analyzer.scopes().every(({ name }) => name !== wanted);
  return { label, analyzer, scope: isMissing ? undefined : oneScope(analyzer, label, wanted) };
}

function nothingIn(before: Read, after: Read, wanted: string | undefined): string {
  const names = [before, after].flatMap(({ analyzer }) => analyzer?.scopes().map(({ name }) => name) ?? []);
  if (wanted === undefined || names.length === 0)
    return `no manifests with networking resources in ${before.label} and ${after.label}.`;
  return `no scope is named "${wanted}" in ${before.label} and ${after.label}. There are: ${[...new Set(names)].join(', ')}.`;
}

const emptyResult: Connectivity = { connections: [], exposure: undefined, warnings: [], ipv6: false };

function resultOf({ analyzer, scope }: Read, ipv6?: boolean): Connectivity {
  return (scope && analyzer?.connectivity(scope.name, ipv6 ? { ipv6 } : {})) ?? emptyResult;
}

/** What is said of both sides is said once, without a name before it. */
function warningsOf(reads: readonly Read[], results: readonly Connectivity[]): readonly string[] {
  const own = reads.map(({ scope }, index) => [...(scope?.warnings ?? []), ...(results[index]?.warnings ?? [])]);
  const [before = [], after = []] = own;
  const shared = before.filter((warning) => after.includes(warning));
  const labelled = reads.flatMap(({ label, scope }, index) => {
    if (!scope) return [`${label} holds nothing to compare: all connections of the other side are opened or closed.`];
    return (own[index] ?? []).filter((warning) => !shared.includes(warning)).map((warning) => `${label}: ${warning}`);
  });
  return [...shared, ...labelled];
}

function tallied(differences: Iterable<Difference>, warnings: readonly string[]): Differences {
  const counts = { opened: 0, closed: 0, changed: 0 };
  const list = function* (): Generator<Difference> {
    for (const difference of differences) {
      counts[kindOf(difference)] += 1;
      yield difference;
    }
  };
  return { list: list(), counts, warnings };
}
