import { entriesAt, nodeAt, stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Direction } from '../model/policy';
import { readPeer, readSubject, unreadablePods, type PeerDialect } from './admin-peers';
import type { Action, PeerForm, PolicyForm, PortForm, RuleForm, Tier } from './policy-form';
import {
  addPortNameProblem,
  addProblem,
  isPortName,
  isText,
  isWritten,
  keyPlace,
  placeholderOf,
  placeOf,
  quotedNumber,
  readList,
  shown,
  startWith,
  startOf,
  sides,
  type PolicyReader,
  type Side,
} from './policy-reading';
import { strayFields, type FieldSet } from './stray-fields';

/** How one version of the admin policies spells what all of them have. */
export interface AdminDialect extends PeerDialect {
  /** Names of actions and what they do. */
  readonly actions: Readonly<Record<string, Action>>;
  /** The key of a rule's ports, what another version calls it, and how one of its items is read. */
  readonly portsKey: string;
  readonly otherPortsKey: string;
  readonly readPort: (reader: PolicyReader, node: SourceNode, path: string) => PortForm;
  /** The key of a named port in an item of its ports. */
  readonly namedPortKey: string;
  /** Rules of a direction, peers of a rule and ports of a rule that there may be (CRD validation). */
  readonly maxItems: number;
  /** An example of a port, for messages. */
  readonly portExample: string;
}

/** The spec; after a problem a form of which everything is unknown. */
export function readSpec(
  reader: PolicyReader,
  { root, nameNode }: Resource,
): { readonly spec: SourceNode } | { readonly unreadable: Pick<PolicyForm, 'priority' | 'subject' | 'rules'> } {
  const spec = nodeAt(root, 'spec');
  if (spec?.type === 'map') return { spec };
  const found = isWritten(spec) ? `, and here it is ${shown(spec)}` : '';
  addProblem(
    reader,
    'spec',
    placeOf(root, 'spec', nameNode),
    `The policy needs a spec: a mapping with subject${found}.`,
  );
  const rules = (['Ingress', 'Egress'] as const).map((direction) => unreadableRule(direction, spec ?? root));
  return { unreadable: { priority: unknownPriority, subject: unreadablePods, rules } };
}

/**
 * The place of a policy whose priority cannot be read: before all others. Together with a subject that cannot be read, so that it may
 * decide or not, this covers whatever place it has.
 */
export const unknownPriority = -1;

const specFields: FieldSet = {
  name: 'The spec',
  fields: { tier: 'value', priority: 'value', subject: 'mapping', ingress: 'list', egress: 'list' },
};

/** What a policy says of whom, after a look for fields that are not what they seem. */
export function readBody(
  reader: PolicyReader,
  spec: SourceNode,
  { nameNode }: Resource,
  dialect: AdminDialect,
): Pick<PolicyForm, 'subject' | 'rules'> {
  const spoiled = strayFields(reader, spec, 'spec', specFields);
  return {
    subject: spoiled.has('subject') ? unreadablePods : readSubject(reader, spec, nameNode, dialect),
    rules: sides.flatMap((side) => readDirection(reader, spec, dialect, side, spoiled.has(side.key))),
  };
}

/** A priority of 0 to 1000 (API reference), or undefined after a problem. */
export function readPriority(reader: PolicyReader, spec: SourceNode, { nameNode }: Resource): number | undefined {
  const node = nodeAt(spec, 'priority');
  const value = node?.type === 'scalar' ? node.value : undefined;
  if (typeof value === 'number' && isPriority(value)) return value;
  const advice = 'Priorities are numbers from 0 to 1000, and the lowest decides first';
  const digits = quotedNumber(value);
  const instead = digits !== undefined && isPriority(digits) ? digits : undefined;
  const message = !isWritten(node)
    ? `The policy has no priority. ${advice}.`
    : instead === undefined
      ? `${startWith(node)} is no priority. ${advice}.`
      : `"${instead}" in quotes is a text. Write the number without quotes.`;
  addProblem(reader, 'spec.priority', placeOf(spec, 'priority', nameNode), message, { instead });
  return undefined;
}

function isPriority(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 1000;
}

