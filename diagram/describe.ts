import type { DiagramView, Governed, ViewEdge, ViewNode, ViewNodeKind, ViewPart } from '../server/core/views/view';
import { KIND_NAMES } from './icons';
import { cleanText } from './text';

const STATE_WORDS: Readonly<Record<ViewEdge['state'], string>> = {
  ok: 'connects',
  broken: 'does not connect',
  denied: 'is denied',
  'half-open': 'is admitted by one side only',
  plain: 'belongs to it',
  unknown: 'cannot be told from the manifests',
};

const CHANGE_WORDS: Readonly<Record<NonNullable<ViewEdge['change']>, string>> = {
  added: 'only without the policy',
  removed: 'no longer without the policy',
  changed: 'on other ports without the policy',
};

/** So many names of governed nodes are said. */
const MOST_NAMES = 5;

/** A node in one sentence, as it is read aloud. */
export function describeNode(node: ViewNode): string {
  const parts = [node.title, node.subtitle === '' ? KIND_NAMES[node.kind] : node.subtitle];
  for (const badge of node.badges ?? []) parts.push(badge.text);
  if (node.governs !== undefined) parts.push(governedCount(node.governs));
  if (node.problems.length > 0) parts.push(counted(node.problems.length, 'problem', 'problems'));
  return cleanText(parts.join(', '));
}

/** All that is known of a node, one line each: its tooltip, with so many of its parts. */
export function nodeTooltip(node: ViewNode, partCount = 0): string {
  const badges = (node.badges ?? []).map((badge) => badge.title ?? badge.text);
  const problems = node.problems.map((problem) => `${problem.severity}: ${problem.message}`);
  const head = node.subtitle === '' ? node.title : `${node.title} (${node.subtitle})`;
  const parts = (node.parts ?? []).slice(0, partCount).map(partText);
  return [head, ...node.lines, ...parts, ...badges, ...problems].map(cleanText).join('\n');
}

/** A part in one line: its DNS name holds its own. */
export function partText({ text, note }: ViewPart): string {
  if (note === undefined) return text;
  return note.startsWith(`${text}.`) ? note : `${text} · ${note}`;
}

/** An edge as seen from one of its ends: "to web: 80 → 8080, connects". */
export function describeEdge(view: DiagramView, edge: ViewEdge, from: string): string {
  const isLeaving = edge.source === from;
  const way = edge.mutual === true ? 'to and from' : isLeaving ? 'to' : 'from';
  const label = edge.label === '' ? '' : `: ${edge.label}`;
  const change = edge.change === undefined ? '' : `, ${CHANGE_WORDS[edge.change]}`;
  const note = edge.note === undefined ? '' : `, ${edge.note}`;
  const other = titleOf(view, isLeaving ? edge.target : edge.source);
  if (edge.state === 'plain' && edge.note !== undefined) return cleanText(`${way} ${other}${label}: ${edge.note}`);
  return cleanText(`${way} ${other}${label}, ${STATE_WORDS[edge.state]}${change}${note}`);
}

/** Whom a policy governs, in one sentence: "Governs web (ingress), perhaps api (ingress and egress)". */
export function describeGoverned(governs: readonly Governed[], nameOf: (id: string) => string): string {
  if (governs.length === 0) return 'Governs no pods that are declared here';
  const names = governs.slice(0, MOST_NAMES).map((each) => {
    const directions = each.directions.map((direction) => direction.toLowerCase()).join(' and ');
    return `${each.unsure === true ? 'perhaps ' : ''}${nameOf(each.node)}${directions === '' ? '' : ` (${directions})`}`;
  });
  const hidden = governs.length - names.length;
  return cleanText(`Governs ${names.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`);
}

/** "12 Services, 14 workloads": what a folded group holds. */
export function summarise(nodes: readonly ViewNode[]): string {
  const counts = new Map<string, { words: readonly [string, string]; count: number }>();
  for (const { kind } of nodes) {
    const words = SUMMARY_WORDS[kind];
    const known = counts.get(words[0]);
    if (known === undefined) counts.set(words[0], { words, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].map(({ words, count }) => counted(count, ...words)).join(', ');
}

function titleOf({ nodes, groups }: DiagramView, id: string): string {
  return nodes.find((node) => node.id === id)?.title ?? groups.find((group) => group.id === id)?.label ?? id;
}

function governedCount(governs: readonly Governed[]): string {
  if (governs.length === 0) return 'governs no pods that are declared here';
  const sure = governs.filter((each) => each.unsure !== true).length;
  const perhaps = governs.length - sure;
  if (sure === 0) return `governs perhaps ${perhaps}`;
  return perhaps === 0 ? `governs ${sure}` : `governs ${sure}, perhaps ${perhaps} more`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

const SUMMARY_WORDS: Readonly<Record<ViewNodeKind, readonly [string, string]>> = {
  outside: ['outside', 'outside'],
  ingress: ['route', 'routes'],
  client: ['client', 'clients'],
  service: ['Service', 'Services'],
  workload: ['workload', 'workloads'],
  endpoints: ['endpoint list', 'endpoint lists'],
  'external-name': ['Service', 'Services'],
  missing: ['missing', 'missing'],
  policy: ['policy', 'policies'],
  addresses: ['range of addresses', 'ranges of addresses'],
  undeclared: ['kind of undeclared pods', 'kinds of undeclared pods'],
  several: ['set of workloads', 'sets of workloads'],
  controller: ['controller', 'controllers'],
  gateway: ['Gateway', 'Gateways'],
  host: ['host', 'hosts'],
  network: ['network', 'networks'],
};
