import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createAnalyzer } from '../../server/core/index';
import type { PeerForm, PodsForm, PolicyForm, PortForm } from '../../server/core/reach/policy-form';
import { policyFormsOf } from '../../server/core/reach/policy-forms';
import { scopeOfTexts } from '../support/scope-of-folder';
import { judge } from './naive/network-policy-validation';
import { mutated, networkSpec, validAdminSpecs } from './naive/random-policy-spec';

const apiVersions = {
  NetworkPolicy: 'networking.k8s.io/v1',
  AdminNetworkPolicy: 'policy.networking.k8s.io/v1alpha1',
  BaselineAdminNetworkPolicy: 'policy.networking.k8s.io/v1alpha1',
  ClusterNetworkPolicy: 'policy.networking.k8s.io/v1alpha2',
} as const;
type Kind = keyof typeof apiVersions;

/** A policy with this spec, in flow style. */
function manifest(kind: Kind, spec: string): string {
  const namespace = kind === 'NetworkPolicy' ? ', namespace: shop' : '';
  return `apiVersion: ${apiVersions[kind]}\nkind: ${kind}\nmetadata: { name: default${namespace} }\nspec: ${spec}\n`;
}

function formOf(text: string): PolicyForm {
  const [form] = policyFormsOf(scopeOfTexts({ 'policy.yaml': text }));
  if (!form) throw new Error(`No policy in\n${text}`);
  return form;
}

/** One test a line: cells between bars. */
function rows(table: string): readonly (readonly string[])[] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(' | ').map((cell) => cell.trim()));
}

/** Where the first cell of a row goes, and the path that leads there. */
interface Part {
  readonly kind: Kind;
  readonly spec: (part: string) => string;
  readonly path: string;
}

const admin = 'priority: 5, subject: { namespaces: {} }';
const anyone = '[{ namespaces: {} }]';
const parts: Readonly<Record<string, Part>> = {
  spec: { kind: 'NetworkPolicy', spec: (part) => part, path: 'spec' },
  rule: { kind: 'NetworkPolicy', spec: (part) => `{ ingress: [${part}] }`, path: 'spec.ingress[0]' },
  peer: {
    kind: 'NetworkPolicy',
    spec: (part) => `{ ingress: [{ from: [${part}] }] }`,
    path: 'spec.ingress[0].from[0]',
  },
  port: {
    kind: 'NetworkPolicy',
    spec: (part) => `{ ingress: [{ ports: [${part}] }] }`,
    path: 'spec.ingress[0].ports[0]',
  },
  expression: {
    kind: 'NetworkPolicy',
    spec: (part) => `{ podSelector: { matchExpressions: [${part}] } }`,
    path: 'spec.podSelector.matchExpressions[0]',
  },
  'admin spec': { kind: 'AdminNetworkPolicy', spec: (part) => part, path: 'spec' },
  'admin rule': {
    kind: 'AdminNetworkPolicy',
    spec: (part) => `{ ${admin}, ingress: [${part}] }`,
    path: 'spec.ingress[0]',
  },
  'admin peer': {
    kind: 'AdminNetworkPolicy',
    spec: (part) => `{ ${admin}, egress: [{ action: Deny, to: [${part}] }] }`,
    path: 'spec.egress[0].to[0]',
  },
  'admin port': {
    kind: 'AdminNetworkPolicy',
    spec: (part) => `{ ${admin}, ingress: [{ action: Deny, from: ${anyone}, ports: [${part}] }] }`,
    path: 'spec.ingress[0].ports[0]',
  },
  'baseline rule': {
    kind: 'BaselineAdminNetworkPolicy',
    spec: (part) => `{ subject: { namespaces: {} }, ingress: [${part}] }`,
    path: 'spec.ingress[0]',
  },
  'cluster spec': { kind: 'ClusterNetworkPolicy', spec: (part) => part, path: 'spec' },
  'cluster port': {
    kind: 'ClusterNetworkPolicy',
    spec: (part) => `{ tier: Admin, ${admin}, ingress: [{ action: Deny, from: ${anyone}, protocols: [${part}] }] }`,
    path: 'spec.ingress[0].protocols[0]',
  },
};

function partNamed(name: string): Part {
  const part = parts[name];
  if (!part) throw new Error(`There is no part "${name}".`);
  return part;
}

