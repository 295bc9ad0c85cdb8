import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPatient } from './inject';
import type { Mistake, MistakeKind } from './mistake';
import { nameMistakes } from './sites-names';
import { policyMistakes } from './sites-policies';
import { routeMistakes } from './sites-routes';
import { serviceMistakes } from './sites-services';
import { textMistakes } from './sites-text';

const shared = resolve('..', 'shared');
const corpora = process.env['KUBEPATH_CORPORA'] ?? join(shared, 'corpora');
const conformance = join(shared, 'conformance', 'netpol-analyzer', 'manifests');

const kinds: readonly MistakeKind[] = [
  ...serviceMistakes,
  ...policyMistakes,
  ...routeMistakes,
  ...nameMistakes,
  ...textMistakes,
];

/** So many of each kind in one workspace, spread over all places where it can be made. */
const mostOfAKind = 6;
const recall = 0.95;

interface Outcome {
  readonly kind: MistakeKind;
  readonly where: string;
  readonly mistake: Mistake;
  /** The rules that found it at its place; empty: missed. */
  readonly by: readonly string[];
  /** What was found instead. */
  readonly instead: readonly string[];
}

describe('mistakes that are made in real workspaces', () => {
  const folders = [
    ...(existsSync(corpora) ? foldersIn(corpora) : []),
    ...(existsSync(conformance) ? foldersIn(conformance) : []),
    ...foldersIn(resolve('examples')),
  ];
  it(`are found: at least ${recall * 100}%`, async () => {
    const outcomes: Outcome[] = [];
    for (const folder of folders) outcomes.push(...(await tryAll(folder)));
    console.log(report(outcomes));
    const found = outcomes.filter(({ by }) => by.length > 0).length;
    expect(found / outcomes.length).toBeGreaterThanOrEqual(recall);
    if (!existsSync(corpora)) return;
    expect(outcomes.length).toBeGreaterThanOrEqual(300);
    expect(new Set(outcomes.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(15);
  });
});

function foldersIn(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name))
    .sort();
}

async function tryAll(folder: string): Promise<readonly Outcome[]> {
  const patient = await openPatient(folder);
  return kinds.flatMap((kind) => {
    const sites = patient.scopes.flatMap((scope) => [...kind.sites(scope)]);
    return spread(distinct(sites), mostOfAKind).map((mistake) => {
      const findings = patient.inject(mistake);
      const right = findings.filter((finding) => kind.rules.includes(finding.rule) && patient.isAt(finding, mistake));
      const by = [...new Set(right.map(({ rule }) => rule))];
      const instead =
        by.length > 0
          ? []
          : findings.map(({ rule, file, range }) => `${rule} ${file.split('/').at(-1) ?? ''}:${range.start.line + 1}`);
      return { kind, where: folder.split('/').at(-1) ?? '', mistake, by, instead };
    });
  });
}

/** A base that several overlays share is one place. */
function distinct(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...new Map(mistakes.map((mistake) => [JSON.stringify(mistake.edits), mistake])).values()];
}

function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]).filter(
    (item) => item !== undefined,
  );
}

/** Recall of each rule and kind, and what was missed. */
function report(outcomes: readonly Outcome[]): string {
  const line = (name: string, own: readonly Outcome[]): string => {
    const found = own.filter(({ by }) => by.length > 0).length;
    return `${String(found).padStart(5)} of ${String(own.length).padStart(4)}  ${name}`;
  };
  const rules = [...new Set(kinds.map(({ rules: [first = ''] }) => first))].sort();
  const missed = outcomes.filter(({ by }) => by.length === 0);
  return [
    'By rule:',
    ...rules.map((rule) =>
      line(
        rule,
        outcomes.filter(({ kind }) => kind.rules[0] === rule),
      ),
    ),
    'By kind of mistake:',
    ...kinds.map((kind) =>
      line(
        kind.name,
        outcomes.filter((outcome) => outcome.kind === kind),
      ),
    ),
    line('all', outcomes),
    ...(missed.length === 0 ? [] : ['Missed:']),
    ...missed.map(({ kind, where, mistake, instead }) => {
      const [first] = mistake.edits;
      return `  ${where}: ${kind.name}: ${mistake.what} in ${first?.file.split('/').slice(-2).join('/') ?? ''}@${first?.start ?? 0}${instead.length > 0 ? ` (${instead.slice(0, 3).join(', ')})` : ''}`;
    }),
  ].join('\n');
}
