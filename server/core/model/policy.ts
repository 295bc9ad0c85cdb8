import { itemsAt, nodeAt, numberAt, stringAt, type SourceNode, type Sourced } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { readLabelSelector, type Selector } from './label';
import { readProtocol, type Protocol } from './workload';

export type Direction = 'Ingress' | 'Egress';

export interface PolicyPort {
  readonly protocol: Protocol;
  /** A number, a container port's name, or undefined for all ports of the protocol. */
  readonly port: number | string | undefined;
  readonly endPort: number | undefined;
  readonly node: SourceNode;
}

export interface IpBlock {
  readonly cidr: Sourced<string> | undefined;
  readonly except: readonly Sourced<string>[];
  readonly node: SourceNode;
}

/** One item of `from` or `to`. */
export interface PolicyPeer {
  readonly podSelector: Selector | undefined;
  readonly namespaceSelector: Selector | undefined;
  readonly ipBlock: IpBlock | undefined;
  readonly node: SourceNode;
}

export interface PolicyRule {
  readonly direction: Direction;
  /** Empty: everyone (`from`/`to` absent or empty; API reference, NetworkPolicyIngressRule). */
  readonly peers: readonly PolicyPeer[];
  /** Empty: every port. */
  readonly ports: readonly PolicyPort[];
  readonly node: SourceNode;
}

export interface NetworkPolicy {
  readonly resource: Resource;
  readonly name: string;
  readonly namespace: string;
  /** An absent one is an empty one here: every pod of the namespace (API reference, NetworkPolicySpec). */
  readonly podSelector: Selector | undefined;
  /** Directions in which the selected pods are isolated. */
  readonly directions: readonly Direction[];
  readonly rules: readonly PolicyRule[];
}

export function readPolicy(resource: Resource, namespace: string): NetworkPolicy {
  const spec = nodeAt(resource.root, 'spec');
  const rules = [...readRules(spec, 'Ingress', 'ingress', 'from'), ...readRules(spec, 'Egress', 'egress', 'to')];
  return {
    resource,
    name: resource.name,
    namespace,
    podSelector: readLabelSelector(spec, 'podSelector') ?? {
      requirements: [],
      node: spec ?? resource.root,
      valid: true,
    },
    directions: readDirections(spec, rules),
    rules,
  };
}

/** `policyTypes` absent means Ingress, and Egress when there are egress rules (API reference, NetworkPolicySpec). */
function readDirections(spec: SourceNode | undefined, rules: readonly PolicyRule[]): readonly Direction[] {
  const written = nodeAt(spec, 'policyTypes');
  if (written?.type === 'sequence' && written.items.length > 0) {
    const names = written.items.map((item) => (item.type === 'scalar' ? item.value : undefined));
    return (['Ingress', 'Egress'] as const).filter((direction) => names.includes(direction));
  }
  return rules.some((rule) => rule.direction === 'Egress') ? ['Ingress', 'Egress'] : ['Ingress'];
}

function readRules(
  spec: SourceNode | undefined,
  direction: Direction,
  key: string,
  peers: string,
): readonly PolicyRule[] {
  return itemsAt(spec, key).map((node) => ({
    direction,
    peers: itemsAt(node, peers).map(readPeer),
    ports: itemsAt(node, 'ports').map(readPort),
    node,
  }));
}

function readPeer(node: SourceNode): PolicyPeer {
  const block = nodeAt(node, 'ipBlock');
  return {
    podSelector: readLabelSelector(node, 'podSelector'),
    namespaceSelector: readLabelSelector(node, 'namespaceSelector'),
    ipBlock: block && {
      cidr: stringAt(block, 'cidr'),
      except: itemsAt(block, 'except').flatMap((_, index) => stringAt(block, 'except', index) ?? []),
      node: block,
    },
    node,
  };
}

function readPort(node: SourceNode): PolicyPort {
  const port = numberAt(node, 'port') ?? stringAt(node, 'port');
  return { protocol: readProtocol(node), port: port?.value, endPort: numberAt(node, 'endPort')?.value, node };
}
