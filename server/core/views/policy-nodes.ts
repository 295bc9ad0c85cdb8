import { namespaceOf } from '../model/network-model';
import type { Direction } from '../model/policy';
import { eachBit, hasBit } from '../reach/bitset';
import { speaksOf, type CompiledPolicy, type Reach } from '../reach/reach';
import { addEdge, addResource, compare, type Drawing } from './drawing';
import { policyLines } from './policy-card';
import { lanes } from './policy-peers';
import type { Governed, ViewEdge } from './view';

/** Adds a node for every policy, and quiet edges to the workloads that it governs. */
export function addPolicies(drawing: Drawing, reach: Reach, without: CompiledPolicy | undefined): void {
  const byPlace = [...reach.policies].sort(
    (a, b) =>
      compare(namespaceOf(a.form.resource), namespaceOf(b.form.resource)) ||
      compare(a.form.resource.name, b.form.resource.name),
  );
  for (const policy of byPlace) addPolicy(drawing, reach, policy, policy === without);
}

function addPolicy(drawing: Drawing, reach: Reach, policy: CompiledPolicy, isLeftOut: boolean): void {
  const { form } = policy;
  const { resource } = form;
  const governs = governedBy(drawing, reach, policy);
  const id = addResource(
    drawing,
    { resource, namespace: namespaceOf(resource), name: resource.name },
    {
      kind: 'policy',
      lane: lanes.policies,
      subtitle: `${subtitleOf(policy)}${isLeftOut ? ' · left out of this preview' : ''}`,
      lines: policyLines(form, governs.length),
      governs,
    },
  );
  for (const { node, directions, unsure } of governs) {
    const edge: Omit<ViewEdge, 'id'> = {
      source: id,
      target: node,
      label: '',
      state: 'plain',
      quiet: true,
      note: `${resource.kind} ${resource.name} ${unsure ? 'may govern' : 'governs'} its ${directions.join(' and ').toLowerCase()}.`,
    };
    addEdge(drawing, edge);
  }
}

/** The directions in which it says something. */
function directionsOf(policy: CompiledPolicy): readonly Direction[] {
  return (['Ingress', 'Egress'] as const).filter((direction) => speaksOf(policy, direction) !== false);
}

function subtitleOf(policy: CompiledPolicy): string {
  const directions = directionsOf(policy);
  return `${policy.form.resource.kind}${directions.length > 0 ? ` · ${directions.join(', ')}` : ''}`;
}

function governedBy({ ids }: Drawing, { peers }: Reach, policy: CompiledPolicy): readonly Governed[] {
  const { met, unsure } = policy.subject;
  const directions = directionsOf(policy);
  if (directions.length === 0) return [];
  const isOpen = directions.some((direction) => speaksOf(policy, direction) === 'unknown');
  const found: Governed[] = [];
  const add = (podClass: number): void => {
    const isUnsure = isOpen || hasBit(unsure, podClass);
    for (const workload of peers.classes[podClass]?.workloads ?? []) {
      const node = ids.get(workload);
      if (node !== undefined) found.push({ node, directions, ...(isUnsure ? { unsure: true } : {}) });
    }
  };
  eachBit(met, add);
  eachBit(unsure, (podClass) => {
    if (!hasBit(met, podClass)) add(podClass);
  });
  return found.sort((a, b) => compare(a.node, b.node));
}
