import { entriesAt, type MapEntry, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPatch, type NetworkModel } from '../model/network-model';
import type { PolicyProblem, PolicyProblemRule } from '../reach/policy-form';
import { policyFormsOf } from '../reach/policy-forms';
import { addEntry, entryPlace, replaceKey, replaceScalar, type EntryPlace } from './edits';
import type { EditData, FixData, FixDraft, Report, TextOf } from './rule';

/**
 * Reports what could not be read of the policies of a scope, as far as it is one rule's business. A policy's translation finds the
 * problems, so that what a rule says is what the analysis leaves out, and nothing is left out silently.
 */
export function reportProblems(model: NetworkModel, rule: PolicyProblemRule, report: Report): void {
  for (const { resource, problems } of policyFormsOf(model)) {
    if (problems.length === 0 || isPatch(model, resource)) continue;
    for (const problem of problems) {
      if (problem.rule !== rule) continue;
      report({
        resource,
        at: { start: problem.at.start, end: problem.at.end, ...fileOf(problem) },
        message: problem.message,
        data: dataOf(resource, problem),
      });
    }
  }
}

/** The fixes that `reportProblems` prepared. */
export function problemFixes(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { fixes, reshaping, addition } = data as ProblemData;
  if (fixes) return fixes;
  const fix = reshaping
    ? reshape(reshaping, textOf(reshaping.file))
    : addition && add(addition, textOf(addition.after.file));
  return fix ? [fix] : [];
}

/** One of these, or none. */
interface ProblemData {
  readonly fixes?: readonly FixDraft[];
  readonly reshaping?: Reshaping;
  readonly addition?: Addition;
}

function fileOf({ at }: PolicyProblem): { readonly file?: string } {
  return at.file === undefined ? {} : { file: at.file };
}

function dataOf(resource: Resource, { at, instead, leftOut }: PolicyProblem): ProblemData & FixData {
  if (instead !== undefined) {
    const edit = editTo(resource, at, instead);
    return { fixes: edit ? [{ title: `Change to ${instead}`, edits: [edit] }] : [] };
  }
  const field = lastField(leftOut);
  if (field === undefined) return {};
  if (isKeyPlace(at)) {
    const missing = at.key !== field && leftOut.endsWith(`.pods.${field}`);
    const after = missing ? entryPlace(resource, at) : undefined;
    return after ? { addition: { after, field } } : {};
  }
  const into = isNode(at) ? shapeOf(at, field) : undefined;
  if (!into || !isNode(at)) return {};
  const { start, end, file = resource.file, type } = at;
  return { reshaping: { into, file, start, end, scalar: type === 'scalar' } };
}

function editTo(resource: Resource, at: PolicyProblem['at'], value: string | number): EditData | undefined {
  if (isKeyPlace(at)) return replaceKey(resource, at, String(value));
  return isNode(at) ? replaceScalar(resource, at, value) : undefined;
}

function isNode(at: PolicyProblem['at']): at is SourceNode {
  return 'type' in at;
}

function isKeyPlace(at: PolicyProblem['at']): at is PolicyProblem['at'] & MapEntry {
  return 'keyStart' in at;
}

/** `from` of `spec.ingress[0].from`; undefined for an item of a list. */
function lastField(path: string): string | undefined {
  return /\.(\w+)$/.exec(path)?.[1];
}

/** The selector that `pods` of an admin policy lacks beside the other one. */
interface Addition {
  readonly after: EntryPlace;
  readonly field: string;
}

function add({ after, field }: Addition, text: string): FixDraft | undefined {
  const edit = addEntry(text, after, [`${field}: {}`]) ?? addInFlow(text, after, field);
  return edit && { title: `Add ${field}: {}`, edits: [edit] };
}

function addInFlow(text: string, { file, keyRange, value }: EntryPlace, field: string): EditData | undefined {
  if (!/^\s*[,}]/.test(text.slice(value.end, value.end + 200))) return undefined;
  const key = text[keyRange.start] === '"' ? `"${field}"` : field;
  return { file, start: value.end, end: value.end, newText: `, ${key}: {}` };
}

/** What a value becomes as it stands: the one item of a list, or what is below `matchLabels`. */
interface Reshaping {
  readonly into: 'list' | 'matchLabels';
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly scalar: boolean;
}

const listsOfMappings = new Set(['ingress', 'egress', 'from', 'to', 'ports', 'protocols', 'matchExpressions']);
const listsOfTexts = new Set(['policyTypes', 'except', 'networks', 'domainNames']);
const selectors = new Set(['podSelector', 'namespaceSelector', 'namespaces', 'nodes']);

/** Only where nothing else can be meant: a mapping or text that should be a list's item, labels that should be below `matchLabels`. */
function shapeOf(node: SourceNode, field: string | undefined): Reshaping['into'] | undefined {
  if (field === undefined || node.shared) return undefined;
  if (node.type === 'scalar') {
    return typeof node.value === 'string' && /^\w[\w./:*-]*$/.test(node.value) && listsOfTexts.has(field)
      ? 'list'
      : undefined;
  }
  if (node.type !== 'map' || node.entries.length === 0) return undefined;
  if (listsOfMappings.has(field)) return 'list';
  return selectors.has(field) && entriesAt(node).every(({ value }) => value.type === 'scalar')
    ? 'matchLabels'
    : undefined;
}

function reshape({ into, file, start, end, scalar }: Reshaping, text: string): FixDraft | undefined {
  const inside = text.slice(start, end);
  const newText =
    scalar || inside.startsWith('{') ? inFlowStyle(into, inside) : inBlockStyle(into, inside, text, start);
  if (newText === undefined) return undefined;
  const title = into === 'list' ? 'Make it a list' : 'Put the labels below matchLabels';
  return { title, edits: [{ file, start, end, newText }] };
}

function inFlowStyle(into: Reshaping['into'], inside: string): string {
  if (into === 'list') return `[${inside}]`;
  return /^\{\s*"/.test(inside) ? `{ "matchLabels": ${inside} }` : `{ matchLabels: ${inside} }`;
}

/** Two columns further to the right. Undefined where the first line does not begin with the mapping, or tabs make columns a guess. */
function inBlockStyle(into: Reshaping['into'], inside: string, text: string, start: number): string | undefined {
  const indentation = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (!/^ +$/.test(indentation)) return undefined;
  const indented = inside.replaceAll(/\n(?=[^\r\n])/g, '\n  ');
  const end = inside.includes('\r\n') || text.slice(start).includes('\r\n') ? '\r\n' : '\n';
  return into === 'list' ? `- ${indented}` : `matchLabels:${end}${indentation}  ${indented}`;
}
