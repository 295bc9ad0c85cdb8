import { eachBit, hasBit, hasBitBelow, type Bitset } from '../reach/bitset';
import type { Match } from '../reach/matching';
import type { PeerForm, PodsForm } from '../reach/policy-form';
import type { CompiledPolicy, CompiledRule, Reach } from '../reach/reach';

/** The classes of pods that something means, by their numbers; undefined where there are none, or where that is not certain for all. */
export function certainClasses(reach: Reach, match: Match): readonly number[] | undefined {
  if (!isCertain(reach, match)) return undefined;
  const found = classesIn(reach, match.met);
  return found.length > 0 ? found : undefined;
}

/** Whether it is certain which of the pods that manifests declare something means. */
export function isCertain({ peers }: Reach, { unsure }: Match): boolean {
  return !hasBitBelow(unsure, peers.classes.length);
}

/** Behind the pods stands the controller that nobody declares, of which nothing is certain. */
function classesIn({ peers }: Reach, bits: Bitset): readonly number[] {
  const found: number[] = [];
  eachBit(bits, (index) => {
    if (index < peers.classes.length) found.push(index);
  });
  return found;
}

/** Whom one peer of a rule means. */
export function matchOf({ matcher }: Reach, { form, peers }: CompiledRule, peer: PeerForm): Match {
  // The only peer of a rule is looked up already.
  return form.peers.length === 1 && form.peers[0] === peer ? peers : matcher.peer(peer);
}

/** Whether all pods of some namespaces are meant, whatever their labels. */
export function isAllPods({ pods }: PodsForm): boolean {
  return pods === undefined || (pods !== 'unreadable' && pods.requirements.length === 0);
}

/** Whether a policy selects, by their labels, all of some classes of pods, and no other pods. */
export function selectsJust({ form, subject, selected }: CompiledPolicy, classes: readonly number[]): boolean {
  return (
    !isAllPods(form.subject) &&
    selected.every((index) => classes.includes(index)) &&
    classes.every((index) => hasBit(subject.met, index))
  );
}