/** The rules of a direction, in the order in which they are tried. */
function readDirection(
  reader: PolicyReader,
  spec: SourceNode,
  dialect: AdminDialect,
  side: Side,
  doubtful: boolean,
): readonly RuleForm[] {
  const { direction, key, peers } = side;
  const items = readItems(
    reader,
    spec,
    key,
    'spec',
    dialect,
    `${key}: [] for no rules, or items with action and ${peers}`,
  );
  if (items === 'unreadable' || doubtful) return [unreadableRule(direction, nodeAt(spec, key) ?? spec)];
  return (items ?? []).map((node, index) => readRule(reader, node, dialect, side, `spec.${key}[${index}]`));
}

/** A list of at most so many items; undefined when it is absent or null, `unreadable` when it is no list. */
function readItems(
  reader: PolicyReader,
  node: SourceNode,
  key: string,
  path: string,
  { maxItems }: AdminDialect,
  advice: string,
): ReturnType<typeof readList> {
  const items = readList(reader, node, key, path, advice);
  const excess = items === 'unreadable' ? undefined : items?.[maxItems];
  if (excess)
    addProblem(reader, `${path}.${key}[${maxItems}]`, startOf(excess), `${key} has at most ${maxItems} items.`);
  return items;
}

function unreadableRule(direction: Direction, node: SourceNode): RuleForm {
  return {
    direction,
    action: 'unknown',
    name: undefined,
    peers: [{ type: 'unreadable', node }],
    ports: [{ type: 'unreadable' }],
    node,
  };
}

function readRule(reader: PolicyReader, node: SourceNode, dialect: AdminDialect, side: Side, path: string): RuleForm {
  const { direction, peers } = side;
  if (node.type !== 'map') {
    addProblem(
      reader,
      path,
      node,
      `A rule is a mapping with action, ${peers} and ${dialect.portsKey}, not ${shown(node)}.`,
    );
    return unreadableRule(direction, node);
  }
  const spoiled = strayFields(reader, node, path, fieldsOfRule(dialect, side));
  const form: RuleForm = {
    direction,
    action: spoiled.has('action') ? 'unknown' : readAction(reader, node, dialect, path),
    name: stringAt(node, 'name')?.value,
    peers: spoiled.has(peers) ? [{ type: 'unreadable', node }] : readPeers(reader, node, dialect, side, path),
    ports: spoiled.has(dialect.portsKey) ? [{ type: 'unreadable' }] : readPorts(reader, node, dialect, path),
    node,
  };
  checkNamedPorts(reader, form, dialect, path);
  return form;
}

function fieldsOfRule({ portsKey, otherPortsKey }: AdminDialect, { key, peers }: Side): FieldSet {
  const other = peers === 'from' ? 'to' : 'from';
  return {
    name: `An ${key} rule`,
    fields: { name: 'value', action: 'value', [peers]: 'list', [portsKey]: 'list' },
    misplaced: {
      [other]: { spoils: peers, advice: `Write ${peers}.` },
      [otherPortsKey]: { spoils: portsKey, advice: `This version of the API has ${portsKey}.` },
    },
  };
}

const synonyms: ReadonlyMap<string, Action> = new Map([
  ['allow', 'allow'],
  ['accept', 'allow'],
  ['deny', 'deny'],
  ['drop', 'deny'],
  ['pass', 'pass'],
]);

function readAction(reader: PolicyReader, rule: SourceNode, { actions }: AdminDialect, path: string): Action {
  const node = nodeAt(rule, 'action');
  const text = isText(node) ? node.value : '';
  const known = Object.hasOwn(actions, text) ? actions[text] : undefined;
  if (known) return known;
  const names = Object.keys(actions);
  const meant = synonyms.get(text.trim().toLowerCase());
  addProblem(
    reader,
    `${path}.action`,
    placeOf(rule, 'action', startOf(rule)),
    `${isWritten(node) ? `${startWith(node)} is no action here` : 'The rule has no action'}. There are ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}.`,
    { instead: meant && names.find((name) => actions[name] === meant) },
  );
  return 'unknown';
}

