import { entryOf, keyRange, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { meansClusterPods } from '../model/cluster-pods';
import {
  isPlaceholder,
  labelValue,
  printLabels,
  printSelector,
  type Label,
  type Requirement,
  type Selector,
} from '../model/label';
import {
  isClusterNamespace,
  knownNamespaces,
  namespaceMeets,
  namespaceNameLabel,
  renewed,
  selectWorkloads,
  type KnownNamespace,
  type NetworkModel,
} from '../model/network-model';
import type { Workload } from '../model/workload';
import type { PodsForm } from '../reach/policy-form';
import type { Settings } from '../settings';
import { addEntry, entryPlace, entryRange, quoted, replaceKey, replaceScalar, type EntryPlace } from './edits';
import { isNear } from './near';
import type { EditData, FixData, FixDraft, Report, TextOf } from './rule';
import { nearMissFixes, reportUnmatched, selectorPlace } from './selector-report';
import { explainMiss, nameKeys } from './unmatched';

/** Whom a policy of any kind speaks of, as its subject or as one of its peers. */
export interface PodsOfPolicy {
  readonly resource: Resource;
  readonly pods: Selector | undefined;
  /** Undefined where only a namespace of the policy's own is meant. */
  readonly namespaceSelector: Selector | undefined;
  /** The policy's own namespace, where it has one. */
  readonly ownNamespace: string | undefined;
  /** "This peer of NetworkPolicy web matches nobody." */
  readonly consequence: string;
  /** What a policy of its own namespace only says of pods elsewhere; else a namespaceSelector is offered for this peer. */
  readonly ownOnly?: string;
  readonly peer?: SourceNode;
}

/** The inner form of the subject or a peer, for the kinds that have no other; undefined where it cannot be read. */
export function podsOfForm(resource: Resource, { pods, namespaces }: PodsForm, consequence: string) {
  if (pods === 'unreadable' || namespaces === 'unreadable' || 'name' in namespaces) return undefined;
  return { resource, pods, namespaceSelector: namespaces, ownNamespace: undefined, consequence };
}

/** Reports pods that a policy speaks of and that are not there, as loudly as their kind of miss deserves. */
export function reportPolicyPods(of: PodsOfPolicy, model: NetworkModel, settings: Settings, report: Report): void {
  const { pods, namespaceSelector, ownNamespace } = of;
  if (pods?.valid === false || namespaceSelector?.valid === false) return;
  if (!namespaceSelector) {
    if (pods && ownNamespace !== undefined) checkPods(of, pods, [ownNamespace], true, model, settings, report);
    return;
  }
  const { met, near } = namespacesNamed(model, namespaceSelector);
  if (met.length === 0) reportNamespaces(of, namespaceSelector, near, settings, report);
  else if (pods) checkPods(of, pods, met, namesOnly(namespaceSelector, met), model, settings, report);
}

/** The quick fixes of what `reportPolicyPods` reports. */
export function policyPodsFixes(data: FixData, textOf: TextOf): readonly FixDraft[] {
  if ('fixes' in data) return data['fixes'] as readonly FixDraft[];
  return 'after' in data ? namespaceFix(data, textOf) : nearMissFixes(data, textOf);
}

interface Named {
  /** The names of those that a selector means, or may mean. */
  readonly met: readonly string[];
  /** Where there are none: one that comes close; undefined where nothing may be concluded from that. */
  readonly near: NearNamespace | 'none' | undefined;
}

/** What a namespaceSelector means, looked up once for as long as the namespaces are the same. */
function namespacesNamed(model: NetworkModel, selector: Selector): Named {
  const namespaces = knownNamespaces(model);
  const { named } = renewed<{ namespaces: typeof namespaces; named: WeakMap<Selector, Named> }>(
    model,
    'namespaces-named',
    (before) => (before?.namespaces === namespaces ? before : { namespaces, named: new WeakMap() }),
  );
  const known = named.get(selector);
  if (known) return known;
  const met = namespaces.filter((namespace) => namespaceMeets(namespace, selector) !== false).map(({ name }) => name);
  const found = {
    met,
    near: met.length > 0 || isElsewhere(selector) ? undefined : nearNamespace(selector, namespaces),
  };
  named.set(selector, found);
  return found;
}

/** Names that are filled in later, or of namespaces that every cluster has. */
function isElsewhere({ requirements }: Selector): boolean {
  return requirements.some(
    ({ key, values }) =>
      isPlaceholder(key) ||
      values.some(isPlaceholder) ||
      (key === namespaceNameLabel && values.some(isClusterNamespace)),
  );
}

/** Whether the selector can match no namespace beyond those that are known: it lists them by name. */
function namesOnly(selector: Selector, known: readonly string[]): boolean {
  return selector.requirements.some(
    ({ key, operator, values }) =>
      key === namespaceNameLabel && operator === 'In' && values.every((value) => known.includes(value)),
  );
}

/** @param exhaustive whether the pods can be in no other namespace than these; else only a near miss says anything */
function checkPods(
  of: PodsOfPolicy,
  selector: Selector,
  namespaces: readonly string[],
  exhaustive: boolean,
  model: NetworkModel,
  settings: Settings,
  report: Report,
): void {
  const { resource, consequence } = of;
  if (selector.requirements.length === 0) return;
  if (namespaces.some((namespace) => selectWorkloads(model, namespace, selector).length > 0)) return;
  const isNearMiss = (): boolean => explainMiss(model, namespaces, selector, resource.name)?.kind === 'near';
  if (!exhaustive && (meansClusterPods(selector) || !isNearMiss())) return;
  reportUnmatched(
    { resource, selector, namespaces, consequence, elsewhere: (workload) => namespaceAdvice(of, workload) },
    model,
    settings,
    report,
  );
}

/** `podSelector` alone means the policy's own namespace (API reference, NetworkPolicyPeer): the commonest slip of all. */
function namespaceAdvice(
  { resource, namespaceSelector, ownOnly, peer }: PodsOfPolicy,
  workload: Workload,
): { readonly advice: string; readonly data?: FixData } {
  if (ownOnly !== undefined) return { advice: ownOnly };
  if (namespaceSelector) return { advice: 'but the namespaceSelector does not select that namespace' };
  const after = entryOf(peer, 'namespaceSelector') ? undefined : entryPlace(resource, entryOf(peer, 'podSelector'));
  return {
    advice: "but podSelector alone means the policy's own namespace: a namespaceSelector beside it would reach them",
    ...(after ? { data: { after, namespace: workload.namespace } } : {}),
  };
}

function namespaceFix(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { after, namespace } = data as { readonly after: EntryPlace; readonly namespace: string };
  const edit = addEntry(textOf(after.file), after, [
    'namespaceSelector:',
    '  matchLabels:',
    `    ${namespaceNameLabel}: ${quoted(namespace, 'plain')}`,
  ]);
  return edit ? [{ title: `Add a namespaceSelector for namespace ${namespace}`, edits: [edit] }] : [];
}

/** Namespaces are often declared elsewhere, so only a near miss is worth a warning. */
function reportNamespaces(
  { resource, consequence }: PodsOfPolicy,
  selector: Selector,
  near: Named['near'],
  settings: Settings,
  report: Report,
): void {
  if (!near) return;
  if (near === 'none') {
    if (settings.unmatchedOutside === 'off') return;
    report({
      resource,
      at: selectorPlace(selector),
      severity: settings.unmatchedOutside,
      message: `${noNamespace(selector)} Nothing here comes close: check the labels, unless it is declared elsewhere.`,
    });
    return;
  }
  const { requirement, namespace } = near;
  const edit = editOf(resource, near);
  report({
    resource,
    at: requirement.entry
      ? near.kind === 'key'
        ? keyRange(requirement.entry)
        : requirement.entry.value
      : selectorPlace(selector),
    severity: 'warning',
    message: `${noNamespace(selector)} ${whatIsThere(near)} ${consequence}`,
    related: namespace.declaration
      ? [
          {
            resource: namespace.declaration,
            message: `Namespace ${namespace.name}${namespace.labels.length > 0 ? `: ${printLabels(namespace.labels)}` : ''}`,
            ...placeOfLabel(namespace.labels, requirement.key),
          },
        ]
      : [],
    data: { fixes: edit ? [{ title: titleOf(near), edits: [edit] }] : [] },
  });
}

function editOf(resource: Resource, near: NearNamespace): EditData | undefined {
  const { entry } = near.requirement;
  if (!entry) return undefined;
  return near.kind === 'key'
    ? replaceKey(resource, entry, namespaceNameLabel)
    : replaceScalar(resource, entry.value, near.found);
}

function titleOf({ kind, requirement, found }: NearNamespace): string {
  return kind === 'key'
    ? `Change "${requirement.key}" to "${namespaceNameLabel}"`
    : `Change "${requirement.values[0] ?? ''}" to "${found}"`;
}

function whatIsThere({ kind, requirement, found, namespace }: NearNamespace): string {
  if (kind === 'key')
    return `Namespace ${namespace.name} is there, but without that label: every namespace has its name in ${namespaceNameLabel}.`;
  return `Namespace ${namespace.name} ${requirement.key === namespaceNameLabel ? 'is there' : `has ${requirement.key}=${found}`}.`;
}

function noNamespace(selector: Selector): string {
  const [only, ...others] = selector.requirements;
  const named = only?.key === namespaceNameLabel && only.operator === 'In' && others.length === 0;
  return `No namespace of this scope ${named ? `is named ${only.values.join(' or ')}` : `has ${printSelector(selector)}`}.`;
}

function placeOfLabel(labels: readonly Label[], key: string) {
  const label = labels.find((candidate) => candidate.key === key);
  return label ? { at: entryRange(label.entry) } : {};
}

interface NearNamespace {
  /** `key`: the namespace has the name that is asked for, by a label that it lacks. */
  readonly kind: 'value' | 'key';
  readonly requirement: Requirement;
  readonly found: string;
  readonly namespace: KnownNamespace;
}

function nearNamespace(selector: Selector, namespaces: readonly KnownNamespace[]): NearNamespace | 'none' {
  const [requirement, ...others] = selector.requirements;
  const wanted = requirement?.values[0];
  if (
    !requirement ||
    others.length > 0 ||
    requirement.operator !== 'In' ||
    requirement.values.length !== 1 ||
    wanted === undefined
  )
    return 'none';
  for (const namespace of namespaces) {
    const found =
      requirement.key === namespaceNameLabel
        ? namespace.name
        : namespace.labels.find(({ key }) => key === requirement.key)?.value;
    if (found !== undefined && isNear(wanted, found)) return { kind: 'value', requirement, found, namespace };
  }
  const named = saysName(requirement.key)
    ? namespaces.find(({ name, declaration }) => name === wanted && declaration !== undefined)
    : undefined;
  if (named && labelValue(named.labels, requirement.key) === undefined)
    return { kind: 'key', requirement, found: wanted, namespace: named };
  return 'none';
}

/** Whether people take a label of a namespace for its name. */
function saysName(key: string): boolean {
  return /(^|[-./])(name|namespace|ns)$/.test(key) || nameKeys.has(key) || isNear(key, namespaceNameLabel);
}
