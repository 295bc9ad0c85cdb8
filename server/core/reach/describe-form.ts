import { printSelector } from '../model/label';
import type { PeerForm, PodsForm, PolicyForm, PortForm, RuleForm } from './policy-form';
import type { CompiledPolicy, CompiledRule } from './reach';

/** `NetworkPolicy shop/web`, `AdminNetworkPolicy tenants`. */
export function printPolicy({ resource, subject }: PolicyForm): string {
  const { namespaces } = subject;
  const namespace = namespaces !== 'unreadable' && 'name' in namespaces ? `${namespaces.name}/` : '';
  return `${resource.kind} ${namespace}${resource.name}`;
}

/** `spec.ingress[0]`, with the rule's own name where it has one: where people find it. */
export function printRulePlace({ rules }: CompiledPolicy, { form }: CompiledRule): string {
  const index = rules[form.direction].findIndex((rule) => rule.form === form);
  return `spec.${form.direction.toLowerCase()}[${index}]${form.name === undefined ? '' : ` "${form.name}"`}`;
}

/** One rule in words: `from pods app=web of namespace shop on TCP 8080`. */
export function describeRuleForm({ direction, peers, ports }: RuleForm): string {
  const word = direction === 'Ingress' ? 'from' : 'to';
  const everyone = direction === 'Ingress' ? 'anyone' : 'anywhere';
  const whom = peers === 'everyone' ? everyone : listed(peers.map(describePeerForm), 'or');
  return `${word} ${whom} on ${describePorts(ports)}`;
}

function describePeerForm(peer: PeerForm): string {
  switch (peer.type) {
    case 'pods':
      return describePods(peer.pods);
    case 'addresses': {
      const cidrs = listed(
        peer.cidrs.map(({ canonical }) => canonical),
        'and',
      );
      return peer.except.length === 0
        ? cidrs
        : `${cidrs} except ${listed(
            peer.except.map(({ canonical }) => canonical),
            'and',
          )}`;
    }
    case 'outside':
      return 'nodes or domain names';
    case 'unreadable':
      return 'a peer that cannot be read';
  }
}

function describePods({ namespaces, pods }: PodsForm): string {
  if (namespaces === 'unreadable' || pods === 'unreadable') return 'pods by a selector that cannot be read';
  const whom = pods && pods.requirements.length > 0 ? `pods ${printSelector(pods)}` : 'all pods';
  if ('name' in namespaces) return `${whom} of namespace ${namespaces.name}`;
  return namespaces.requirements.length === 0
    ? `${whom} of every namespace`
    : `${whom} of namespaces ${printSelector(namespaces)}`;
}

/** `TCP 80-90 and UDP dns`, `every port`. */
export function describePorts(ports: RuleForm['ports']): string {
  return ports === 'every' ? 'every port' : listed(ports.map(describePort), 'and');
}

function describePort(port: PortForm): string {
  switch (port.type) {
    case 'range': {
      const { protocol, first, last } = port;
      if (first === 1 && last === 65535) return `every ${protocol} port`;
      return `${protocol} ${first}${first === last ? '' : `-${last}`}`;
    }
    case 'named':
      return `${port.protocol === undefined ? 'port' : port.protocol} ${port.name}`;
    case 'unreadable':
      return 'a port that cannot be read';
  }
}

/** `a, b and c`; the start of a long list. */
export function listed(items: readonly string[], word: 'and' | 'or'): string {
  const shown = items.length > 4 ? [...items.slice(0, 3), `${items.length - 3} more`] : items;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1) ?? ''}` : shown.join('');
}
