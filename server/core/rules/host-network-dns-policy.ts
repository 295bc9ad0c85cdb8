import { entryOf, type MapEntry } from '../manifest/node';
import { hostReferences, type HostReference } from '../model/dns-references';
import { targetOfReference } from '../model/dns-targets';
import type { NetworkModel } from '../model/network-model';
import { printWorkload, type Workload } from '../model/workload';
import { listed } from '../reach/describe-form';
import { addEntry, entryPlace, entryRange, replaceScalar, type EntryPlace } from './edits';
import { partPlace } from './host-edits';
import { defineRule, type EditData, type Report } from './rule';

export const hostNetworkDnsPolicy = defineRule({
  id: 'host-network-dns-policy',
  title: "Pods on the host network that use cluster names, with the node's resolver",
  severity: 'warning',
  check(model, report, settings) {
    const byWorkload = new Map<Workload, HostReference[]>();
    for (const reference of hostReferences(model, settings.cluster.domain)) {
      const onHost = reference.users.filter(asksNode);
      if (onHost.length === 0 || !isClusterName(model, reference)) continue;
      for (const workload of onHost) byWorkload.set(workload, [...(byWorkload.get(workload) ?? []), reference]);
    }
    for (const [workload, references] of byWorkload) reportWorkload(workload, references, report);
  },
  fixes(data, textOf) {
    const { edit, after } = data as { readonly edit?: EditData; readonly after?: EntryPlace };
    const done = edit ?? (after && addEntry(textOf(after.file), after, [`dnsPolicy: ${wanted}`]));
    return done ? [{ title: `Set dnsPolicy to ${wanted}`, edits: [done] }] : [];
  },
  fixAll: true,
});

const wanted = 'ClusterFirstWithHostNet';

/** On the host network `ClusterFirst`, the default, means the node's resolver (Kubernetes, "Pod's DNS Policy"). Servers of the pods' own may know better. */
function asksNode({ hostNetwork, podSpec }: Workload): boolean {
  if (!hostNetwork || entryOf(podSpec, 'dnsConfig')) return false;
  const policy = entryOf(podSpec, 'dnsPolicy')?.value;
  return !policy || (policy.type === 'scalar' && (policy.value === 'ClusterFirst' || policy.value === null));
}

/** A Service that is there, by any name; or a name that only a cluster's DNS knows, whoever makes the Service. A header is looked up by nobody. */
function isClusterName(model: NetworkModel, reference: HostReference): boolean {
  if (reference.use === 'header') return false;
  const target = targetOfReference(model, reference);
  if (!target) return false;
  return reference.mention.form === 'cluster' || target.type === 'service' || target.type === 'made';
}

function reportWorkload(workload: Workload, references: readonly HostReference[], report: Report): void {
  const { resource, podSpec } = workload;
  const hostNetwork = entryOf(podSpec, 'hostNetwork');
  const dnsPolicy = entryOf(podSpec, 'dnsPolicy');
  const [first] = references;
  if (!hostNetwork || !first) return;
  const hosts = [...new Set(references.map(({ mention }) => mention.host))];
  const isWritten = dnsPolicy?.value.type === 'scalar' && dnsPolicy.value.value !== null;
  report({
    resource,
    at: isWritten ? dnsPolicy.value : entryRange(hostNetwork),
    message: `The pods of ${printWorkload(workload)} are on the host network, where dnsPolicy ClusterFirst${isWritten ? '' : ', the default,'} means the node's resolver, which does not know ${listed(hosts, 'and')}. Set dnsPolicy to ${wanted}.`,
    related: references.slice(0, 3).map(({ mention, place }) => ({
      resource: place.resource,
      at: partPlace(place),
      message: `${mention.host} is a name of the cluster`,
    })),
    data: fixData(workload, hostNetwork, dnsPolicy),
  });
}

function fixData({ resource }: Workload, hostNetwork: MapEntry, dnsPolicy: MapEntry | undefined) {
  if (dnsPolicy) {
    const edit = replaceScalar(resource, dnsPolicy.value, wanted);
    return edit ? { edit } : {};
  }
  const after = entryPlace(resource, hostNetwork);
  return after ? { after } : {};
}
