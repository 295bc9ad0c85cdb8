import {
  isPlaceholder,
  printLabels,
  printSelector,
  requirementHolds,
  labelValue,
  type Requirement,
} from '../model/label';
import { isPodMaker } from '../model/made-pods';
import { workloadsOf } from '../model/network-model';
import { printWorkload, type Workload } from '../model/workload';
import { addEntry, entryPlace, quoted, replaceScalar, type EntryPlace } from './edits';
import { defineRule, type EditData, type FixData, type FixDraft, type TextOf } from './rule';
import { selectorPlace } from './selector-report';

export const workloadSelectorMismatch = defineRule({
  id: 'workload-selector-mismatch',
  title: "A workload's selector does not match its own pods",
  severity: 'error',
  check(model, report) {
    for (const workload of workloadsOf(model)) {
      const { selector } = workload;
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
  fixes: copyLabels,
});

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
  return { name: printWorkload(workload), edits, additions };
}

function copyLabels(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const edits = data['edits'] as readonly (EditData | null | undefined)[];
  const additions = data['additions'] as readonly (Addition | null | undefined)[];
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