const malformed = `
  spec | [] | policy-invalid |  | spec must be a mapping
  spec | { podSelector: web } | policy-invalid | .podSelector | must be a mapping, and here it is "web"
  spec | { podSelector: { app: web } } | policy-invalid | .podSelector | Put labels below matchLabels.
  spec | { podSelector: { matchlabels: {} } } | policy-invalid | .podSelector | Write matchLabels.
  spec | { podSelector: { matchLabels: [a] } } | policy-invalid | .podSelector.matchLabels | here it is a list
  spec | { podSelector: { matchLabels: { app: my web } } } | policy-invalid | .podSelector.matchLabels.app | is no label value
  spec | { podselector: { a: b } } | policy-invalid | .podSelector | has no field "podselector". Write podSelector.
  spec | { namespaceSelector: {} } | policy-invalid | .podSelector | its own namespace only
  spec | { policyTypes: Ingress } | policy-invalid | .policyTypes | Write policyTypes: [Ingress]
  spec | { policyTypes: [ingress] } | policy-invalid | .policyTypes[0] | "ingress" is no policy type
  spec | { policyTypes: [Egress, Egress, Egress] } | policy-invalid | .policyTypes[2] | at most two items
  spec | { ingress: {} } | policy-invalid | .ingress | Write ingress: [{}] to admit everything
  spec | { egress: { to: [] } } | policy-invalid | .egress | Put "- " before its first key
  spec | { from: [{ podSelector: {} }] } | policy-invalid | .ingress | Put it into an item of ingress.
  rule | all | policy-invalid |  | A rule is a mapping
  rule | { from: { podSelector: {} } } | policy-invalid | .from | from must be a list
  rule | { to: [{ podSelector: {} }] } | policy-invalid | .from | An ingress rule has no field "to". Write from.
  rule | { podSelector: {} } | policy-invalid | .from | Put it into an item of from.
  rule | { ports: 80 } | policy-invalid | .ports | Write e.g. ports: [{ port: 80 }].
  rule | { action: Deny } | policy-invalid | .action | has no action: it allows
  peer | {} | policy-invalid |  | A peer needs podSelector
  peer | null | policy-invalid |  | A peer needs podSelector
  peer | { podSelector: null } | policy-invalid |  | nothing is below podSelector
  peer | { podSelector: {}, ports: [{ port: 80 }] } | policy-invalid | .podSelector | It belongs to the rule
  peer | { podSelector: {}, ipBlock: { cidr: 10.0.0.0/8 } } | policy-invalid |  | either an ipBlock or selectors
  peer | { ipBlock: {} } | policy-cidr-invalid | .ipBlock.cidr | This ipBlock has no cidr
  peer | { ipBlock: { cidr: 10.0.0.1 } } | policy-cidr-invalid | .ipBlock.cidr | write 10.0.0.1/32
  peer | { ipBlock: { cidr: 10.0.0.0/8, except: [x] } } | policy-cidr-invalid | .ipBlock.except[0] | "x" is not a CIDR
  peer | { ipBlock: { cidr: 10.0.0.0/8, except: x } } | policy-invalid | .ipBlock.except | except must be a list
  peer | { ipBlock: { cidr: 10.0.0.0/8, exclude: [x] } } | policy-invalid | .ipBlock.except | Write except.
  expression | { key: app, operator: in, values: [a] } | policy-invalid | .operator | is no operator
  expression | { key: app, operator: In } | policy-invalid | .values | In needs values
  expression | { key: app, operator: Exists, values: [a] } | policy-invalid | .values | Exists takes no values
  expression | { key: a b, operator: Exists } | policy-invalid | .key | is no label key
  port | 80 | policy-port-invalid |  | write port: 80
  port | { port: "80" } | policy-port-invalid | .port | without quotes
  port | { port: 80-90 } | policy-port-invalid | .port | write port: 80 and endPort: 90
  port | { port: 0 } | policy-port-invalid | .port | go from 1 to 65535
  port | { port: HTTP } | policy-port-invalid | .port | in lower case: write http
  port | { port: sixteen-letters-x } | policy-port-invalid | .port | has 17 characters
  port | { port: 9, endPort: 8 } | policy-port-invalid | .endPort | the range is empty
  port | { endPort: 8 } | policy-port-invalid |  | endPort needs a port
  port | { port: web, endPort: 8 } | policy-port-invalid | .endPort | "web" is a name
  port | { protocol: tcp } | policy-port-invalid | .protocol | Write TCP, in capitals.
  port | { number: 80 } | policy-port-invalid | .port | has no field "number". Write port.
  admin spec | null | admin-policy-invalid |  | needs a spec
  admin spec | { subject: { namespaces: {} } } | admin-policy-invalid | .priority | The policy has no priority
  admin spec | { priority: 1001, subject: { namespaces: {} } } | admin-policy-invalid | .priority | 1001 is no priority
  admin spec | { priority: "7", subject: { namespaces: {} } } | admin-policy-invalid | .priority | without quotes
  admin spec | { priority: 1 } | admin-policy-invalid | .subject | The policy has no subject
  admin spec | { priority: 1, subject: {} } | admin-policy-invalid | .subject | exactly one of namespaces, pods
  admin spec | { ${admin}, ingress: { action: Deny } } | admin-policy-invalid | .ingress | ingress must be a list
  admin rule | { from: ${anyone} } | admin-policy-invalid | .action | The rule has no action
  admin rule | { action: Accept, from: ${anyone} } | admin-policy-invalid | .action | There are Allow, Deny and Pass.
  admin rule | { action: Deny } | admin-policy-invalid | .from | The rule has no from
  admin rule | { action: Deny, from: [] } | admin-policy-invalid | .from | from must name somebody
  admin peer | { namespaces: {}, nodes: {} } | admin-policy-invalid |  | here are namespaces and nodes
  admin peer | { pods: { podSelector: {} } } | admin-policy-invalid | .pods.namespaceSelector | needs a namespaceSelector
  admin peer | { pods: {} } | admin-policy-invalid | .pods | pods has nothing below it
  admin peer | { networks: [] } | admin-policy-invalid | .networks | at least one item
  admin peer | { networks: [x] } | policy-cidr-invalid | .networks[0] | "x" is not a CIDR
  admin peer | { nodes: { os: linux } } | admin-policy-invalid | .nodes | Put labels below matchLabels.
  admin port | { port: 80 } | policy-port-invalid |  | exactly one of portNumber, portRange, namedPort
  admin port | { portNumber: 80 } | policy-port-invalid | .portNumber | portNumber is a mapping
  admin port | { portRange: { start: 9, end: 8 } } | policy-port-invalid | .portRange.end | the range is empty
  admin port | { namedPort: 80 } | policy-port-invalid | .namedPort | 80 is no port name
  baseline rule | { action: Pass, from: ${anyone} } | admin-policy-invalid | .action | There are Allow and Deny.
  cluster spec | { ${admin} } | admin-policy-invalid | .tier | The policy has no tier
  cluster spec | { tier: admin, ${admin} } | admin-policy-invalid | .tier | There are Admin and Baseline.
  cluster port | { tcp: { port: 80 } } | policy-port-invalid | .tcp.destinationPort | tcp needs a destinationPort
  cluster port | { tcp: { destinationPort: { number: 0 } } } | policy-port-invalid | .tcp.destinationPort.number | from 1 to 65535
`;

