import { itemsAt, keyRange, nodeAt, type MapEntry, type OffsetRange, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { printLabels, printSelector, type Requirement, type Selector } from '../model/label';
import type { NetworkModel } from '../model/network-model';
import { printWorkload, type Workload } from '../model/workload';
import type { Settings } from '../settings';
import { isFoundBy } from './found-by-label';
import {
  addEntry,
  entryPlace,
  entryRange,
  quoted,
  removeLines,
  replaceKey,
  replaceScalar,
  type EntryPlace,
} from './edits';
import type { EditData, FixData, FixDraft, Place, RelatedReport, Report, TextOf } from './rule';
import { describeNear, explainMiss, severityOfMiss, type Difference, type Miss } from './unmatched';

/** A selector of a resource that caught no pod. */
export interface UnmatchedSelector {
  readonly resource: Resource;
  readonly selector: Selector;
  /** Where the pods may be; more than one for a peer that selects namespaces. */
  readonly namespaces: readonly string[];
  /** What the resource is without its pods: "The Service has no endpoints." Ends the message where nothing outside of the scope can help. */
  readonly consequence: string;
  /** What to say and to offer when the pods are in another namespace of the scope. */
  readonly elsewhere?: (workload: Workload) => { readonly advice: string; readonly data?: FixData };
}

/** Reports a selector that catches no pod, as loudly as its kind of miss deserves, with what the fixes need. */
export function reportUnmatched(
  unmatched: UnmatchedSelector,
  model: NetworkModel,
  settings: Settings,
  report: Report,
): void {
  const miss = explainMiss(model, unmatched.namespaces, unmatched.selector, unmatched.resource.name);
  const severity = miss && severityOfMiss(miss, model, settings);
  if (!miss || !severity) return;
  const { resource, selector } = unmatched;
  const neighbour = miss.kind === 'elsewhere' && miss.sameScope ? miss.workloads[0] : undefined;
  const advice = neighbour && unmatched.elsewhere?.(neighbour);
  const data = miss.kind === 'near' ? fixData(unmatched, miss.workload, miss.difference, model) : advice?.data;
  report({
    resource,
    at: placeOf(miss, selector),
    severity,
    message: `${noPod(unmatched)} ${explanation(miss, advice?.advice)}${isCertain(miss) ? ` ${unmatched.consequence}` : ''}`,
    related: relatedOf(miss),
    ...(data ? { data } : {}),
  });
}

function isCertain(miss: Miss): boolean {
  return miss.kind === 'near' || (miss.kind === 'elsewhere' && miss.sameScope);
}

function noPod({ selector, namespaces }: UnmatchedSelector): string {
  const more = namespaces.length > 3 ? ` and ${namespaces.length - 3} more` : '';
  const where =
    namespaces.length === 1
      ? `namespace ${namespaces[0] ?? ''}`
      : `the namespaces ${namespaces.slice(0, 3).join(', ')}${more}`;
  const plain = selector.requirements.every(({ operator, values }) => operator === 'In' && values.length === 1);
  return `No pod in ${where} ${plain ? 'has' : 'matches'} ${printSelector(selector)}.`;
}

function explanation(miss: Miss, advice = 'but this one is about pods of its own namespace only'): string {
  switch (miss.kind) {
    case 'near':
      return `${describeNear(miss.workload, miss.difference)}.`;
    case 'elsewhere': {
      const [first] = miss.workloads;
      const name = first ? `${printWorkload(first)} in namespace ${first.namespace}` : 'A workload';
      const more = miss.workloads.length > 1 ? ` and ${miss.workloads.length - 1} more` : '';
      return `${name}${more} would match, ${miss.sameScope ? advice : `but ${miss.workloads.length > 1 ? 'they belong' : 'it belongs'} to ${miss.model.scope.name}, which is applied separately`}.`;
    }
    case 'outside':
      return `${miss.variant ? `${printWorkload(miss.variant.workload)} has ${printLabels([miss.variant.label])}` : 'Nothing here comes close'}: check the labels, unless the pods come from elsewhere.`;
  }
}

function relatedOf(miss: Miss): readonly RelatedReport[] {
  if (miss.kind === 'near') {
    const at = miss.difference.kind === 'missing' ? undefined : entryRange(miss.difference.label.entry);
    return [
      {
        resource: miss.workload.resource,
        message: `${printWorkload(miss.workload)}: ${printLabels(miss.workload.podLabels)}`,
        ...(at ? { at } : {}),
      },
    ];
  }
  if (miss.kind !== 'elsewhere') return [];
  return miss.workloads.slice(0, 3).map((workload) => ({
    resource: workload.resource,
    message: `${printWorkload(workload)} in namespace ${workload.namespace}`,
  }));
}

/** The slip itself where one is known, else everything the selector asks for. */
function placeOf(miss: Miss, selector: Selector): Place {
  if (miss.kind !== 'near') return selectorPlace(selector);
  const { difference } = miss;
  const requirement = difference.kind === 'missing' ? difference.requirements[0] : difference.requirement;
  if (!requirement?.entry) return expressionPlace(difference, selector) ?? selectorPlace(selector);
  if (difference.kind === 'missing') return entryRange(requirement.entry);
  return difference.kind === 'key' ? keyRange(requirement.entry) : requirement.entry.value;
}

/** The key or value of an expression that differs. */
function expressionPlace(difference: Difference, { node, requirements }: Selector): SourceNode | undefined {
  if (difference.kind === 'missing' || difference.requirement.entry) return undefined;
  const expressions = requirements.filter(({ entry }) => !entry);
  const expression = itemsAt(node, 'matchExpressions')[expressions.indexOf(difference.requirement)];
  if (difference.kind === 'key') return nodeAt(expression, 'key');
  return itemsAt(expression, 'values').find(
    (value) => value.type === 'scalar' && String(value.value ?? '') === difference.wanted,
  );
}

/** From the first to the last label of a selector, or all of it where it holds expressions. */
export function selectorPlace(selector: Selector): Place {
  const entries = selector.requirements.map(({ entry }) => entry);
  const [first] = entries;
  const last = entries.at(-1);
  const isElsewhere = (entry: MapEntry | undefined): boolean =>
    !entry || entry.value.shared === true || entry.value.file !== first?.value.file;
  if (!first || !last || entries.some(isElsewhere)) return selector.node;
  return { ...entryRange(last), start: first.keyStart };
}

/** Everything is decided here, where the model is at hand; the fixes only need the text. */
interface NearFixData {
  readonly title: string;
  readonly workloadTitle: string;
  readonly edits: readonly EditData[];
  readonly removals: readonly (OffsetRange & { readonly file: string })[];
  readonly workloadEdits: readonly EditData[];
  readonly addition?: { readonly after: EntryPlace; readonly lines: readonly string[] };
}

function fixData(
  unmatched: UnmatchedSelector,
  workload: Workload,
  difference: Difference,
  model: NetworkModel,
): FixData {
  const data: NearFixData =
    difference.kind === 'missing'
      ? missingFix(unmatched.resource, workload, difference.requirements)
      : slipFix(unmatched, workload, difference, model);
  return { ...data };
}

function slipFix(
  { resource, selector }: UnmatchedSelector,
  workload: Workload,
  difference: Extract<Difference, { kind: 'value' | 'key' }>,
  model: NetworkModel,
): NearFixData {
  const { kind, requirement, label } = difference;
  const [from, to] = kind === 'value' ? [difference.wanted, label.value] : [requirement.key, label.key];
  const own =
    requirement.entry && kind === 'key'
      ? replaceKey(resource, requirement.entry, to)
      : replaceScalar(resource, requirement.entry?.value ?? expressionPlace(difference, selector), to);
  // Pods that something else finds by this label keep it, and a condition with several answers has no one text that they could take.
  const isFixed = isFoundBy(model, workload, label.key) || requirement.values.length !== 1;
  const theirs = isFixed
    ? []
    : labelPlaces(workload, label.key, label.value).map((entry) =>
        kind === 'value'
          ? replaceScalar(workload.resource, entry.value, from)
          : replaceKey(workload.resource, entry, from),
      );
  return {
    title: `Change "${from}" to "${to}", as ${printWorkload(workload)} has it`,
    edits: own ? [own] : [],
    removals: [],
    workloadTitle: `Change "${to}" to "${from}" on ${printWorkload(workload)}`,
    workloadEdits: theirs.includes(undefined) ? [] : theirs.filter((edit) => edit !== undefined),
  };
}

/** A label of the pods, and of the workload's own selector, which must go along. */
function labelPlaces(workload: Workload, key: string, value: string) {
  const own = workload.podLabels.filter((label) => label.key === key).map(({ entry }) => entry);
  const selected = (workload.selector?.requirements ?? []).flatMap(({ entry, key: name, values }) =>
    entry && name === key && values[0] === value ? [entry] : [],
  );
  return [...own, ...selected];
}

function missingFix(resource: Resource, workload: Workload, requirements: readonly Requirement[]): NearFixData {
  const names = requirements.map(({ key, values }) => `${key}=${values[0] ?? ''}`).join(', ');
  const entries = requirements.flatMap(({ entry }) => (entry && !entry.value.shared ? [entry] : []));
  const after = entryPlace(workload.resource, workload.podLabels.findLast(({ entry }) => !entry.value.shared)?.entry);
  return {
    title: `Remove ${names} from the selector`,
    edits: [],
    removals:
      entries.length === requirements.length
        ? entries.map((entry) => ({ ...entryRange(entry), file: entry.value.file ?? resource.file }))
        : [],
    workloadTitle: `Add ${names} to the pods of ${printWorkload(workload)}`,
    workloadEdits: [],
    ...(after
      ? {
          addition: {
            after,
            lines: requirements.map(({ key, values }) => `${key}: ${quoted(values[0] ?? '', 'plain')}`),
          },
        }
      : {}),
  };
}

/** The quick fixes of a near miss: on the selector first, then on the workload. */
export function nearMissFixes(raw: FixData, textOf: TextOf): readonly FixDraft[] {
  const data = raw as unknown as NearFixData;
  const removals = data.removals.map((range) => removeLines(textOf(range.file), range.file, range));
  const own = [...data.edits, ...removals.filter((edit) => edit !== undefined)];
  const fixes: FixDraft[] = [];
  if (own.length > 0 && !removals.includes(undefined)) fixes.push({ title: data.title, edits: own });
  const { addition } = data;
  const added = addition && addEntry(textOf(addition.after.file), addition.after, addition.lines);
  const theirs = added ? [...data.workloadEdits, added] : data.workloadEdits;
  if (theirs.length > 0) fixes.push({ title: data.workloadTitle, edits: theirs });
  return fixes;
}
