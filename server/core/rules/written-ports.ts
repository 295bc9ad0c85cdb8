import { itemsAt, nodeAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { derived, overwrittenResources, selectWorkloads, servicesOf, type NetworkModel } from '../model/network-model';
import { followPort, printContainerPort } from '../model/port-path';
import type { Service, ServicePort } from '../model/service';
import { printWorkload, type Workload } from '../model/workload';
import { listed } from '../reach/describe-form';
import type { PortForm, RuleForm } from '../reach/policy-form';
import { replaceScalar } from './edits';
import type { FixDraft, RelatedReport } from './rule';

/** One port of a policy's rule, in the inner form and as it is written. */
export interface WrittenPort {
  readonly form: Exclude<PortForm, { readonly type: 'unreadable' }>;
  /** The item of the list of ports. */
  readonly item: SourceNode;
  /** The number or the name, without a range: what a fix may change. */
  readonly value: SourceNode;
}

/** The single ports that a rule names, of whatever kind of policy; ranges, whole protocols and what cannot be read are left out. */
export function writtenPorts({ ports, node }: RuleForm): readonly WrittenPort[] {
  if (ports === 'every') return [];
  const items = [itemsAt(node, 'ports'), itemsAt(node, 'protocols')].find(({ length }) => length === ports.length);
  return ports.flatMap((form, index) => {
    const item = items?.[index];
    const value = item && valueOf(item);
    if (!item || !value || form.type === 'unreadable') return [];
    return form.type === 'named' || form.first === form.last ? [{ form, item, value }] : [];
  });
}

const valuePaths = [
  ['portNumber', 'port'],
  ['namedPort'],
  ['destinationNamedPort'],
  ...['tcp', 'udp', 'sctp'].map((protocol) => [protocol, 'destinationPort', 'number']),
];

function valueOf(item: SourceNode): SourceNode | undefined {
  // NetworkPolicy; a range of one port is a range all the same.
  const own = nodeAt(item, 'endPort') ? undefined : nodeAt(item, 'port');
  const found = own ?? valuePaths.map((path) => nodeAt(item, ...path)).find((node) => node !== undefined);
  return found?.type === 'scalar' ? found : undefined;
}

/** A Service port in front of some pods, with the port of theirs that it leads to. */
export interface Translation {
  readonly service: Service;
  readonly port: ServicePort;
  readonly number: number;
}

/** The Services in front of every workload, port by port, with the number that traffic arrives at. */
export function translationsOf(model: NetworkModel): ReadonlyMap<Workload, readonly Translation[]> {
  return derived(model, 'port-translations', () => {
    const overwritten = overwrittenResources(model);
    const found = new Map<Workload, Translation[]>();
    for (const service of servicesOf(model)) {
      if (!service.selector || service.type === 'ExternalName' || overwritten.has(service.resource)) continue;
      for (const workload of selectWorkloads(model, service.namespace, service.selector)) {
        const known = found.get(workload) ?? [];
        found.set(workload, known);
        for (const port of service.ports) {
          const { number } = followPort(port, workload);
          if (number !== undefined) known.push({ service, port, number });
        }
      }
    }
    return found;
  });
}

/** `Deployment web has http 8080/TCP`, `Deployment web declares no ports`. */
export function describeContainerPorts(workload: Workload): string {
  if (workload.ports.length === 0) return `${printWorkload(workload)} declares no ports`;
  return `${printWorkload(workload)} has ${listed(workload.ports.map(printContainerPort), 'and')}`;
}

/** Links to where workloads declare their ports. */
export function relatedPorts(workloads: readonly Workload[]): readonly RelatedReport[] {
  return workloads.slice(0, 3).map((workload) => {
    const node = workload.ports[0]?.node;
    return {
      resource: workload.resource,
      message: describeContainerPorts(workload),
      ...(node ? { at: node } : {}),
    };
  });
}

/** The fix that changes one port of a policy. */
export function changePort(resource: Resource, { value }: WrittenPort, to: number | string): readonly FixDraft[] {
  if (value.type !== 'scalar') return [];
  const edit = replaceScalar(resource, value, to);
  return edit ? [{ title: `Change ${String(value.value)} to ${to}`, edits: [edit] }] : [];
}

/** A port of a policy that should be another number. */
export interface PortChange {
  readonly policy: { readonly form: { readonly resource: Resource } };
  readonly port: WrittenPort;
  /** What it should be. */
  readonly number: number;
}

/** The fix that changes several ports of policies together; none where one of them cannot be, or should be two numbers at once. */
export function changePorts(changes: readonly PortChange[]): readonly FixDraft[] {
  const numbers = new Map<SourceNode, number>();
  for (const { port, number } of changes) {
    if ((numbers.get(port.value) ?? number) !== number) return [];
    numbers.set(port.value, number);
  }
  const fixes = [...numbers].map(([node, number]) => {
    const change = changes.find(({ port }) => port.value === node);
    return change && changePort(change.policy.form.resource, change.port, number)[0];
  });
  if (fixes.includes(undefined)) return [];
  const found = fixes.filter((fix) => fix !== undefined);
  return found.length === 0
    ? []
    : [{ title: found.map(({ title }) => title).join(', '), edits: found.flatMap(({ edits }) => edits) }];
}
