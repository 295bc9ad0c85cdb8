import { isIP } from 'node:net';

/**
 * What the API server makes of a NetworkPolicy's spec, written after its source and without a look at the product's reader: the
 * types of k8s.io/api/networking/v1 as Go's decoder fills them (null is absent, a value of another type an error), then
 * pkg/apis/networking/validation and ValidateLabelSelector of apimachinery.
 */
export interface Judgement {
  readonly accepted: boolean;
  /** Fields that no type has: dropped with a warning. */
  readonly unknownFields: boolean;
}

export function judge(spec: unknown): Judgement {
  const notes = { unknownFields: false };
  try {
    checkSpec(spec, notes);
    return { accepted: true, ...notes };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { accepted: false, ...notes };
  }
}

interface Notes {
  unknownFields: boolean;
}

class Refused extends Error {}

function must(holds: boolean): void {
  if (!holds) throw new Refused();
}

type Fields = Readonly<Record<string, unknown>>;

function struct(value: unknown, fields: readonly string[], notes: Notes): Fields {
  if (value === null || value === undefined) return {};
  must(typeof value === 'object' && !Array.isArray(value));
  if (!Object.keys(value).every((key) => fields.includes(key))) notes.unknownFields = true;
  return value as Fields;
}

function list(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  must(Array.isArray(value));
  return value as readonly unknown[];
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  must(typeof value === 'string');
  return value as string;
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function checkSpec(value: unknown, notes: Notes): void {
  const spec = struct(value, ['podSelector', 'policyTypes', 'ingress', 'egress'], notes);
  checkSelector(spec['podSelector'], notes);
  const types = list(spec['policyTypes']).map(text);
  must(types.length <= 2 && types.every((type) => type === 'Ingress' || type === 'Egress'));
  for (const rule of list(spec['ingress'])) checkRule(rule, 'from', notes);
  for (const rule of list(spec['egress'])) checkRule(rule, 'to', notes);
}

function checkRule(value: unknown, peers: 'from' | 'to', notes: Notes): void {
  const rule = struct(value, [peers, 'ports'], notes);
  for (const peer of list(rule[peers])) checkPeer(peer, notes);
  for (const port of list(rule['ports'])) checkPort(port, notes);
}

function checkPeer(value: unknown, notes: Notes): void {
  const peer = struct(value, ['podSelector', 'namespaceSelector', 'ipBlock'], notes);
  const { podSelector, namespaceSelector, ipBlock } = peer;
  checkSelector(podSelector, notes);
  checkSelector(namespaceSelector, notes);
  must(isSet(podSelector) || isSet(namespaceSelector) || isSet(ipBlock));
  if (!isSet(ipBlock)) return;
  must(!isSet(podSelector) && !isSet(namespaceSelector));
  const block = struct(ipBlock, ['cidr', 'except'], notes);
  checkCidr(text(block['cidr']));
  for (const except of list(block['except'])) checkCidr(text(except));
}

/** Whether exceptions lie within is left to a rule, and so are bits beyond the prefix. */
function checkCidr(cidr: string): void {
  const [, address = '', bits = ''] = /^(.*)\/(0|[1-9]\d*)$/.exec(cidr) ?? [];
  const family = address.includes('%') ? 0 : isIP(address);
  must(family !== 0 && Number(bits) <= (family === 4 ? 32 : 128));
}

function checkPort(value: unknown, notes: Notes): void {
  const { protocol, port, endPort } = struct(value, ['protocol', 'port', 'endPort'], notes);
  if (isSet(protocol)) must(protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP');
  if (isSet(port)) must(isPort(port) || (typeof port === 'string' && isPortName(port)));
  if (isSet(endPort)) must(isPort(port) && isPort(endPort) && (port as number) <= (endPort as number));
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

function isPortName(name: string): boolean {
  const charset = /^[-a-z0-9]+$/.test(name) && /[a-z]/.test(name);
  return name.length <= 15 && charset && !name.includes('--') && !name.startsWith('-') && !name.endsWith('-');
}

function checkSelector(value: unknown, notes: Notes): void {
  const selector = struct(value, ['matchLabels', 'matchExpressions'], notes);
  const labels = selector['matchLabels'];
  for (const [key, label] of Object.entries(
    isSet(labels) ? struct(labels, Object.keys(labels as object), notes) : {},
  )) {
    must(isQualifiedName(key));
    checkLabelValue(label);
  }
  for (const item of list(selector['matchExpressions'])) {
    const { key, operator, values } = struct(item, ['key', 'operator', 'values'], notes);
    must(isQualifiedName(text(key)));
    const count = list(values).length;
    if (operator === 'In' || operator === 'NotIn') must(count > 0);
    else must((operator === 'Exists' || operator === 'DoesNotExist') && count === 0);
    for (const label of list(values)) checkLabelValue(label);
  }
}

/** Numbers and booleans are refused too; Kubepath reads them as the text that everybody sees, and so does this. */
function checkLabelValue(value: unknown): void {
  if (typeof value !== 'number' && typeof value !== 'boolean') must(isLabelValue(text(value)));
}

function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && /^[A-Za-z0-9]$|^[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]$/.test(value));
}

function isQualifiedName(key: string): boolean {
  const [name = '', prefix, ...rest] = key.split('/').reverse();
  const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
  if (rest.length > 0 || name === '' || !isLabelValue(name)) return false;
  return prefix === undefined || (prefix.length <= 253 && subdomain.test(prefix));
}
