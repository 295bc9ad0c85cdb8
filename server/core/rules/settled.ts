import { renewed } from '../model/network-model';
import { hasBit } from '../reach/bitset';
import type { Matcher } from '../reach/matching';
import type { CompiledPolicy, Reach } from '../reach/reach';

interface Settled<T> {
  readonly matcher: Matcher;
  readonly age: number;
  /** With the class of pods that an item hangs on besides those it speaks of, if there is one. */
  readonly items: Map<T, number | undefined>;
}

/** What is in order, and will be passed over. */
export interface SettledItems<T> {
  readonly has: (item: T) => boolean;
  /** @param alsoOn a further class of pods whose policies decided: once they change, the item is looked at again */
  readonly add: (item: T, alsoOn?: number) => void;
}

/**
 * What a rule found in order in an earlier state, and is so still: whatever says nothing of pods that have changed since. A rule passes
 * these over, and adds what is in order by nothing but the item itself, the pods it speaks of, and the policies over those.
 * @param key the rule's name
 * @param items all there are
 * @param speaksOf whether an item says anything of a class of pods
 */
export function settledOf<T>(
  reach: Reach,
  key: string,
  items: readonly T[],
  speaksOf: (reach: Reach, item: T, podClass: number) => boolean,
): SettledItems<T> {
  const { model, matcher, age, changed } = reach;
  const { items: settled } = renewed<Settled<T>>(model, `settled/${key}`, (before) => {
    // Another matcher has other numbers.
    if (before?.matcher !== matcher) return { matcher, age, items: new Map() };
    const others = changed.flatMap((last, podClass) => (last > before.age ? [podClass] : []));
    const kept = items.filter(
      (item) =>
        before.items.has(item) &&
        !others.some((podClass) => podClass === before.items.get(item) || speaksOf(reach, item, podClass)),
    );
    return { matcher, age, items: new Map(kept.map((item) => [item, before.items.get(item)])) };
  });
  return { has: (item) => settled.has(item), add: (item, alsoOn) => void settled.set(item, alsoOn) };
}

/** Whether a policy selects some pods, or names them as peers of a rule. */
export function namesPods(_: Reach, { named }: CompiledPolicy, podClass: number): boolean {
  return hasBit(named, podClass);
}
