import { nodeAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPlaceholder } from '../model/label';
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
import type { PolicyForm, PortForm } from './policy-form';
import { addProblem, readPortNumber, readPortRange, readProtocol, shown, type PolicyReader } from './policy-reading';
import { strayFields, type FieldSet } from './stray-fields';

const portExample = 'portNumber: { protocol: TCP, port: 80 }';

const adminDialect: AdminDialect = {
  actions: { Allow: 'allow', Deny: 'deny', Pass: 'pass' },
  portsKey: 'ports',
  otherPortsKey: 'protocols',
  readPort,
  namedPortKey: 'namedPort',
  egressPeers: ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'],
  requiredOfPods: ['namespaceSelector', 'podSelector'],
  maxItems: 100,
  portExample: `{ ${portExample} }`,
};

/**
 * There is nothing after the baseline that it could pass to, and it knows no domain names (API reference,
 * BaselineAdminNetworkPolicyRuleAction, BaselineAdminNetworkPolicyEgressPeer).
 */
const baselineDialect: AdminDialect = {
  ...adminDialect,
  actions: { Allow: 'allow', Deny: 'deny' },
  egressPeers: ['namespaces', 'pods', 'nodes', 'networks'],
};

/** AdminNetworkPolicy (policy.networking.k8s.io/v1alpha1) in the inner form. */
export function fromAdminNetworkPolicy(resource: Resource): PolicyForm {
  const reader: PolicyReader = { problems: [], shapeRule: 'admin-policy-invalid' };
  const found = readSpec(reader, resource);
  if ('unreadable' in found) return adminForm(resource, 'admin', reader, found.unreadable);
  const priority = readPriority(reader, found.spec, resource);
  const body = readBody(reader, found.spec, resource, adminDialect);
  return adminForm(resource, 'admin', reader, {
    priority: priority ?? unknownPriority,
    subject: priority === undefined ? unreadablePods : body.subject,
    rules: body.rules,
  });
}

/** BaselineAdminNetworkPolicy (v1alpha1): one for the cluster, named `default`, after every other policy. */
export function fromBaselineAdminNetworkPolicy(resource: Resource): PolicyForm {
  const reader: PolicyReader = { problems: [], shapeRule: 'admin-policy-invalid' };
  const { name, nameNode } = resource;
  const refused = name !== 'default';
  if (refused && isPlaceholder(name)) addProblem(reader, 'the whole policy', nameNode, '');
  else if (refused) {
    const message =
      'The one BaselineAdminNetworkPolicy of a cluster is named "default": the API server takes no other.';
    addProblem(reader, 'the whole policy', nameNode, message, { instead: name === '' ? undefined : 'default' });
  }
  const found = readSpec(reader, resource);
  if ('unreadable' in found)
    return adminForm(resource, 'baseline', reader, { ...found.unreadable, priority: Infinity });
  const { subject, rules } = readBody(reader, found.spec, resource, baselineDialect);
  return adminForm(resource, 'baseline', reader, {
    priority: Infinity,
    subject: refused ? unreadablePods : subject,
    rules,
  });
}

const numberFields: FieldSet = {
  name: 'portNumber',
  fields: { protocol: 'value', port: 'value' },
};

const rangeFields: FieldSet = {
  name: 'portRange',
  fields: { protocol: 'value', start: 'value', end: 'value' },
};

/** One of `portNumber`, `portRange` and `namedPort` (API reference, AdminNetworkPolicyPort). */
function readPort(reader: PolicyReader, node: SourceNode, path: string): PortForm {
  const kind = readOneOf(reader, node, ['portNumber', 'portRange', 'namedPort'], path, portExample);
  if (kind === undefined) return { type: 'unreadable' };
  if (kind === 'namedPort') return readPortName(reader, node, kind, path);
  const port = nodeAt(node, kind) ?? node;
  const field = `${path}.${kind}`;
  const portReader: PolicyReader = { ...reader, shapeRule: 'policy-port-invalid' };
  if (port.type !== 'map') {
    const example = kind === 'portNumber' ? portExample : 'portRange: { protocol: TCP, start: 8000, end: 8080 }';
    addProblem(portReader, field, port, `${kind} is a mapping, not ${shown(port)}. Write e.g. ${example}.`);
    return { type: 'unreadable' };
  }
  const spoiled = strayFields(portReader, port, field, kind === 'portRange' ? rangeFields : numberFields);
  const written = readProtocol(reader, nodeAt(port, 'protocol'), `${field}.protocol`);
  const protocol = spoiled.size > 0 ? 'unreadable' : written;
  if (kind === 'portRange') return readPortRange(reader, port, { first: 'start', last: 'end' }, protocol, field);
  const number = readPortNumber(reader, port, 'port', field);
  if (number === undefined || protocol === 'unreadable') return { type: 'unreadable' };
  return { type: 'range', protocol, first: number, last: number };
}
