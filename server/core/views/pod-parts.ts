import { itemsAt, nodeAt, numberAt, stringAt } from '../manifest/node';
import { isPodMaker } from '../model/made-pods';
import { operatorServiceNamed, printMaker } from '../model/made-services';
import { serviceNamed, type NetworkModel } from '../model/network-model';
import { selectsPods, type Workload } from '../model/workload';
import type { ViewPart } from './view';

/** How many pods are listed one by one. */
const maxParts = 20;

/** How many pods a workload keeps running; undefined where no manifest tells, as for one pod per node. */
export function podCount({ resource, runBy, replicas }: Workload): number | undefined {
  if (runBy === 'Pod') return 1;
  if (runBy === 'DaemonSet' || runBy === 'Job' || runBy === 'CronJob') return undefined;
  if (replicas !== undefined) return Number.isFinite(replicas) ? Math.max(0, Math.trunc(replicas)) : undefined;
  const written = nodeAt(resource.root, 'spec', 'replicas');
  // A placeholder, which something fills in later.
  const isText = written?.type === 'scalar' && typeof written.value === 'string';
  return isPodMaker(resource) || isText ? undefined : 1;
}

/** The pods of a workload, one line each: what they are called, and the DNS names that they have of their own. */
export function podParts(workload: Workload, names: PodNames | undefined): readonly ViewPart[] {
  const count = podCount(workload);
  const pods = podNameOf(workload);
  if (count === undefined) return [part(pods('…'), noteOfSeveral(workload))];
  const isNumbered = !hasOrdinals(workload) && count > 1;
  const listed = Array.from({ length: Math.min(count, maxParts) }, (_, index) => {
    const pod = pods(hasOrdinals(workload) ? firstOrdinal(workload) + index : '…');
    const isNamed = names !== undefined && (index === 0 || (names.reason === undefined && hasOrdinals(workload)));
    const facts = [isNumbered ? `pod ${index + 1} of ${count}` : '', isNamed ? noteOfName(names, pod) : ''];
    return part(pod, facts.filter((fact) => fact !== '').join(' · '));
  });
  return count > maxParts ? [...listed, part(`and ${count - maxParts} more`)] : listed;
}

/** The DNS names that pods have of their own, or why they have none. */
export type PodNames =
  | { readonly reason: string }
  | {
      readonly reason?: undefined;
      /** By the pod's name, up to `.svc`; pods of a workload other than a StatefulSet share one. */
      readonly nameOf: (pod: string) => string;
      /** What follows: the domain of the cluster. */
      readonly domain: string;
    };

/**
 * A headless Service gives its pods names of their own where their subdomain is its name: that of a StatefulSet is its `serviceName`, and
 * each pod's hostname the pod's name (API reference, StatefulSetSpec, PodSpec). Undefined where nobody asks for names.
 */
export function podNames(model: NetworkModel, workload: Workload, domain: string): PodNames | undefined {
  const { resource, namespace, podSpec } = workload;
  const zone = (service: string): string => `${service}.${namespace}.svc`;
  if (hasOrdinals(workload)) {
    const service = stringAt(resource.root, 'spec', 'serviceName')?.value;
    const reason = service ? missingNames(model, workload, service) : 'no serviceName is written';
    return service && reason === undefined
      ? { nameOf: (pod) => `${pod}.${zone(service)}`, domain }
      : { reason: reason ?? '' };
  }
  const hostname = stringAt(podSpec, 'hostname')?.value;
  const service = stringAt(podSpec, 'subdomain')?.value;
  if (!hostname || !service) return undefined;
  const reason = missingNames(model, workload, service);
  return reason === undefined ? { nameOf: () => `${hostname}.${zone(service)}`, domain } : { reason };
}

/** The DNS name of the first pod, short of the cluster's domain: what fits on a card. */
export function firstPodName(workload: Workload, names: PodNames | undefined): string | undefined {
  if (names?.reason !== undefined || !names || podCount(workload) === 0) return undefined;
  return names.nameOf(podNameOf(workload)(firstOrdinal(workload)));
}

function noteOfName(names: PodNames, pod: string): string {
  return names.reason === undefined
    ? `${names.nameOf(pod)}.${names.domain}`
    : `no DNS name of its own: ${names.reason}`;
}

function missingNames(model: NetworkModel, workload: Workload, name: string): string | undefined {
  const { namespace } = workload;
  const service = serviceNamed(model, namespace, name);
  if (!service) {
    const made = operatorServiceNamed(model, namespace, name);
    return made
      ? `${printMaker(made)} makes Service ${name}, and no manifest tells whether it is headless`
      : `no Service ${name} among these manifests`;
  }
  if (service.type === 'ExternalName') return `Service ${name} is an ExternalName`;
  if (!service.headless) return `Service ${name} is not headless (clusterIP: None)`;
  if (!service.selector) return `Service ${name} has no selector`;
  return selectsPods(service.selector, workload) ? undefined : `Service ${name} selects other pods`;
}

/** A StatefulSet of Kubernetes itself counts its pods. */
function hasOrdinals({ kind, runBy }: Workload): boolean {
  return kind === 'StatefulSet' && runBy === 'StatefulSet';
}

/** From 0 unless it says otherwise (KEP-3335). */
function firstOrdinal({ resource }: Workload): number {
  const start = numberAt(resource.root, 'spec', 'ordinals', 'start')?.value ?? 0;
  return Number.isSafeInteger(start) && start > 0 ? start : 0;
}

/** `web-0`, `web-…`. What operators call their pods is theirs to know. */
function podNameOf({ resource, name, runBy }: Workload): (end: string | number) => string {
  if (isPodMaker(resource)) return () => '…';
  const generated = stringAt(resource.root, 'metadata', 'generateName')?.value ?? '';
  if (runBy === 'Pod') return () => name || `${generated}…`;
  return (end) => `${name === '' ? generated : `${name}-`}${end}`;
}

function noteOfSeveral({ resource, runBy, podSpec }: Workload): string {
  if (runBy === 'DaemonSet') {
    const toleratesAll = itemsAt(podSpec, 'tolerations').some(
      (item) =>
        stringAt(item, 'operator')?.value === 'Exists' &&
        !stringAt(item, 'key')?.value &&
        !stringAt(item, 'effect')?.value,
    );
    return toleratesAll ? 'one on each of these nodes' : 'one on each of these nodes whose taints it tolerates';
  }
  if (runBy === 'CronJob')
    return `at ${stringAt(resource.root, 'spec', 'schedule')?.value ?? 'times that are not written'}`;
  if (runBy === 'Job') {
    const count = (field: string): number => numberAt(resource.root, 'spec', field)?.value ?? 1;
    const together = count('parallelism');
    return together > 1 ? `up to ${together} at once` : 'until it is done';
  }
  return 'how many is not written';
}

function part(text: string, note = ''): ViewPart {
  return { text, ...(note === '' ? {} : { note }) };
}
