import { load, print, type LoadOptions } from './load';
import { toGithub } from './format-github';
import { toJson } from './format-json';
import { toPretty } from './format-pretty';
import { toSarif } from './format-sarif';
import type { Report } from './report';

export interface CheckOptions extends LoadOptions {
  readonly format: 'pretty' | 'json' | 'sarif' | 'github';
  readonly maxWarnings?: number;
}

const formats: Readonly<Record<CheckOptions['format'], (report: Report) => string>> = {
  pretty: toPretty,
  json: toJson,
  sarif: toSarif,
  github: toGithub,
};

/** `kubepath check`: prints the findings below some paths and gives the exit code. */
export async function check(paths: readonly string[], options: CheckOptions): Promise<number> {
  const start = performance.now();
  const analyzer = await load(paths, options);
  const findings = [...analyzer.check()].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, list]) => list);
  const counts = analyzer.counts();
  const report: Report = {
    findings: findings.map((finding) => ({ finding, fixes: analyzer.fixesOf(finding) })),
    summary: { ...counts, milliseconds: Math.round(performance.now() - start) },
  };
  await print(formats[options.format](report));
  const tooMany = options.maxWarnings !== undefined && counts.warnings > options.maxWarnings;
  return counts.errors > 0 || tooMany ? 1 : 0;
}
