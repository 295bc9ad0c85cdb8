import { namespaceOf } from '../model/network-model';
import { printWorkload, type Protocol, type Workload } from '../model/workload';
import { answerOf, decide, verdictOf, type Decision, type Packet } from '../reach/decision';
import { decisionHop, type NamedPacket } from '../reach/describe-decision';
import { policyFormsOf } from '../reach/policy-forms';
import { reachOf, type Reach } from '../reach/reach';
import { compare, nodeId } from './drawing';
import type { Flow, Sender } from './flow';
import type { ViewEdge } from './view';

/** What policies make of traffic to a port of some pods. */
export type PolicyAnswer = Pick<ViewEdge, 'state' | 'note' | 'deciders'>;

export interface Delivery {
  readonly sender: Sender;
  readonly workload: Workload;
  readonly protocol: Protocol;
  /** The pods' port. */
  readonly port: number;
  /** The Service's. */
  readonly frontPort: number;
}

/** Whether policies let it arrive. Addresses outside that fare differently make it open: whom it is open to is in the note. */
export function answerOfPolicies({ context: { model } }: Flow, delivery: Delivery): PolicyAnswer {
  if (policyFormsOf(model).length === 0) return { state: 'ok' };
  const reach = reachOf(model);
  const { workload, protocol, port } = delivery;
  const destination = reach.peers.classOf.get(workload);
  if (destination === undefined || delivery.sender === workload) return { state: 'ok' };
  const decided = sendersOf(reach, delivery.sender).map((source) => {
    const packet = { source, destination, protocol, port };
    const decisions = decide(reach, packet);
    return { packet, decisions, verdict: verdictOf(decisions) };
  });
  const denied = decided.find(({ verdict }) => verdict === false);
  const open = decided.find(({ verdict }) => verdict === 'unknown');
  const isOpen = decided.some(({ verdict }) => verdict === true);
  const told = isOpen ? denied : (open ?? denied);
  if (!told) return { state: 'ok' };
  const sourceName = isOpen ? 'other addresses' : printSender(delivery);
  const reason = decisionsHeld(told.decisions, told.verdict)
    .map((decision) => decisionHop(reach, decision, named(delivery, told.packet, sourceName)).text)
    .join(' ');
  const deciders = decidersOf(told.decisions);
  if (isOpen) return { state: 'ok', note: `Not from every address: ${reason}`, deciders };
  return { state: open ? 'unknown' : 'denied', note: reason, deciders };
}

/** Numbers of peers; none for pods that are overwritten by others of their name. */
function sendersOf({ peers }: Reach, sender: Sender): readonly number[] {
  if (sender === 'controller') return [peers.controller];
  if (sender !== 'outside') {
    const own = peers.classOf.get(sender);
    return own === undefined ? [] : [own];
  }
  return peers.ranges.flatMap(({ family }, index) =>
    family === 4 || peers.speaksOfIpv6 ? [peers.firstRange + index] : [],
  );
}

/** Those that the verdict comes from. */
function decisionsHeld(decisions: readonly Decision[], verdict: boolean | 'unknown'): readonly Decision[] {
  return decisions.filter((decision) => answerOf(decision) === verdict);
}

function named({ workload, frontPort }: Delivery, packet: Packet, sourceName: string): NamedPacket {
  return { ...packet, frontPort, sourceName, destinationName: printWorkload(workload) };
}

function printSender({ sender, workload: { namespace } }: Delivery): string {
  if (sender === 'outside') return 'outside';
  if (sender === 'controller') return 'the ingress controller';
  const printed = printWorkload(sender);
  return sender.namespace === namespace ? printed : `${printed} of namespace ${sender.namespace}`;
}

function decidersOf(decisions: readonly Decision[]): readonly string[] {
  const reasons = decisions.flatMap(({ deny }) => deny);
  const policies = reasons.flatMap((reason) =>
    reason.type === 'isolated' ? reason.policies : reason.type === 'rule' ? [reason.policy] : [],
  );
  const ids = policies.map(({ form: { resource } }) => nodeId(resource.kind, namespaceOf(resource), resource.name));
  return [...new Set(ids)].sort(compare);
}
