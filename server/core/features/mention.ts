import { nodeAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { printSelector, type Selector } from '../model/label';
import type { KnownNamespace, NetworkModel } from '../model/network-model';
import type { NetworkPolicy } from '../model/policy';
import { printContainerPort } from '../model/port-path';
import { isPodMaker } from '../model/made-pods';
import type { Service } from '../model/service';
import { printWorkload, type Workload } from '../model/workload';
import type { FeatureContext } from './feature-context';
import { bulletList, code, counted, inlineList, link } from './markdown';

/** `[Deployment frontend](…)`. With another namespace than the reader's, that too. */
export function mentionWorkload(context: FeatureContext, workload: Workload, from = workload.namespace): string {
  return mention(context, workload.resource, printWorkload(workload), workload.namespace, from);
}

export function mentionService(context: FeatureContext, service: Service, from = service.namespace): string {
  return mention(context, service.resource, `Service ${service.name}`, service.namespace, from);
}

export function mentionPolicy(context: FeatureContext, policy: NetworkPolicy): string {
  return mention(context, policy.resource, `NetworkPolicy ${policy.name}`, policy.namespace, policy.namespace);
}

/** A namespace, with a link where a manifest declares it. */
export function mentionNamespace(context: FeatureContext, { name, declaration }: KnownNamespace): string {
  return declaration ? link(`Namespace ${name}`, context.locate(declaration)) : `namespace ${code(name)}`;
}

/** Pods in a list, a workload a line: `- [Deployment frontend](…) ×3 · http 8080/TCP`. */
export function listPods(context: FeatureContext, workloads: readonly Workload[], from?: string): string {
  return bulletList(
    workloads.map((workload) => {
      const replicas = describeReplicas(workload);
      return `${mentionWorkload(context, workload, from)}${replicas === '' ? '' : ` ${replicas}`} · ${describePorts(workload)}`;
    }),
  );
}

/** The same in one line, with names alone. */
export function namePods(context: FeatureContext, workloads: readonly Workload[], from?: string): string {
  return inlineList(workloads.map((workload) => mentionWorkload(context, workload, from)));
}

/** `×3`; empty where the manifest does not say how many there will be (Jobs, single Pods). */
export function describeReplicas({ resource, runBy, replicas }: Workload): string {
  if (runBy === 'DaemonSet') return 'one per node';
  if (runBy === 'Pod' || runBy === 'Job' || runBy === 'CronJob') return '';
  if (replicas === undefined && isPodMaker(resource)) return '';
  return `×${replicas ?? 1}`;
}

/** `2 workloads`: a manifest says what makes pods, not how many there are. */
export function countPods(workloads: readonly Workload[]): string {
  return counted(workloads.length, 'workload');
}

/** The selector as kubectl takes it. */
export function showSelector(selector: Selector): string {
  return code(printSelector(selector));
}

/** Where a resource lands, and whether its manifest says so (an unwritten namespace is kubectl's current one). */
export function describeNamespace(model: NetworkModel, resource: Resource, namespace: string): string {
  const head = `namespace ${code(namespace)}`;
  const written = nodeAt(resource.root, 'metadata', 'namespace');
  if (resource.namespace === undefined || !written)
    return `${head} (not written: ${code('default')}, or what ${code('kubectl -n')} says)`;
  const isSet = written.file !== undefined && written.file !== resource.file;
  return isSet ? `${head} (set by ${code(model.scope.name)})` : head;
}

/** The first line of every hover: `**Service** frontend · …`. */
export function headline(kind: string, name: string, ...facts: readonly string[]): string {
  return [`**${kind}** ${name === '' ? '(no name)' : code(name)}`, ...facts].join(' · ');
}

/** Said where nothing was found and something may be missing. */
export function incompleteNote(model: NetworkModel): readonly string[] {
  return model.complete ? [] : ['This scope is incomplete: what is missing here may come from elsewhere.'];
}

/** Whether the manifest writes a field. */
export function isWritten(resource: Resource, ...path: readonly string[]): boolean {
  return nodeAt(resource.root, ...path) !== undefined;
}

function describePorts({ ports, portsKnown }: Workload): string {
  return ports.length === 0
    ? portsKnown
      ? 'no ports declared'
      : 'ports not written'
    : inlineList(
        ports.map((port) => code(printContainerPort(port))),
        4,
      );
}

function mention(context: FeatureContext, resource: Resource, text: string, namespace: string, from: string): string {
  const elsewhere = namespace === from ? '' : ` in ${code(namespace)}`;
  return `${link(text, context.locate(resource))}${elsewhere}`;
}
