import type { Requirement, Selector } from '../model/label';
import { podsOfPeer, selectNamespaces, selectPods } from '../model/relations';
import type { NetworkPolicy, PolicyPeer } from '../model/policy';
import type { Cursor } from './cursor';
import type { FeatureContext } from './feature-context';
import { bulletList, code } from './markdown';
import { countPods, incompleteNote, listPods, mentionNamespace, showSelector } from './mention';

/** A selector of pods in one namespace. */
export interface PodSelection {
  readonly selector: Selector;
  readonly namespace: string;
  /** `in namespace shop`, as Markdown. */
  readonly place: string;
  readonly cursor: Cursor;
}

/** The pods that a selector catches in its namespace. */
export function selectorBlocks(context: FeatureContext, selection: PodSelection): readonly string[] {
  const { selector, namespace, place, cursor } = selection;
  if (!selector.valid) return [unreadable];
  const workloads = selectPods(context.model, namespace, selector);
  const isEmpty = selector.requirements.length === 0;
  if (workloads.length === 0) {
    const head = isEmpty
      ? `Selects every pod ${place}; no manifest makes any.`
      : `No pod ${place} matches ${showSelector(selector)}.`;
    return [head, ...aloneBlock(context, selection), ...incompleteNote(context.model)];
  }
  const head = isEmpty
    ? `Selects **every pod** ${place}: ${countPods(workloads)}`
    : `${showSelector(selector)} selects pods of **${countPods(workloads)}** ${place}`;
  return [`${head}\n\n${listPods(context, workloads)}`, ...aloneBlock(context, { ...selection, cursor })];
}

/** What one of several labels catches without the others: it tells which of them is too narrow. */
function aloneBlock(context: FeatureContext, { selector, namespace, cursor }: PodSelection): readonly string[] {
  const requirement = requirementUnder(selector, cursor);
  if (!requirement || selector.requirements.length < 2) return [];
  const alone: Selector = { ...selector, requirements: [requirement] };
  return [`${showSelector(alone)} alone: ${countPods(selectPods(context.model, namespace, alone))}.`];
}

function requirementUnder(selector: Selector, cursor: Cursor): Requirement | undefined {
  return selector.requirements.find(({ entry }) => entry?.keyStart === cursor.range.start);
}

/** The namespaces that a namespaceSelector catches; those no manifest declares are said to be unknown. */
export function namespaceBlocks(context: FeatureContext, selector: Selector): readonly string[] {
  if (!selector.valid) return [unreadable];
  if (selector.requirements.length === 0) return ['Selects **every namespace**, also those that no manifest declares.'];
  const { met, unknown } = selectNamespaces(context.model, selector);
  const head =
    met.length === 0
      ? `No namespace of these manifests is known to match ${showSelector(selector)}.`
      : `${showSelector(selector)} selects`;
  const list = met.length === 0 ? [] : [bulletList(met.map((namespace) => mentionNamespace(context, namespace)))];
  const names = unknown.slice(0, 10).map(({ name }) => code(name));
  const more = unknown.length > 10 ? ` and ${unknown.length - 10} more` : '';
  const rest = unknown.length === 0 ? [] : [`Unknown: ${names.join(', ')}${more}. No manifest declares their labels.`];
  return [head, ...list, ...rest];
}

/** The pods that a peer of a policy catches. */
export function peerPodBlocks(context: FeatureContext, policy: NetworkPolicy, peer: PolicyPeer): readonly string[] {
  const { podSelector, namespaceSelector } = peer;
  if (podSelector?.valid === false || namespaceSelector?.valid === false) return [unreadable];
  const workloads = podsOfPeer(context.model, policy, peer);
  const pods =
    podSelector && podSelector.requirements.length > 0 ? `pods with ${showSelector(podSelector)}` : 'all pods';
  const place = describePlace(policy, namespaceSelector);
  if (workloads.length === 0)
    return [
      `Catches ${pods} ${place}: none is known.`,
      ...unknownPods(context, peer),
      ...incompleteNote(context.model),
    ];
  return [
    `Catches ${pods} ${place}: **${countPods(workloads)}**\n\n${listPods(context, workloads, policy.namespace)}`,
    ...unknownPods(context, peer),
  ];
}

function describePlace(policy: NetworkPolicy, selector: Selector | undefined): string {
  if (!selector) return `in namespace ${code(policy.namespace)}, the policy's own`;
  return selector.requirements.length === 0 ? 'in every namespace' : `in namespaces with ${showSelector(selector)}`;
}

/** Pods that would count if their namespace had the labels, which no manifest tells. */
function unknownPods({ model }: FeatureContext, { podSelector, namespaceSelector }: PolicyPeer): readonly string[] {
  if (!namespaceSelector) return [];
  const names = selectNamespaces(model, namespaceSelector).unknown.flatMap(({ name }) => {
    const contents = model.contents.get(name);
    const count = podSelector ? selectPods(model, name, podSelector).length : (contents?.workloads.size ?? 0);
    return count === 0 ? [] : [code(name)];
  });
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  return names.length === 0
    ? []
    : [`Unknown: pods in ${shown.join(', ')}. No manifest declares those namespaces' labels.`];
}

const unreadable = 'A part of this selector could not be read, so what it catches cannot be told.';
