import type { ScalarNode, SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPlaceholder } from '../model/label';
import { quoted, replaceScalar } from './edits';
import type { EditData, FixDraft, Place } from './rule';

/** What is wrong with one field of a port, and how to mend it. */
export interface FieldProblem {
  readonly at: Place;
  readonly message: string;
  readonly fixes: readonly FixDraft[];
}

const highest = 65535;

/** Whether nothing is written: absent, null or an empty text, which the API server takes for absent. */
export function isUnset(node: SourceNode | undefined): boolean {
  return !node || (node.type === 'scalar' && (node.value === null || node.value === ''));
}

/**
 * What is wrong with a port's number (apimachinery, IsValidPortNum). Nothing where none is written, or something fills it in later.
 * @param field as people know it: `containerPort`
 */
export function numberProblem(
  resource: Resource,
  node: SourceNode | undefined,
  field: string,
): FieldProblem | undefined {
  if (node?.type !== 'scalar' || isUnset(node)) return undefined;
  const { value } = node;
  if (typeof value === 'string') return isPlaceholder(value) ? undefined : textProblem(resource, node, field, value);
  if (typeof value !== 'number' || (Number.isInteger(value) && value >= 1 && value <= highest)) return undefined;
  const why = Number.isInteger(value) ? `ports go from 1 to ${highest}` : 'ports are whole numbers';
  return { at: node, message: `${field} ${value} does not exist: ${why}.`, fixes: [] };
}

function textProblem(resource: Resource, node: ScalarNode, field: string, value: string): FieldProblem {
  const number = portNumberIn(value);
  if (number === undefined)
    return { at: node, message: `${field} "${value}" is no number, and only a number may stand here.`, fixes: [] };
  return {
    at: node,
    message: `${field} "${value}" is text, and only a number may stand here. Write it without quotes.`,
    fixes: withoutQuotes(resource, node, number),
  };
}

/** The port that a text spells in digits. */
export function portNumberIn(text: string): number | undefined {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= highest ? number : undefined;
}

/** Writes a number in place of the text that spells it. */
export function withoutQuotes(resource: Resource, node: SourceNode, number: number): readonly FixDraft[] {
  if (node.type !== 'scalar' || node.shared || node.style === 'block' || node.start === node.end) return [];
  const edit = { file: node.file ?? resource.file, start: node.start, end: node.end, newText: String(number) };
  return [{ title: `Write ${number} without quotes`, edits: [edit] }];
}

const protocols: readonly string[] = ['TCP', 'UDP', 'SCTP'];

/** What people write when they think of the protocol above TCP: `appProtocol` is the field for that. */
const aboveTcp: readonly string[] = ['HTTP', 'HTTPS', 'HTTP2', 'GRPC', 'WS', 'WSS', 'TLS'];

/** What is wrong with a port's protocol: the API server takes TCP, UDP and SCTP only, in capitals. */
export function protocolProblem(resource: Resource, node: SourceNode | undefined): FieldProblem | undefined {
  if (node?.type !== 'scalar' || typeof node.value !== 'string' || isUnset(node)) return undefined;
  const { value } = node;
  if (protocols.includes(value) || isPlaceholder(value)) return undefined;
  const upper = value.toUpperCase();
  const best = protocols.includes(upper) ? upper : aboveTcp.includes(upper) ? 'TCP' : undefined;
  return {
    at: node,
    message: `Protocol "${value}" does not exist: ${best ? `write ${best}` : 'there are TCP, UDP and SCTP'}.`,
    fixes: best ? change(value, best, replaceScalar(resource, node, best)) : [],
  };
}

/** What is wrong with a name of a port that is not text at all: `name: 80`. */
export function namedByNumber(resource: Resource, node: SourceNode | undefined): FieldProblem | undefined {
  if (node?.type !== 'scalar' || (typeof node.value !== 'number' && typeof node.value !== 'boolean')) return undefined;
  return {
    at: node,
    message: `The port's name ${String(node.value)} is ${typeof node.value === 'number' ? 'a number' : 'a boolean'} to Kubernetes, and a name must be text.`,
    fixes: [],
  };
}

/** Why a text is no DNS-1123 label, in words that end a sentence; undefined when it is one. */
export function labelFault(text: string): string | undefined {
  if (text.length > 63) return `it has ${text.length} characters, and 63 are the most`;
  if (!/^[-a-z0-9]*$/.test(text)) return 'only lower-case letters, digits and dashes may stand in it';
  return /^-|-$/.test(text) ? 'it must begin and end with a letter or a digit' : undefined;
}

/**
 * Why a text is no name for a container's port, nor for a reference to one (apimachinery, IsValidPortName), in words that end a sentence;
 * undefined when it is one.
 */
export function portNameFault(text: string): string | undefined {
  if (!/^[-a-z0-9]*$/.test(text)) return 'only lower-case letters, digits and dashes may stand in it';
  if (text.length > 15) return `it has ${text.length} characters, and 15 are the most`;
  if (!/[a-z]/.test(text)) return 'at least one letter must be in it';
  if (text.includes('--')) return 'no two dashes may follow each other';
  return /^-|-$/.test(text) ? 'it must begin and end with a letter or a digit' : undefined;
}

/** The nearest text that is a DNS label: `Web_UI` → `web-ui`. */
export function asLabel(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** The nearest name for a container's port: cut after a word where it is too long. Undefined where nothing is left that says something. */
export function asPortName(text: string): string | undefined {
  let name = asLabel(text);
  while (name.length > 15 && name.includes('-')) name = name.slice(0, name.lastIndexOf('-'));
  return portNameFault(name) === undefined ? name : undefined;
}

/** A fix that changes one text to another, where it can be done. */
export function change(from: string, to: string, ...edits: readonly (EditData | undefined)[]): readonly FixDraft[] {
  const possible = edits.filter((edit) => edit !== undefined);
  return possible.length === edits.length && edits.length > 0
    ? [{ title: `Change ${quoted(from, 'double')} to "${to}"`, edits: possible }]
    : [];
}
