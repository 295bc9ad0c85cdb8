import type { Resource } from '../manifest/resource';
import { isPlaceholder, labelsAt, type Selector } from '../model/label';
import { namespaceNameLabel, renewed, repeatedResources, type NetworkModel } from '../model/network-model';
import { sameItems } from '../model/same-items';
import {
  conditionsOf,
  exactly,
  implies,
  narrow,
  noConditions,
  onlyValue,
  present,
  splitConditions,
  type Conditions,
} from './label-conditions';
import type { PodsForm } from './policy-form';

/** Pods as conditions on labels: of their namespaces, and their own. Says of any pod there may ever be whether it is meant. */
export interface Whom {
  readonly namespaces: Conditions;
  readonly pods: Conditions;
  readonly hostNetwork: PodsForm['hostNetwork'];
}

/** Labels that namespaces are known to have, by the namespace's name. */
export type NamespaceLabels = ReadonlyMap<string, Conditions>;

/** Whom a form means; undefined where that cannot be read, and where no pod can be meant. */
export function whomOf({ namespaces, pods, hostNetwork }: PodsForm): Whom | undefined {
  if (namespaces === 'unreadable' || pods === 'unreadable') return undefined;
  const places = 'name' in namespaces ? named(namespaces.name) : selected(namespaces);
  const own = pods ? (pods.valid ? conditionsOf(pods.requirements) : undefined) : noConditions;
  return places && own && { namespaces: places, pods: own, hostNetwork };
}

function named(name: string): Conditions {
  return new Map([[namespaceNameLabel, exactly(name)]]);
}

/** Every namespace has the label with its name (KEP-2161). */
function selected({ requirements, valid }: Selector): Conditions | undefined {
  const conditions = valid ? conditionsOf(requirements) : undefined;
  return conditions && narrow(conditions, namespaceNameLabel, present);
}

/** Whether every pod there may ever be that is one of `inner` is one of `outer`. */
export function isAmong(inner: Whom, outer: Whom, known: NamespaceLabels): boolean {
  // Whether the pods on the host network are meant may differ only where `inner` leaves them out.
  if (inner.hostNetwork === 'plugin' && outer.hostNetwork === 'never') return false;
  return implies(inner.pods, outer.pods) && implies(withKnown(inner.namespaces, known), outer.namespaces);
}

/** The labels that a manifest gives a namespace are there, beside others that nobody may know. */
function withKnown(namespaces: Conditions, known: NamespaceLabels): Conditions {
  const name = namespaces.get(namespaceNameLabel);
  const value = name && onlyValue(name);
  const labels = value === undefined ? undefined : known.get(value);
  return labels ? new Map([...labels, ...namespaces]) : namespaces;
}

/** How many parts a selector with several values may be taken apart into. */
const mostParts = 16;

/** Parts that make up the whole, each with one value for labels that may have a few; none where there is nothing to take apart. */
export function partsOf(whom: Whom): readonly Whom[] {
  const pods = splitConditions(whom.pods, mostParts);
  const namespaces = splitConditions(whom.namespaces, Math.floor(mostParts / pods.length));
  if (pods.length * namespaces.length === 1) return [];
  return pods.flatMap((own) => namespaces.map((places) => ({ ...whom, pods: own, namespaces: places })));
}

/** The labels of namespaces that exactly one manifest of the scope declares. The same object while no Namespace changes. */
export function namespaceLabelsOf(model: NetworkModel): NamespaceLabels {
  return renewed<DeclaredLabels>(model, 'namespace-labels', (before) => {
    const repeated = new Set(repeatedResources(model).flat());
    const declared = [...model.namespaceDeclarations.values()].filter((resource) => !repeated.has(resource));
    return before && sameItems(before.declared, declared) ? before : { declared, labels: labelsIn(declared) };
  }).labels;
}

interface DeclaredLabels {
  readonly declared: readonly Resource[];
  readonly labels: NamespaceLabels;
}

function labelsIn(namespaces: readonly Resource[]): NamespaceLabels {
  return new Map(
    namespaces.map(({ name, root }) => {
      const labels = labelsAt(root, 'metadata', 'labels').filter(({ value }) => !isPlaceholder(value));
      return [name, new Map(labels.map(({ key, value }) => [key, exactly(value)]))];
    }),
  );
}

/**
 * Finds, for some pods, what is said of all of them, without looking at everything that is said: each thing is kept under one condition of
 * its own, which whoever is within it must have too.
 */
export interface WhomIndex<T> {
  readonly around: (whom: Whom) => readonly T[];
}

/** @param whomFor what each thing is about */
export function indexByWhom<T>(items: readonly T[], whomFor: (item: T) => Whom, known: NamespaceLabels): WhomIndex<T> {
  const byAnchor = new Map<string, { item: T; whom: Whom; order: number }[]>();
  items.forEach((item, order) => {
    const whom = whomFor(item);
    const anchor = anchorOf(whom);
    const entry = { item, whom, order };
    const list = byAnchor.get(anchor);
    if (list) list.push(entry);
    else byAnchor.set(anchor, [entry]);
  });
  // Of a policy's pods each of its rules, peers and ports asks.
  const answers = new Map<Whom, readonly T[]>();
  const around = (whom: Whom): readonly T[] =>
    anchorsFor(whom, known)
      .flatMap((anchor) => byAnchor.get(anchor) ?? [])
      .filter((entry) => isAmong(whom, entry.whom, known))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item);
  return {
    around(whom) {
      const answer = answers.get(whom) ?? around(whom);
      answers.set(whom, answer);
      return answer;
    },
  };
}

/** A condition that few others have: a label with its value before a label alone, a pod's before a namespace's. */
function anchorOf({ pods, namespaces }: Whom): string {
  const anchors = [...labelAnchors('pod', pods), ...labelAnchors('namespace', namespaces)];
  return anchors.find((anchor) => anchor.includes('=')) ?? anchors[0] ?? '';
}

function anchorsFor({ pods, namespaces }: Whom, known: NamespaceLabels): readonly string[] {
  const all = [...labelAnchors('pod', pods), ...labelAnchors('namespace', withKnown(namespaces, known))];
  return [...new Set(['', ...all])];
}

function labelAnchors(whose: string, conditions: Conditions): readonly string[] {
  return [...conditions].flatMap(([key, allowed]) => {
    const value = onlyValue(allowed);
    const anchor = `${whose} ${key}`;
    return value === undefined ? [anchor] : [`${anchor}=${value}`, anchor];
  });
}
