import { nearest } from './rules/near';
import { rules } from './rules/index';

const ids: readonly string[] = rules.map(({ id }) => id);
const known: ReadonlySet<string> = new Set(ids);

export function isRuleId(id: string): boolean {
  return known.has(id);
}

/** What is wrong with the name of a rule that does not exist. */
export interface UnknownRule {
  readonly message: string;
  /** The rule that was very likely meant. */
  readonly near: string | undefined;
}

/** Says that there is no such rule, and names the nearest: in settings, comments and on the command line alike. */
export function unknownRule(id: string): UnknownRule {
  const near = nearestName(id, ids);
  const advice = near === undefined ? 'The README lists them all.' : `Did you mean "${near}"?`;
  return { message: `There is no rule "${id}". ${advice}`, near };
}

/** The name that was very likely meant: a slip of the hand, or one name that begins with the other (`scope` for `scopes`). */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  return nearest(name, candidates, (candidate) => candidate) ?? candidates.find((other) => beginAlike(name, other));
}

function beginAlike(name: string, candidate: string): boolean {
  const [a, b] = [name.toLowerCase(), candidate.toLowerCase()];
  return Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a));
}
