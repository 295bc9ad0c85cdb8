import { compileGlob } from './glob';

/** Files that a person puts into scopes by hand: an entry of `kubepath.scopes`, or of `scopes` in a `.kubepath.yaml`. */
export interface ScopePattern {
  /** Relative to the workspace folder, or to the directory of the `.kubepath.yaml`. */
  readonly pattern: string;
  /** Names of the scopes; none leaves the files to the rule of application directories. */
  readonly scopes: readonly string[];
}

/** The JSON schema of an object from pattern to scopes. */
export const scopePatternsSchema = {
  type: 'object',
  additionalProperties: {
    anyOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', items: { type: 'string', minLength: 1 } },
    ],
  },
  default: {},
} as const;

/** A sentence about what is wrong with a pattern, undefined when nothing is. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.trim() === '') return 'A pattern is empty: write a path such as "deploy/prod/**".';
  if (pattern.includes('\\')) return `"${pattern}" holds a backslash: write "/" between directories, on Windows too.`;
  if (pattern.startsWith('/')) return `"${pattern}" begins with "/": patterns are relative, so leave it off.`;
  if (pattern.startsWith('!')) return `"${pattern}" begins with "!": patterns can only add files to a scope.`;
  if (pattern.split('/').includes('..'))
    return `"${pattern}" leads out of its directory: put a .kubepath.yaml into the directory that holds both.`;
  if (!compileGlob(pattern, true))
    return `"${pattern.slice(0, 40)}…" is too long, or its braces stand for too many patterns.`;
  return undefined;
}

/** A sentence about what is wrong with the name of a scope, undefined when nothing is. */
export function scopeNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string')
    return `${JSON.stringify(name)} is no name of a scope: write text, in quotes where it looks like a number.`;
  if (name.trim() === '') return 'The name of a scope is empty.';
  return name.length > 100 || /\p{Cc}/u.test(name)
    ? 'The name of a scope has at most 100 characters, all on one line.'
    : undefined;
}

/** Reads the value of `scopes`. What is wrong is left out; what is right beside it stays. */
export function readScopePatterns(raw: unknown): readonly ScopePattern[] {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return [];
  return Object.entries(raw).flatMap(([pattern, value]): readonly ScopePattern[] => {
    const names: readonly unknown[] = Array.isArray(value) ? value : [value];
    const scopes = names.filter((name): name is string => scopeNameProblem(name) === undefined);
    return patternProblem(pattern) === undefined && (scopes.length > 0 || names.length === 0)
      ? [{ pattern, scopes }]
      : [];
  });
}

/** What to write where something else than an object from pattern to scopes stands. */
export const notAnObject =
  'write a pattern and the name of a scope, or several in a list: { "deploy/prod/**": "prod" }.';
