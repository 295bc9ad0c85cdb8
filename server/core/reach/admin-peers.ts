import { entriesAt, nodeAt, type SourceNode } from '../manifest/node';
import type { Direction } from '../model/policy';
import type { PeerForm, PodsForm } from './policy-form';
import {
  addProblem,
  isText,
  isWritten,
  keyPlace,
  placeholderOf,
  placeOf,
  podsForm,
  readCidr,
  readList,
  shown,
  startWith,
  startOf,
  type PolicyReader,
} from './policy-reading';
import { readSelector } from './policy-selector';

/** What versions of the admin policies say differently of whom they mean. */
export interface PeerDialect {
  /** Kinds of egress peers. Ingress knows namespaces and pods only. */
  readonly egressPeers: readonly string[];
  /** Selectors that `pods` of a subject or peer must have (CRD validation). */
  readonly requiredOfPods: readonly string[];
}

/** Nobody can tell whom. */
export const unreadablePods: PodsForm = { namespaces: 'unreadable', pods: 'unreadable', hostNetwork: 'never' };

/**
 * The subject: exactly one of `namespaces` and `pods`. Pods on the host network are never among them (API reference,
 * AdminNetworkPolicySubject, ClusterNetworkPolicySubject).
 */
export function readSubject(
  reader: PolicyReader,
  spec: SourceNode,
  nameNode: SourceNode,
  dialect: PeerDialect,
): PodsForm {
  const path = 'spec.subject';
  const subject = nodeAt(spec, 'subject');
  if (subject?.type !== 'map') {
    const wrong = isWritten(subject) ? `${startWith(subject)} is no subject` : 'The policy has no subject';
    const advice = 'A subject has namespaces or pods. For all pods write subject: { namespaces: {} }.';
    addProblem(reader, path, placeOf(spec, 'subject', nameNode), `${wrong}. ${advice}`);
    return unreadablePods;
  }
  const kind = oneKind(reader, subject, ['namespaces', 'pods'], path, 'A subject');
  if (kind === undefined) return unreadablePods;
  return kind === 'namespaces' ? namespacesForm(reader, subject, path) : namespacedPods(reader, subject, path, dialect);
}

/** Fields that are dropped and change nothing: people note things there. */
const remarks = ['name', 'description', 'comment'];

/** The one kind that a subject or peer is of, or undefined after a problem. A field of no kind is dropped, which leaves it wider. */
function oneKind<T extends string>(
  reader: PolicyReader,
  node: SourceNode,
  kinds: readonly T[],
  path: string,
  name: string,
): T | undefined {
  const found = kinds.filter((key) => isWritten(nodeAt(node, key)));
  const others = entriesAt(node).filter(({ key }) => !(kinds as readonly string[]).includes(key));
  const stray = others.find(({ key }) => !remarks.includes(key));
  const [kind] = found;
  if (kind !== undefined && found.length === 1 && !stray) return kind;
  const one = `exactly one of ${kinds.join(', ')}`;
  const are = `${name} is ${one}`;
  if (stray) {
    addProblem(reader, path, keyPlace(stray), `${name} has no field "${stray.key}". It is ${one}.`);
  } else if (found.length > 1) {
    addProblem(reader, path, node, `${are}, and here are ${found.join(' and ')}.`);
  } else {
    const [empty] = entriesAt(node);
    const here = empty ? `, and nothing is below ${empty.key}. For all write ${empty.key}: {}` : '';
    const other = isWritten(node) && node.type !== 'map' ? `, not ${shown(node)}` : here;
    addProblem(reader, path, node, `${are}${other}.`);
  }
  return undefined;
}

function namespacesForm(reader: PolicyReader, node: SourceNode, path: string): PodsForm {
  return podsForm(readSelector(reader, node, 'namespaces', path), undefined, 'unreadable', 'never');
}

