import { entryOf } from '../manifest/node';
import { meansClusterPods } from '../model/cluster-pods';
import { isPlaceholder, printLabels, printSelector, type Label, type Requirement, type Selector } from '../model/label';
import {
  isClusterNamespace,
  knownNamespaces,
  namespaceMeets,
  policiesOf,
  renewed,
  selectWorkloads,
  type KnownNamespace,
  type NetworkModel,
} from '../model/network-model';
import type { NetworkPolicy, PolicyPeer } from '../model/policy';
import type { Workload } from '../model/workload';
import type { Settings } from '../settings';
import { addEntry, entryPlace, entryRange, quoted, replaceScalar, type EntryPlace } from './edits';
import { isNear } from './near';
import { peerReadings } from './peer-readings';
import { defineRule, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { nearMissFixes, reportUnmatched, selectorPlace } from './selector-report';
import { explainMiss } from './unmatched';

export const policyPeerUnmatched = defineRule({
  id: 'policy-peer-unmatched',
  title: 'A peer of a NetworkPolicy that matches no pod or namespace',
  severity: 'warning',
  variants: [
    'information: the pods are in another scope, or nothing comes close',
    'off: namespaces that no manifest declares',
  ],
  check(model, report, settings) {
    const namespaces = knownNamespaces(model);
    // What was very likely meant as one peer, or as two, is better told by the rule for that.
    const told = settings.rules['policy-peer-and-or'] === 'off' ? undefined : peerReadings(model);
    for (const policy of policiesOf(model)) {
      for (const rule of policy.rules) {
        for (const peer of rule.peers)
          if (!told?.has(peer)) checkPeer(policy, peer, namespaces, model, settings, report);
      }
    }
  },
  fixes(data, textOf) {
    if ('fixes' in data) return data['fixes'] as readonly FixDraft[];
    return 'after' in data ? namespaceFix(data, textOf) : nearMissFixes(data, textOf);
  },
});

function checkPeer(
  policy: NetworkPolicy,
  peer: PolicyPeer,
  namespaces: readonly KnownNamespace[],
  model: NetworkModel,
  settings: Settings,
  report: Report,
): void {
  const { podSelector, namespaceSelector } = peer;
  if (podSelector?.valid === false || namespaceSelector?.valid === false) return;
  if (!namespaceSelector) {
    if (podSelector) checkPods(policy, peer, podSelector, [policy.namespace], true, model, settings, report);
    return;
  }
  const met = namespacesMeeting(model, namespaceSelector);
  if (met.length === 0) checkNamespaces(policy, namespaceSelector, namespaces, settings, report);
  else if (podSelector)
    checkPods(policy, peer, podSelector, met, namesOnly(namespaceSelector, met), model, settings, report);
}

/** The names of the namespaces that a selector means, or may mean. */
function namespacesMeeting(model: NetworkModel, selector: Selector): readonly string[] {
  const namespaces = knownNamespaces(model);
  const { names } = renewed<NamesMet>(model, 'namespaces-meeting', (before) =>
    before?.namespaces === namespaces ? before : { namespaces, names: new WeakMap() },
  );
  const known = names.get(selector);
  if (known) return known;
  const met = namespaces.filter((namespace) => namespaceMeets(namespace, selector) !== false).map(({ name }) => name);
  names.set(selector, met);
  return met;
}

/** For as long as the namespaces are the same. */
interface NamesMet {
  readonly namespaces: readonly KnownNamespace[];
  readonly names: WeakMap<Selector, readonly string[]>;
}

/** Whether the selector can match no namespace beyond those that are known: it lists them by name. */
function namesOnly(selector: Selector, known: readonly string[]): boolean {
  return selector.requirements.some(
    ({ key, operator, values }) =>
      key === nameLabel && operator === 'In' && values.every((value) => known.includes(value)),
  );
}

const nameLabel = 'kubernetes.io/metadata.name';

/** @param exhaustive whether the pods can be in no other namespace than these; else only a near miss says anything */
function checkPods(
  policy: NetworkPolicy,
  peer: PolicyPeer,
  selector: Selector,
  namespaces: readonly string[],
  exhaustive: boolean,
  model: NetworkModel,
  settings: Settings,
  report: Report,
): void {
  if (selector.requirements.length === 0) return;
  if (namespaces.some((namespace) => selectWorkloads(model, namespace, selector).length > 0)) return;
  if (!exhaustive && (meansClusterPods(selector) || explainMiss(model, namespaces, selector)?.kind !== 'near')) return;
  const consequence = `This peer of NetworkPolicy ${policy.name} matches nobody.`;
  reportUnmatched(
    {
      resource: policy.resource,
      selector,
      namespaces,
      consequence,
      elsewhere: (workload) => namespaceAdvice(policy, peer, workload),
    },
    model,
    settings,
    report,
  );
}

/** `podSelector` alone means the policy's own namespace (API reference, NetworkPolicyPeer): the commonest slip of all. */
function namespaceAdvice(
  policy: NetworkPolicy,
  peer: PolicyPeer,
  workload: Workload,
): { readonly advice: string; readonly data?: FixData } {
  if (peer.namespaceSelector) return { advice: 'but the namespaceSelector does not select that namespace' };
  const after = entryOf(peer.node, 'namespaceSelector')
    ? undefined
    : entryPlace(policy.resource, entryOf(peer.node, 'podSelector'));
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
    `    ${nameLabel}: ${quoted(namespace, 'plain')}`,
  ]);
  return edit ? [{ title: `Add a namespaceSelector for namespace ${namespace}`, edits: [edit] }] : [];
}

