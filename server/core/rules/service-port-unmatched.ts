import { entryOf } from '../manifest/node';
import { isPlaceholder } from '../model/label';
import { derivedIn, selectWorkloads, servicesOf, type NetworkModel } from '../model/network-model';
import { targetOf, targetsIn, type Service, type ServicePort } from '../model/service';
import { printWorkload, type ContainerPort, type Protocol, type Workload } from '../model/workload';
import { addScalar, entryPlace, replaceScalar, type EntryPlace } from './edits';
import { nearest } from './near';
import { plannedFixes } from './planned-fixes';
import {
  defineRule,
  lowered,
  type EditData,
  type FixData,
  type FixDraft,
  type Place,
  type RelatedReport,
  type ReportInput,
  type TextOf,
} from './rule';

export const servicePortUnmatched = defineRule({
  id: 'service-port-unmatched',
  title: 'A targetPort that the selected pods do not expose',
  severity: 'error',
  variants: [
    'warning: some of the selected pods expose it, or the Service is headless',
    'information: a number that no container declares',
  ],
  check(model, report) {
    for (const namespace of model.contents.keys()) {
      for (const found of unmatchedPorts(model, namespace)) {
        const severity = found.severity ?? 'error';
        report({ ...found, severity: model.complete ? severity : lowered(severity) });
      }
    }
  },
  fixes: (data, textOf) => [...plannedFixes(data), ...addField(data, textOf)],
});

/** A namespace's own workloads decide. */
function unmatchedPorts(model: NetworkModel, namespace: string): readonly ReportInput[] {
  return derivedIn(model, namespace, 'service-ports-unmatched', () =>
    servicesOf(model, namespace).flatMap((service) => {
      if (!service.selector || service.type === 'ExternalName') return [];
      const workloads = selectWorkloads(model, namespace, service.selector);
      if (workloads.length === 0) return [];
      return service.ports.flatMap((port) => checkPort(service, port, workloads) ?? []);
    }),
  );
}

function checkPort(service: Service, port: ServicePort, workloads: readonly Workload[]): ReportInput | undefined {
  const target = targetOf(port);
  const without = workloads.filter((workload) => workload.portsKnown && targetsIn(port, workload).length === 0);
  if (without.length === 0 || isPlaceholder(String(target))) return undefined;
  // A number that no port has is `service-port-invalid`'s.
  if (typeof target === 'number' && (target < 1 || target > 65535)) return undefined;
  return typeof target === 'number'
    ? undeclaredNumber(service, port, target, workloads, without)
    : /^\d+$/.test(target)
      ? quotedNumber(service, port, target)
      : unknownName(service, port, target, workloads, without);
}

/**
 * A name is looked up in the pods, so where it is missing there is no endpoint for this port. Clients of a headless Service
 * ask for the pods' addresses and need no port of it, SRV records aside.
 */
function unknownName(
  service: Service,
  port: ServicePort,
  target: string,
  workloads: readonly Workload[],
  without: readonly Workload[],
): ReportInput {
  const some = without.length < workloads.length;
  const declared = without.flatMap((workload) => workload.ports);
  const otherProtocol = declared.find((candidate) => candidate.name?.value === target);
  const message = otherProtocol
    ? `The container port "${target}" is ${otherProtocol.protocol}, and this port of Service ${service.name} is ${port.protocol}: the protocols must agree.`
    : `${some ? `Not all selected pods have a container port named "${target}"` : `No container port is named "${target}"`}. ${list(without.map(describePorts), '; ')}.${some ? ' They get no traffic on this port.' : ''}${service.headless ? " Clients of a headless Service connect to the pods' own ports, so only its SRV record is lost." : ''}`;
  return {
    resource: service.resource,
    at: placeOf(port),
    severity: some || service.headless ? 'warning' : 'error',
    message,
    related: relatedOf(without),
    ...(some
      ? {}
      : {
          data: otherProtocol
            ? protocolFix(service, port, without)
            : { fixes: nameFixes(service, port, target, declared) },
        }),
  };
}

/** Text that looks like a number is still a name for Kubernetes, and no port name has digits alone (API reference, IntOrString). */
function quotedNumber(service: Service, port: ServicePort, target: string): ReportInput {
  const node = port.targetPort?.node;
  const edit: EditData | undefined = node && {
    file: node.file ?? service.resource.file,
    start: node.start,
    end: node.end,
    newText: target,
  };
  return {
    resource: service.resource,
    at: placeOf(port),
    message: `targetPort "${target}" is text, which Kubernetes takes for a port's name. Write the number without quotes.`,
    ...(edit && !node?.shared ? { data: { fixes: [{ title: `Write ${target} without quotes`, edits: [edit] }] } } : {}),
  };
}

/** Containers may listen on ports they do not declare, so this stays quiet unless every pod declares ports and none fits. */
function undeclaredNumber(
  service: Service,
  port: ServicePort,
  target: number,
  workloads: readonly Workload[],
  without: readonly Workload[],
): ReportInput | undefined {
  if (service.headless || without.length < workloads.length || without.some((workload) => workload.ports.length === 0))
    return undefined;
  const declared = without.flatMap((workload) => workload.ports);
  const otherProtocol = declared.find((candidate) => candidate.number === target);
  return {
    resource: service.resource,
    at: placeOf(port),
    severity: 'information',
    message: otherProtocol
      ? `Port ${target} is declared as ${otherProtocol.protocol}, and this port of Service ${service.name} is ${port.protocol}: check that the container listens on both.`
      : `No selected container declares port ${target}. ${list(without.map(describePorts), '; ')}. An undeclared port may still be open: check that something listens on it.`,
    related: relatedOf(without),
    data: otherProtocol ? protocolFix(service, port, without) : numberFix(service, port, target, declared),
  };
}

