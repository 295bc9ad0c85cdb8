import { itemsAt, nodeAt, stringAt, type SourceNode } from '../manifest/node';
import { labelsAt } from '../model/label';
import type { Workload } from '../model/workload';
import { compare } from './drawing';

/** Workloads by the nodes that their manifests ask for. */
export interface NodeGroups {
  /** Headings of the groups; those that every picture has come first, so that an edit elsewhere shifts none. */
  readonly headings: readonly string[];
  readonly placeOf: (workload: Workload) => NodePlace;
}

export interface NodePlace {
  /** Index of its group's heading. */
  readonly group: number;
  /** What a node must meet: `disktype=ssd`; empty where nothing is asked. */
  readonly constraint: string;
  /** The group stands for several constraints, so its heading does not tell. */
  readonly isFolded: boolean;
}

/** More columns than this nobody reads. */
const maxGroups = 6;

const anyNode = 'Any node';
const everyNode = 'Every node';
const controlPlane = 'Control plane';
const otherNodes = 'Other nodes';

/** Groups workloads by what they ask of their nodes. The rarest groups share one where there are many. */
export function nodeGroupsOf(workloads: readonly Workload[]): NodeGroups {
  const placed = workloads.map((workload) => {
    const constraint = constraintOf(workload);
    return { workload, constraint, heading: headingOf(workload, constraint) };
  });
  const headings = headingsFor(placed.map(({ heading }) => heading));
  const places = new Map(
    placed.map(({ workload, constraint, heading }) => {
      const group = headings.indexOf(heading);
      return [workload, { group: group === -1 ? headings.length - 1 : group, constraint, isFolded: group === -1 }];
    }),
  );
  return { headings, placeOf: (workload) => places.get(workload) ?? { group: 0, constraint: '', isFolded: false } };
}

function headingsFor(wanted: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const heading of wanted) counts.set(heading, (counts.get(heading) ?? 0) + 1);
  const fixed = [anyNode, everyNode, ...(counts.has(controlPlane) ? [controlPlane] : [])];
  const named = [...counts].filter(([heading]) => !fixed.includes(heading)).sort(([a], [b]) => compare(a, b));
  const room = maxGroups - fixed.length;
  const commonest = named.toSorted(([, a], [, b]) => b - a).slice(0, named.length > room ? room - 1 : room);
  const kept = named.filter((entry) => commonest.includes(entry)).map(([heading]) => heading);
  return [...fixed, ...kept, ...(kept.length < named.length ? [otherNodes] : [])];
}

function headingOf({ runBy }: Workload, constraint: string): string {
  if (constraint === '') return runBy === 'DaemonSet' ? everyNode : anyNode;
  if (constraint === 'control plane') return controlPlane;
  return /^node \S+$/.test(constraint) ? `Node ${constraint.slice('node '.length)}` : `Nodes: ${constraint}`;
}

/** What a workload's manifest asks of the nodes that its pods run on. Tolerations ask for nothing: they only let a pod onto a node. */
function constraintOf({ podSpec, resource }: Workload): string {
  const nodeName = stringAt(podSpec, 'nodeName')?.value;
  // The scheduler has no say then.
  if (nodeName) return `node ${nodeName}`;
  // Operators that make the whole spec themselves take these two under the same names.
  const spec = podSpec ?? nodeAt(resource.root, 'spec');
  const selector = labelsAt(spec, 'nodeSelector').map(({ key, value }) => printCondition(key, 'In', [value]));
  const affinity = nodeAt(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  const conditions = [...selector, ...printTerms(itemsAt(affinity, 'nodeSelectorTerms'))];
  return joined(conditions);
}

/** One of the terms must hold, and all of what one says (API reference, NodeSelector). An empty term holds for no node. */
function printTerms(terms: readonly SourceNode[]): readonly string[] {
  const printed = terms
    .map((term) => [...itemsAt(term, 'matchExpressions'), ...itemsAt(term, 'matchFields')].map(printExpression))
    .filter((conditions) => conditions.length > 0);
  const [only, ...more] = printed;
  if (!only || more.length === 0) return only ?? [];
  const alternatives = new Set(printed.map(joined));
  // Where one of them asks for nothing, all of them together ask for nothing.
  return alternatives.has('') ? [] : [[...alternatives].sort(compare).join(' or ')];
}

function joined(conditions: readonly string[]): string {
  return [...new Set(conditions.filter((condition) => condition !== ''))].sort(compare).join(', ');
}

function printExpression(node: SourceNode): string {
  const values = itemsAt(node, 'values').flatMap((item) => (item.type === 'scalar' ? [String(item.value ?? '')] : []));
  return printCondition(
    stringAt(node, 'key')?.value ?? '',
    stringAt(node, 'operator')?.value ?? '',
    values.sort(compare),
  );
}

/** Labels that every node has, or that Kubernetes itself gives a meaning, as people call them. */
const commonNames: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'arch'],
  ['beta.kubernetes.io/os', 'os'],
  ['failure-domain.beta.kubernetes.io/region', 'region'],
  ['failure-domain.beta.kubernetes.io/zone', 'zone'],
  ['kubernetes.io/arch', 'arch'],
  ['kubernetes.io/hostname', 'node'],
  ['kubernetes.io/os', 'os'],
  ['metadata.name', 'node'],
  ['node.kubernetes.io/instance-type', 'instance type'],
  ['topology.kubernetes.io/region', 'region'],
  ['topology.kubernetes.io/zone', 'zone'],
]);

const rolePrefix = 'node-role.kubernetes.io/';

/** `disktype=ssd`, `zone in (a, b)`; empty for what nearly every node meets: to run Linux. */
function printCondition(key: string, operator: string, values: readonly string[]): string {
  const [first = ''] = values;
  const common = commonNames.get(key);
  const name = common ?? nameOfRole(key) ?? key;
  const list = values.length === 1 ? first : `(${values.join(', ')})`;
  switch (operator) {
    case 'In':
      if (common === 'os' && values.includes('linux')) return '';
      if (values.length > 1) return `${name} in ${list}`;
      if (common) return `${name} ${first}`;
      return first === '' || (name !== key && first === 'true') ? name : `${name}=${first}`;
    case 'NotIn':
      if (common === 'os' && !values.includes('linux')) return '';
      return values.length > 1 ? `${name} not in ${list}` : `${name}${common ? ' not ' : '!='}${first}`;
    case 'Exists':
      return name;
    case 'DoesNotExist':
      return `not ${name}`;
    case 'Gt':
      return `${name} > ${first}`;
    case 'Lt':
      return `${name} < ${first}`;
    default:
      return 'a node affinity that cannot be read';
  }
}

function nameOfRole(key: string): string | undefined {
  if (!key.startsWith(rolePrefix)) return undefined;
  const role = key.slice(rolePrefix.length);
  return role === 'control-plane' || role === 'master' ? 'control plane' : `role ${role}`;
}
