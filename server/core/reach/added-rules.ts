import type { Direction } from '../model/policy';
import { isNothing, leftOfPeer } from './coverage';
import { describeRuleForm } from './describe-form';
import type { PeerForm, PortForm, RuleForm } from './policy-form';
import { rulesLeft, type PeerPart, type PolicyPart, type Ports } from './policy-parts';
import type { NamespaceLabels } from './whom';

/** What one policy allows in a direction, to pods that another one is about too, and the other does not: in the form of rules. */
export function addedRules(
  policy: PolicyPart,
  beyond: PolicyPart,
  direction: Direction,
  known: NamespaceLabels,
): readonly RuleForm[] {
  const others = rulesLeft(beyond, direction);
  return rulesLeft(policy, direction).flatMap((rule) => {
    const groups = new Map<string, { readonly ports: Ports; readonly peers: PeerPart[] }>();
    for (const peer of rule.peers) {
      if (peer.gone) continue;
      const ports = leftOfPeer(peer, others, known);
      if (isNothing(ports)) continue;
      const key = JSON.stringify([ports.every, ports.numbered, ports.named]);
      const group = groups.get(key);
      if (group) group.peers.push(peer);
      else groups.set(key, { ports, peers: [peer] });
    }
    return [...groups.values()].map(({ ports, peers }) => ({
      ...rule.form,
      peers: peerForms(peers),
      ports: portForms(ports),
    }));
  });
}

/** `from pods app=web of namespace shop on TCP 80; from anyone on TCP 9090`. */
export function describeRuleForms(rules: readonly RuleForm[]): string {
  const texts = [...new Set(rules.map(describeRuleForm))];
  return texts.length > mostShown
    ? `${texts.slice(0, mostShown).join('; ')}; and by ${texts.length - mostShown} more rules`
    : texts.join('; ');
}

const mostShown = 4;

function peerForms(peers: readonly PeerPart[]): RuleForm['peers'] {
  const forms: PeerForm[] = [];
  for (const { form } of peers) {
    if (form === 'everyone') return 'everyone';
    forms.push(form);
  }
  return forms;
}

/** In the order in which people write them. */
function portForms({ every, numbered, named }: Ports): RuleForm['ports'] {
  if (every) return 'every';
  const ranges = (['TCP', 'UDP', 'SCTP'] as const).flatMap((protocol) => {
    const ports = numbered[protocol];
    const forms: PortForm[] = [];
    for (let index = 0; index < ports.length; index += 2)
      forms.push({ type: 'range', protocol, first: ports[index] ?? 0, last: ports[index + 1] ?? 0 });
    return forms;
  });
  return [...ranges, ...named];
}
