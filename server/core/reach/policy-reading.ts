import { entryOf, itemsAt, nodeAt, type MapEntry, type OffsetRange, type SourceNode } from '../manifest/node';
import { isAddress, parseCidr, type Cidr } from '../model/cidr';
import { isPlaceholder, type Selector } from '../model/label';
import type { Direction } from '../model/policy';
import type { Protocol } from '../model/workload';
import type { PodsForm, PolicyProblem, PolicyProblemRule, PortForm } from './policy-form';

/**
 * Reads fields of a policy strictly: what the API server would refuse is no default but a problem, so that nothing is silently taken
 * as "everyone" or "nobody". Every function of this file adds to `problems` and says what it left out.
 */
export interface PolicyReader {
  readonly problems: PolicyProblem[];
  /** The rule that reports what is wrong with the policy's own shape. */
  readonly shapeRule: PolicyProblemRule;
}

/** The key of an entry as a place. */
export type KeyPlace = MapEntry & OffsetRange & { readonly file?: string };

/** How the two directions of a policy are spelled, in every kind. */
export interface Side {
  readonly direction: Direction;
  readonly key: 'ingress' | 'egress';
  readonly peers: 'from' | 'to';
}

export const sides: readonly Side[] = [
  { direction: 'Ingress', key: 'ingress', peers: 'from' },
  { direction: 'Egress', key: 'egress', peers: 'to' },
];

/** Adds a problem. `path` is the field as people write it: `spec.ingress[0].from`. */
export function addProblem(
  reader: PolicyReader,
  path: string,
  at: SourceNode | KeyPlace,
  message: string,
  options: { readonly rule?: PolicyProblemRule; readonly instead?: string | number | undefined } = {},
): void {
  const placeholder = 'type' in at ? placeholderOf(at) : undefined;
  reader.problems.push({
    rule: placeholder === undefined ? (options.rule ?? reader.shapeRule) : undefined,
    at,
    message: placeholder === undefined ? message : `${placeholder} is filled in later.`,
    leftOut: path,
    ...(options.instead === undefined ? {} : { instead: options.instead }),
  });
}

/** Adds what is no mistake: something that is filled in before the policy is applied, and unknown until then. */
export function addPlaceholder(reader: PolicyReader, path: string, at: SourceNode | KeyPlace, text: string): void {
  reader.problems.push({ rule: undefined, at, message: `${text} is filled in later.`, leftOut: path });
}

/** The text of a scalar that is filled in later. */
export function placeholderOf(node: SourceNode | undefined): string | undefined {
  return isText(node) && isPlaceholder(node.value) ? node.value : undefined;
}

/** Where an entry's key is. */
export function keyPlace(entry: MapEntry): KeyPlace {
  const { file } = entry.value;
  return { ...entry, start: entry.keyStart, end: entry.keyEnd, ...(file === undefined ? {} : { file }) };
}

/** Where to point for a field: its value, its key when no value is there, or `fallback` when nothing is. */
export function placeOf(
  node: SourceNode | undefined,
  key: string,
  fallback: SourceNode | KeyPlace,
): SourceNode | KeyPlace {
  const entry = entryOf(node, key);
  if (!entry) return fallback;
  return entry.value.start === entry.value.end ? keyPlace(entry) : entry.value;
}

/** Where to point when a mapping lacks something: its first key, since the whole of it may fill the screen. */
export function startOf(node: SourceNode): SourceNode | KeyPlace {
  const first = node.type === 'map' && !node.shared ? node.entries[0] : undefined;
  return first && !first.value.shared ? keyPlace(first) : node;
}

/** Whether a field is written at all: null counts as absent, as for the API server. */
export function isWritten(node: SourceNode | undefined): node is SourceNode {
  return node !== undefined && !(node.type === 'scalar' && node.value === null);
}

export function isText(node: SourceNode | undefined): node is SourceNode & { type: 'scalar'; value: string } {
  return node?.type === 'scalar' && typeof node.value === 'string';
}

/** A value as messages show it: `"tcp"`, `80`, `a mapping`. */
export function shown(node: SourceNode): string {
  if (node.type !== 'scalar') return node.type === 'map' ? 'a mapping' : 'a list';
  if (typeof node.value !== 'string') return String(node.value);
  return JSON.stringify(node.value.length > 80 ? `${node.value.slice(0, 80)}…` : node.value);
}

/** The same at the start of a sentence. */
export function startWith(node: SourceNode): string {
  return node.type === 'scalar' ? shown(node) : shown(node).replace(/^a/, 'A');
}

/**
 * The items of a list; undefined when it is absent or null, `unreadable` when it is no list.
 * @param advice what would be right, e.g. `policyTypes: [Ingress]`
 */
export function readList(
  reader: PolicyReader,
  node: SourceNode | undefined,
  key: string,
  path: string,
  advice: string,
): readonly SourceNode[] | undefined | 'unreadable' {
  const list = nodeAt(node, key);
  if (!isWritten(list)) return undefined;
  if (list.type === 'sequence') return itemsAt(list);
  const right =
    list.type === 'map' && list.entries.length > 0
      ? 'Put "- " before its first key, or brackets around it'
      : `Write ${advice}`;
  addProblem(reader, `${path}.${key}`, list, `${key} must be a list, and here it is ${shown(list)}. ${right}.`);
  return 'unreadable';
}

