import { itemsAt, nodeAt } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { followPort } from '../model/port-path';
import { hasManualEndpoints, podsBehind } from '../model/relations';
import { dnsNames, printServicePort, targetOf, type Service, type ServicePort } from '../model/service';
import type { Workload } from '../model/workload';
import { indexAt, isUnder, type Cursor } from './cursor';
import type { FeatureContext } from './feature-context';
import { selectorBlocks } from './hover-selector';
import { bulletList, code, counted, escapeMarkdown, table } from './markdown';
import {
  describeNamespace,
  headline,
  incompleteNote,
  isWritten,
  listPods,
  mentionWorkload,
  showSelector,
} from './mention';

/** What a Service is and where it leads, or what its part under the cursor does. */
export function hoverService(context: FeatureContext, service: Service, cursor: Cursor): readonly string[] {
  if (isUnder(cursor, 'spec', 'selector') && service.selector && service.type !== 'ExternalName') {
    const place = `in namespace ${code(service.namespace)}`;
    return selectorBlocks(context, { selector: service.selector, namespace: service.namespace, place, cursor });
  }
  const port = portUnder(service, cursor);
  return port ? portBlocks(context, service, port) : serviceBlocks(context, service);
}

function portUnder(service: Service, cursor: Cursor): ServicePort | undefined {
  if (!isUnder(cursor, 'spec', 'ports', '*')) return undefined;
  const node = itemsAt(service.resource.root, 'spec', 'ports')[indexAt(cursor, 2)];
  return service.ports.find((port) => port.node === node);
}

/** The Service as a whole. */
export function serviceBlocks(context: FeatureContext, service: Service): readonly string[] {
  const { resource, namespace } = service;
  return [
    headline('Service', service.name, ...describeType(service), describeNamespace(context.model, resource, namespace)),
    `DNS: ${dnsNames(service).map(code).join(', ')}`,
    ...portTable(context, service),
    ...endpointBlocks(context, service),
  ];
}

/** `NodePort`, `ClusterIP (default)`, `headless`. */
export function describeType(service: Service): readonly string[] {
  const type = isWritten(service.resource, 'spec', 'type') ? escapeMarkdown(service.type) : `${service.type} (default)`;
  return service.headless ? [type, 'headless'] : [type];
}

function portTable(context: FeatureContext, service: Service): readonly string[] {
  if (service.ports.length === 0 || service.type === 'ExternalName') return [];
  const workloads = podsBehind(context.model, service);
  const hasNodePorts = service.type === 'NodePort' || service.type === 'LoadBalancer';
  const rows = service.ports.map((port) => [
    code(printServicePort(port)),
    ...(hasNodePorts ? [port.nodePort === undefined ? 'assigned' : String(port.nodePort)] : []),
    describeTarget(context, port, workloads),
  ]);
  const head = ['Port', ...(hasNodePorts ? ['Node port'] : []), service.headless ? "Pods' port" : 'Target port'];
  const note = service.headless
    ? ["Headless: DNS answers with the pods' own addresses, so clients use the pods' ports."]
    : [];
  return [table(head, rows), ...note];
}

/** Pods of different workloads may give a name different numbers (API reference, ServicePort.targetPort). */
function describeTarget(context: FeatureContext, port: ServicePort, workloads: readonly Workload[]): string {
  const target = targetOf(port);
  const paths = workloads.map((workload) => ({ workload, ...followPort(port, workload) }));
  if (typeof target === 'number') {
    const names = [...new Set(paths.flatMap(({ declared }) => declared?.name?.value ?? []))];
    return names.length === 0 ? String(target) : `${target} (${names.map(code).join(', ')})`;
  }
  const numbers = [...new Set(paths.map(({ number }) => number))];
  const [only] = numbers;
  if (numbers.length === 1) return only === undefined ? `${code(target)}: not found` : `${code(target)} = ${only}`;
  const shown = paths
    .slice(0, 3)
    .map(({ workload, number }) => `${number ?? 'not found'} in ${mentionWorkload(context, workload)}`);
  if (paths.length > 3) shown.push(`${paths.length - 3} more`);
  return shown.length === 0 ? code(target) : `${code(target)}: ${shown.join(', ')}`;
}

function endpointBlocks(context: FeatureContext, service: Service): readonly string[] {
  const { model } = context;
  const { selector, externalName, name, namespace } = service;
  if (service.type === 'ExternalName') {
    const target = externalName === undefined ? 'another name, which is not written' : code(externalName);
    return [`An alias in DNS (CNAME) of ${target}. No ports are translated and no pods selected.`];
  }
  if (!selector) {
    return hasManualEndpoints(model, service)
      ? [`No selector: the endpoints are written by hand (Endpoints or EndpointSlice of ${code(name)}).`]
      : [
          'No selector and no endpoints written by hand: it leads nowhere, unless a controller fills it in.',
          ...incompleteNote(model),
        ];
  }
  const workloads = podsBehind(model, service);
  if (workloads.length === 0) {
    return [
      `**No pods**: nothing in namespace ${code(namespace)} matches ${showSelector(selector)}.`,
      ...incompleteNote(model),
    ];
  }
  return [`**Pods** with ${showSelector(selector)}\n\n${listPods(context, workloads)}`];
}

/** One port of a Service, workload by workload. */
function portBlocks(context: FeatureContext, service: Service, port: ServicePort): readonly string[] {
  const target = targetOf(port);
  const written = port.targetPort ? '' : ' (not written: the port itself)';
  const nodePort = port.nodePort === undefined ? '' : `, on every node ${port.nodePort}`;
  const head = `**Port** ${code(printServicePort(port))}${nodePort} → target port ${code(String(target))}${written}`;
  if (!service.selector || service.type === 'ExternalName') return [head, ...endpointBlocks(context, service)];
  const workloads = podsBehind(context.model, service);
  if (workloads.length === 0) return [head, ...endpointBlocks(context, service)];
  return [
    head,
    bulletList(
      workloads.map((workload) => `${mentionWorkload(context, workload)}: ${describeArrival(port, workload)}`),
    ),
  ];
}

/** Where traffic for a Service port arrives in a workload's pods. */
export function describeArrival(port: ServicePort, workload: Workload): string {
  const { number, declared } = followPort(port, workload);
  if (number === undefined)
    return `no ${port.protocol} port is named ${code(String(targetOf(port)))}, so it gets no traffic`;
  if (!declared) return `${number}, which no container declares (it may listen all the same)`;
  const name = declared.name ? ` ${code(declared.name.value)}` : '';
  return `${number}${name} of container ${code(declared.container)}`;
}

/** For Endpoints and EndpointSlices: the Service they belong to, and how many addresses they hold. */
export function hoverEndpoints(resource: Resource): readonly string[] {
  const addresses =
    resource.kind === 'Endpoints'
      ? itemsAt(resource.root, 'subsets').flatMap((subset) => itemsAt(subset, 'addresses'))
      : itemsAt(resource.root, 'endpoints').flatMap((endpoint) => itemsAt(endpoint, 'addresses'));
  const label = nodeAt(resource.root, 'metadata', 'labels', 'kubernetes.io/service-name');
  const service = resource.kind === 'Endpoints' ? resource.name : label?.type === 'scalar' ? String(label.value) : '';
  const of =
    service === ''
      ? 'No label kubernetes.io/service-name: it belongs to no Service.'
      : `Endpoints of Service ${code(service)}, written by hand.`;
  return [headline(resource.kind, resource.name, counted(addresses.length, 'address', 'addresses')), of];
}
