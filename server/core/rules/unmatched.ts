import type { Severity } from '../finding';
import {
  isPlaceholder,
  labelValue,
  printLabels,
  requirementHolds,
  type Label,
  type Requirement,
  type Selector,
} from '../model/label';
import { meansClusterPods } from '../model/cluster-pods';
import {
  isClusterNamespace,
  mayHoldPods,
  selectWorkloads,
  serviceNamed,
  workloadsOf,
  type NetworkModel,
} from '../model/network-model';
import { isLabelOfController, podsMeet, printWorkload, type Workload } from '../model/workload';
import type { Settings } from '../settings';
import { isExtended, isNear, isOneEdit, isWordOf } from './near';
import { lowered } from './rule';

/** How a near miss differs: a label's value, its key, or labels the pods lack. */
export type Difference =
  /** `wanted` is the value that stands where the pods have another. */
  | { readonly kind: 'value'; readonly requirement: Requirement; readonly wanted: string; readonly label: Label }
  | { readonly kind: 'key'; readonly requirement: Requirement; readonly label: Label }
  | { readonly kind: 'missing'; readonly requirements: readonly Requirement[] };

/** Why a selector catches no pod (RULES.md: near miss, elsewhere, outside). */
export type Miss =
  { readonly kind: 'near'; readonly workload: Workload; readonly difference: Difference } | Elsewhere | Outside;

interface Elsewhere {
  readonly kind: 'elsewhere';
  readonly workloads: readonly Workload[];
  readonly model: NetworkModel;
  readonly sameScope: boolean;
}

interface Outside {
  readonly kind: 'outside';
  /** The scope holds workloads in that namespace. */
  readonly populated: boolean;
  /** A workload that differs in one label, which is another on purpose: `version: v2`, `slot: green`. */
  readonly variant?: { readonly workload: Workload; readonly label: Label };
}

/**
 * Tells why a selector catches no pod in any of these namespaces. Undefined when nothing may be concluded: a placeholder, a label
 * that is set at run time or by an operator, pods that every cluster has, a selector that could not be read.
 * @param owner the name of the resource that selects: it often says which workload is meant
 */
export function explainMiss(
  model: NetworkModel,
  namespaces: readonly string[],
  selector: Selector,
  owner = '',
): Miss | undefined {
  const local = namespaces.flatMap((namespace) => workloadsOf(model, namespace));
  if (isInDoubt(namespaces, selector, local)) return undefined;
  const near = nearestWorkload({ model, namespaces, selector, local, owner });
  if (near) return { kind: 'near', ...near };
  const elsewhere = matchElsewhere(model, namespaces, selector);
  if (elsewhere?.workloads.some(({ namespace }) => isPlaceholder(namespace))) return undefined;
  return (
    elsewhere ??
    outside(
      selector,
      local.filter(({ namespace }) => !isClusterNamespace(namespace)),
    )
  );
}

/** Whether a selector that catches no pod in these namespaces surely means none there, neither by a slip nor by labels that nobody tells. */
export function isMissingFrom(model: NetworkModel, namespaces: readonly string[], selector: Selector): boolean {
  const local = namespaces.flatMap((namespace) => workloadsOf(model, namespace));
  const search = { model, namespaces, selector, local, owner: '' };
  return !isInDoubt(namespaces, selector, local) && nearestWorkload(search) === undefined;
}

function isInDoubt(namespaces: readonly string[], selector: Selector, local: readonly Workload[]): boolean {
  return (
    !selector.valid ||
    hasPlaceholder(selector) ||
    namespaces.some((namespace) => isPlaceholder(namespace) || meansClusterPods(selector, namespace)) ||
    local.some((workload) => mayMatch(selector, workload))
  );
}

/** How loudly a miss is reported; undefined for not at all. */
export function severityOfMiss(miss: Miss, model: NetworkModel, settings: Settings): Severity | undefined {
  switch (miss.kind) {
    case 'near':
      return 'warning';
    case 'elsewhere': {
      const severity: Severity = miss.sameScope ? 'warning' : 'information';
      return model.complete ? severity : lowered(severity);
    }
    case 'outside':
      if (miss.populated && model.complete) return 'information';
      return settings.unmatchedOutside === 'off' ? undefined : settings.unmatchedOutside;
  }
}

