import { printSelector } from '../model/label';
import { describePorts, listed } from '../reach/describe-form';
import type { PeerForm, PodsForm, PolicyForm, RuleForm } from '../reach/policy-form';
import { shortKeys } from './drawing';

/** So many rules are told on a card. */
const maxRules = 4;

/** The lines on a policy's card: order, whom it selects, what it admits. Ports stand first, since cards are narrow. */
export function policyLines(form: PolicyForm, governed: number): readonly string[] {
  const { tier, priority, rules, isolates, subject } = form;
  const isNetwork = tier === 'network';
  const order = isNetwork ? [] : [`${tier} tier${Number.isFinite(priority) ? ` · priority ${priority}` : ''}`];
  const closed = isolates
    .filter((direction) => !rules.some((rule) => rule.direction === direction))
    .map((direction) => (direction === 'Ingress' ? 'admits nothing in' : 'lets nothing out'));
  const own = subject.namespaces;
  const told = rules
    .filter(({ direction }) => !isNetwork || isolates.includes(direction))
    .map((rule) => `${isNetwork ? '' : `${rule.action} `}${describeRule(rule, own)}`);
  const shown =
    told.length > maxRules ? [...told.slice(0, maxRules - 1), `and ${told.length - maxRules + 1} more rules`] : told;
  return [
    ...order,
    `selects ${describeSubject(subject, own)}${governed === 0 ? ': none here' : ''}`,
    ...closed,
    ...shown,
  ].map(shortKeys);
}

type Namespaces = PodsForm['namespaces'];

function describeSubject(subject: PodsForm, own: Namespaces): string {
  const pods = subject.pods === 'unreadable' ? undefined : subject.pods;
  const isByLabels = pods !== undefined && pods.requirements.length > 0;
  return `${isByLabels && subject.namespaces !== 'unreadable' ? 'pods ' : ''}${describePods(subject, own)}`;
}

/** `TCP 8080 from app=web`, `every port to anywhere`. */
function describeRule({ direction, peers, ports }: RuleForm, own: Namespaces): string {
  const isIngress = direction === 'Ingress';
  const everyone = isIngress ? 'anyone' : 'anywhere';
  const whom =
    peers === 'everyone'
      ? everyone
      : listed(
          peers.map((peer) => describePeer(peer, own)),
          'or',
        );
  return `${describePorts(ports)} ${isIngress ? 'from' : 'to'} ${whom}`;
}

function describePeer(peer: PeerForm, own: Namespaces): string {
  switch (peer.type) {
    case 'pods':
      return describePods(peer.pods, own);
    case 'addresses': {
      const [cidrs, except] = [peer.cidrs, peer.except].map((some) =>
        listed(
          some.map(({ canonical }) => canonical),
          'and',
        ),
      );
      return except === '' ? `${cidrs}` : `${cidrs} except ${except}`;
    }
    case 'outside':
      return 'nodes or domain names';
    case 'unreadable':
      return 'a peer that cannot be read';
  }
}

/** The policy's own namespace needs no word: its card stands in it. */
function describePods({ namespaces, pods }: PodsForm, own: Namespaces): string {
  if (namespaces === 'unreadable' || pods === 'unreadable') return 'pods by a selector that cannot be read';
  const whom = pods && pods.requirements.length > 0 ? printSelector(pods) : 'all pods';
  if ('name' in namespaces) {
    const isOwn = own !== 'unreadable' && 'name' in own && own.name === namespaces.name;
    return isOwn ? whom : `${whom} of namespace ${namespaces.name}`;
  }
  return namespaces.requirements.length === 0
    ? `${whom} of every namespace`
    : `${whom} of namespaces ${printSelector(namespaces)}`;
}
