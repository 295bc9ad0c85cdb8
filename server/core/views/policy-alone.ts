import type { Direction } from '../model/policy';
import { nothing, type ConnectionId } from '../reach/connection-table';
import { reachOf, type CompiledPolicy, type Reach } from '../reach/reach';
import { connectionBetween, createRows } from '../reach/rows';
import { createDrawing } from './drawing';
import type { Ends } from './policy-edges';
import type { End } from './policy-ends';
import { outsideOf, type Outside } from './policy-links';
import { createPairs } from './policy-pairs';
import { addWorkloads, createEnds } from './policy-peers';
import { sideRowsOf } from './policy-sides';
import { policyId, printShort } from './policy-words';
import type { AloneConnection, PolicyAlone } from './view';
import type { ViewContext } from './view-context';

/** So many connections are listed. */
const mostListed = 200;

/**
 * What a policy alone admits, by the id of its node in the view of policies; undefined when there is none of that id. A connection counts
 * that is allowed as things are, and would not be if this policy admitted nothing: without it altogether its pods might be open, and
 * nothing would be missed.
 */
export function aloneOf(context: ViewContext, id: string): PolicyAlone | undefined {
  const reach = reachOf(context.model);
  const policy = reach.policies.find((candidate) => policyId(candidate) === id);
  if (!policy) return undefined;
  const drawing = createDrawing(context);
  addWorkloads(drawing, reach);
  const ends = createEnds(drawing, reach);
  const outside = outsideOf(createPairs({ reach, rows: sideRowsOf(reach) }, undefined));
  return listed(reach, missedBetween(reach, policy, outside), ends);
}

interface Missed {
  readonly from: End;
  readonly to: End;
  readonly ports: ConnectionId;
}

/** Only pairs with an end that the policy selects can fare otherwise. */
function missedBetween(reach: Reach, policy: CompiledPolicy, { from, to }: Outside): readonly Missed[] {
  const { peers, connections } = reach;
  const silent = withSilent(reach, policy);
  const [now, then] = [createRows(reach), createRows(silent)];
  const between = (source: number, destination: number): ConnectionId =>
    connections.difference(
      connectionBetween(reach, now, source, destination),
      connectionBetween(silent, then, source, destination),
    );
  const selected = new Set(policy.selected);
  const classes = peers.classes.map((_, podClass): End => ({ type: 'class', podClass }));
  const found: Missed[] = [];
  const add = (source: End, destination: End, ports: ConnectionId): void => {
    if (ports !== nothing) found.push({ from: source, to: destination, ports });
  };
  classes.forEach((source, first) => {
    classes.forEach((destination, second) => {
      if (selected.has(first) || selected.has(second)) add(source, destination, between(first, second));
    });
  });
  for (const podClass of policy.selected) {
    const own: End = { type: 'class', podClass };
    for (const end of from) add(end, own, between(end.group.members[0] ?? 0, podClass));
    for (const end of to) add(own, end, between(podClass, end.group.members[0] ?? 0));
  }
  return found;
}

/** The same policies, of which one admits nothing. */
function withSilent(reach: Reach, policy: CompiledPolicy): Reach {
  const silence = (direction: Direction): CompiledPolicy['rules'][Direction] =>
    policy.rules[direction].filter(({ form }) => form.action !== 'allow');
  const silent = { ...policy, rules: { Ingress: silence('Ingress'), Egress: silence('Egress') } };
  const replace = (policies: readonly CompiledPolicy[]): readonly CompiledPolicy[] =>
    policies.map((other) => (other === policy ? silent : other));
  const { Ingress, Egress } = reach.over;
  return {
    ...reach,
    policies: replace(reach.policies),
    over: { Ingress: Ingress.map(replace), Egress: Egress.map(replace) },
  };
}

function listed(reach: Reach, missed: readonly Missed[], { idsOf }: Ends): PolicyAlone {
  const connections: AloneConnection[] = [];
  let total = 0;
  for (const { from, to, ports } of missed) {
    for (const source of idsOf(from)) {
      for (const target of idsOf(to)) {
        if (source === target) continue;
        total += 1;
        if (connections.length < mostListed) connections.push({ source, target, label: printShort(reach, ports) });
      }
    }
  }
  return { connections, total };
}
