import type { Resource } from '../manifest/resource';
import { byPlace, type NetworkModel } from '../model/network-model';
import type { Direction } from '../model/policy';
import type { Workload } from '../model/workload';
import { generatedPolicyFixes, policyLines, writtenNamespace, type GeneratedPolicy } from './generated-policy';
import { dnsRule } from './policy-edits';
import { directions, isolatable, isolationOf, namespaceIsolatedElsewhere } from './isolation';
import { defineRule, lowered, type Report } from './rule';

export const namespaceWithoutDefaultDeny = defineRule({
  id: 'namespace-without-default-deny',
  title: 'A namespace without a policy that isolates all of its pods',
  severity: 'warning',
  optIn: true,
  variants: [
    'information: only egress is open, a policy of another scope isolates the pods, or the scope does not hold everything',
  ],
  check(model, report) {
    const { namespaces } = isolationOf(model);
    for (const [namespace, workloads] of byNamespace(model)) {
      const missing = directions.filter((direction) => !namespaces[direction].has(namespace));
      if (missing.length > 0) reportNamespace(namespace, workloads, missing, model, report);
    }
  },
  fixes: generatedPolicyFixes,
});

function byNamespace(model: NetworkModel): ReadonlyMap<string, readonly Workload[]> {
  const found = new Map<string, Workload[]>();
  for (const workload of isolatable(model)) {
    const workloads = found.get(workload.namespace);
    if (workloads) workloads.push(workload);
    else found.set(workload.namespace, [workload]);
  }
  return found;
}

/** At the Namespace where one is declared, else at the first workload. */
function reportNamespace(
  namespace: string,
  workloads: readonly Workload[],
  missing: readonly Direction[],
  model: NetworkModel,
  report: Report,
): void {
  const order = byPlace(model);
  const [first] = workloads.toSorted((a, b) => order(a.resource, b.resource));
  const declaration = model.namespaceDeclarations.get(namespace);
  const resource = declaration ?? first?.resource;
  if (!resource || !first) return;
  const elsewhere = namespaceIsolatedElsewhere(model, namespace, missing);
  const isQuiet = !missing.includes('Ingress') || elsewhere !== undefined || !model.complete;
  const way = missing.length === 2 ? '' : missing[0] === 'Ingress' ? ' for ingress' : ' for egress';
  const data = defaultDeny(namespace, missing, resource === declaration, resource, model);
  report({
    resource,
    severity: isQuiet ? lowered('warning') : 'warning',
    message: `No NetworkPolicy isolates all pods of namespace ${namespace}${way}: pods that no other policy selects ${consequence(missing)}.${
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
  if (missing.length === 2) return 'are open to everyone, and everyone to them';
  return missing[0] === 'Ingress' ? 'are open to everyone' : 'may connect to everyone';
}

/** A policy that isolates all pods and leaves them the cluster's DNS, without which nothing that further policies allow would be found. */
function defaultDeny(
  namespace: string,
  missing: readonly Direction[],
  isDeclared: boolean,
  resource: Resource,
  model: NetworkModel,
): GeneratedPolicy | undefined {
  const { nameNode } = resource;
  const isOwnName = !nameNode.shared && nameNode.file === undefined;
  const written = isDeclared ? (isOwnName ? { namespace } : undefined) : writtenNamespace(resource);
  if (!written) return undefined;
  const taken = new Set([...(model.contents.get(namespace)?.policies ?? [])].map(({ name }) => name));
  const suffix = missing.length === 2 ? '' : `-${(missing[0] ?? 'Ingress').toLowerCase()}`;
  const name = ['default-deny', 'default-deny-all', 'isolate'].map((base) => `${base}${suffix}`);
  const content = {
    name: name.find((candidate) => !taken.has(candidate)) ?? 'default-deny',
    matchLabels: [],
    directions: missing,
    ingress: [],
    egress: missing.includes('Egress') ? [dnsRule] : [],
  };
  return {
    title: `Add a NetworkPolicy that isolates all pods of namespace ${namespace}`,
    file: resource.file,
    start: resource.range.start,
    lines: policyLines(content, written.namespace),
  };
}
