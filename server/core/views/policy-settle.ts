import type { Direction } from '../model/policy';
import { everything, nothing, type ConnectionId } from '../reach/connection-table';
import { tiers, type Action } from '../reach/policy-form';
import type { CompiledPolicy, CompiledRule, Reach } from '../reach/reach';
import { decideRow, policiesHolding } from '../reach/rows';

/** What one direction of a connection makes of all its ports. */
export interface Side {
  /** Whether a policy selects the pods, for certain or not. */
  readonly held: boolean;
  /** What is allowed on what is written, as in the list of connections. */
  readonly written: ConnectionId;
  /** What is allowed whatever the rest may be, and what may be allowed. */
  readonly sure: ConnectionId;
  readonly may: ConnectionId;
  /** Policies of which a rule allows some of it, or may. */
  readonly allowers: readonly CompiledPolicy[];
  /** Policies that deny some of it, or may: by a rule, or as they isolate the pods. */
  readonly deniers: readonly CompiledPolicy[];
  /** A rule that allows it means the peer by labels of pods. */
  readonly isNamed: boolean;
  /** It hangs on labels that no manifest tells. */
  readonly hangsOnLabels: boolean;
}

/** What a rule says to a peer. */
export interface Hit {
  readonly policy: CompiledPolicy;
  readonly rule: CompiledRule;
  readonly flags: number;
  readonly ports: number;
}

/** `met` and `unsure` as in `Match`; `hidden`: ports by name may be any; `named`: by labels of pods; `untold`: labels decide. */
export const hitFlags = { met: 1, unsure: 2, hidden: 4, named: 8, untold: 16 } as const;

interface Question {
  /** In the order in which they are tried, and whether each holds for certain. */
  readonly policies: readonly CompiledPolicy[];
  readonly sure: readonly boolean[];
  readonly hits: readonly Hit[];
  readonly direction: Direction;
  readonly subject: number;
  readonly onHost: boolean;
}

/** Everything that may come out, as sets of connections. */
interface Outcome {
  readonly allow: ConnectionId;
  readonly deny: ConnectionId;
  /** Left to the next tier by a rule. */
  readonly passed: ConnectionId;
  /** What nothing decided for certain. */
  readonly on: ConnectionId;
}

/** The sides of pods under no policy. */
export const openSide: Side = {
  held: false,
  written: everything,
  sure: everything,
  may: everything,
  allowers: [],
  deniers: [],
  isNamed: false,
  hangsOnLabels: false,
};

/** As `decide` for a packet, for all ports at once: goes through the tiers along every branch that may be the true one. */
export function settle(reach: Reach, question: Question): Side {
  const { policies, sure, hits, onHost } = question;
  if (policies.length === 0) return openSide;
  const { connections } = reach;
  const seen: Seen = { allowers: new Set(), deniers: new Set() };
  let [allow, deny, on] = [nothing, nothing, everything];
  for (const { name, isolates } of tiers) {
    const own = policies.flatMap((policy, index) =>
      policy.form.tier === name ? [toCandidate(reach, policy, sure[index] ?? false, hits)] : [],
    );
    if (own.length === 0) continue;
    const outcome = decideTier(reach, own, on, seen);
    allow = connections.union(allow, outcome.allow);
    deny = connections.union(deny, outcome.deny);
    on = connections.union(outcome.on, outcome.passed);
    if (!isolates) continue;
    const isolation = isolate(reach, own, outcome.on, seen);
    deny = connections.union(deny, isolation.deny);
    on = connections.union(isolation.on, outcome.passed);
  }
  const may = connections.union(allow, on);
  return {
    held: true,
    written: writtenOf(reach, question),
    sure: connections.difference(may, deny),
    may,
    allowers: [...seen.allowers],
    deniers: [...seen.deniers],
    isNamed: hits.some(({ rule, flags }) => rule.form.action === 'allow' && (flags & hitFlags.named) !== 0),
    hangsOnLabels: !onHost && (sure.includes(false) || hits.some(({ flags }) => (flags & hitFlags.untold) !== 0)),
  };
}

