import { entriesAt, nodeAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Direction } from '../model/policy';
import type { Protocol } from '../model/workload';
import {
  blockFields,
  fieldsWithoutPort,
  peerFields,
  portFields,
  ruleFields,
  specFields,
} from './network-policy-fields';
import type { PeerForm, PodsForm, PolicyForm, PortForm, RuleForm } from './policy-form';
import {
  addPortNameProblem,
  addProblem,
  isPortName,
  isText,
  isWritten,
  placeholderOf,
  placeOf,
  podsForm,
  readCidr,
  readList,
  readPortNumber,
  readPortRange,
  readProtocol,
  shown,
  startWith,
  sides,
  type PolicyReader,
  type Side,
} from './policy-reading';
import { readSelector } from './policy-selector';
import { strayFields } from './stray-fields';

/** NetworkPolicy (networking.k8s.io/v1) in the inner form. It only adds: every rule allows, and the selected pods are isolated. */
export function fromNetworkPolicy(resource: Resource, namespace: string): PolicyForm {
  const reader: PolicyReader = { problems: [], shapeRule: 'policy-invalid' };
  const spec = nodeAt(resource.root, 'spec');
  if (isWritten(spec) && spec.type !== 'map') return unreadablePolicy(reader, resource, namespace, spec);
  const spoiled = spec ? strayFields(reader, spec, 'spec', specFields) : new Set<string>();
  const subject = spoiled.has('podSelector') ? 'unreadable' : readSelector(reader, spec, 'podSelector', 'spec');
  return {
    resource,
    tier: 'network',
    priority: 0,
    subject: podsForm(undefined, subject, { name: namespace }, 'plugin'),
    isolates: readTypes(reader, spec, spoiled),
    rules: sides.flatMap((side) => readRules(reader, spec, namespace, side, spoiled.has(side.key))),
    problems: reader.problems,
  };
}

/** Whom it selects, in which directions, and what it allows: all of it is unknown. */
function unreadablePolicy(reader: PolicyReader, resource: Resource, namespace: string, spec: SourceNode): PolicyForm {
  const message = `spec must be a mapping with podSelector, policyTypes, ingress and egress, not ${shown(spec)}.`;
  addProblem(reader, 'spec', spec, message);
  return {
    resource,
    tier: 'network',
    priority: 0,
    subject: podsForm(undefined, 'unreadable', { name: namespace }, 'plugin'),
    isolates: ['Ingress', 'Egress'],
    rules: sides.map(({ direction }) => unreadableRule(direction, spec)),
    problems: reader.problems,
  };
}

/** `policyTypes` absent or empty means Ingress, and Egress when there are egress rules (API reference, NetworkPolicySpec). */
function readTypes(
  reader: PolicyReader,
  spec: SourceNode | undefined,
  spoiled: ReadonlySet<string>,
): readonly Direction[] {
  const items = readList(reader, spec, 'policyTypes', 'spec', 'policyTypes: [Ingress], [Egress] or both');
  if (items === 'unreadable') return [];
  if (items !== undefined && items.length > 0) {
    const excess = items[2];
    if (excess) addProblem(reader, 'spec.policyTypes[2]', excess, 'policyTypes has at most two items.');
    const names = items.map((item, index) => readType(reader, item, `spec.policyTypes[${index}]`));
    return (['Ingress', 'Egress'] as const).filter((direction) => names.includes(direction));
  }
  const egress = nodeAt(spec, 'egress');
  const written = isWritten(egress) && !(egress.type === 'sequence' && egress.items.length === 0);
  return written || spoiled.has('egress') ? ['Ingress', 'Egress'] : ['Ingress'];
}

function readType(reader: PolicyReader, item: SourceNode, path: string): Direction | undefined {
  const value = isText(item) ? item.value : undefined;
  if (value === 'Ingress' || value === 'Egress') return value;
  const instead = ['Ingress', 'Egress'].find((name) => name.toLowerCase() === value?.trim().toLowerCase());
  addProblem(reader, path, item, `${startWith(item)} is no policy type. There are Ingress and Egress.`, { instead });
  return undefined;
}

/** @param doubtful a field beside the rules was meant to say something of this direction */
function readRules(
  reader: PolicyReader,
  spec: SourceNode | undefined,
  namespace: string,
  side: Side,
  doubtful: boolean,
): readonly RuleForm[] {
  const { direction, key } = side;
  const items = readList(reader, spec, key, 'spec', `${key}: [{}] to admit everything, or ${key}: [] for nothing`);
  const unread = (node: SourceNode | undefined): readonly RuleForm[] => (node ? [unreadableRule(direction, node)] : []);
  if (items === 'unreadable') return unread(nodeAt(spec, key));
  const rules = (items ?? []).map((node, index) => readRule(reader, node, namespace, side, `spec.${key}[${index}]`));
  return doubtful ? [...rules, ...unread(spec)] : rules;
}