/** Namespaces are often declared elsewhere, so only a near miss is worth a warning. */
function checkNamespaces(
  policy: NetworkPolicy,
  selector: Selector,
  namespaces: readonly KnownNamespace[],
  settings: Settings,
  report: Report,
): void {
  if (selector.requirements.some(({ key, values }) => isPlaceholder(key) || values.some(isPlaceholder))) return;
  if (selector.requirements.some(({ key, values }) => key === nameLabel && values.some(isClusterNamespace))) return;
  const near = nearNamespace(selector, namespaces);
  if (!near) {
    if (settings.unmatchedOutside === 'off') return;
    report({
      resource: policy.resource,
      at: selectorPlace(selector),
      severity: settings.unmatchedOutside,
      message: `${noNamespace(selector)} Nothing here comes close: check the labels, unless it is declared elsewhere.`,
    });
    return;
  }
  const { requirement, found, namespace } = near;
  const edit = requirement.entry && replaceScalar(policy.resource, requirement.entry.value, found);
  report({
    resource: policy.resource,
    at: requirement.entry?.value ?? selectorPlace(selector),
    severity: 'warning',
    message: `${noNamespace(selector)} Namespace ${namespace.name} ${requirement.key === nameLabel ? 'is there' : `has ${requirement.key}=${found}`}. This peer of NetworkPolicy ${policy.name} matches nobody.`,
    related: namespace.declaration
      ? [
          {
            resource: namespace.declaration,
            message: `Namespace ${namespace.name}${namespace.labels.length > 0 ? `: ${printLabels(namespace.labels)}` : ''}`,
            ...placeOfLabel(namespace.labels, requirement.key),
          },
        ]
      : [],
    data: { fixes: edit ? [{ title: `Change "${requirement.values[0] ?? ''}" to "${found}"`, edits: [edit] }] : [] },
  });
}

function noNamespace(selector: Selector): string {
  const [only, ...others] = selector.requirements;
  const named = only?.key === nameLabel && only.operator === 'In' && others.length === 0;
  return `No namespace of this scope ${named ? `is named ${only.values.join(' or ')}` : `has ${printSelector(selector)}`}.`;
}

function placeOfLabel(labels: readonly Label[], key: string) {
  const label = labels.find((candidate) => candidate.key === key);
  return label ? { at: entryRange(label.entry) } : {};
}

interface NearNamespace {
  readonly requirement: Requirement;
  readonly found: string;
  readonly namespace: KnownNamespace;
}

function nearNamespace(selector: Selector, namespaces: readonly KnownNamespace[]): NearNamespace | undefined {
  const [requirement, ...others] = selector.requirements;
  const wanted = requirement?.values[0];
  if (
    !requirement ||
    others.length > 0 ||
    requirement.operator !== 'In' ||
    requirement.values.length !== 1 ||
    wanted === undefined
  )
    return undefined;
  for (const namespace of namespaces) {
    const found =
      requirement.key === nameLabel
        ? namespace.name
        : namespace.labels.find(({ key }) => key === requirement.key)?.value;
    if (found !== undefined && isNear(wanted, found)) return { requirement, found, namespace };
  }
  return undefined;
}
