import { booleanAt, nodeAt, stringAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { labelsAt, printSelector, type Label } from '../model/label';
import { overwrittenResources } from '../model/network-model';
import { printContainerPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import { printServicePort, type Service, type ServicePort } from '../model/service';
import { printWorkload, type Workload } from '../model/workload';
import { listed } from '../reach/describe-form';
import { printPeer } from '../reach/peers';
import { addResource, labelLine, shortKeys, type Drawing } from './drawing';
import { podCount, podNames, podParts } from './pod-parts';
import { externalIpsOf } from './routing-entries';
import { lanes } from './routing-lanes';
import type { ServiceVariant, ViewBadge, ViewNode } from './view';

/** Adds a Service: its type, the name pods reach it by, and its ports. */
export function addService(drawing: Drawing, service: Service): void {
  const { name, namespace, selector, resource } = service;
  const facts = ['Service', service.type, ...(service.headless ? ['headless'] : [])];
  const variant = variantOf(service);
  const badges = [...replacedBadge(drawing, resource), ...withoutPods(drawing, service), ...traitsOf(service)];
  addResource(drawing, service, {
    kind: 'service',
    ...(variant === undefined ? {} : { variant }),
    lane: lanes.services,
    subtitle: facts.join(' · '),
    lines: [
      `${name}.${namespace}.svc`,
      ...service.ports.map(printPort),
      ...externalIpsOf(service).map((address) => `external IP ${address}`),
      ...(selector ? [shortKeys(printSelector(selector))] : []),
    ],
    ...(badges.length > 0 ? { badges } : {}),
    labels: labelsOf(labelsAt(resource.root, 'metadata', 'labels')),
    ask: `${name}.${namespace}.svc`,
  });
}

/** Adds what makes pods: how many, their ports and labels. */
export function addWorkload(drawing: Drawing, workload: Workload): void {
  const { model, settings } = drawing.context;
  const { kind, ports, podLabels, resource } = workload;
  const count = kind === 'Pod' ? undefined : podCount(workload);
  const none = count === 0 ? [scaledToZero('As written, no pod runs: replicas is 0.')] : [];
  const badges = [...replacedBadge(drawing, resource), ...none];
  addResource(drawing, workload, {
    kind: 'workload',
    lane: lanes.workloads,
    subtitle: count === undefined ? kind : `${kind} ×${count}`,
    lines: [...ports.map(printContainerPort), ...(podLabels.length > 0 ? [labelLine(podLabels)] : [])],
    ...(badges.length > 0 ? { badges } : {}),
    labels: labelsOf(podLabels),
    parts: podParts(workload, podNames(model, workload, settings.cluster.domain)),
    ask: printPeer(workload),
  });
}

/** Labels as filters read them. */
export function labelsOf(labels: readonly Label[]): NonNullable<ViewNode['labels']> {
  return Object.fromEntries(labels.map(({ key, value }) => [key, value]));
}

function printPort(port: ServicePort): string {
  return port.nodePort === undefined ? printServicePort(port) : `${printServicePort(port)} (node ${port.nodePort})`;
}

const variants: readonly ServiceVariant[] = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];

/** Undefined for a type that is filled in later. */
function variantOf({ type, headless }: Service): ServiceVariant | undefined {
  return headless && type === 'ClusterIP' ? 'headless' : variants.find((variant) => variant === type);
}

/** Of two resources with one identity the last one counts when all are applied. */
function replacedBadge({ context: { model } }: Drawing, resource: Resource): readonly ViewBadge[] {
  if (!overwrittenResources(model).has(resource)) return [];
  const title = 'A later manifest of the same kind and name replaces it when all are applied.';
  return [{ text: 'replaced', tone: 'plain', title }];
}

function withoutPods({ context: { model } }: Drawing, service: Service): readonly ViewBadge[] {
  const workloads = podsBehind(model, service);
  if (workloads.length === 0 || workloads.some((workload) => podCount(workload) !== 0)) return [];
  const names = listed(workloads.map(printWorkload), 'and');
  return [scaledToZero(`As written, no pod answers: replicas is 0 in ${names}.`)];
}

function scaledToZero(title: string): ViewBadge {
  return { text: 'scaled to 0', tone: 'warn', title };
}

/** What makes a Service answer otherwise than people expect (API reference, ServiceSpec). */
function traitsOf({ resource, type }: Service): readonly ViewBadge[] {
  const spec = nodeAt(resource.root, 'spec');
  const isFromOutside = type === 'NodePort' || type === 'LoadBalancer';
  const traits: readonly [boolean, string, string][] = [
    [
      stringAt(spec, 'internalTrafficPolicy')?.value === 'Local',
      'local only',
      "internalTrafficPolicy: Local. Only pods on the caller's own node answer; without one there, calls are dropped.",
    ],
    [
      isFromOutside && stringAt(spec, 'externalTrafficPolicy')?.value === 'Local',
      'local from outside',
      'externalTrafficPolicy: Local. Traffic from outside reaches only pods on the node where it arrives, and keeps its source address.',
    ],
    [
      stringAt(spec, 'sessionAffinity')?.value === 'ClientIP',
      'sticky',
      'sessionAffinity: ClientIP. Connections from one address go to the same pod.',
    ],
    [
      booleanAt(spec, 'publishNotReadyAddresses') === true,
      'not ready too',
      'publishNotReadyAddresses: true. Pods are named before they are ready.',
    ],
  ];
  return traits.flatMap(([holds, text, title]) => (holds ? [{ text, tone: 'plain', title }] : []));
}
