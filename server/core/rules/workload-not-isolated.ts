import type { Label } from '../model/label';
import { selectWorkloads, servicesOf, type NetworkModel } from '../model/network-model';
import type { Direction } from '../model/policy';
import { followPort } from '../model/port-path';
import type { Service } from '../model/service';
import { printWorkload, type Protocol, type Workload } from '../model/workload';
import { routedTraffic } from '../reach/routed-traffic';
import { generatedPolicyFixes, policyLines, writtenNamespace, type GeneratedPolicy } from './generated-policy';
import { dnsRule } from './policy-edits';
import { directions, isolatable, isolatedElsewhere, isolationOf } from './isolation';
import { defineRule, lowered, type Report } from './rule';

export const workloadNotIsolated = defineRule({
  id: 'workload-not-isolated',
  title: 'A workload that no policy selects in a direction',
  severity: 'warning',
  optIn: true,
  variants: ['information: a policy of another scope would select it, or the scope does not hold everything'],
  check(model, report) {
    const isolation = isolationOf(model);
    const open = isolatable(model).flatMap((workload) => {
      const missing = directions.filter((direction) => !isolation.workloads[direction].has(workload));
      return missing.length > 0 ? [{ workload, missing }] : [];
    });
    if (open.length === 0) return;
    const entrances = entrancesOf(model);
    for (const { workload, missing } of open) reportWorkload(workload, missing, entrances, model, report);
  },
  fixes: generatedPolicyFixes,
});

function reportWorkload(
  workload: Workload,
  missing: readonly Direction[],
  entrances: Entrances,
  model: NetworkModel,
  report: Report,
): void {
  const { resource } = workload;
  const elsewhere = isolatedElsewhere(model, workload, missing);
  const data = policyFor(workload, missing, entrances, model);
  report({
    resource,
    severity: elsewhere || !model.complete ? lowered('warning') : 'warning',
    message: `No NetworkPolicy selects the pods of ${printWorkload(workload)}${consequence(missing)}.${
      elsewhere
        ? ` NetworkPolicy ${elsewhere.policy.name} would, but it belongs to ${elsewhere.model.scope.name}, which is applied separately.`
        : ''
    }`,
    related: elsewhere
      ? [{ resource: elsewhere.policy.resource, message: `NetworkPolicy ${elsewhere.policy.name}` }]
      : [],
    ...(data ? { data: { ...data } } : {}),
  });
}

function consequence(missing: readonly Direction[]): string {
  if (missing.length === 2) return ': everyone may connect to them, and they to everyone';
  return missing[0] === 'Ingress'
    ? ' for ingress: everyone may connect to them'
    : ' for egress: they may connect to everyone';
}

/** Whom a port of the pods is for, from the narrowest: the namespace's own pods, those of others (a controller's), the outside. */
type Audience = 'namespace' | 'cluster' | 'everyone';

/** By workload, the ports that Services and routes lead to. */
type Entrances = ReadonlyMap<Workload, ReadonlyMap<string, Audience>>;

const audiences: readonly Audience[] = ['namespace', 'cluster', 'everyone'];

function entrancesOf(model: NetworkModel): Entrances {
  const entrances = new Map<Workload, Map<string, Audience>>();
  const add = (workload: Workload, protocol: Protocol, port: number, audience: Audience): void => {
    const ports = entrances.get(workload) ?? new Map<string, Audience>();
    entrances.set(workload, ports);
    const key = `${protocol} ${port}`;
    const known = ports.get(key);
    if (!known || audiences.indexOf(known) < audiences.indexOf(audience)) ports.set(key, audience);
  };
  for (const service of servicesOf(model)) {
    if (!service.selector || service.type === 'ExternalName') continue;
    for (const workload of selectWorkloads(model, service.namespace, service.selector)) {
      for (const port of service.ports) {
        const { number } = followPort(port, workload);
        if (number !== undefined) add(workload, port.protocol, number, audienceOf(service));
      }
    }
  }
  for (const { arrivals } of routedTraffic(model)) {
    for (const { workload, protocol, port } of arrivals) add(workload, protocol, port, 'cluster');
  }
  return entrances;
}

function audienceOf({ type }: Service): Audience {
  return type === 'NodePort' || type === 'LoadBalancer' ? 'everyone' : 'namespace';
}

/**
 * A policy for the workload alone, which leaves it what its Services and routes are for. Undefined where the labels, the name or the
 * namespace come from somewhere else than the workload's file: then nobody knows what to write there.
 */
function policyFor(
  workload: Workload,
  missing: readonly Direction[],
  entrances: Entrances,
  model: NetworkModel,
): GeneratedPolicy | undefined {
  const { resource, name } = workload;
  const labels = ownLabels(workload);
  const written = writtenNamespace(resource);
  const { nameNode } = resource;
  if (labels.length === 0 || !written || nameNode.shared || nameNode.file !== undefined) return undefined;
  if (name === '' || resource.name !== name) return undefined;
  const content = {
    name: freeName(model, workload),
    matchLabels: labels.map(({ key, value }) => [key, value] as const),
    directions: missing,
    ingress: missing.includes('Ingress') ? ingressRules(entrances.get(workload)) : [],
    egress: missing.includes('Egress') ? [dnsRule, ['to:', '  - podSelector: {}']] : [],
  };
  return {
    title: `Add a NetworkPolicy for ${printWorkload(workload)}`,
    file: resource.file,
    start: resource.range.start,
    lines: policyLines(content, written.namespace),
  };
}

/** The labels of the pods that are written in the workload's own file; of those the selector asks for, where it has one: they stay. */
function ownLabels({ podLabels, selector }: Workload): readonly Label[] {
  const own = podLabels.filter(({ entry }) => !entry.value.shared && entry.value.file === undefined);
  const asked = new Set(selector?.requirements.map(({ key }) => key));
  const identifying = own.filter(({ key }) => asked.has(key));
  return identifying.length > 0 ? identifying : own;
}

function freeName(model: NetworkModel, { namespace, name }: Workload): string {
  const taken = new Set([...(model.contents.get(namespace)?.policies ?? [])].map((policy) => policy.name));
  return [name, `${name}-isolation`, `${name}-isolation-2`].find((candidate) => !taken.has(candidate)) ?? name;
}

/** One rule for each audience. None at all where nothing leads to the pods: then nobody has to come in. */
function ingressRules(ports: ReadonlyMap<string, Audience> = new Map()): readonly (readonly string[])[] {
  return audiences.flatMap((audience) => {
    const theirs = [...ports].filter(([, own]) => own === audience).map(([key]) => key.split(' '));
    if (theirs.length === 0) return [];
    const from =
      audience === 'namespace'
        ? ['from:', '  - podSelector: {}']
        : audience === 'cluster'
          ? ['from:', '  - namespaceSelector: {}']
          : [];
    const lines = theirs
      .sort(([, a = ''], [, b = '']) => Number(a) - Number(b))
      .flatMap(([protocol, port]) => [`  - protocol: ${protocol ?? 'TCP'}`, `    port: ${port ?? ''}`]);
    return [[...from, 'ports:', ...lines]];
  });
}
