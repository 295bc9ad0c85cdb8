import type { Direction } from '../model/policy';
import { absentPeersOf, entireCluster, isAmong, type AbsentPeer } from '../reach/absent-peer';
import { nothing, type ConnectionId } from '../reach/connection-table';
import { portsAt, type CompiledPolicy, type CompiledRule, type Reach } from '../reach/reach';
import { decideRow, policiesHolding } from '../reach/rows';

/** What passes between some pods and pods that no manifest declares, on what is written. */
export interface AbsentAnswer {
  readonly peer: AbsentPeer;
  readonly ports: ConnectionId;
  /** Ports by name at pods that nobody declares stay names: `TCP http`. */
  readonly names: readonly string[];
  readonly allowers: readonly CompiledPolicy[];
}

/** Any pod of the cluster first, then those that selectors describe, where they fare otherwise. None for pods under no policy. */
export function absentAnswers(reach: Reach, podClass: number, direction: Direction): readonly AbsentAnswer[] {
  const policies = policiesHolding(reach, podClass, direction);
  if (policies.length === 0) return [];
  const peers = [entireCluster, ...absentPeersOf(reach, policies, direction)];
  const rules = policies.flatMap((policy) => policy.rules[direction].map((rule) => ({ policy, rule })));
  const covering = peers.map((peer) => rules.filter(({ rule }) => isAmong(reach, peer, rule.form.peers)));
  const row = decideRow(reach, policies, direction, peers.length, (rule, work) => {
    const ports = direction === 'Ingress' ? portsAt(reach, rule, podClass) : rule.ports;
    covering.forEach((own, index) => {
      if (own.some((candidate) => candidate.rule === rule)) work(index, ports);
    });
  });
  const answers = peers.map((peer, index): AbsentAnswer => {
    const admitting = (covering[index] ?? []).filter(({ rule }) => rule.form.action === 'allow');
    return {
      peer,
      ports: row[index] ?? nothing,
      names: direction === 'Egress' ? namesIn(admitting.map(({ rule }) => rule)) : [],
      allowers: [...new Set(admitting.map(({ policy }) => policy))],
    };
  });
  const [whole] = answers;
  return answers.filter(
    (answer) =>
      (answer === whole || !isSameAnswer(answer, whole)) && (answer.ports !== nothing || answer.names.length > 0),
  );
}

function isSameAnswer(a: AbsentAnswer, b: AbsentAnswer | undefined): boolean {
  return a.ports === b?.ports && a.names.join() === b.names.join();
}

function namesIn(rules: readonly CompiledRule[]): readonly string[] {
  const names = rules.flatMap(({ named }) => named.map(({ protocol, name }) => `${protocol ?? 'TCP'} ${name}`));
  return [...new Set(names)].sort();
}
