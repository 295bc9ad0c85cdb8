import { nodeAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Protocol } from '../model/workload';
import { unreadablePods } from './admin-peers';
import {
  adminForm,
  readBody,
  readOneOf,
  readPortName,
  readPriority,
  readSpec,
  unknownPriority,
  type AdminDialect,
} from './admin-reading';
import type { PolicyForm, PortForm, Tier } from './policy-form';
import {
  addProblem,
  isText,
  isWritten,
  placeOf,
  readPortNumber,
  readPortRange,
  shown,
  startWith,
  type PolicyReader,
} from './policy-reading';

const portExample = 'tcp: { destinationPort: { number: 80 } }';

const dialect: AdminDialect = {
  actions: { Accept: 'allow', Deny: 'deny', Pass: 'pass' },
  portsKey: 'protocols',
  otherPortsKey: 'ports',
  readPort,
  namedPortKey: 'destinationNamedPort',
  egressPeers: ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'],
  requiredOfPods: ['podSelector'],
  maxItems: 25,
  portExample: `{ ${portExample} }`,
};

/** ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2) in the inner form: one kind for the admin and the baseline tier. */
export function fromClusterNetworkPolicy(resource: Resource): PolicyForm {
  const reader: PolicyReader = { problems: [], shapeRule: 'admin-policy-invalid' };
  const found = readSpec(reader, resource);
  if ('unreadable' in found) return adminForm(resource, 'admin', reader, found.unreadable);
  const tier = readTier(reader, found.spec, resource);
  const priority = readPriority(reader, found.spec, resource);
  const body = readBody(reader, found.spec, resource, dialect);
  return adminForm(resource, tier ?? 'admin', reader, {
    priority: priority ?? unknownPriority,
    subject: tier === undefined || priority === undefined ? unreadablePods : body.subject,
    // What a rule does depends on the tier: a Pass of the baseline tier opens, one of the admin tier asks the next.
    rules: tier === undefined ? body.rules.map((rule) => ({ ...rule, action: 'unknown' as const })) : body.rules,
  });
}

/** Undefined after a problem: where such a policy would stand nobody can tell. */
function readTier(reader: PolicyReader, spec: SourceNode, { nameNode }: Resource): Tier | undefined {
  const node = nodeAt(spec, 'tier');
  const text = isText(node) ? node.value : '';
  if (text === 'Admin') return 'admin';
  if (text === 'Baseline') return 'baseline';
  const wrong = isWritten(node) ? `${startWith(node)} is no tier` : 'The policy has no tier';
  addProblem(reader, 'spec.tier', placeOf(spec, 'tier', nameNode), `${wrong}. There are Admin and Baseline.`, {
    instead: ['Admin', 'Baseline'].find((name) => name.toLowerCase() === text.trim().toLowerCase()),
  });
  return undefined;
}

const protocols: Readonly<Record<string, Protocol>> = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' };

/** One of the protocols with a destination port, or a container port's name (API reference, ClusterNetworkPolicyProtocol). */
function readPort(reader: PolicyReader, node: SourceNode, path: string): PortForm {
  const kind = readOneOf(reader, node, [...Object.keys(protocols), 'destinationNamedPort'], path, portExample);
  if (kind === undefined) return { type: 'unreadable' };
  const protocol = protocols[kind];
  if (!protocol) return readPortName(reader, node, kind, path);
  const port = nodeAt(node, kind, 'destinationPort');
  const field = `${path}.${kind}.destinationPort`;
  if (port?.type !== 'map') return withoutPort(reader, nodeAt(node, kind) ?? node, port, { kind, protocol, field });
  const form = readOneOf(reader, port, ['number', 'range'], field, 'number: 80');
  if (form === undefined) return { type: 'unreadable' };
  if (form === 'range') return readRange(reader, nodeAt(port, 'range') ?? port, protocol, `${field}.range`);
  const number = readPortNumber(reader, port, 'number', field);
  return number === undefined ? { type: 'unreadable' } : { type: 'range', protocol, first: number, last: number };
}

/** A protocol with nothing below it means each of its ports; that the API server refuses it all the same is a rule's business. */
function withoutPort(
  reader: PolicyReader,
  parent: SourceNode,
  port: SourceNode | undefined,
  { kind, protocol, field }: { readonly kind: string; readonly protocol: Protocol; readonly field: string },
): PortForm {
  if (parent.type === 'map' && parent.entries.length === 0) return { type: 'range', protocol, first: 1, last: 65535 };
  const wrong = isWritten(port)
    ? `destinationPort is a mapping, not ${shown(port)}`
    : `${kind} needs a destinationPort`;
  const at = placeOf(parent, 'destinationPort', parent);
  addProblem(reader, field, at, `${wrong}. Write e.g. ${kind}: { destinationPort: { number: 80 } }.`, {
    rule: 'policy-port-invalid',
  });
  return { type: 'unreadable' };
}

/** `start` must be below `end` (CRD validation of PortRange): one port alone is a number. */
function readRange(reader: PolicyReader, range: SourceNode, protocol: Protocol, path: string): PortForm {
  if (range.type !== 'map') {
    const message = `range is a mapping, not ${shown(range)}. Write range: { start: 8000, end: 8080 }.`;
    addProblem(reader, path, range, message, { rule: 'policy-port-invalid' });
    return { type: 'unreadable' };
  }
  const form = readPortRange(reader, range, { first: 'start', last: 'end' }, protocol, path);
  if (form.type !== 'range' || form.first < form.last) return form;
  const message = `A range goes from a lower port to a higher one. For one port write number: ${form.first}.`;
  addProblem(reader, `${path}.end`, placeOf(range, 'end', range), message, { rule: 'policy-port-invalid' });
  return form;
}