describe('a malformed policy', () => {
  test.each(rows(malformed))('%s %s', (name, written, rule, path, message) => {
    const part = partNamed(name);
    const [problem, ...others] = formOf(manifest(part.kind, part.spec(written))).problems;
    const text = expect.stringContaining(message) as string;
    expect(problem).toMatchObject({ rule, leftOut: `${part.path}${path}`, message: text });
    expect(others).toEqual([]);
  });

  it('has at most so many rules', () => {
    const leftOut = (kind: Kind, spec: string, count: number): readonly string[] => {
      const rules = Array.from({ length: count }, () => `{ action: Deny, from: ${anyone} }`);
      return formOf(manifest(kind, `{ ${spec}, ingress: [${rules.join(', ')}] }`)).problems.map((one) => one.leftOut);
    };
    expect(leftOut('AdminNetworkPolicy', admin, 100)).toEqual([]);
    expect(leftOut('AdminNetworkPolicy', admin, 101)).toEqual(['spec.ingress[100]']);
    expect(leftOut('ClusterNetworkPolicy', `tier: Admin, ${admin}`, 25)).toEqual([]);
    expect(leftOut('ClusterNetworkPolicy', `tier: Admin, ${admin}`, 26)).toEqual(['spec.ingress[25]']);
  });
});

/** A form in one line, without the places it was read from. */
function printed({ tier, priority, subject, isolates, rules }: PolicyForm): string {
  const printedRules = rules.map(({ direction, action, peers, ports }) => {
    const whom = peers === 'everyone' ? peers : peers.map(printPeer).join(' or ');
    return `${direction} ${action} ${whom} on ${ports === 'every' ? ports : ports.map(printPort).join(' or ')}`;
  });
  const order = tier === 'network' ? tier : `${tier} ${priority}`;
  return [`${order} ${printPods(subject)}`, isolates.join('+') || 'isolates nothing', ...printedRules].join('; ');
}