/** `app=frontend`: what the near workload has where the selector asks for something else. */
export function describeNear(workload: Workload, difference: Difference): string {
  if (difference.kind === 'missing') {
    return workload.podLabels.length > 0
      ? `${printWorkload(workload)} has only ${printLabels(workload.podLabels)}`
      : `${printWorkload(workload)} has no labels`;
  }
  return `${printWorkload(workload)} has ${printLabels([difference.label])}`;
}

function hasPlaceholder(selector: Selector): boolean {
  return selector.requirements.some(({ key, values }) => isPlaceholder(key) || values.some(isPlaceholder));
}

/** Labels that say which member leads, which a running process sets on its own pod (Patroni, Vault, Redis Sentinel). */
function isRoleLabel(key: string): boolean {
  return /(^|[-./])(role|instanceRole|active|leader|master|primary|initialized|sealed|perf-standby)$/i.test(key);
}

function isSetAtRunTime(selector: Selector, workload: Workload): boolean {
  const unmet = selector.requirements.filter((requirement) => !podsMeet(requirement, workload));
  const met = selector.requirements.length - unmet.length;
  return met > 0 && unmet.every(({ key }) => isRoleLabel(key) && labelValue(workload.podLabels, key) === undefined);
}

/** Whether labels that no manifest tells may make the pods match. */
function mayMatch(selector: Selector, workload: Workload): boolean {
  return (
    isSetAtRunTime(selector, workload) || isFilledInLater(selector, workload) || isUndocumented(selector, workload)
  );
}

/** An operator documents some labels of its pods: where those say that its pods are meant, it may well put the others on them too. */
function isUndocumented(selector: Selector, workload: Workload): boolean {
  if (workload.labelsKnown) return false;
  const unmet = selector.requirements.filter((requirement) => !podsMeet(requirement, workload));
  return (
    identifies(selector, unmet) &&
    unmet.every(({ key }) => labelValue(workload.podLabels, key) === undefined && !isLabelOfController(key, workload))
  );
}

/** The pods may match once something fills in their labels. */
function isFilledInLater(selector: Selector, { podLabels, podLabelsNode }: Workload): boolean {
  if (podLabelsNode?.type === 'scalar' && podLabelsNode.value !== null) return true;
  const unmet = selector.requirements.filter(
    (requirement) => !requirementHolds(requirement, labelValue(podLabels, requirement.key)),
  );
  return unmet.length > 0 && unmet.every(({ key }) => isPlaceholder(labelValue(podLabels, key) ?? ''));
}

function outside(selector: Selector, local: readonly Workload[]): Outside {
  const [variant] = local.flatMap((workload) => {
    const unmet = selector.requirements.filter((requirement) => !podsMeet(requirement, workload));
    const label = workload.podLabels.find(({ key }) => key === unmet[0]?.key);
    return unmet.length === 1 && label && identifies(selector, unmet) ? [{ workload, label }] : [];
  });
  return { kind: 'outside', populated: local.length > 0, ...(variant ? { variant } : {}) };
}

interface Near {
  readonly workload: Workload;
  readonly difference: Difference;
}

const rank = { value: 0, key: 1, missing: 2 } as const;

/** Whom a selector may have meant, among whom. */
interface Search {
  readonly model: NetworkModel;
  readonly namespaces: readonly string[];
  readonly selector: Selector;
  readonly local: readonly Workload[];
  readonly owner: string;
}

function nearestWorkload(search: Search): Near | undefined {
  const found = search.local.flatMap((workload) => {
    const difference = differenceOf(search, workload);
    return difference ? [{ workload, difference }] : [];
  });
  return found.sort(
    (a, b) => rank[a.difference.kind] - rank[b.difference.kind] || a.workload.name.localeCompare(b.workload.name),
  )[0];
}

function differenceOf(search: Search, workload: Workload): Difference | undefined {
  const { selector } = search;
  const unmet = selector.requirements.filter((requirement) => !podsMeet(requirement, workload));
  const [only] = unmet;
  const slip = only && unmet.length === 1 ? slipOf(only, workload, search) : undefined;
  if (slip || unmet.some(({ operator, values }) => operator !== 'In' || values.length !== 1)) return slip;
  return missingOf(selector, unmet, workload);
}

