import { nodeAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Requirement } from '../model/label';
import type { NetworkModel } from '../model/network-model';
import type { Direction } from '../model/policy';
import type { Workload } from '../model/workload';
import { quoted } from './edits';
import type { EditData, FixData, FixDraft, TextOf } from './rule';

/** A NetworkPolicy that a fix writes into the file of a resource, as a finding's data keeps it. */
export interface GeneratedPolicy {
  readonly title: string;
  readonly file: string;
  /** Where the resource begins. */
  readonly start: number;
  readonly lines: readonly string[];
}

/** What a generated policy says. */
export interface PolicyContent {
  readonly name: string;
  /** The lines below `podSelector`; none for all pods. */
  readonly matchLabels: readonly (readonly [key: string, value: string])[];
  readonly directions: readonly Direction[];
  /** Rules as lines of block YAML. */
  readonly ingress: readonly (readonly string[])[];
  readonly egress: readonly (readonly string[])[];
}

/**
 * What a policy beside a resource has to write for its namespace: what the resource writes, and nothing where it writes nothing or a
 * kustomization sets it. Undefined where it comes from another file, or is worked out: nobody knows here what to write.
 */
export function writtenNamespace({ root }: Resource): { readonly namespace: string | undefined } | undefined {
  const node = nodeAt(root, 'metadata', 'namespace');
  if (!node || (node.type === 'scalar' && node.value === null)) return { namespace: undefined };
  if (isOfKustomization(node)) return { namespace: undefined };
  const isOwn = node.type === 'scalar' && !node.shared && node.file === undefined;
  return isOwn ? { namespace: String(node.value) } : undefined;
}

function isOfKustomization({ file }: SourceNode): boolean {
  return file !== undefined && /\/kustomization(\.ya?ml)?$/i.test(file);
}

/**
 * The labels that a selector asks for, as a generated policy has to write them: without those that a kustomization puts on everything.
 * Undefined where nothing is left, where it asks for more than labels, and where nobody knows here what is written.
 */
export function writtenLabels(requirements: readonly Requirement[]): PolicyContent['matchLabels'] | undefined {
  const own = requirements.filter(({ entry }) => !entry || !isOfKustomization(entry.value));
  const labels = own.flatMap(({ operator, key, values, entry }) => {
    const [value, second] = values;
    const isPlain = operator === 'In' && value !== undefined && second === undefined;
    const isOwn = !entry || (!entry.value.shared && entry.value.file === undefined);
    return isPlain && isOwn ? [[key, value] as const] : [];
  });
  return labels.length > 0 && labels.length === own.length ? labels : undefined;
}

/**
 * A policy in the file of a workload, whose name it has.
 * @param title is given the name
 * @param suffix for the name, where a policy of the workload's own is there already
 * @returns undefined where the workload's name or namespace come from somewhere else than its file
 */
export function policyBeside(
  model: NetworkModel,
  { resource, namespace, name }: Workload,
  content: Omit<PolicyContent, 'name'>,
  suffix: string,
  title: (name: string) => string,
): GeneratedPolicy | undefined {
  const written = writtenNamespace(resource);
  const { nameNode } = resource;
  if (!written || name === '' || nameNode.shared || nameNode.file !== undefined) return undefined;
  const taken = new Set([...(model.contents.get(namespace)?.policies ?? [])].map((policy) => policy.name));
  const names = [name, `${name}-${suffix}`, `${name}-${suffix}-2`];
  const free = names.find((candidate) => !taken.has(candidate));
  if (free === undefined) return undefined;
  return {
    title: title(free),
    file: resource.file,
    start: resource.range.start,
    lines: policyLines({ ...content, name: free }, written.namespace),
  };
}

/** A NetworkPolicy as the lines of a document. */
export function policyLines(content: PolicyContent, namespace: string | undefined): readonly string[] {
  const { name, matchLabels, directions, ingress, egress } = content;
  const labels = matchLabels.map(([key, value]) => `      ${quoted(key, 'plain')}: ${quoted(value, 'plain')}`);
  return [
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    `  name: ${quoted(name, 'plain')}`,
    ...(namespace === undefined ? [] : [`  namespace: ${quoted(namespace, 'plain')}`]),
    'spec:',
    ...(labels.length > 0 ? ['  podSelector:', '    matchLabels:', ...labels] : ['  podSelector: {}']),
    '  policyTypes:',
    ...directions.map((direction) => `    - ${direction}`),
    ...ruleLines('ingress', ingress),
    ...ruleLines('egress', egress),
  ];
}

function ruleLines(field: string, rules: readonly (readonly string[])[]): readonly string[] {
  if (rules.length === 0) return [];
  return [
    `  ${field}:`,
    ...rules.flatMap((rule) => rule.map((line, index) => `    ${index === 0 ? '- ' : '  '}${line}`)),
  ];
}

/** The fixes of a finding that has a generated policy for its data. */
export function generatedPolicyFixes(data: FixData, textOf: TextOf): readonly FixDraft[] {
  return generatedPolicyFix(data as unknown as GeneratedPolicy, textOf);
}

/** The fix that writes a policy; none where the text does not allow it. */
export function generatedPolicyFix(policy: GeneratedPolicy, textOf: TextOf): readonly FixDraft[] {
  const edit = appendDocument(textOf(policy.file), policy);
  return edit ? [{ title: policy.title, edits: [edit] }] : [];
}

/**
 * Adds a document at the end of a file of block YAML. Undefined for JSON, for a template, for an item of a list, and where the file ends
 * within something that a further line would become part of.
 */
function appendDocument(text: string, { file, start, lines }: GeneratedPolicy): EditData | undefined {
  const isAtMargin = start === 0 || text[start - 1] === '\n' || text[start - 1] === '\uFEFF';
  if (!isAtMargin || text[start] === '{' || text.includes('{{')) return undefined;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const last = text.slice(text.lastIndexOf('\n---') + 1);
  const isOpen =
    last.startsWith('---') &&
    last
      .slice(3)
      .split('\n')
      .every((line) => /^\s*(#.*)?$/.test(line));
  const before = `${/\n$/.test(text) ? '' : end}${isOpen ? '' : `---${end}`}`;
  return { file, start: text.length, end: text.length, newText: `${before}${lines.join(end)}${end}` };
}