function writtenOf(reach: Reach, { hits, direction, subject }: Question): ConnectionId {
  const holding = policiesHolding(reach, subject, direction);
  const met = new Map(hits.filter(({ flags }) => (flags & hitFlags.met) !== 0).map((hit) => [hit.rule, hit.ports]));
  const [written = nothing] = decideRow(reach, holding, direction, 1, (rule, work) => {
    const ports = met.get(rule);
    if (ports !== undefined) work(0, ports);
  });
  return written;
}

/** A policy over the pods, with the ports that each of its rules surely decides, and may decide. */
interface Candidate {
  readonly policy: CompiledPolicy;
  readonly isSure: boolean;
  readonly rules: readonly { readonly action: Action; readonly yes: ConnectionId; readonly either: ConnectionId }[];
}

function toCandidate({ connections }: Reach, policy: CompiledPolicy, isSure: boolean, hits: readonly Hit[]): Candidate {
  const rules = hits
    .filter((hit) => hit.policy === policy)
    .map(({ rule, flags, ports }) => {
      const isOpen = rule.unreadable || (flags & hitFlags.hidden) !== 0;
      const yes = (flags & hitFlags.unsure) !== 0 ? nothing : ports;
      return { action: rule.form.action, yes, either: isOpen ? everything : connections.union(yes, ports) };
    });
  return { policy, isSure, rules };
}

/** Policies in order of priority; those of equal priority have no order, so any of them may be the one that decides. */
function decideTier(
  { connections }: Reach,
  candidates: readonly Candidate[],
  within: ConnectionId,
  seen: Seen,
): Outcome {
  let [allow, deny, passed, on] = [nothing, nothing, nothing, within];
  const add = (sum: ConnectionId, more: ConnectionId): ConnectionId => connections.union(sum, more);
  for (const priority of new Set(candidates.map(({ policy }) => policy.form.priority))) {
    let left = on;
    for (const { policy, isSure, rules } of candidates) {
      if (policy.form.priority !== priority) continue;
      let rest = on;
      for (const { action, yes, either } of rules) {
        const hit = connections.intersection(either, rest);
        if (hit === nothing) continue;
        if (action === 'allow' || action === 'unknown') {
          allow = add(allow, hit);
          seen.allowers.add(policy);
        }
        if (action === 'deny' || action === 'unknown') {
          deny = add(deny, hit);
          seen.deniers.add(policy);
        }
        if (action === 'pass' || action === 'unknown') passed = add(passed, hit);
        rest = connections.difference(rest, yes);
      }
      if (isSure) left = connections.intersection(left, rest);
    }
    on = left;
  }
  return { allow, deny, passed, on };
}

interface Seen {
  readonly allowers: Set<CompiledPolicy>;
  readonly deniers: Set<CompiledPolicy>;
}

/** The end of a tier that isolates: see `decide`. */
function isolate(
  { connections }: Reach,
  candidates: readonly Candidate[],
  open: ConnectionId,
  { deniers }: Seen,
): Pick<Outcome, 'deny' | 'on'> {
  if (open === nothing) return { deny: nothing, on: nothing };
  const sure = candidates.filter(({ isSure }) => isSure);
  if (sure.length > 0) {
    for (const { policy } of sure) deniers.add(policy);
    return { deny: open, on: nothing };
  }
  // A policy that may not hold, but admits a port if it does, denies it in no case.
  const denied = candidates.map(({ policy, rules }) => {
    const admitted = rules.reduce((sum, { yes }) => connections.union(sum, yes), nothing);
    const rest = connections.difference(open, admitted);
    if (rest !== nothing) deniers.add(policy);
    return rest;
  });
  return { deny: denied.reduce(connections.union, nothing), on: open };
}