/** Keys that different conventions use for an application's name. */
export const nameKeys: ReadonlySet<string> = new Set([
  'app',
  'k8s-app',
  'app.kubernetes.io/name',
  'name',
  'run',
  'app.kubernetes.io/component',
  'component',
  'service',
]);

function slipOf(requirement: Requirement, workload: Workload, search: Search): Difference | undefined {
  const { key, operator, values } = requirement;
  if (operator !== 'In' && operator !== 'Exists') return undefined;
  const sameKey = workload.podLabels.find((label) => label.key === key);
  if (sameKey) {
    const wanted = values.find(
      (value) => isNear(value, sameKey.value) || isSlipOfName(value, sameKey, workload, search),
    );
    return wanted === undefined ? undefined : { kind: 'value', requirement, wanted, label: sameKey };
  }
  const otherKey = workload.podLabels.find((label) =>
    operator === 'Exists'
      ? isNear(label.key, key)
      : values.includes(label.value) && (isNear(label.key, key) || meansName(label.key, key)),
  );
  return otherKey && { kind: 'key', requirement, label: otherKey };
}

/** Whether a key of pods that says who they are was meant by another one for the same value. */
function meansName(key: string, wanted: string): boolean {
  return nameKeys.has(key) && (nameKeys.has(wanted) || isOneEdit(key, wanted));
}

/**
 * Names that are too short, or too different, to be a slip in themselves. They are one where the resource has the very name of the
 * workload, and a letter off where it is the only one with such a label; never where something here has the name that is asked for.
 */
function isSlipOfName(wanted: string, { key, value }: Label, workload: Workload, search: Search): boolean {
  const { owner, local, model, namespaces } = search;
  const isShort = isOneEdit(wanted, value);
  if (!nameKeys.has(key) || !(isShort || (owner === workload.name && isExtended(wanted, value)))) return false;
  const isNamed = namespaces.some((namespace) => serviceNamed(model, namespace, wanted) !== undefined);
  if (isNamed || isWordOf(wanted, owner) || local.some(({ name }) => name === wanted)) return false;
  if (!isShort || isWordOf(workload.name, owner) || isWordOf(value, owner)) return true;
  return local.every((other) => other === workload || labelValue(other.podLabels, key) === undefined);
}

/** Keys whose values many workloads share: meeting them alone says nothing about which workload is meant. */
const sharedKeys =
  /(^|[-./])(part-of|managed-by|instance|release|heritage|chart|environment|env|stage|tier|version|team|owner|project|namespace|istio\.io\/rev)$/i;

/** The pods have a part of the labels, and that part says who they are. */
function missingOf(selector: Selector, unmet: readonly Requirement[], workload: Workload): Difference | undefined {
  const isTaken = ({ key }: Requirement): boolean =>
    labelValue(workload.podLabels, key) !== undefined || isLabelOfController(key, workload) || isRoleLabel(key);
  if (unmet.some(isTaken)) return undefined;
  return identifies(selector, unmet) ? { kind: 'missing', requirements: unmet } : undefined;
}

/** Whether the part of a selector that is met says which workload is meant. */
function identifies(selector: Selector, unmet: readonly Requirement[]): boolean {
  return selector.requirements.some(
    (requirement) => requirement.operator === 'In' && !unmet.includes(requirement) && !sharedKeys.test(requirement.key),
  );
}

function matchElsewhere(model: NetworkModel, namespaces: readonly string[], selector: Selector): Elsewhere | undefined {
  for (const other of [model, ...model.neighbours.filter((neighbour) => neighbour !== model)]) {
    if (!mayHoldPods(other, selector)) continue;
    for (const namespace of [...other.contents.keys()].sort()) {
      if (other === model && namespaces.includes(namespace)) continue;
      const workloads = selectWorkloads(other, namespace, selector);
      if (workloads.length > 0) return { kind: 'elsewhere', workloads, model: other, sameScope: other === model };
    }
  }
  return undefined;
}