/** A pair of selectors as `PodsForm`, with the namespace that stands for an absent namespace selector. */
export function podsForm(
  namespaces: Selector | undefined | 'unreadable',
  pods: Selector | undefined | 'unreadable',
  absent: PodsForm['namespaces'],
  hostNetwork: PodsForm['hostNetwork'],
): PodsForm {
  return { namespaces: namespaces ?? absent, pods, hostNetwork };
}

/** A CIDR, or undefined after a problem. Bits beyond the prefix are left to a rule: what is covered is not in doubt. */
export function readCidr(reader: PolicyReader, node: SourceNode, path: string): Cidr | undefined {
  const cidr = isText(node) ? parseCidr(node.value) : undefined;
  if (cidr) return cidr;
  const single = isText(node) && isAddress(node.value) ? `${node.value}/${bitsOf(node.value)}` : undefined;
  const advice = single === undefined ? adviceOn(node) : `For this one address write ${single}.`;
  addProblem(reader, path, node, `${startWith(node)} is not a CIDR. ${advice}`, {
    rule: 'policy-cidr-invalid',
    instead: single,
  });
  return undefined;
}

function adviceOn(node: SourceNode): string {
  const value = isText(node) ? node.value : '';
  const address = value.slice(0, value.lastIndexOf('/'));
  if (!/\/\d+$/.test(value) || !isAddress(address) || address.includes('%'))
    return 'Write an address and a prefix length, e.g. 10.0.0.0/8.';
  return `The prefix length is at most ${bitsOf(address)}.`;
}

function bitsOf(address: string): number {
  return address.includes(':') ? 128 : 32;
}

const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** A protocol; TCP when absent (API reference), `unreadable` after a problem. */
export function readProtocol(
  reader: PolicyReader,
  node: SourceNode | undefined,
  path: string,
): Protocol | 'unreadable' {
  if (!isWritten(node)) return 'TCP';
  const text = isText(node) ? node.value : '';
  const exact = protocols.find((name) => name === text);
  if (exact) return exact;
  const meant = protocols.find((name) => name === text.trim().toUpperCase());
  const advice = meant ? `Write ${meant}, in capitals.` : 'There are TCP, UDP and SCTP.';
  addProblem(reader, path, node, `${startWith(node)} is no protocol here. ${advice}`, {
    rule: 'policy-port-invalid',
    instead: meant,
  });
  return 'unreadable';
}

/** A port's number in 1 to 65535, or undefined after a problem. `parent` is the mapping that has it below `key`. */
export function readPortNumber(
  reader: PolicyReader,
  parent: SourceNode,
  key: string,
  path: string,
): number | undefined {
  const node = nodeAt(parent, key);
  const value = node?.type === 'scalar' ? node.value : undefined;
  if (typeof value === 'number' && isPortNumber(value)) return value;
  const digits = quotedPort(value);
  const message = !isWritten(node)
    ? `${key} is missing here: a port from 1 to 65535.`
    : digits !== undefined
      ? `"${digits}" in quotes is a text. Write the number without quotes.`
      : `${startWith(node)} is no port number: ports go from 1 to 65535.`;
  const at = placeOf(parent, key, parent);
  addProblem(reader, `${path}.${key}`, at, message, { rule: 'policy-port-invalid', instead: digits });
  return undefined;
}

function isPortNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** The port that a text would be without its quotes. */
function quotedPort(value: unknown): number | undefined {
  const number = quotedNumber(value);
  return number !== undefined && isPortNumber(number) ? number : undefined;
}

/** The number that a text of some digits would be without its quotes. */
export function quotedNumber(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : undefined;
}

/** A range of ports, or `unreadable` after a problem. */
export function readPortRange(
  reader: PolicyReader,
  node: SourceNode,
  keys: { readonly first: string; readonly last: string },
  protocol: Protocol | 'unreadable',
  path: string,
): PortForm {
  const first = readPortNumber(reader, node, keys.first, path);
  const last = readPortNumber(reader, node, keys.last, path);
  if (first === undefined || last === undefined || protocol === 'unreadable') return { type: 'unreadable' };
  if (first <= last) return { type: 'range', protocol, first, last };
  addProblem(
    reader,
    `${path}.${keys.last}`,
    placeOf(node, keys.last, node),
    `${keys.last} ${last} is below ${keys.first} ${first}: the range is empty.`,
    { rule: 'policy-port-invalid' },
  );
  return { type: 'unreadable' };
}

/** A container port's name: at most 15 lower-case letters, digits and dashes, with a letter (RFC 6335, as Kubernetes checks it). */
export function isPortName(text: string): boolean {
  return (
    text.length <= 15 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text) && /[a-z]/.test(text) && !text.includes('--')
  );
}

/** Adds what is wrong with a text that should be a port's name. */
export function addPortNameProblem(reader: PolicyReader, path: string, node: SourceNode): void {
  const text = isText(node) ? node.value : '';
  const lower = isPortName(text.toLowerCase()) ? text.toLowerCase() : undefined;
  const message =
    text.length > 15 && isPortName(text.slice(0, 15).replace(/-$/, ''))
      ? `The port name ${shown(node)} has ${text.length} characters. Names of container ports have at most 15.`
      : lower
        ? `Port names are in lower case: write ${lower}.`
        : `${startWith(node)} is no port name. Names have at most 15 lower-case letters, digits and single dashes, at least one letter, and no dash at an end.`;
  addProblem(reader, path, node, message, { rule: 'policy-port-invalid', instead: lower });
}