/** `from` and `to` must name somebody; nobody is not everybody here (API reference: at least one item). */
function readPeers(
  reader: PolicyReader,
  rule: SourceNode,
  dialect: AdminDialect,
  { direction, peers: key }: Side,
  path: string,
): readonly PeerForm[] {
  const all = `${key}: [{ namespaces: {} }]`;
  const items = readItems(reader, rule, key, path, dialect, `${all} for all pods`);
  if (items === 'unreadable') return [{ type: 'unreadable', node: rule }];
  if (items === undefined || items.length === 0) {
    const wrong = items === undefined ? `The rule has no ${key}` : `${key} must name somebody`;
    addProblem(reader, `${path}.${key}`, placeOf(rule, key, startOf(rule)), `${wrong}. For all pods write ${all}.`);
    return [{ type: 'unreadable', node: rule }];
  }
  return items.map((node, index) => readPeer(reader, node, dialect, direction, `${path}.${key}[${index}]`));
}

function readPorts(reader: PolicyReader, rule: SourceNode, dialect: AdminDialect, path: string): RuleForm['ports'] {
  const { portsKey, portExample, readPort } = dialect;
  const items = readItems(reader, rule, portsKey, path, dialect, `e.g. ${portsKey}: [${portExample}]`);
  if (items === 'unreadable') return [{ type: 'unreadable' }];
  if (items === undefined || items.length === 0) return 'every';
  return items.map((node, index) => readPort(reader, node, `${path}.${portsKey}[${index}]`));
}

/** Addresses have no named ports (CRD validation of egress rules). */
function checkNamedPorts(
  reader: PolicyReader,
  { peers, node }: RuleForm,
  { portsKey, namedPortKey }: AdminDialect,
  path: string,
): void {
  if (peers === 'everyone' || !peers.some(({ type }) => type === 'addresses' || type === 'outside')) return;
  const items = nodeAt(node, portsKey);
  const names = items?.type === 'sequence' ? items.items.map((item) => nodeAt(item, namedPortKey)) : [];
  const index = names.findIndex(isWritten);
  const name = names[index];
  if (!name) return;
  addProblem(
    reader,
    `${path}.${portsKey}[${index}]`,
    name,
    'A name is looked up in the containers of pods, and this rule speaks of addresses too. Write a number, or a rule of its own for them.',
    { rule: 'policy-port-invalid' },
  );
}

/** Fields of ports elsewhere. Beside the one that a port here has they are dropped, and it is another port than what is written. */
const narrowing = ['protocol', 'port', 'endPort', 'start', 'end'];

/** The one key of a mapping that has exactly one of some; undefined after a problem. */
export function readOneOf(
  reader: PolicyReader,
  node: SourceNode,
  keys: readonly string[],
  path: string,
  example: string,
): string | undefined {
  const written = keys.filter((key) => isWritten(nodeAt(node, key)));
  const others = entriesAt(node).filter(({ key }) => !keys.includes(key));
  const stray = others.find(({ key }) => written.length === 0 || narrowing.includes(key));
  const [key] = written;
  if (key !== undefined && written.length === 1 && !stray) return key;
  const found = stray
    ? `, and has no field "${stray.key}"`
    : written.length > 1
      ? `, not ${written.join(' and ')}`
      : '';
  const at = stray ? keyPlace(stray) : node;
  addProblem(reader, path, at, `A port here is exactly one of ${keys.join(', ')}${found}. Write e.g. ${example}.`, {
    rule: 'policy-port-invalid',
  });
  return undefined;
}

/** A container port's name. One that no container port can have is a problem, and still means what it says: nothing. */
export function readPortName(reader: PolicyReader, node: SourceNode, key: string, path: string): PortForm {
  const found = nodeAt(node, key);
  const unreadable: PortForm = { type: 'unreadable' };
  if (!found || !isText(found) || placeholderOf(found) !== undefined) {
    const rule = 'policy-port-invalid';
    const message = `${found ? shown(found) : 'Nothing'} is no port name. For a number write another kind of port.`;
    addProblem(reader, `${path}.${key}`, found ?? node, message, { rule });
    return unreadable;
  }
  if (!isPortName(found.value)) {
    // No container port can have it, but some port was meant.
    addPortNameProblem(reader, `${path}.${key}`, found);
    return unreadable;
  }
  return { type: 'named', protocol: undefined, name: found.value };
}

/** A policy that isolates nothing. */
export function adminForm(
  resource: Resource,
  tier: Tier,
  reader: PolicyReader,
  parts: Pick<PolicyForm, 'priority' | 'subject' | 'rules'>,
): PolicyForm {
  return { resource, tier, isolates: [], problems: reader.problems, ...parts };
}
