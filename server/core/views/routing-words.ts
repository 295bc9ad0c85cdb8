import { isCompared, type HostReference } from '../model/dns-references';
import {
  derivedIn,
  isPatch,
  namespaceOf,
  overwrittenResources,
  workloadsOf,
  type NetworkModel,
} from '../model/network-model';
import { podTextsOf, textsOfConfigMap, type ConfigMapUse, type PodText } from '../model/pod-texts';
import type { Workload } from '../model/workload';

/**
 * Hosts that workloads of a namespace are told by a bare word, `DB_HOST=mysql`. A word alone is no address, so that no rule may speak of
 * it; where a Service has this name, it is a client.
 */
export function bareHosts(model: NetworkModel, namespace: string): readonly HostReference[] {
  return derivedIn(model, namespace, 'bare-hosts', () => {
    const overwritten = overwrittenResources(model);
    const configMaps = model.contents.get(namespace)?.configMaps;
    return workloadsOf(model, namespace).flatMap((workload) => {
      if (overwritten.has(workload.resource) || isPatch(model, workload.resource)) return [];
      const { texts, configMaps: used } = podTextsOf(workload, (name) => configMaps?.get(name)?.at(-1));
      return [...texts, ...used.flatMap(textsOfUse)].flatMap((text) => referenceOf(text, workload));
    });
  });
}

function textsOfUse({ configMap, key }: ConfigMapUse): readonly PodText[] {
  return textsOfConfigMap(configMap).filter((text) => key === undefined || text.key === key);
}

/** Keys whose values are hosts. */
const hostKey = /(^|[^a-z])(host|hostname|addr|address|server|endpoint|broker|upstream)s?$/i;
const hostName = /^(?=.*[a-z])[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

function referenceOf({ text, key, own, use }: PodText, workload: Workload): readonly HostReference[] {
  if (use !== 'setting' || text.length > 253 || !hostKey.test(key) || isCompared(key) || !hostName.test(text))
    return [];
  const none = { scheme: undefined, port: undefined, portOpen: false, closed: false } as const;
  return [
    {
      id: `${own.node.file ?? own.resource.file} ${own.node.start} bare ${namespaceOf(own.resource)}`,
      mention: { host: text, start: 0, end: text.length, form: 'pair', alone: true, ...none },
      key,
      use,
      place: { ...own, part: undefined },
      portPlace: undefined,
      namespace: workload.namespace,
      users: [workload],
    },
  ];
}
