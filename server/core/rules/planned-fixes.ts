import type { FixData, FixDraft } from './rule';

/** Fixes that were worked out where the problem was found: the finding's data holds them as they are. */
export function plannedFixes(data: FixData): readonly FixDraft[] {
  return Array.isArray(data['fixes']) ? (data['fixes'] as readonly FixDraft[]) : [];
}
