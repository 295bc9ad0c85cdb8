import { entriesAt, entryOf, keyRange, nodeAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import {
  isPlaceholder,
  printLabels,
  printSelector,
  requirementHolds,
  labelValue,
  type Requirement,
} from '../model/label';
import { isPodMaker } from '../model/made-pods';
import { isPatch, workloadsOf, type NetworkModel } from '../model/network-model';
import { printWorkload, type Workload } from '../model/workload';
import {
  addEntry,
  addEntryBefore,
  entryPlace,
  isInFlow,
  isWrittenKey,
  quoted,
  replaceScalar,
  type EntryPlace,
} from './edits';
import { defineRule, type EditData, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { selectorPlace } from './selector-report';

export const workloadSelectorMismatch = defineRule({
  id: 'workload-selector-mismatch',
  title: "A workload's selector does not match its own pods",
  severity: 'error',
  check(model, report) {
    for (const workload of workloadsOf(model)) {
      const { selector } = workload;
      if (lacksSelector(workload)) reportLacking(workload, model, report);
      if (!selector?.valid || selector.requirements.length === 0 || usesOwnLabels(workload)) continue;
      const unmet = selector.requirements.filter((requirement) => !mayHold(requirement, workload));
      const [first] = unmet;
      if (!first) continue;
      const has = workload.podLabels.length > 0 ? `have ${printLabels(workload.podLabels)}` : 'have no labels';
      report({
        resource: workload.resource,
        at: first.entry?.value ?? selectorPlace(selector),
        message: `The selector of ${printWorkload(workload)} asks for ${printSelector({ ...selector, requirements: unmet })}, and the pods of its own template ${has}. ${refuses(workload)}: both must agree.`,
        ...(workload.podLabelsNode
          ? {
              related: [
                { resource: workload.resource, at: workload.podLabelsNode, message: 'The labels of the pod template' },
              ],
            }
          : {}),
        data: fixData(workload, unmet),
      });
    }
  },
  fixes: (data, textOf) => [...copyLabels(data, textOf), ...addLabels(data, textOf)],
});

/** The kinds of apps/v1 whose selector has no default, as it had in the versions before (validation of Kubernetes). */
const selecting: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

function lacksSelector({ selector, resource }: Workload): boolean {
  if (resource.apiVersion !== 'apps/v1' || !selecting.includes(resource.kind) || isPodMaker(resource)) return false;
  return selector === undefined || (selector.valid && selector.requirements.length === 0);
}

/** A scope that is not complete may be for a Kustomization, whose labels bring a selector. */
function reportLacking(workload: Workload, model: NetworkModel, report: Report): void {
  const { resource, podLabels, selector } = workload;
  if (!model.complete || isPatch(model, resource)) return;
  const spec = nodeAt(resource.root, 'spec');
  const entry = entryOf(spec, 'selector') ?? entryOf(resource.root, 'spec');
  const which =
    podLabels.length > 0
      ? ` It must select the labels of the template: ${printLabels(podLabels)}.`
      : ' It must select the labels of the template, which has none either.';
  report({
    resource,
    ...(entry ? { at: keyRange(entry) } : {}),
    message: `${printWorkload(workload)} has ${selector ? 'an empty selector' : 'no selector'}, and the API server refuses it.${which}`,
    data: {
      title: `Select the pods of ${printWorkload(workload)} by the labels of its template`,
      block: selectorBlock(workload, spec),
    },
  });
}

function selectorBlock(
  { resource, podLabels, podLabelsNode }: Workload,
  spec: SourceNode | undefined,
): BlockToAdd | undefined {
  if (podLabels.length === 0 || podLabelsNode?.type !== 'map') return undefined;
  return blockToAdd(resource, spec, ['selector', 'matchLabels'], podLabels, 'template');
}

/** Labels to write below keys that may partly be there, as a finding's data keeps it. */
interface BlockToAdd {
  /** The innermost of the keys that is there, with nothing below it; the entry to write before or after where none is. */
  readonly at: EntryPlace;
  readonly where: 'below' | 'before' | 'after';
  /** The keys to write. */
  readonly keys: readonly string[];
  readonly labels: readonly (readonly [key: string, value: string])[];
}

/**
 * Where labels can be written at a path below a mapping.
 * @param next the key of the mapping that they come before
 */
function blockToAdd(
  resource: Resource,
  map: SourceNode | undefined,
  [key = '', ...rest]: readonly string[],
  labels: readonly { readonly key: string; readonly value: string }[],
  next?: string,
): BlockToAdd | undefined {
  const pairs = labels.map((label) => [label.key, label.value] as const);
  const entry = entryOf(map, key);
  if (entry) {
    if (entriesAt(entry.value).length > 0)
      return rest.length > 0 ? blockToAdd(resource, entry.value, rest, labels) : undefined;
    const at = entryPlace(resource, entry);
    return at && { at, where: 'below', keys: rest, labels: pairs };
  }
  const at = entryPlace(resource, (next === undefined ? undefined : entryOf(map, next)) ?? entriesAt(map).at(-1));
  return at && { at, where: next === undefined ? 'after' : 'before', keys: [key, ...rest], labels: pairs };
}

function addLabels(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const block = data['block'] as BlockToAdd | null | undefined;
  const edit = block && addBlock(textOf(block.at.file), block);
  return edit ? [{ title: String(data['title']), edits: [edit] }] : [];
}

/** An empty mapping that is written as such (`{}`) is filled in its own style. */
function addBlock(text: string, { at, where, keys, labels }: BlockToAdd): EditData | undefined {
  if (!isWrittenKey(text, at)) return undefined;
  const pairs = labels.map(([key, value]) => `${key}: ${quoted(value, 'plain')}`);
  if (where === 'below' && at.value.start < at.value.end) {
    if (!/^\{\s*\}$/.test(text.slice(at.value.start, at.value.end)) || isInFlow(text, at.value.end)) return undefined;
    const newText = keys.reduceRight((inner, key) => `{ ${key}: ${inner} }`, `{ ${pairs.join(', ')} }`);
    return { file: at.file, start: at.value.start, end: at.value.end, newText };
  }
  const indent = (line: string, depth: number): string => `${'  '.repeat(depth + (where === 'below' ? 1 : 0))}${line}`;
  const lines = [
    ...keys.map((key, depth) => indent(`${key}:`, depth)),
    ...pairs.map((pair) => indent(pair, keys.length)),
  ];
  return where === 'before' ? addEntryBefore(text, at, lines) : addEntry(text, at, lines);
}

/** Whether a requirement holds, or may hold once something fills in what is not known yet. */
function mayHold(requirement: Requirement, workload: Workload): boolean {
  const value = labelValue(workload.podLabels, requirement.key);
  if (requirementHolds(requirement, value)) return true;
  const labels = workload.podLabelsNode;
  if (labels?.type === 'scalar' && labels.value !== null) return true;
  return [requirement.key, ...requirement.values, value ?? ''].some(isPlaceholder);
}

/** Kinds that come with an operator are mostly checked by the operator alone. */
function refuses({ resource }: Workload): string {
  return isPodMaker(resource) ? `The controller of ${resource.kind}s refuses this` : 'The API server refuses this';
}

/** A Job's selector is made by the controller unless `manualSelector` says otherwise (API reference, JobSpec). */
function usesOwnLabels(workload: Workload): boolean {
  return workload.runBy === 'Job' || workload.runBy === 'CronJob';
}

interface Addition {
  readonly after: EntryPlace;
  readonly line: string;
}

/** Missing labels are added to the template, differing ones are set to what the selector says. */
function fixData(workload: Workload, unmet: readonly Requirement[]): FixData {
  const edits: (EditData | undefined)[] = [];
  const additions: (Addition | undefined)[] = [];
  const after = entryPlace(workload.resource, workload.podLabels.at(-1)?.entry);
  for (const { key, values, operator } of unmet) {
    const label = workload.podLabels.find((candidate) => candidate.key === key);
    const [value] = values;
    if (operator !== 'In' || value === undefined) edits.push(undefined);
    else if (label) edits.push(replaceScalar(workload.resource, label.entry.value, value));
    else additions.push(after && { after, line: `${key}: ${quoted(value, 'plain')}` });
  }
  const name = printWorkload(workload);
  if (workload.podLabels.length > 0 || edits.length > 0) return { name, edits, additions };
  return { title: `Give the pods of ${name} the labels of its selector`, block: labelsBlock(workload, unmet) };
}

/** For a template without labels; for kinds of Kubernetes alone, as others may keep theirs elsewhere. */
function labelsBlock({ resource }: Workload, unmet: readonly Requirement[]): BlockToAdd | undefined {
  if (isPodMaker(resource)) return undefined;
  const labels = unmet.map(({ key, values }) => ({ key, value: values[0] ?? '' }));
  return blockToAdd(resource, nodeAt(resource.root, 'spec', 'template'), ['metadata', 'labels'], labels, 'spec');
}

function copyLabels(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const edits = (data['edits'] as readonly (EditData | null | undefined)[] | undefined) ?? [];
  const additions = (data['additions'] as readonly (Addition | null | undefined)[] | undefined) ?? [];
  const added = additions.map(
    (addition) => addition && addEntry(textOf(addition.after.file), addition.after, [addition.line]),
  );
  const all = [...edits, ...added];
  if (all.length === 0 || all.some((edit) => !edit)) return [];
  return [
    {
      title: `Give the pods of ${String(data['name'])} the labels of its selector`,
      edits: all.filter((edit) => edit !== undefined && edit !== null),
    },
  ];
}
