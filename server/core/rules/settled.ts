import { renewed } from '../model/network-model';
import { hasBit } from '../reach/bitset';
import type { Match, Matcher } from '../reach/matching';
import type { CompiledPolicy, Reach } from '../reach/reach';

interface Settled<T> {
  readonly matcher: Matcher;
  readonly age: number;
  readonly items: Set<T>;
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
): Set<T> {
  const { model, matcher, age, changed } = reach;
  return renewed<Settled<T>>(model, `settled/${key}`, (before) => {
    // Another matcher has other numbers.
    if (before?.matcher !== matcher) return { matcher, age, items: new Set() };
    const others = changed.flatMap((last, podClass) => (last > before.age ? [podClass] : []));
    const settled = items.filter(
      (item) => before.items.has(item) && !others.some((podClass) => speaksOf(reach, item, podClass)),
    );
    return { matcher, age, items: new Set(settled) };
  }).items;
}

/** Whether a policy selects some pods, or a rule of it those that a selector names; everyone and addresses name nobody. */
export function policySpeaksOf({ matcher }: Reach, { form, subject }: CompiledPolicy, podClass: number): boolean {
  const isNamed = ({ met, unsure }: Match): boolean => hasBit(met, podClass) || hasBit(unsure, podClass);
  return (
    isNamed(subject) ||
    form.rules.some(
      ({ peers }) =>
        peers !== 'everyone' && peers.some((peer) => peer.type === 'pods' && isNamed(matcher.pods(peer.pods))),
    )
  );
}
