import { entryOf } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { clusterFacts, type ClusterFacts } from '../model/cluster';
import { byPlace, clusterResourcesOf, policiesOf, type NetworkModel } from '../model/network-model';
import { entryRange } from './edits';
import { defineRule, type RelatedReport, type Report } from './rule';

export const policyNotEnforced = defineRule({
  id: 'policy-not-enforced',
  title: "A policy that the cluster's network plugin does not enforce",
  severity: 'warning',
  check(model, report, settings) {
    const plugin = clusterFacts(model, settings).networkPlugin;
    if (plugin?.name === 'flannel') reportAll(plugin, model, report);
    if (plugin?.name === 'weave-net') reportPortRanges(plugin, model, report);
  },
});

type Plugin = NonNullable<ClusterFacts['networkPlugin']>;

/** One statement is enough for all of them: it is about the cluster. It stands at the first. */
function reportAll(plugin: Plugin, model: NetworkModel, report: Report): void {
  const kinds = ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy'];
  const all = [
    ...policiesOf(model).map(({ resource }) => resource),
    ...kinds.flatMap((kind) => clusterResourcesOf(model, kind)),
  ].sort(byPlace(model));
  const [first, ...others] = all;
  if (!first) return;
  const more = others.length === 0 ? '' : others.length === 1 ? ', nor one more' : `, nor ${others.length} more`;
  report({
    resource: first,
    message: `${first.kind} ${first.name} has no effect${more}: the cluster's network plugin is Flannel, ${whence(plugin)}, and Flannel alone does not hold policies. Add a plugin that does (Calico for policies, as in Canal, or kube-network-policies), or set kubepath.cluster.networkPlugin if another one is in use.`,
    related: relatedOf(plugin),
  });
}

/** Weave Net reads `port` and not `endPort`: of the range only its first port is open. */
function reportPortRanges(plugin: Plugin, model: NetworkModel, report: Report): void {
  for (const { resource, rules } of policiesOf(model)) {
    for (const { port, endPort, node } of rules.flatMap(({ ports }) => ports)) {
      const entry = entryOf(node, 'endPort');
      if (endPort === undefined || !entry || typeof port !== 'number' || endPort <= port) continue;
      report({
        resource,
        at: entryRange(entry),
        message: `The cluster's network plugin is Weave Net, ${whence(plugin)}, and it does not know endPort: of ports ${port} to ${endPort} only ${port} is allowed. List the ports one by one.`,
        related: relatedOf(plugin),
      });
    }
  }
}

function whence({ resource }: Plugin): string {
  return resource ? `as ${printName(resource)} says` : 'as the setting kubepath.cluster.networkPlugin says';
}

function printName({ kind, name }: Resource): string {
  return name === '' ? kind : `${kind} ${name}`;
}

function relatedOf({ resource }: Plugin): readonly RelatedReport[] {
  return resource ? [{ resource, message: `The network plugin: ${printName(resource)}` }] : [];
}
