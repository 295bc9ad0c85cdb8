import { namespaceNameLabel } from '../model/network-model';
import type { Direction } from '../model/policy';
import type { Protocol, Workload } from '../model/workload';
import type { CompiledPolicy } from '../reach/reach';
import { quoted } from './edits';
import { addRule, rulesPlace, type RulesPlace } from './policy-edits';
import type { EditData, TextOf } from './rule';

/** A port of pods. */
export interface PodPort {
  readonly protocol: Protocol;
  readonly port: number;
}

/** A rule that a policy lacks. */
export interface WantedRule {
  readonly policy: CompiledPolicy;
  readonly direction: Direction;
  readonly peers: readonly Workload[];
  readonly ports: readonly PodPort[];
}

/** A rule to be added, as a finding's data keeps it. */
export interface RuleAddition {
  readonly place: RulesPlace;
  readonly lines: readonly string[];
}

/** Where a rule goes and how it is written; undefined where that is not safe: peers without labels are all pods of their namespace. */
export function ruleAddition({ policy, direction, peers, ports }: WantedRule): RuleAddition | undefined {
  const { resource, subject } = policy.form;
  const place = resource.kind === 'NetworkPolicy' ? rulesPlace(resource, direction) : undefined;
  const own = subject.namespaces;
  if (!place || own === 'unreadable' || !('name' in own)) return undefined;
  const lines = peers.map((workload) => peerLines(workload, own.name));
  if (lines.length === 0 || lines.includes(undefined)) return undefined;
  return {
    place,
    lines: [
      direction === 'Ingress' ? 'from:' : 'to:',
      ...[...new Set(lines.map((item) => (item ?? []).join('\n')))].flatMap((item) => item.split('\n')),
      ...(ports.length > 0 ? ['ports:', ...portLines(ports)] : []),
    ],
  };
}

/** Lines for ports as items of a list. */
function portLines(ports: readonly PodPort[]): readonly string[] {
  const unique = new Map(ports.map((port) => [`${port.protocol} ${port.port}`, port]));
  return [...unique.values()].flatMap(({ protocol, port }) => [`  - protocol: ${protocol}`, `    port: ${port}`]);
}

/** The pods by what their own workload selects them by, since other labels change from release to release. */
function peerLines(workload: Workload, ownNamespace: string): readonly string[] | undefined {
  const selected = (workload.selector?.valid ? workload.selector.requirements : []).flatMap(
    ({ operator, key, values }) => {
      const [value] = values;
      return operator === 'In' && values.length === 1 && value !== undefined ? [{ key, value }] : [];
    },
  );
  const labels = selected.length > 0 ? selected : workload.podLabels;
  if (labels.length === 0) return undefined;
  const pods = labels.map(({ key, value }) => `${quoted(key, 'plain')}: ${quoted(value, 'plain')}`);
  if (workload.namespace === ownNamespace)
    return ['  - podSelector:', '      matchLabels:', ...pods.map((line) => `        ${line}`)];
  return [
    '  - namespaceSelector:',
    '      matchLabels:',
    `        ${namespaceNameLabel}: ${quoted(workload.namespace, 'plain')}`,
    '    podSelector:',
    '      matchLabels:',
    ...pods.map((line) => `        ${line}`),
  ];
}

/** The edits that add rules, or undefined where one of them cannot be added with care. */
export function additionEdits(additions: readonly RuleAddition[], textOf: TextOf): readonly EditData[] | undefined {
  const edits = additions.map(({ place, lines }) => addRule(textOf(place.file), place, lines));
  const possible = edits.filter((edit) => edit !== undefined);
  const places = new Set(possible.map(({ file, start }) => `${file} ${start}`));
  return edits.length > 0 && possible.length === edits.length && places.size === edits.length ? possible : undefined;
}
