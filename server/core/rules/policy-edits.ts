import { entryOf, nodeAt, type OffsetRange } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Direction } from '../model/policy';
import { isInFlow } from './edits';
import type { EditData } from './rule';

/** Where a policy's rules of one direction stand, as a finding's data keeps it. */
export interface RulesPlace {
  readonly file: string;
  /** `ingress` or `egress`. */
  readonly field: string;
  /** The list of rules; undefined where the policy has none: then `spec` is where it goes. */
  readonly rules: OffsetRange | undefined;
  readonly spec: OffsetRange;
}

/** The rule that admits the cluster's DNS, by the labels it has nearly everywhere (kubeadm, CoreDNS, kube-dns). */
export const dnsRule: readonly string[] = [
  'to:',
  '  - namespaceSelector:',
  '      matchLabels:',
  '        kubernetes.io/metadata.name: kube-system',
  '    podSelector:',
  '      matchLabels:',
  '        k8s-app: kube-dns',
  'ports:',
  '  - protocol: UDP',
  '    port: 53',
  '  - protocol: TCP',
  '    port: 53',
];

/** Where a rule can be added to a policy; undefined where the text serves other places too. */
export function rulesPlace(resource: Resource, direction: Direction): RulesPlace | undefined {
  const spec = nodeAt(resource.root, 'spec');
  if (spec?.type !== 'map' || spec.shared || spec.entries.length === 0) return undefined;
  const field = direction === 'Ingress' ? 'ingress' : 'egress';
  const entry = entryOf(spec, field);
  const whole = { start: spec.start, end: spec.end };
  if (!entry) return { file: spec.file ?? resource.file, field, rules: undefined, spec: whole };
  const { value } = entry;
  if (value.shared || (value.type === 'scalar' && value.value !== null) || value.type === 'map') return undefined;
  return { file: value.file ?? resource.file, field, rules: { start: value.start, end: value.end }, spec: whole };
}

/**
 * Adds a rule at the end of a policy's rules for a direction, in the indentation and line ends of the file. What the rules then do, and
 * whether `policyTypes` names the direction, is the caller's affair.
 * @param rule the lines of the rule as block YAML, without a dash, lists two columns within their key: `['from:', '  - podSelector:', …]`
 * @returns undefined where it cannot be done with care (flow style)
 */
export function addRule(text: string, place: RulesPlace, rule: readonly string[]): EditData | undefined {
  const { rules } = place;
  if (!rules) return addField(text, place, rule);
  const written = text.slice(rules.start, rules.end);
  if (written.startsWith('- ') || /^-\r?\n/.test(written)) return addItem(text, place.file, rules, rule);
  if (/^(\[\s*\]|null|~)?$/i.test(written)) return fillField(text, place, rules, rule);
  return undefined;
}

/** Behind the last rule of a block list. */
function addItem(text: string, file: string, rules: OffsetRange, rule: readonly string[]): EditData | undefined {
  const indentation = text.slice(lineStart(text, rules.start), rules.start);
  if (!/^ *$/.test(indentation) || text.slice(rules.start, rules.end).includes('{{')) return undefined;
  return insertAfterLine(text, file, rules.end, asItem(rule, indentation, isFlush(text, rules.start)));
}

/** In place of a list that is empty, written or not: `ingress: []`, `ingress:`. */
function fillField(
  text: string,
  { file, field }: RulesPlace,
  rules: OffsetRange,
  rule: readonly string[],
): EditData | undefined {
  const start = lineStart(text, rules.start);
  const before = text.slice(start, rules.start);
  const indentation = /^ */.exec(before)?.[0] ?? '';
  const lineEnd = endOfLine(text, rules.end);
  const after = text.slice(rules.end, lineEnd);
  // An empty value stands right behind its key or behind the colon.
  const isAfterKey = [`${indentation}${field}:`, `${indentation}${field}`].includes(before.trimEnd());
  if (!isAfterKey || !/^:?\s*(#.*)?$/.test(after) || isInFlow(text, lineEnd)) return undefined;
  const flush = usesFlushLists(text);
  const lines = asItem(rule, flush ? indentation : `${indentation}  `, flush);
  const cut = start + before.trimEnd().length;
  const newText = `${after.trimEnd()}${lines.map((line) => `${newlineOf(text)}${line}`).join('')}`;
  return { file, start: cut, end: lineEnd, newText };
}

/** A field of its own behind the others of `spec`. */
function addField(text: string, { file, field, spec }: RulesPlace, rule: readonly string[]): EditData | undefined {
  const indentation = text.slice(lineStart(text, spec.start), spec.start);
  const written = text.slice(spec.start, spec.end);
  if (!/^ +$/.test(indentation) || /^[{[&*!]/.test(written) || written.includes('{{')) return undefined;
  // An overlay may have taken away what is written here.
  if (new RegExp(`^ *["']?${field}["']?:`, 'm').test(written)) return undefined;
  const flush = usesFlushLists(text);
  const lines = [`${indentation}${field}:`, ...asItem(rule, flush ? indentation : `${indentation}  `, flush)];
  return insertAfterLine(text, file, spec.end, lines);
}

function insertAfterLine(text: string, file: string, offset: number, lines: readonly string[]): EditData | undefined {
  const position = endOfLine(text, offset);
  if (!/^:?\s*(#.*)?$/.test(text.slice(offset, position)) || isInFlow(text, position)) return undefined;
  const newline = newlineOf(text);
  return { file, start: position, end: position, newText: lines.map((line) => `${newline}${line}`).join('') };
}

/** A rule's lines as an item of a list. */
function asItem(rule: readonly string[], indentation: string, flush: boolean): readonly string[] {
  return (flush ? flushLists(rule) : rule).map((line, index) => `${indentation}${index === 0 ? '- ' : '  '}${line}`);
}

/** Moves lists to the column of their key. */
function flushLists(lines: readonly string[]): readonly string[] {
  const open: number[] = [];
  return lines.map((line) => {
    const column = line.length - line.trimStart().length;
    const isItem = line.startsWith('-', column);
    while (open.some((list) => list > column || (list === column && !isItem))) open.pop();
    if (isItem && open.at(-1) !== column) open.push(column);
    return line.slice(2 * open.length);
  });
}

/** Whether the list whose first dash is at `offset` stands in the column of its key. */
function isFlush(text: string, offset: number): boolean {
  const start = lineStart(text, offset);
  const before = text
    .slice(0, start)
    .split('\n')
    .findLast((line) => !/^\s*(#.*)?$/.test(line));
  const key = /^ *(?:- +)*/.exec(before ?? '')?.[0].length;
  return key === offset - start;
}

/** Whether the first list of a file stands in the column of its key, as kubectl prints it. */
function usesFlushLists(text: string): boolean {
  const match = /^( *(?:- +)*)[\w./"'-]+:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*( *)- /m.exec(text);
  return match !== null && match[1]?.length === match[2]?.length;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where a line's text ends, before its line break. */
function endOfLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline === -1) return text.length;
  return text[newline - 1] === '\r' && newline > offset ? newline - 1 : newline;
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
