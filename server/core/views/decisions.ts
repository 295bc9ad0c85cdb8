import { namespaceOf, renewed } from '../model/network-model';
import { decide, type Decision, type Packet } from '../reach/decision';
import type { Reach } from '../reach/reach';
import { compare, nodeId } from './drawing';
import type { ViewEdge } from './view';

/** What policies make of traffic. */
export type PolicyAnswer = Pick<ViewEdge, 'state' | 'note' | 'deciders'>;

interface Known {
  readonly matcher: Reach['matcher'];
  readonly age: number;
  readonly now: Map<string, Answer>;
  readonly before: ReadonlyMap<string, Answer> | undefined;
}

interface Answer {
  readonly age: number;
  readonly decisions: readonly Decision[];
}

/** Equal pods fare alike, and an answer holds until the policies over its ends change. */
export function decideOnce(reach: Reach, packet: Packet): readonly Decision[] {
  const { model, matcher, age, changed } = reach;
  const { now, before } = renewed<Known>(model, 'drawn-decisions', (last) => ({
    matcher,
    age,
    now: new Map(),
    before: last?.matcher === matcher ? last.now : undefined,
  }));
  const key = `${packet.source} ${packet.destination} ${packet.protocol} ${packet.port}`;
  const known = now.get(key);
  if (known) return known.decisions;
  const earlier = before?.get(key);
  // With the same matcher peers keep their numbers, and nothing is over those that are no pods.
  const holds = (peer: number): boolean => earlier !== undefined && (changed[peer] ?? 0) <= earlier.age;
  const answer =
    earlier && holds(packet.source) && holds(packet.destination) ? earlier : { age, decisions: decide(reach, packet) };
  now.set(key, answer);
  return answer.decisions;
}

/** Ids of the nodes of policies that deny. */
export function decidersOf(decisions: readonly Decision[]): readonly string[] {
  const policies = decisions
    .flatMap(({ deny }) => deny)
    .flatMap((reason) =>
      reason.type === 'isolated' ? reason.policies : reason.type === 'rule' ? [reason.policy] : [],
    );
  const ids = policies.map(({ form: { resource } }) => nodeId(resource.kind, namespaceOf(resource), resource.name));
  return [...new Set(ids)].sort(compare);
}