function printPeer(peer: PeerForm): string {
  if (peer.type === 'pods') return printPods(peer.pods);
  if (peer.type !== 'addresses') return peer.type;
  const print = (cidrs: typeof peer.cidrs): string => cidrs.map(({ canonical }) => canonical).join();
  return `${print(peer.cidrs)} but [${print(peer.except)}] and ${peer.pods} pods`;
}

function printPods({ namespaces, pods, hostNetwork }: PodsForm): string {
  const host = hostNetwork === 'plugin' ? '' : ' without host network';
  return `(${printSelector(pods)}) of (${printSelector(namespaces)})${host}`;
}

function printSelector(selector: PodsForm['pods'] | PodsForm['namespaces']): string {
  if (selector === undefined) return 'all';
  if (selector === 'unreadable') return selector;
  if ('name' in selector) return selector.name;
  return selector.requirements
    .map(({ key, operator, values }) => `${key} ${operator} [${values.join()}]`)
    .join(' and ');
}

function printPort(port: PortForm): string {
  if (port.type === 'unreadable') return port.type;
  if (port.type === 'named') return `${port.protocol ?? 'any'} ${port.name}`;
  return `${port.protocol} ${port.first}-${port.last}`;
}

const open = 'network (all) of (shop); Ingress; Ingress allow';
const strict = '() of () without host network';
const wellFormed = `
  spec | {} | network (all) of (shop); Ingress
  spec | { podSelector: null, policyTypes: [], ingress: null } | network (all) of (shop); Ingress
  spec | { podSelector: {}, ingress: [] } | network () of (shop); Ingress
  spec | { ingress: [{}] } | ${open} everyone on every
  spec | { egress: [] } | network (all) of (shop); Ingress
  spec | { egress: [{}] } | network (all) of (shop); Ingress+Egress; Egress allow everyone on every
  spec | { policyTypes: [Egress, Egress], egress: [] } | network (all) of (shop); Egress
  spec | { podSelector: { matchLabels: { a: 1, b: null } } } | network (a In [1] and b In []) of (shop); Ingress
  rule | null | ${open} everyone on every
  rule | { from: [], ports: [] } | ${open} everyone on every
  rule | { from: null, ports: null } | ${open} everyone on every
  rule | { name: a note, action: Allow } | ${open} everyone on every
  peer | { podSelector: {} } | ${open} () of (shop) on every
  peer | { namespaceSelector: {} } | ${open} (all) of () on every
  peer | { podSelector: { matchLabels: { a: b } }, namespaceSelector: {} } | ${open} (a In [b]) of () on every
  peer | { ipBlock: { cidr: 10.0.0.1/8, except: [10.1.0.0/16] } } | ${open} 10.0.0.0/8 but [10.1.0.0/16] and unknown pods on every
  port | {} | ${open} everyone on TCP 1-65535
  port | null | ${open} everyone on TCP 1-65535
  port | { protocol: UDP, port: null } | ${open} everyone on UDP 1-65535
  port | { port: 80 } | ${open} everyone on TCP 80-80
  port | { port: 80, endPort: 80 } | ${open} everyone on TCP 80-80
  port | { port: 80, endPort: 90, protocol: SCTP } | ${open} everyone on SCTP 80-90
  port | { port: web-1 } | ${open} everyone on TCP web-1
  expression | { key: a, operator: NotIn, values: [b, 1] } | network (a NotIn [b,1]) of (shop); Ingress
  expression | { key: a.b/c, operator: Exists, values: [] } | network (a.b/c Exists []) of (shop); Ingress
  admin spec | { priority: 0, subject: { namespaces: {} } } | admin 0 (all) of () without host network; isolates nothing
  admin rule | { action: Pass, from: ${anyone} } | admin 5 (all) of () without host network; isolates nothing; Ingress pass (all) of () without host network on every
  admin peer | { pods: { namespaceSelector: {}, podSelector: {} } } | admin 5 (all) of () without host network; isolates nothing; Egress deny ${strict} on every
  admin peer | { networks: [0.0.0.0/0, "::/0"] } | admin 5 (all) of () without host network; isolates nothing; Egress deny 0.0.0.0/0,::/0 but [] and all pods on every
  admin peer | { nodes: {} } | admin 5 (all) of () without host network; isolates nothing; Egress deny outside on every
  admin port | { namedPort: web } | admin 5 (all) of () without host network; isolates nothing; Ingress deny (all) of () without host network on any web
  admin port | { portRange: { start: 8, end: 8 } } | admin 5 (all) of () without host network; isolates nothing; Ingress deny (all) of () without host network on TCP 8-8
  baseline rule | { action: Allow, from: ${anyone} } | baseline Infinity (all) of () without host network; isolates nothing; Ingress allow (all) of () without host network on every
  cluster spec | { tier: Baseline, priority: 7, subject: { pods: { podSelector: {} } } } | baseline 7 ${strict}; isolates nothing
  cluster port | { udp: { destinationPort: { range: { start: 1, end: 9 } } } } | admin 5 (all) of () without host network; isolates nothing; Ingress deny (all) of () without host network on UDP 1-9
`;

