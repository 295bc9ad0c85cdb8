import { nodeAt } from '../manifest/node';
import { printLabels } from '../model/label';
import type { Direction } from '../model/policy';
import { policiesOver, portsInFront, servicesInFront } from '../model/relations';
import { printContainerPort, followPort, printPortPath } from '../model/port-path';
import type { Service } from '../model/service';
import type { ContainerPort, Workload } from '../model/workload';
import { isUnder, type Cursor } from './cursor';
import type { FeatureContext } from './feature-context';
import { selectorBlocks } from './hover-selector';
import { bulletList, code, inlineList } from './markdown';
import { describeNamespace, describeReplicas, headline, mentionPolicy, mentionService } from './mention';

/**
 * What leads to a workload and what governs it; on a container port, which Services lead there. Undefined elsewhere: most of a pod
 * template is not about networking.
 */
export function hoverWorkload(
  context: FeatureContext,
  workload: Workload,
  cursor: Cursor,
): readonly string[] | undefined {
  const port = workload.ports.find(({ node }) => cursor.nodes.includes(node));
  if (port) return containerPortBlocks(context, workload, port);
  if (isUnder(cursor, 'spec', 'selector') && workload.selector) {
    const place = `in namespace ${code(workload.namespace)}`;
    return selectorBlocks(context, { selector: workload.selector, namespace: workload.namespace, place, cursor });
  }
  return isAboutIdentity(workload, cursor) ? workloadBlocks(context, workload) : undefined;
}

function isAboutIdentity({ resource, podLabelsNode }: Workload, cursor: Cursor): boolean {
  const [first, second] = cursor.path;
  if (
    first === 'kind' ||
    (first === 'metadata' && (second === 'name' || second === 'namespace' || cursor.path.length === 1))
  )
    return true;
  return (
    (podLabelsNode !== undefined && cursor.nodes.includes(podLabelsNode)) ||
    cursor.nodes.at(-1) === nodeAt(resource.root, 'spec', 'replicas')
  );
}

function workloadBlocks(context: FeatureContext, workload: Workload): readonly string[] {
  const replicas = describeReplicas(workload);
  const facts = [
    ...(replicas === '' ? [] : [replicas]),
    describeNamespace(context.model, workload.resource, workload.namespace),
  ];
  return [
    headline(workload.kind, workload.name, ...facts),
    ...labelBlocks(workload),
    portsBlock(workload),
    servicesBlock(context, workload),
    policiesBlock(context, workload),
    ...(workload.hostNetwork
      ? ["On the node's network (`hostNetwork`): most network plugins apply no policy to it."]
      : []),
  ];
}

/** What an operator puts on its pods beside what is written has values, or is there at all, only when they run. */
function labelBlocks({ podLabels, addedLabels, labelsKnown }: Workload): readonly string[] {
  const written =
    podLabels.length === 0
      ? addedLabels.length === 0 && labelsKnown
        ? ['Its pods have no labels.']
        : []
      : [`Pod labels: ${code(printLabels(podLabels))}`];
  if (addedLabels.length === 0) return written;
  return [...written, `Set when they are made: ${code(printLabels(addedLabels))}`];
}

function portsBlock({ ports, portsKnown }: Workload): string {
  if (ports.length > 0)
    return `Container ports: ${inlineList(
      ports.map((port) => code(printContainerPort(port))),
      8,
    )}`;
  return portsKnown ? 'No container ports declared.' : 'Its container ports are not written here.';
}

function servicesBlock(context: FeatureContext, workload: Workload): string {
  const services = servicesInFront(context.model, workload);
  if (services.length === 0) return '**Services**: none selects its pods.';
  return `**Services**\n\n${bulletList(services.map((service) => `${mentionService(context, service)}${describePorts(service, workload)}`))}`;
}

function describePorts(service: Service, workload: Workload): string {
  const paths = service.ports.map((port) => code(printPortPath(service, port, followPort(port, workload))));
  return paths.length === 0 ? '' : ` · ${inlineList(paths, 4)}`;
}

/** A pod that no policy selects in a direction is open in that direction (API reference, NetworkPolicySpec). */
function policiesBlock(context: FeatureContext, workload: Workload): string {
  const names = (direction: Direction): readonly string[] =>
    policiesOver(context.model, workload, direction).map((policy) => mentionPolicy(context, policy));
  const [ingress, egress] = [names('Ingress'), names('Egress')];
  if (ingress.length + egress.length === 0)
    return '**Policies**: none selects its pods, so they are open in both directions.';
  const line = (direction: Direction, found: readonly string[]): string =>
    `${direction}: ${found.length === 0 ? 'open, no policy' : inlineList(found)}`;
  return `**Policies**\n\n${bulletList([line('Ingress', ingress), line('Egress', egress)])}`;
}

function containerPortBlocks(context: FeatureContext, workload: Workload, port: ContainerPort): readonly string[] {
  const head = `**Container port** ${code(printContainerPort(port))} of container ${code(port.container)}`;
  const leading = portsInFront(context.model, workload, port);
  if (leading.length === 0) return [head, 'No Service leads here.'];
  const list = leading.map(
    (found) =>
      `${mentionService(context, found.service)} · ${code(printPortPath(found.service, found.port, followPort(found.port, workload)))}`,
  );
  return [head, `Services that lead here\n\n${bulletList(list)}`];
}
