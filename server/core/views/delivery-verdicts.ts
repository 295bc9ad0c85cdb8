import type { Cidr } from '../model/cidr';
import { printWorkload, type Protocol, type Workload } from '../model/workload';
import { answerOf, verdictOf, type Decision, type Packet } from '../reach/decision';
import { decisionHop, type NamedPacket } from '../reach/describe-decision';
import type { AddressRange } from '../reach/ip-space';
import { policyFormsOf } from '../reach/policy-forms';
import { reachOf, type Reach } from '../reach/reach';
import { decideOnce, decidersOf, type PolicyAnswer } from './decisions';
import type { Drawing } from './drawing';

/** Who sends: a controller's pods, a controller that no manifest here declares, or whoever is outside. */
export type Sender = Workload | 'controller' | 'outside';

/** Traffic to a port of some pods. */
export interface Delivery {
  readonly sender: Sender;
  /** Of traffic from outside: the only addresses that it comes from; undefined: any. */
  readonly from?: readonly Cidr[] | undefined;
  readonly workload: Workload;
  readonly protocol: Protocol;
  /** The pods' port. */
  readonly port: number;
  /** The Service's. */
  readonly frontPort: number;
}

/** Whether policies let it arrive. Addresses outside that fare differently make it open: whom it is open to is in the note. */
export function answerToDelivery({ context: { model } }: Drawing, delivery: Delivery): PolicyAnswer {
  if (policyFormsOf(model).length === 0) return { state: 'ok' };
  const reach = reachOf(model);
  const { workload, protocol, port } = delivery;
  const destination = reach.peers.classOf.get(workload);
  if (destination === undefined || delivery.sender === workload) return { state: 'ok' };
  const decided = sendersOf(reach, delivery).map((source) => {
    const packet = { source, destination, protocol, port };
    const decisions = decideOnce(reach, packet);
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
function sendersOf({ peers }: Reach, { sender, from }: Delivery): readonly number[] {
  if (sender === 'controller') return [peers.controller];
  if (sender !== 'outside') {
    const own = peers.classOf.get(sender);
    return own === undefined ? [] : [own];
  }
  return peers.ranges.flatMap((range, index) => {
    const isMeant = from ? from.some((cidr) => meet(cidr, range)) : range.family === 4 || peers.speaksOfIpv6;
    return isMeant ? [peers.firstRange + index] : [];
  });
}

function meet(cidr: Cidr, { family, first, last }: AddressRange): boolean {
  return cidr.family === family && cidr.first <= last && first <= cidr.last;
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