describe('a well-formed policy', () => {
  test.each(rows(wellFormed))('%s %s', (name, written, expected) => {
    const part = partNamed(name);
    const form = formOf(manifest(part.kind, part.spec(written)));
    expect(form.problems).toEqual([]);
    expect(printed(form)).toBe(expected);
  });
});

/** Whether a form leaves something open. */
function isDoubtful({ subject, rules, problems }: PolicyForm): boolean {
  return (
    isUnreadable(subject) ||
    rules.some(
      ({ action, peers, ports }) =>
        action === 'unknown' ||
        (peers !== 'everyone' &&
          peers.some((one) => one.type === 'unreadable' || (one.type === 'pods' && isUnreadable(one.pods)))) ||
        (ports !== 'every' && ports.some(({ type }) => type === 'unreadable')),
    ) ||
    problems.some(({ leftOut }) => leftOut.startsWith('spec.policyTypes'))
  );
}

function isUnreadable({ namespaces, pods }: PodsForm): boolean {
  return namespaces === 'unreadable' || pods === 'unreadable';
}

describe('whatever is written', () => {
  it('a NetworkPolicy has problems exactly when the API server refuses it, and only then leaves something open', () => {
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(fc.oneof(networkSpec, mutated(networkSpec)), (spec) => {
        const form = formOf(manifest('NetworkPolicy', JSON.stringify(spec)));
        const verdict = judge(spec);
        if (verdict.accepted) accepted++;
        else refused++;
        const messages = form.problems.map(({ message }) => message);
        if (!verdict.accepted) expect(messages).not.toEqual([]);
        else if (!verdict.unknownFields) expect(messages).toEqual([]);
        expect(isDoubtful(form), messages.join('\n')).toBe(messages.length > 0);
      }),
      { numRuns: 150 },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(30);
  });

  test.each(Object.keys(validAdminSpecs) as (keyof typeof validAdminSpecs)[])(
    'a %s leaves nothing open without a word',
    (kind) => {
      expect(formOf(manifest(kind, JSON.stringify(validAdminSpecs[kind]))).problems).toEqual([]);
      fc.assert(
        fc.property(mutated(fc.constant(validAdminSpecs[kind])), (spec) => {
          const form = formOf(manifest(kind, JSON.stringify(spec)));
          if (isDoubtful(form)) expect(form.problems).not.toEqual([]);
        }),
        { numRuns: 100 },
      );
    },
  );

  test.each(Object.keys(apiVersions) as Kind[])('what is left out of a %s is a finding at its place', (kind) => {
    fc.assert(
      fc.property(
        kind === 'NetworkPolicy' ? mutated(networkSpec) : mutated(fc.constant(validAdminSpecs[kind])),
        (spec) => {
          const text = manifest(kind, JSON.stringify(spec));
          const uri = 'file:///project/policy.yaml';
          const warnings: string[] = [];
          const analyzer = createAnalyzer({
            logger: { info: () => undefined, warn: (message) => warnings.push(message) },
          });
          analyzer.setFile(uri, text);
          analyzer.setScopes([{ name: 'x', kind: 'directory', root: 'file:///project', complete: true, files: [uri] }]);
          const found = analyzer.findingsOf(uri).map(({ rule, message }) => `${rule}: ${message}`);
          expect(warnings).toEqual([]);
          for (const { rule, at, message } of formOf(text).problems) {
            expect(0 <= at.start && at.start <= at.end && at.end <= text.length).toBe(true);
            if (rule !== undefined) expect(found).toContain(`${rule}: ${message}`);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
