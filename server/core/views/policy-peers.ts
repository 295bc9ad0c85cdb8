import type { Requirement } from '../model/label';
import { overwrittenResources, workloadsOf } from '../model/network-model';
import type { Direction } from '../model/policy';
import { printContainerPort } from '../model/port-path';
import type { Workload } from '../model/workload';
import type { AbsentPeer } from '../reach/absent-peer';
import { printPeer } from '../reach/peers';
import { reachOf, type Reach } from '../reach/reach';
import { policiesHolding } from '../reach/rows';
import { addNode, addResource, compare, groupId, inOrder, labelLine, shortKeys, type Drawing } from './drawing';
import type { AddressGroup } from './policy-addresses';
import type { Ends } from './policy-edges';
import type { End, SeveralEnd } from './policy-ends';
import { printPolicies } from './policy-words';
import { podCount } from './pod-parts';
import { callsByClient } from './routing-calls';
import { deniedLookup } from './routing-dns';
import { labelsOf } from './routing-services';
import type { ViewBadge, ViewNode } from './view';

/** Lanes are roles, so that an edit moves only the ends that it concerns. */
export const lanes = { from: 0, callers: 1, both: 2, called: 3, policies: 4, to: 5 } as const;

/** Adds a node for every workload; those that a later manifest overwrites never run. */
export function addWorkloads(drawing: Drawing, reach: Reach): void {
  const { model } = drawing.context;
  const overwritten = overwrittenResources(model);
  for (const workload of inOrder(model, workloadsOf(model))) {
    if (!overwritten.has(workload.resource)) addWorkload(drawing, reach, workload);
  }
}

function addWorkload(drawing: Drawing, reach: Reach, workload: Workload): void {
  const { kind, ports, podLabels } = workload;
  const count = kind === 'Pod' ? undefined : podCount(workload);
  const podClass = reach.peers.classOf.get(workload);
  const isHeld = podClass !== undefined && (reach.over.Ingress[podClass] ?? []).length > 0;
  addResource(drawing, workload, {
    kind: 'workload',
    lane: isHeld ? lanes.called : lanes.both,
    subtitle: count === undefined ? kind : `${kind} ×${count}`,
    lines: [...ports.map(printContainerPort), ...(podLabels.length > 0 ? [labelLine(podLabels)] : [])],
    badges:
      podClass === undefined ? [] : [...dnsBadge(drawing, reach, workload), ...badgesOf(reach, workload, podClass)],
    labels: labelsOf(podLabels),
    ask: printPeer(workload),
  });
}

function badgesOf(reach: Reach, workload: Workload, podClass: number): readonly ViewBadge[] {
  const directions = (['Ingress', 'Egress'] as const).map((direction) => ({
    direction,
    all: reach.over[direction][podClass] ?? [],
    sure: policiesHolding(reach, podClass, direction),
  }));
  const open = directions.filter(({ all }) => all.length === 0).map(({ direction }) => direction);
  return [
    ...(workload.hostNetwork ? [onHostNetwork] : []),
    ...(open.length > 0 ? [openBadge(open)] : []),
    ...directions.flatMap(({ direction, all, sure }): readonly ViewBadge[] => {
      const way = direction.toLowerCase();
      if (all.length === 0) return [];
      if (!all.some(({ form }) => form.tier === 'network')) {
        const title = `Only admin policies speak of its ${way}, which do not isolate: what ${printPolicies(all)} ${all.length === 1 ? 'does' : 'do'} not decide may pass.`;
        return [{ text: `${way} by admin rules`, tone: 'plain', title }];
      }
      if (sure.length < all.length) {
        const title = `Whether ${printPolicies(all)} hold for these pods' ${way} hangs on what no manifest tells.`;
        return [{ text: `${way} held?`, tone: 'plain', title }];
      }
      const title = `Its ${way} is held by ${all.length === 1 ? 'one policy' : `${all.length} policies`}: ${printPolicies(all)}.`;
      return [{ text: `${way} held`, tone: 'good', title }];
    }),
  ];
}

/** Of pods that call others by name: a preview may open DNS, and is not asked. */
function dnsBadge(drawing: Drawing, reach: Reach, workload: Workload): readonly ViewBadge[] {
  const { model, settings } = drawing.context;
  if (reach !== reachOf(model) || !callsByClient(model, settings.cluster.domain).has(workload)) return [];
  const denied = deniedLookup(drawing, workload, 'what it calls by name');
  return denied?.note === undefined ? [] : [{ text: 'no DNS', tone: 'warn', title: denied.note }];
}

const onHostNetwork: ViewBadge = {
  text: 'host network',
  tone: 'warn',
  title: 'Its pods are on the network of their node (hostNetwork). Most network plugins hold no policy for them.',
};

function openBadge(open: readonly Direction[]): ViewBadge {
  const [only, second] = open;
  const text = second ? 'open' : `open ${only?.toLowerCase() ?? ''}`;
  const ways = second ? 'ingress or egress' : (only?.toLowerCase() ?? '');
  return { text, tone: 'warn', title: `No policy selects these pods for ${ways}: everything may pass.` };
}

