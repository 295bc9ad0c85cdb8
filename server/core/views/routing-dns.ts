import { clusterFacts } from '../model/cluster';
import { namespaceOf } from '../model/network-model';
import { printWorkload, type Workload } from '../model/workload';
import { listed, printPolicy } from '../reach/describe-form';
import { dnsAccess } from '../reach/dns-access';
import { reachOf } from '../reach/reach';
import type { PolicyAnswer } from './decisions';
import { nodeId, type Drawing } from './drawing';

/**
 * Why a client gets no address for a name: policies keep it from the cluster's DNS for certain. Undefined where they do not.
 * @param host as it is written
 */
export function deniedLookup(
  { context: { model, settings } }: Drawing,
  client: Workload,
  host: string,
): PolicyAnswer | undefined {
  const reach = reachOf(model);
  const source = reach.peers.classOf.get(client);
  if (source === undefined || client.hostNetwork || (reach.over.Egress[source] ?? []).length === 0) return undefined;
  const ranges = clusterFacts(model, settings).cidrs.filter((range) => !range.source);
  const { answer, policies, byIsolation, tcpOnly } = dnsAccess(
    reach,
    source,
    ranges.map(({ cidr }) => cidr),
  );
  if (answer !== false) return undefined;
  const by = listed(
    policies.map(({ form }) => printPolicy(form)),
    'and',
  );
  const why = tcpOnly
    ? `, which ${policies.length > 1 ? 'admit' : 'admits'} DNS over TCP only`
    : ', and no rule admits DNS';
  const note = byIsolation
    ? `Egress of ${printWorkload(client)} is isolated by ${by}${why}: ${host} cannot be looked up.`
    : `Policies keep ${printWorkload(client)} from DNS: ${host} cannot be looked up.`;
  const deciders = policies.map(({ form: { resource } }) =>
    nodeId(resource.kind, namespaceOf(resource), resource.name),
  );
  return { state: 'denied', note, deciders };
}