/** One that allows nobody knows what. */
function unreadableRule(direction: Direction, node: SourceNode): RuleForm {
  return {
    direction,
    action: 'allow',
    name: undefined,
    peers: [{ type: 'unreadable', node }],
    ports: [{ type: 'unreadable' }],
    node,
  };
}

const blocking = ['deny', 'drop', 'reject', 'block'];

function readRule(reader: PolicyReader, node: SourceNode, namespace: string, side: Side, path: string): RuleForm {
  const { direction, peers } = side;
  if (isWritten(node) && node.type !== 'map') {
    addProblem(reader, path, node, `A rule is a mapping with ${peers} and ports, or {} for everything.`);
    return unreadableRule(direction, node);
  }
  const action = nodeAt(node, 'action');
  if (isText(action) && blocking.includes(action.value.toLowerCase())) {
    const message = 'A rule of a NetworkPolicy has no action: it allows, and what no rule allows is denied.';
    addProblem(reader, `${path}.action`, action, message);
    return unreadableRule(direction, node);
  }
  const spoiled = strayFields(reader, node, path, ruleFields[side.key]);
  return {
    direction,
    action: 'allow',
    name: undefined,
    peers: spoiled.has(peers) ? [{ type: 'unreadable', node }] : readPeers(reader, node, peers, namespace, path),
    ports: spoiled.has('ports') ? [{ type: 'unreadable' }] : readPorts(reader, node, path),
    node,
  };
}

/** `from` or `to` absent or empty means everyone (API reference, NetworkPolicyIngressRule). */
function readPeers(
  reader: PolicyReader,
  rule: SourceNode,
  key: string,
  namespace: string,
  path: string,
): RuleForm['peers'] {
  const items = readList(reader, rule, key, path, `e.g. ${key}: [{ podSelector: {} }], or leave it out for everyone`);
  if (items === 'unreadable') return [{ type: 'unreadable', node: rule }];
  if (items === undefined || items.length === 0) return 'everyone';
  return items.map((node, index) => readPeer(reader, node, namespace, `${path}.${key}[${index}]`));
}

/** Both selectors of one peer must hold; `podSelector` alone means the policy's own namespace (API reference, NetworkPolicyPeer). */
function readPeer(reader: PolicyReader, node: SourceNode, namespace: string, path: string): PeerForm {
  const unreadable: PeerForm = { type: 'unreadable', node };
  if (strayFields(reader, node, path, peerFields).size > 0) return unreadable;
  const block = nodeAt(node, 'ipBlock');
  const hasSelector = isWritten(nodeAt(node, 'podSelector')) || isWritten(nodeAt(node, 'namespaceSelector'));
  if (isWritten(block)) {
    if (!hasSelector) return readBlock(reader, block, `${path}.ipBlock`, node);
    const message = 'A peer is either an ipBlock or selectors: put the ipBlock into a peer of its own.';
    addProblem(reader, path, block, message);
    return unreadable;
  }
  if (!hasSelector) {
    addProblem(reader, path, node, `A peer needs podSelector, namespaceSelector or ipBlock${instead(node)}.`);
    return unreadable;
  }
  const pods = readSelector(reader, node, 'podSelector', path);
  const namespaces = readSelector(reader, node, 'namespaceSelector', path);
  const form: PodsForm = podsForm(namespaces, pods, { name: namespace }, 'plugin');
  return { type: 'pods', pods: form, node };
}

function instead(peer: SourceNode): string {
  if (isWritten(peer) && peer.type !== 'map') return `, not ${shown(peer)}`;
  const [empty] = entriesAt(peer).filter(({ value }) => !isWritten(value));
  const written = entriesAt(peer).map(({ key }) => key);
  if (empty) return `, and nothing is below ${empty.key}. For all write ${empty.key}: {}`;
  return `${written.length > 0 ? `, not ${written.join(', ')}` : ''}. For all pods of all namespaces write namespaceSelector: {}`;
}

