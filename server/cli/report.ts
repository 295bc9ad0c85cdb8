import type { Counts, Finding, Fix } from '../core/index';

/** What every format prints. */
export interface Report {
  readonly findings: readonly { readonly finding: Finding; readonly fixes: readonly Fix[] }[];
  readonly summary: Counts & { readonly milliseconds: number };
}
