import type { FieldSet } from './stray-fields';

/** The fields of a NetworkPolicy (API reference, NetworkPolicySpec), and those that people put in the wrong place. */
export const specFields: FieldSet = {
  name: 'The spec of a NetworkPolicy',
  fields: { podSelector: 'mapping', policyTypes: 'list', ingress: 'list', egress: 'list' },
  misplaced: {
    selector: { spoils: 'podSelector', advice: 'Write podSelector, with labels below matchLabels.' },
    matchLabels: { spoils: 'podSelector', advice: 'Put it below podSelector.' },
    matchExpressions: { spoils: 'podSelector', advice: 'Put it below podSelector.' },
    namespaceSelector: { spoils: 'podSelector', advice: 'The policy speaks of pods of its own namespace only.' },
    from: { spoils: 'ingress', advice: 'Put it into an item of ingress.' },
    to: { spoils: 'egress', advice: 'Put it into an item of egress.' },
    ports: { spoils: 'ingress', advice: 'Put it into an item of ingress or egress.' },
  },
};

export const ruleFields: Readonly<Record<'ingress' | 'egress', FieldSet>> = {
  ingress: fieldsOfRule('An ingress rule', 'from', 'to'),
  egress: fieldsOfRule('An egress rule', 'to', 'from'),
};

function fieldsOfRule(name: string, peers: string, other: string): FieldSet {
  const peer = { spoils: peers, advice: `Put it into an item of ${peers}.` };
  const port = { spoils: 'ports', advice: 'Put it into an item of ports.' };
  return {
    name,
    fields: { [peers]: 'list', ports: 'list' },
    misplaced: {
      [other]: { spoils: peers, advice: `Write ${peers}.` },
      podSelector: peer,
      namespaceSelector: peer,
      ipBlock: peer,
      port,
      protocol: port,
      endPort: port,
    },
  };
}

const inIpBlock = { spoils: 'ipBlock', advice: 'Put it below ipBlock.' };
const inSelector = { spoils: 'podSelector', advice: 'Put it below podSelector or namespaceSelector.' };
const inRule = { spoils: 'podSelector', advice: 'It belongs to the rule, beside from or to.' };
const byName = {
  spoils: 'namespaceSelector',
  advice: 'Write namespaceSelector, with kubernetes.io/metadata.name below matchLabels.',
};

export const peerFields: FieldSet = {
  name: 'A peer',
  fields: { podSelector: 'mapping', namespaceSelector: 'mapping', ipBlock: 'mapping' },
  misplaced: {
    matchLabels: inSelector,
    matchExpressions: inSelector,
    cidr: inIpBlock,
    except: inIpBlock,
    ports: inRule,
    port: inRule,
    protocol: inRule,
    namespace: byName,
    namespaces: byName,
    pods: { spoils: 'podSelector', advice: 'Write podSelector.' },
    networks: { spoils: 'ipBlock', advice: 'Write ipBlock, with one cidr.' },
  },
};

const exceptions = { spoils: 'except', advice: 'Write except.' };

export const blockFields: FieldSet = {
  name: 'An ipBlock',
  fields: { cidr: 'value', except: 'list' },
  misplaced: { exception: exceptions, exceptions, exclude: exceptions, excludes: exceptions },
};

export const portFields: FieldSet = {
  name: 'A port of a NetworkPolicy',
  fields: { protocol: 'value', port: 'value', endPort: 'value' },
};

const singlePort = { spoils: 'port', advice: 'Write port.' };
const portRange = { spoils: 'port', advice: 'Write port and endPort.' };

/** For a port without `port`: only there other fields stand for it. */
export const fieldsWithoutPort: FieldSet = {
  ...portFields,
  misplaced: {
    number: singlePort,
    portNumber: singlePort,
    targetPort: singlePort,
    containerPort: singlePort,
    name: singlePort,
    portName: singlePort,
    namedPort: singlePort,
    range: portRange,
    portRange,
    start: portRange,
    startPort: portRange,
  },
};
