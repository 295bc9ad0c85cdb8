import { containsCidr, type Cidr } from '../model/cidr';
import { allConnections, contains, difference, isEmpty, noConnections, type ConnectionSet } from './connection-set';
import type { AddressRange } from './ip-space';
import type { AddressesForm } from './policy-form';
import { portsLeft, type Meant, type NamedPort, type PeerPart, type Ports, type RulePart } from './policy-parts';
import { isAmong, partsOf, type NamespaceLabels, type Whom } from './whom';

/**
 * Proofs that some rules speak of all that another one does, whatever pods and namespaces there are or will be. They go by what is
 * written: selectors that imply each other, blocks within blocks, names of ports that are the same. What is not proved may be so all the
 * same.
 */

/** Gives the rules that speak of all of some pods. */
export type RulesOver = (subject: Whom) => readonly RulePart[];

/** Tells the ports of a rule: as they are written (`portsLeft`), or as they are at certain pods. */
export type PortsOf = (rule: RulePart) => Ports;

/**
 * The peers of other rules that together speak of all that one peer of a rule does, on some ports; undefined when that is not proved.
 * @param subject the pods that the rule is about
 */
export function coverPeer(
  subject: Whom,
  peer: PeerPart,
  ports: Ports,
  rulesOver: RulesOver,
  known: NamespaceLabels,
): ReadonlySet<PeerPart> | undefined {
  if (peer.meant === 'nobody') return undefined;
  const { meant } = peer;
  return inWholeOrParts(subject, (part) => coverMeant(meant, ports, rulesOver(part), known));
}

/** What `prove` gives for some pods, or for all of the parts they can be taken apart into. */
export function inWholeOrParts<T>(
  whom: Whom,
  prove: (whom: Whom) => ReadonlySet<T> | undefined,
): ReadonlySet<T> | undefined {
  const whole = prove(whom);
  if (whole) return whole;
  const parts = partsOf(whom);
  return parts.length === 0 ? undefined : all(parts, prove);
}

function all<S, T>(items: readonly S[], prove: (item: S) => ReadonlySet<T> | undefined): ReadonlySet<T> | undefined {
  const together = new Set<T>();
  for (const item of items) {
    const proved = prove(item);
    if (!proved) return undefined;
    for (const found of proved) together.add(found);
  }
  return together;
}

/** The peers of some rules, all over the same pods, that together speak of all whom a peer means, on some ports. */
export function coverMeant(
  meant: Exclude<Meant, 'nobody'>,
  ports: Ports,
  rules: readonly RulePart[],
  known: NamespaceLabels,
  portsOf: PortsOf = portsLeft,
): ReadonlySet<PeerPart> | undefined {
  const offering = rules.filter((rule) => !samePorts(withoutPorts(ports, portsOf(rule)), ports));
  if (offering.length === 0) return undefined;
  if (meant === 'everyone') return coverPorts(ports, offering.flatMap(everyoneOf), portsOf);
  if ('cidrs' in meant) return coverAddresses(meant, ports, offering, portsOf);
  return inWholeOrParts(meant, (part) =>
    coverPorts(
      ports,
      offering.flatMap((rule) => peersAround(rule, part, known)),
      portsOf,
    ),
  );
}

/** The peer of a rule without peers. */
function everyoneOf({ peers: [first] }: RulePart): readonly PeerPart[] {
  return first?.meant === 'everyone' && !first.gone ? [first] : [];
}

function peersAround(rule: RulePart, whom: Whom, known: NamespaceLabels): readonly PeerPart[] {
  return rule.peers.filter(
    ({ gone, meant }) => !gone && (meant === 'everyone' || (isWhom(meant) && isAmong(whom, meant, known))),
  );
}

function isWhom(meant: Meant): meant is Whom {
  return typeof meant === 'object' && 'namespaces' in meant;
}

/** More blocks than that are not put together to cover one; a hostile policy could have very many. */
const mostBlocks = 200;

/**
 * Addresses are looked at stretch by stretch, so that several blocks may cover one. Whether pods' addresses count hangs on the plugin, but
 * is the same for an address whoever names it; only where all addresses are meant, and pods for certain, others must mean that too.
 */
function coverAddresses(
  meant: AddressesForm,
  ports: Ports,
  rules: readonly RulePart[],
  portsOf: PortsOf,
): ReadonlySet<PeerPart> | undefined {
  const everyone = rules.flatMap(everyoneOf);
  const blocks = rules.flatMap((rule) => blocksTouching(rule, meant));
  if (meant.pods === 'all')
    return coverPorts(
      ports,
      [...everyone, ...blocks.filter((block) => block.meant.pods === 'all').map(({ peer }) => peer)],
      portsOf,
    );
  if (blocks.length > mostBlocks) return undefined;
  const stretches = stretchesOf(
    meant,
    blocks.map((block) => block.meant),
  );
  if (stretches.length === 0) return undefined;
  return all(stretches, (stretch) =>
    coverPorts(
      ports,
      [...everyone, ...blocks.filter((block) => holds(block.meant, stretch)).map(({ peer }) => peer)],
      portsOf,
    ),
  );
}