/** Gives the nodes of ends, and adds those that are not there yet. */
export function createEnds(drawing: Drawing, reach: Reach): Ends {
  const known = new Map<End, readonly string[]>();
  const { classes } = reach.peers;
  const find = (end: End): readonly string[] => {
    if (end.type === 'class')
      return (classes[end.podClass]?.workloads ?? [])
        .flatMap((workload) => drawing.ids.get(workload) ?? [])
        .sort(compare);
    const node = nodeOf(reach, end);
    addNode(drawing, node);
    return [node.id];
  };
  return {
    idsOf(end) {
      const ids = known.get(end) ?? find(end);
      known.set(end, ids);
      return ids;
    },
    nameOf(id) {
      const node = drawing.nodes.get(id);
      if (!node) return id;
      const { title, group, kind } = node;
      if (kind === 'several') return `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
      if (kind !== 'workload') return title;
      return group === undefined ? title : `${group.replace('namespace/', '')}/${title}`;
    },
  };
}

type Look = Pick<ViewNode, 'id' | 'kind' | 'title' | 'subtitle' | 'lines' | 'group'> & Partial<Pick<ViewNode, 'parts'>>;

function nodeOf(reach: Reach, end: Exclude<End, { readonly type: 'class' }>): ViewNode {
  const look = lookOf(reach, end);
  const inside = end.role === 'from' ? lanes.callers : lanes.called;
  return { ...look, lane: look.group === undefined ? lanes[end.role] : inside, problems: [] };
}

function lookOf(reach: Reach, end: Exclude<End, { readonly type: 'class' }>): Look {
  switch (end.type) {
    case 'several':
      return severalLook(reach, end);
    case 'addresses':
      return addressLook(end.group, end.role);
    case 'absent':
      return absentLook(reach, end.peer, end.role);
  }
}

function severalLook({ peers: { classes } }: Reach, { role, namespace, which, members }: SeveralEnd): Look {
  const names = members.flatMap((index) => classes[index]?.workloads ?? []).map(printPeer);
  const way = role === 'from' ? 'egress' : 'ingress';
  const what = { workloads: 'Every workload', open: `Every workload with open ${way}`, pods: 'Every pod' }[which];
  const place = namespace === undefined ? (which === 'pods' ? ' of the cluster' : '') : ` of ${namespace}`;
  const suffix = which === 'workloads' ? '' : which === 'open' ? `/open-${way}` : '/pods';
  const count = `${names.length} workload${names.length === 1 ? '' : 's'}`;
  return {
    id: `several/${role}${namespace === undefined ? '' : `/namespace/${namespace}`}${suffix}`,
    kind: 'several',
    title: `${what}${place}`,
    subtitle: which === 'pods' ? `${count}, and undeclared pods` : `all ${count}`,
    lines: [],
    group: namespace === undefined ? undefined : groupId(namespace),
    parts: [...names]
      .sort(compare)
      .slice(0, 50)
      .map((text) => ({ text })),
  };
}

function addressLook({ key, title, lines, isWhole }: AddressGroup, role: 'from' | 'to'): Look {
  return {
    id: `outside/${role}/${key}`,
    kind: isWhole ? 'outside' : 'addresses',
    title,
    subtitle: isWhole ? 'any address' : 'outside the cluster',
    lines,
    group: undefined,
  };
}

function absentLook({ peers }: Reach, { namespaces, pods, text }: AbsentPeer, role: 'from' | 'to'): Look {
  const isAlone = 'name' in namespaces && !peers.classes.some(({ namespace }) => namespace === namespaces.name);
  const any = isAlone ? 'Any pod' : 'Any other pod';
  const own = pods.length === 0 ? any : `Pods ${printRequirements(pods)}`;
  const isByLabels = !('name' in namespaces) && namespaces.length > 0;
  const place = isByLabels ? ` of namespaces ${printRequirements(namespaces)}` : '';
  const isOfCluster = !('name' in namespaces) && namespaces.length === 0;
  const subtitle = isOfCluster ? 'of the cluster, undeclared' : 'not declared here';
  return {
    id: `undeclared/${role}/${text}`,
    kind: 'undeclared',
    title: `${own}${place}`,
    subtitle,
    lines: [],
    group: 'name' in namespaces ? groupId(namespaces.name) : undefined,
  };
}

function printRequirements(requirements: readonly Requirement[]): string {
  const words = { In: 'in', NotIn: 'notin' } as const;
  const printed = requirements
    .map(({ key, operator, values }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `!${key}`;
      return operator === 'In' && values.length === 1
        ? `${key}=${values[0] ?? ''}`
        : `${key} ${words[operator]} (${values.join(', ')})`;
    })
    .join(', ');
  return shortKeys(printed);
}

/** The controller of routes, where no manifest declares its pods. */
export function addController(drawing: Drawing, id: string): void {
  addNode(drawing, {
    id,
    kind: 'controller',
    lane: lanes.from,
    group: undefined,
    title: 'Ingress controller',
    subtitle: 'pods not declared here',
    lines: [],
    problems: [],
  });
}
