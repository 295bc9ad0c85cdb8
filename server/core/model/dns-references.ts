import { itemsAt, stringAt, type ScalarNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { hostMentions, type HostMention } from './host-mentions';
import {
  derivedOf,
  isPatch,
  namespaceOf,
  overwrittenResources,
  renewed,
  workloadsOf,
  type NetworkModel,
} from './network-model';
import { podTextsOf, textsOfConfigMap, type ConfigMapNamed, type ConfigMapUse, type PodText } from './pod-texts';
import { sameItems } from './same-items';
import type { Workload } from './workload';

/** A host that is named in what pods get: in the environment, arguments, commands, probes or ConfigMaps of their containers. */
export interface HostReference {
  /** The same for what stands at the same place and is looked up in the same namespace. */
  readonly id: string;
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
 * cluster's for certain count. A reference is the same object for as long as nothing about it changes.
 */
export function hostReferences(model: NetworkModel, clusterDomain: string): readonly HostReference[] {
  return renewed<References>(model, `host-references ${clusterDomain}`, (before) =>
    readAll(model, clusterDomain, before),
  ).all;
}

interface References {
  readonly all: readonly HostReference[];
  readonly byId: ReadonlyMap<string, HostReference>;
  readonly readings: ReadonlyMap<Workload, Reading>;
}

/** What was read from a workload, with the ConfigMaps that it asks for, by name: it holds for as long as those are the same. */
interface Reading {
  readonly asked: ReadonlyMap<string, Resource | undefined>;
  readonly references: readonly HostReference[];
  readonly configMaps: readonly ConfigMapUse[];
}

/** Who gets a ConfigMap, or a key of it. */
interface ConfigMapUser {
  readonly workload: Workload;
  readonly key: string | undefined;
}

function readAll(model: NetworkModel, clusterDomain: string, before: References | undefined): References {
  const byId = new Map<string, HostReference>();
  const withUsers = (reference: HostReference, users: readonly Workload[]): HostReference => {
    const known = before?.byId.get(reference.id);
    return known?.mention === reference.mention && sameItems(known.users, users) ? known : { ...reference, users };
  };
  const add = (reference: HostReference): void => {
    const { id, users } = reference;
    const others = byId.get(id)?.users;
    byId.set(id, others ? withUsers(reference, [...new Set([...others, ...users])]) : reference);
  };
  const readings = new Map<Workload, Reading>();
  const usersOf = new Map<Resource, ConfigMapUser[]>();
  const overwritten = overwrittenResources(model);
  for (const workload of workloadsOf(model)) {
    if (!workload.podSpec || overwritten.has(workload.resource) || isPatch(model, workload.resource)) continue;
    const reading = readWorkload(model, workload, clusterDomain, before?.readings.get(workload));
    readings.set(workload, reading);
    for (const reference of reading.references) add(reference);
    for (const { configMap, key } of reading.configMaps) {
      const known = usersOf.get(configMap);
      if (known) known.push({ workload, key });
      else usersOf.set(configMap, [{ workload, key }]);
    }
  }
  for (const configMap of configMapsOf(model)) {
    if (overwritten.has(configMap)) continue;
    const getting = usersOf.get(configMap);
    for (const reference of readConfigMap(model, configMap, clusterDomain)) {
      const { key, mention } = reference;
      const users = getting ? usersOfKey(getting, key) : [];
      const asking = users.filter((workload) => !hasAlias(workload, mention.host));
      if (asking.length > 0) add(withUsers(reference, asking));
      else if (users.length === 0 && mention.form === 'cluster') add(reference);
    }
  }
  return { all: [...byId.values()], byId, readings };
}

function readWorkload(
  model: NetworkModel,
  workload: Workload,
  clusterDomain: string,
  before: Reading | undefined,
): Reading {
  const { namespace } = workload;
  const configMapNamed: ConfigMapNamed = (name) => model.contents.get(namespace)?.configMaps.get(name)?.at(-1);
  if (before && [...before.asked].every(([name, configMap]) => configMapNamed(name) === configMap)) return before;
  const asked = new Map<string, Resource | undefined>();
  const { texts, configMaps } = podTextsOf(workload, (name) => {
    const configMap = configMapNamed(name);
    asked.set(name, configMap);
    return configMap;
  });
  const references = texts
    .flatMap((text) => referencesIn(text, namespace, clusterDomain, [workload]))
    .filter(({ mention }) => !hasAlias(workload, mention.host));
  return { asked, references, configMaps };
}

/** What a ConfigMap names, as if nobody got it. */
function readConfigMap(model: NetworkModel, configMap: Resource, clusterDomain: string): readonly HostReference[] {
  return derivedOf(model, configMap, `hosts ${clusterDomain}`, () =>
    textsOfConfigMap(configMap).flatMap((text) => referencesIn(text, namespaceOf(configMap), clusterDomain, [])),
  );
}

/** Who gets a key of a ConfigMap, those first that get all of it. */
function usersOfKey(users: readonly ConfigMapUser[], key: string): readonly Workload[] {
  const getting = [...users.filter((user) => user.key === undefined), ...users.filter((user) => user.key === key)];
  return [...new Set(getting.map(({ workload }) => workload))];
}

function configMapsOf(model: NetworkModel): readonly Resource[] {
  return [...model.contents.values()].flatMap(({ configMaps }) => [...configMaps.values()].flat());
}

function referencesIn(
  text: PodText,
  namespace: string,
  clusterDomain: string,
  users: readonly Workload[],
): readonly HostReference[] {
  if (isListOfNames(text.key)) return [];
  return hostMentions(text.text, clusterDomain).flatMap((mention) => {
    if (mention.form === 'pair' && isImage(text.key)) return [];
    const place = placeOf(text, mention.start, mention.end);
    const { node, part, resource } = place;
    return [
      {
        id: `${node.file ?? resource.file} ${node.start} ${part?.start ?? ''} ${mention.host} ${namespace}`,
        mention,
        key: text.key,
        use: text.use,
        place,
        portPlace: mention.port && placeOf(text, mention.port.start, mention.port.end),
        namespace,
        users,
      },
    ];
  });
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