/** An empty selector of a NamespacedPod selects all (API reference, NamespacedPod). One that is missing is refused; beside the other it means the same. */
function namespacedPods(reader: PolicyReader, node: SourceNode, path: string, dialect: PeerDialect): PodsForm {
  const pods = nodeAt(node, 'pods');
  const field = `${path}.pods`;
  if (pods?.type !== 'map') {
    const found = pods ? `, not ${shown(pods)}` : '';
    addProblem(reader, field, pods ?? node, `pods is a mapping with namespaceSelector and podSelector${found}.`);
    return unreadablePods;
  }
  const keys = ['namespaceSelector', 'podSelector'];
  const [stray] = entriesAt(pods).filter(({ key }) => !keys.includes(key));
  if (stray) {
    const message = `pods has no field "${stray.key}". It has namespaceSelector and podSelector.`;
    addProblem(reader, field, keyPlace(stray), message);
    return unreadablePods;
  }
  if (entriesAt(pods).every(({ value }) => !isWritten(value))) {
    addProblem(
      reader,
      field,
      pods,
      'pods has nothing below it. For all write namespaceSelector: {} and podSelector: {}.',
    );
    return unreadablePods;
  }
  for (const key of dialect.requiredOfPods.filter((name) => !isWritten(nodeAt(pods, name)))) {
    addProblem(
      reader,
      `${field}.${key}`,
      placeOf(pods, key, startOf(pods)),
      `pods needs a ${key}. For all write ${key}: {}.`,
    );
  }
  const everywhere = { requirements: [], node: pods, valid: true };
  return podsForm(
    readSelector(reader, pods, 'namespaceSelector', field),
    readSelector(reader, pods, 'podSelector', field),
    everywhere,
    'never',
  );
}

/** Exactly one kind of peer (API reference, AdminNetworkPolicyIngressPeer and its siblings). */
export function readPeer(
  reader: PolicyReader,
  node: SourceNode,
  dialect: PeerDialect,
  direction: Direction,
  path: string,
): PeerForm {
  const kinds = direction === 'Ingress' ? ['namespaces', 'pods'] : dialect.egressPeers;
  const name = direction === 'Ingress' ? 'A peer of an ingress rule' : 'A peer of an egress rule';
  switch (oneKind(reader, node, kinds, path, name)) {
    case 'namespaces':
      return { type: 'pods', pods: namespacesForm(reader, node, path), node };
    case 'pods':
      return { type: 'pods', pods: namespacedPods(reader, node, path, dialect), node };
    case 'networks':
      return readNetworks(reader, node, path);
    case 'nodes':
      readSelector(reader, node, 'nodes', path);
      return { type: 'outside', node };
    case 'domainNames':
      readDomainNames(reader, node, path);
      return { type: 'outside', node };
    default:
      return { type: 'unreadable', node };
  }
}

/**
 * Traffic to pods is checked against networks too (API reference, ClusterNetworkPolicyEgressPeer.networks). Which addresses pods have
 * no manifest tells, so only every address of both families is sure to hold them.
 */
function readNetworks(reader: PolicyReader, node: SourceNode, path: string): PeerForm {
  const items = readAddresses(reader, node, 'networks', path, 'networks: [10.0.0.0/8]');
  const cidrs = items.map((item, index) => readCidr(reader, item, `${path}.networks[${index}]`));
  const known = cidrs.filter((cidr) => cidr !== undefined);
  if (known.length < cidrs.length || known.length === 0) return { type: 'unreadable', node };
  const whole = (['0.0.0.0/0', '::/0'] as const).every((all) => known.some(({ canonical }) => canonical === all));
  return { type: 'addresses', cidrs: known, except: [], pods: whole ? 'all' : 'unknown', node };
}

/** CRD validation of DomainName: at least two labels, a star for the first. */
const domainName = /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;

function readDomainNames(reader: PolicyReader, node: SourceNode, path: string): void {
  readAddresses(reader, node, 'domainNames', path, 'domainNames: [example.com]').forEach((item, index) => {
    if (placeholderOf(item) === undefined && isText(item) && domainName.test(item.value)) return;
    const advice = 'Write one such as example.com or *.example.com, without scheme, port or path';
    addProblem(reader, `${path}.domainNames[${index}]`, item, `${startWith(item)} is no domain name. ${advice}.`);
  });
}

/** A list of one to 25 items (CRD validation, the same in all versions); none after a problem. */
function readAddresses(
  reader: PolicyReader,
  node: SourceNode,
  key: string,
  path: string,
  example: string,
): readonly SourceNode[] {
  const items = readList(reader, node, key, path, `e.g. ${example}`);
  if (items === 'unreadable' || items === undefined) return [];
  const excess = items[25];
  if (items.length === 0)
    addProblem(reader, `${path}.${key}`, placeOf(node, key, node), `${key} needs at least one item.`);
  if (excess) addProblem(reader, `${path}.${key}[25]`, excess, `${key} has at most 25 items.`);
  return items;
}