/** An `except` that cannot be read leaves the whole block unreadable: without it, too much would be admitted. */
function readBlock(reader: PolicyReader, block: SourceNode, path: string, node: SourceNode): PeerForm {
  const unreadable: PeerForm = { type: 'unreadable', node };
  if (block.type !== 'map') {
    addProblem(reader, path, block, `An ipBlock is a mapping with cidr and except, not ${shown(block)}.`);
    return unreadable;
  }
  const spoiled = strayFields(reader, block, path, blockFields);
  const written = nodeAt(block, 'cidr');
  if (!isWritten(written) && !spoiled.has('cidr')) {
    const message = 'This ipBlock has no cidr. Write one, e.g. cidr: 10.0.0.0/8.';
    addProblem(reader, `${path}.cidr`, placeOf(block, 'cidr', block), message, { rule: 'policy-cidr-invalid' });
  }
  const cidr = isWritten(written) ? readCidr(reader, written, `${path}.cidr`) : undefined;
  const items = readList(reader, block, 'except', path, 'e.g. except: [10.0.0.0/8]');
  if (items === 'unreadable') return unreadable;
  const except = (items ?? []).map((item, index) => readCidr(reader, item, `${path}.except[${index}]`));
  if (!cidr || except.includes(undefined) || spoiled.size > 0) return unreadable;
  return {
    type: 'addresses',
    cidrs: [cidr],
    except: except.filter((item) => item !== undefined),
    pods: 'unknown',
    node,
  };
}

/** `ports` absent or empty means every port. */
function readPorts(reader: PolicyReader, rule: SourceNode, path: string): RuleForm['ports'] {
  const items = readList(reader, rule, 'ports', path, 'e.g. ports: [{ port: 80 }]');
  if (items === 'unreadable') return [{ type: 'unreadable' }];
  if (items === undefined || items.length === 0) return 'every';
  return items.map((node, index) => readPort(reader, node, `${path}.ports[${index}]`));
}

/** A port without `port` is every port of its protocol; `endPort` needs a number before it (API reference, NetworkPolicyPort). */
function readPort(reader: PolicyReader, node: SourceNode, path: string): PortForm {
  const rule = 'policy-port-invalid';
  const unreadable: PortForm = { type: 'unreadable' };
  if (isWritten(node) && node.type !== 'map') {
    const known = node.type === 'scalar' && typeof node.value === 'number';
    addProblem(reader, path, node, `A port here is a mapping: write port: ${known ? shown(node) : 80}.`, { rule });
    return unreadable;
  }
  const port = nodeAt(node, 'port');
  const endPort = nodeAt(node, 'endPort');
  const portReader: PolicyReader = { ...reader, shapeRule: rule };
  const spoiled = strayFields(portReader, node, path, isWritten(port) ? portFields : fieldsWithoutPort);
  const protocol = readProtocol(reader, nodeAt(node, 'protocol'), `${path}.protocol`);
  if (!isWritten(port)) {
    if (isWritten(endPort) && !spoiled.has('port')) {
      addProblem(reader, path, endPort, 'endPort needs a port beside it: the first one of the range.', { rule });
      return unreadable;
    }
    if (protocol === 'unreadable' || spoiled.size > 0) return unreadable;
    return { type: 'range', protocol, first: 1, last: 65535 };
  }
  const form = readPortValue(reader, node, port, protocol, path);
  return spoiled.size > 0 ? unreadable : form;
}

function readPortValue(
  reader: PolicyReader,
  node: SourceNode,
  port: SourceNode,
  protocol: Protocol | 'unreadable',
  path: string,
): PortForm {
  const endPort = nodeAt(node, 'endPort');
  if (isText(port) && !/^\d+$/.test(port.value)) {
    if (!isPortName(port.value) || placeholderOf(port) !== undefined) {
      addPortTextProblem(reader, `${path}.port`, port, port.value);
      return { type: 'unreadable' };
    }
    if (isWritten(endPort)) {
      const message = `endPort goes with a port number, and "${port.value}" is a name.`;
      addProblem(reader, `${path}.endPort`, endPort, message, { rule: 'policy-port-invalid' });
      return { type: 'unreadable' };
    }
    return protocol === 'unreadable' ? { type: 'unreadable' } : { type: 'named', protocol, name: port.value };
  }
  if (isWritten(endPort)) return readPortRange(reader, node, { first: 'port', last: 'endPort' }, protocol, path);
  const number = readPortNumber(reader, node, 'port', path);
  if (number === undefined || protocol === 'unreadable') return { type: 'unreadable' };
  return { type: 'range', protocol, first: number, last: number };
}

/** A text that is neither a number nor a name: mostly several ports, or a port and its protocol, in one. */
function addPortTextProblem(reader: PolicyReader, path: string, node: SourceNode, text: string): void {
  const [, first, separator = '', second] = /^\s*(\d{1,5})\s*([-:,/ ])\s*(\w+)/.exec(text) ?? [];
  if (first === undefined) {
    addPortNameProblem(reader, path, node);
    return;
  }
  const advice =
    separator === '/'
      ? `Write port: ${first} and protocol: ${String(second).toUpperCase()}.`
      : separator === ',' || separator === ' '
        ? 'Write an item of its own for each port.'
        : `For a range write port: ${first} and endPort: ${String(second)}.`;
  addProblem(reader, path, node, `${startWith(node)} is no port. ${advice}`, { rule: 'policy-port-invalid' });
}