function placeOf(port: ServicePort): Place {
  return port.targetPort?.node ?? port.port.node;
}

function describePorts(workload: Workload): string {
  if (workload.ports.length === 0) return `${printWorkload(workload)} declares no ports`;
  return `${printWorkload(workload)} has ${list(workload.ports.map(printPort))}`;
}

function printPort(port: ContainerPort): string {
  const number = `${port.number}/${port.protocol}`;
  return port.name ? `${port.name.value} (${number})` : number;
}

/** At most three, then how many more. */
function list(texts: readonly string[], separator = ', '): string {
  const unique = [...new Set(texts)];
  return unique.length > 3
    ? `${unique.slice(0, 3).join(separator)} and ${unique.length - 3} more`
    : unique.join(separator);
}

function relatedOf(workloads: readonly Workload[]): readonly RelatedReport[] {
  return workloads.slice(0, 3).map((workload) => {
    const [first] = workload.ports;
    return {
      resource: workload.resource,
      message: describePorts(workload),
      ...(first ? { at: placeOfPort(first) } : {}),
    };
  });
}

/** The port; its name alone where a patch brought that. */
function placeOfPort({ name, node }: ContainerPort): Place {
  return name && name.node.file !== node.file ? name.node : node;
}

function nameFixes(
  service: Service,
  port: ServicePort,
  target: string,
  declared: readonly ContainerPort[],
): readonly FixDraft[] {
  const usable = declared.filter((candidate) => candidate.protocol === port.protocol);
  const named = usable.filter((candidate) => candidate.name !== undefined);
  const best =
    nearest(target, named, (candidate) => candidate.name?.value ?? '') ??
    usable.find((candidate) => candidate.number === port.port.value) ??
    (new Set(usable.map((candidate) => candidate.number)).size === 1 ? usable[0] : undefined);
  if (!best) return [];
  const value = best.name?.value ?? best.number;
  const node = port.targetPort?.node;
  const edit: EditData | undefined =
    typeof value === 'number' && node && !node.shared
      ? { file: node.file ?? service.resource.file, start: node.start, end: node.end, newText: String(value) }
      : replaceScalar(service.resource, node, value);
  return edit
    ? [{ title: `Change "${target}" to ${typeof value === 'number' ? value : `"${value}"`}`, edits: [edit] }]
    : [];
}

/** The only number that fits; where no targetPort is written, its name if all pods have one. */
function numberFix(service: Service, port: ServicePort, target: number, declared: readonly ContainerPort[]): FixData {
  const usable = declared.filter((candidate) => candidate.protocol === port.protocol);
  const numbers = new Set(usable.map((candidate) => candidate.number));
  const [only] = numbers;
  if (numbers.size !== 1 || only === undefined) return {};
  if (!port.targetPort) {
    const names = new Set(usable.map(({ name }) => name?.value));
    const [name] = names;
    return { add: fieldToAdd(service, port, 'targetPort', names.size === 1 && name !== undefined ? name : only) };
  }
  const edit = replaceScalar(service.resource, port.targetPort.node, only);
  return edit ? { fixes: [{ title: `Change ${target} to ${only}`, edits: [edit] }] } : {};
}

/**
 * Gives the Service port the protocol that all of the pods declare what it leads to with. Nothing where another port of the Service has that
 * protocol and this number: it would be there twice.
 */
function protocolFix(service: Service, port: ServicePort, workloads: readonly Workload[]): FixData {
  const target = targetOf(port);
  const isMeant = ({ name, number }: ContainerPort): boolean =>
    typeof target === 'number' ? number === target : name?.value === target;
  const [protocol] = workloads[0]?.ports.filter(isMeant).map((candidate) => candidate.protocol) ?? [];
  if (
    protocol === undefined ||
    !workloads.every(({ ports }) => ports.some((candidate) => isMeant(candidate) && candidate.protocol === protocol))
  )
    return {};
  if (service.ports.some((other) => other !== port && isTwin(other, port, protocol))) return {};
  const written = entryOf(port.node, 'protocol');
  if (!written) return { add: fieldToAdd(service, port, 'protocol', protocol) };
  const edit = replaceScalar(service.resource, written.value, protocol);
  return edit ? { fixes: [{ title: `Change ${port.protocol} to ${protocol}`, edits: [edit] }] } : {};
}

function isTwin(other: ServicePort, port: ServicePort, protocol: Protocol): boolean {
  return other.port.value === port.port.value && other.protocol === protocol;
}

/** A key for a Service port, as a finding's data keeps it. */
interface AddedField {
  readonly after: EntryPlace;
  readonly key: string;
  readonly value: string | number;
}

function fieldToAdd(
  { resource }: Service,
  { node }: ServicePort,
  key: string,
  value: string | number,
): AddedField | undefined {
  const after = entryPlace(resource, entryOf(node, 'targetPort') ?? entryOf(node, 'port'));
  return after && { after, key, value };
}

function addField(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const add = data['add'] as AddedField | null | undefined;
  const edit = add && addScalar(textOf(add.after.file), add.after, add.key, add.value);
  return edit ? [{ title: `Add ${add.key}: ${add.value}`, edits: [edit] }] : [];
}
