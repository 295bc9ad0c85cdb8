import type { Cidr } from '../model/cidr';
import type { Direction } from '../model/policy';
import { indexBlocks, type BlockIndex } from './block-index';
import { connectionsTo, noConnections, union, type ConnectionSet } from './connection-set';
import type { AddressesForm, PeerForm, PolicyForm, PortForm, RuleForm } from './policy-form';
import { whomOf, type Whom } from './whom';

/**
 * Policies taken apart into what could be taken out of them: rules, and the peers and ports of rules. What is `gone` is reasoned about as
 * if it were not written.
 */
export interface PolicyPart {
  readonly type: 'policy';
  readonly form: PolicyForm;
  readonly subject: Whom;
  /** Those that have an effect: of directions in which the policy isolates, where it is of a tier that does. */
  readonly rules: readonly RulePart[];
  gone: boolean;
}

export interface RulePart {
  readonly type: 'rule';
  readonly policy: PolicyPart;
  readonly form: RuleForm;
  /** Its index among the policy's rules of this direction. */
  readonly index: number;
  readonly peers: readonly PeerPart[];
  /** Empty: every port. */
  readonly ports: readonly PortPart[];
  /** All of them together, gone or not. */
  readonly written: Ports;
  /** Peers with addresses in common with a block. */
  readonly peersTouching: (cidr: Cidr) => Iterable<PeerPart>;
  gone: boolean;
}

export interface PeerPart {
  readonly type: 'peer';
  readonly rule: RulePart;
  readonly index: number;
  readonly form: PeerForm | 'everyone';
  readonly meant: Meant;
  gone: boolean;
}

/** Whom a peer means. `nobody` is known of: it can be read only by who runs the cluster, or it can never be met. */
export type Meant = Whom | AddressesForm | 'everyone' | 'nobody';

export interface PortPart {
  readonly type: 'port';
  readonly rule: RulePart;
  readonly index: number;
  readonly form: PortForm;
  gone: boolean;
}

export type Part = PolicyPart | RulePart | PeerPart | PortPart;

/** A policy taken apart; undefined where nobody can tell whom it is about. */
export function partsOfPolicy(form: PolicyForm, effective: (rule: RuleForm) => boolean): PolicyPart | undefined {
  const subject = whomOf(form.subject);
  if (!subject) return undefined;
  const rules: RulePart[] = [];
  const policy: PolicyPart = { type: 'policy', form, subject, rules, gone: false };
  const next = { Ingress: 0, Egress: 0 };
  for (const rule of form.rules) {
    const index = next[rule.direction]++;
    if (effective(rule)) rules.push(rulePart(policy, rule, index));
  }
  return policy;
}

function rulePart(policy: PolicyPart, form: RuleForm, index: number): RulePart {
  const peers: PeerPart[] = [];
  const ports: PortPart[] = [];
  let blocks: BlockIndex<PeerPart> | undefined;
  const peersTouching = (cidr: Cidr): Iterable<PeerPart> => (blocks ??= blocksOf(peers)).touching(cidr);
  const written = form.ports === 'every' ? everyPort : portsOfForms(form.ports);
  const rule: RulePart = { type: 'rule', policy, form, index, peers, ports, written, peersTouching, gone: false };
  const peerForms = form.peers === 'everyone' ? (['everyone'] as const) : form.peers;
  peerForms.forEach((peer, at) =>
    peers.push({ type: 'peer', rule, index: at, form: peer, meant: meantBy(peer), gone: false }),
  );
  const portForms = form.ports === 'every' ? [] : form.ports;
  portForms.forEach((port, at) => ports.push({ type: 'port', rule, index: at, form: port, gone: false }));
  return rule;
}

function blocksOf(peers: readonly PeerPart[]): BlockIndex<PeerPart> {
  return indexBlocks(
    peers.flatMap((item) =>
      typeof item.meant === 'object' && 'cidrs' in item.meant ? item.meant.cidrs.map((cidr) => ({ cidr, item })) : [],
    ),
  );
}

function meantBy(peer: PeerForm | 'everyone'): Meant {
  if (peer === 'everyone') return 'everyone';
  if (peer.type === 'pods') return whomOf(peer.pods) ?? 'nobody';
  return peer.type === 'addresses' ? peer : 'nobody';
}

/** The rules of a policy for a direction that are not gone. */
export function rulesLeft({ rules, gone }: PolicyPart, direction: Direction): readonly RulePart[] {
  return gone ? [] : rules.filter((rule) => !rule.gone && rule.form.direction === direction);
}

/** Ports by number and by name; `every` is more than every number: other protocols have no ports. */
export interface Ports {
  readonly every: boolean;
  readonly numbered: ConnectionSet;
  readonly named: readonly NamedPort[];
}

export type NamedPort = Extract<PortForm, { readonly type: 'named' }>;

const everyPort: Ports = { every: true, numbered: noConnections, named: [] };

/** The ports of a rule that are not gone. */
export function portsLeft({ ports, written }: RulePart): Ports {
  return ports.some(({ gone }) => gone)
    ? portsOfForms(ports.filter(({ gone }) => !gone).map(({ form }) => form))
    : written;
}

export function portsOfForms(forms: readonly PortForm[]): Ports {
  const numbered = forms.reduce(
    (sum, form) => (form.type === 'range' ? union(sum, connectionsTo(form.protocol, form.first, form.last)) : sum),
    noConnections,
  );
  return { every: false, numbered, named: forms.filter((form) => form.type === 'named') };
}