function blocksTouching(
  rule: RulePart,
  { cidrs }: AddressesForm,
): readonly { readonly peer: PeerPart; readonly meant: AddressesForm }[] {
  const found = new Set(cidrs.flatMap((cidr) => [...rule.peersTouching(cidr)]));
  return [...found].flatMap((peer) => (!peer.gone && isAddresses(peer.meant) ? [{ peer, meant: peer.meant }] : []));
}

function isAddresses(meant: Meant): meant is AddressesForm {
  return typeof meant === 'object' && 'cidrs' in meant;
}

function holds({ cidrs, except }: AddressesForm, stretch: AddressRange): boolean {
  const isIn = (cidr: Cidr): boolean =>
    cidr.family === stretch.family && cidr.first <= stretch.first && stretch.last <= cidr.last;
  return cidrs.some(isIn) && !except.some(isIn);
}

/** The addresses of a peer, cut at the edges of everything that others say of them. */
function stretchesOf(meant: AddressesForm, others: readonly AddressesForm[]): readonly AddressRange[] {
  const cidrs = [meant, ...others].flatMap((form) => [...form.cidrs, ...form.except]);
  return meant.cidrs.flatMap(({ family, first, last }) => {
    const starts = new Set([first]);
    for (const cidr of cidrs) {
      if (cidr.family !== family) continue;
      if (cidr.first > first && cidr.first <= last) starts.add(cidr.first);
      if (cidr.last >= first && cidr.last < last) starts.add(cidr.last + 1n);
    }
    const sorted = [...starts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return sorted
      .map((start, index) => ({ family, first: start, last: (sorted[index + 1] ?? last + 1n) - 1n }))
      .filter((stretch) => !meant.except.some((cidr) => holds({ ...meant, cidrs: [cidr], except: [] }, stretch)));
  });
}

/** The peers whose rules' ports hold all that is wanted: one alone where it does, else those that each hold some. */
function coverPorts(wanted: Ports, peers: readonly PeerPart[], portsOf: PortsOf): ReadonlySet<PeerPart> | undefined {
  const offers = peers.map((peer) => ({ peer, ports: portsOf(peer.rule) }));
  const alone = offers.find(({ ports }) => isNothing(withoutPorts(wanted, ports)));
  if (alone) return new Set([alone.peer]);
  let left = wanted;
  const used = new Set<PeerPart>();
  for (const { peer, ports } of offers) {
    const rest = withoutPorts(left, ports);
    if (samePorts(rest, left)) continue;
    used.add(peer);
    if (isNothing(rest)) return used;
    left = rest;
  }
  return undefined;
}

/**
 * The ports that are left of some when others are taken out. A name may stand for any number: it goes with the same name, or with every
 * port of its protocol.
 */
export function withoutPorts(ports: Ports, others: Ports): Ports {
  if (others.every) return { every: false, numbered: noConnections, named: [] };
  if (ports.every) return ports;
  return {
    every: false,
    numbered: difference(ports.numbered, others.numbered),
    named: ports.named.filter(
      (port) => !others.named.some((other) => isNamedAlike(port, other)) && !holdsProtocol(others.numbered, port),
    ),
  };
}

function isNamedAlike(port: NamedPort, other: NamedPort): boolean {
  return other.name === port.name && (other.protocol === undefined || other.protocol === port.protocol);
}

function holdsProtocol(numbered: ConnectionSet, { protocol }: NamedPort): boolean {
  const whole = protocol === undefined ? allConnections : { ...noConnections, [protocol]: allConnections[protocol] };
  return contains(numbered, whole);
}

export function isNothing({ every, numbered, named }: Ports): boolean {
  return !every && named.length === 0 && isEmpty(numbered);
}

function samePorts(rest: Ports, before: Ports): boolean {
  return (
    rest.every === before.every &&
    rest.named.length === before.named.length &&
    isEmpty(difference(before.numbered, rest.numbered))
  );
}

/** What is left of a peer on some ports when other rules over the same pods have their say; for addresses, where it differs, the most. */
export function leftOfPeer(peer: PeerPart, rules: readonly RulePart[], known: NamespaceLabels): Ports {
  const ports = portsLeft(peer.rule);
  const { meant } = peer;
  if (meant === 'nobody') return ports;
  if (coverMeant(meant, ports, rules, known)) return { every: false, numbered: noConnections, named: [] };
  const around = rules.flatMap((rule): readonly PeerPart[] => {
    if (meant === 'everyone') return everyoneOf(rule);
    if (isWhom(meant)) return peersAround(rule, meant, known);
    const blocks = blocksTouching(rule, meant).filter((block) => holdsBlock(block.meant, meant));
    return [...everyoneOf(rule), ...blocks.map(({ peer }) => peer)];
  });
  return around.reduce((left, other) => withoutPorts(left, portsLeft(other.rule)), ports);
}

/** Whether all that a peer with one or more blocks means lies in one block of another that leaves nothing of it out. */
function holdsBlock(outer: AddressesForm, inner: AddressesForm): boolean {
  return inner.cidrs.every(
    (cidr) =>
      outer.cidrs.some((around) => containsCidr(around, cidr)) &&
      !outer.except.some((hole) => containsCidr(hole, cidr) || containsCidr(cidr, hole)),
  );
}
