import { itemsAt, stringAt, type ScalarNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { hostMentions, type HostMention } from './host-mentions';
import { derived, namespaceOf, overwrittenResources, workloadsOf, type NetworkModel } from './network-model';
import { looksLikePatch } from './patch';
import { podTextsOf, textsOfConfigMap, type PodText } from './pod-texts';
import type { Workload } from './workload';

/** A host that is named in what pods get: in the environment, arguments, commands, probes or ConfigMaps of their containers. */
export interface HostReference {
  readonly mention: HostMention;
  /** The variable, flag or key that it is the value of; empty where there is none. */
  readonly key: string;
  /** `script`: it stands in free text or in a program. */
  readonly use: PodText['use'];
  /** Where the host stands. */
  readonly place: PartPlace;
  /** Where its port stands; undefined without one. */
  readonly portPlace: PartPlace | undefined;
  /** The namespace in which short names are looked up. */
  readonly namespace: string;
  /** Whose containers get it; none for a ConfigMap that nobody uses. */
  readonly users: readonly Workload[];
}

/** A piece of a scalar, or the whole of it where the piece is put together from several. */
export interface PartPlace {
  readonly resource: Resource;
  readonly node: ScalarNode;
  /** Offsets into the node's value. Undefined: the piece is written nowhere as it is. */
  readonly part: { readonly start: number; readonly end: number } | undefined;
}

/**
 * Every host that pods of the scope are configured with, once for each place. In a ConfigMap that no workload gets only names that are a
 * cluster's for certain count.
 */
export function hostReferences(model: NetworkModel, clusterDomain: string): readonly HostReference[] {
  return derived(model, `host-references ${clusterDomain}`, () => readAll(model, clusterDomain));
}

function readAll(model: NetworkModel, clusterDomain: string): readonly HostReference[] {
  const found = new Map<string, HostReference>();
  const usesOf = new Map<Resource, Map<string | undefined, Set<Workload>>>();
  const overwritten = overwrittenResources(model);
  for (const workload of workloadsOf(model)) {
    if (!workload.podSpec || overwritten.has(workload.resource) || looksLikePatch(workload.resource)) continue;
    const { texts, configMaps } = podTextsOf(model, workload);
    for (const text of texts) addAll(found, text, workload.namespace, [workload], clusterDomain);
    for (const { configMap, key } of configMaps) {
      const byKey = usesOf.get(configMap) ?? new Map<string | undefined, Set<Workload>>();
      usesOf.set(configMap, byKey);
      byKey.set(key, (byKey.get(key) ?? new Set()).add(workload));
    }
  }
  for (const configMap of configMapsOf(model)) {
    if (overwritten.has(configMap)) continue;
    const byKey = usesOf.get(configMap);
    for (const text of textsOfConfigMap(configMap)) {
      const users = [...new Set([...(byKey?.get(undefined) ?? []), ...(byKey?.get(text.key) ?? [])])];
      addAll(found, text, namespaceOf(configMap), users, clusterDomain);
    }
  }
  return [...found.values()];
}

function configMapsOf(model: NetworkModel): readonly Resource[] {
  return [...model.contents.values()].flatMap(({ configMaps }) => [...configMaps.values()].flat());
}

function addAll(
  found: Map<string, HostReference>,
  text: PodText,
  namespace: string,
  users: readonly Workload[],
  clusterDomain: string,
): void {
  if (isListOfNames(text.key)) return;
  for (const mention of hostMentions(text.text, clusterDomain)) {
    if (mention.form === 'pair' && isImage(text.key)) continue;
    if (users.length === 0 && mention.form !== 'cluster') continue;
    const asking = users.filter((workload) => !hasAlias(workload, mention.host));
    if (users.length > 0 && asking.length === 0) continue;
    const place = placeOf(text, mention.start, mention.end);
    const { node, part, resource } = place;
    const key = `${node.file ?? resource.file} ${node.start} ${part?.start ?? ''} ${mention.host} ${namespace}`;
    const known = found.get(key);
    found.set(key, {
      mention,
      key: text.key,
      use: text.use,
      place,
      portPlace: mention.port && placeOf(text, mention.port.start, mention.port.end),
      namespace,
      users: known ? [...new Set([...known.users, ...asking])] : asking,
    });
  }
}

/** Values that hold names nobody looks up: what goes past a proxy. */
function isListOfNames(key: string): boolean {
  return /no[-_.]?proxy|non[-_.]?proxy/i.test(key);
}

/** Whether names in such a value are compared, printed or certified, and not called: origins, issuers, hosts of certificates. */
export function isCompared(key: string): boolean {
  return /cors|origin|issuer|audience|allowed|redirect|callback|cert|\bsans?\b|domain|cookie|public|external/i.test(
    key,
  );
}

/** `registry:5000/shop`, `redis:7000` are images there. */
function isImage(key: string): boolean {
  return /image|tag|version|digest/i.test(key);
}

/** The pods' own /etc/hosts goes before DNS (API reference, PodSpec.hostAliases), and holds the pods' own name. */
function hasAlias({ podSpec }: Workload, host: string): boolean {
  if (stringAt(podSpec, 'hostname')?.value === host) return true;
  return itemsAt(podSpec, 'hostAliases').some((alias) =>
    itemsAt(alias, 'hostnames').some((name) => name.type === 'scalar' && name.value === host),
  );
}

function placeOf(text: PodText, start: number, end: number): PartPlace {
  let at = 0;
  for (const { length, source } of text.pieces) {
    if (start >= at && end <= at + length && source) {
      const { resource, node } = source;
      return { resource, node, part: { start: source.start + start - at, end: source.start + end - at } };
    }
    at += length;
  }
  return { ...text.own, part: undefined };
}

/** Whom pods ask for names. */
export interface NameLookup {
  /** The cluster's DNS; else the node's resolver or servers of the pods' own. */
  readonly cluster: boolean;
  /** Short names are looked up in further domains. */
  readonly moreDomains: boolean;
}

/** Whom a workload's pods ask for names (API reference, PodSpec.dnsPolicy): on the host network `ClusterFirst` means the node's resolver. */
export function nameLookup({ podSpec, hostNetwork }: Workload): NameLookup {
  const policy = stringAt(podSpec, 'dnsPolicy')?.value ?? 'ClusterFirst';
  const ownServers = itemsAt(podSpec, 'dnsConfig', 'nameservers').length > 0;
  return {
    cluster: !ownServers && (policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !hostNetwork)),
    moreDomains: itemsAt(podSpec, 'dnsConfig', 'searches').length > 0,
  };
}
