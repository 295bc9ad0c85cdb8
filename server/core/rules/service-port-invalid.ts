import { entryOf, keyRange, nodeAt, stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPlaceholder } from '../model/label';
import {
  derivedOf,
  ingressesOf,
  isPatch,
  openshiftRoutesOf,
  selectWorkloads,
  servicesOf,
  type NetworkModel,
} from '../model/network-model';
import type { Service } from '../model/service';
import { addEntryBefore, entryPlace, quoted, replaceScalar, type EntryPlace } from './edits';
import { plannedFixes } from './planned-fixes';
import {
  asLabel,
  asPortName,
  change,
  isUnset,
  labelFault,
  namedByNumber,
  numberProblem,
  portNameFault,
  portNumberIn,
  protocolProblem,
  withoutQuotes,
  type FieldProblem,
} from './port-fields';
import { reportUnlessClean } from './report-unless-clean';
import { defineRule, type FixData, type FixDraft, type RelatedReport, type Report, type TextOf } from './rule';

export const servicePortInvalid = defineRule({
  id: 'service-port-invalid',
  title: 'Ports of a Service that the API server refuses',
  severity: 'error',
  check(model, report) {
    for (const service of servicesOf(model)) {
      const ports = derivedOf(model, service, 'written-ports', () => portsOf(service));
      if (ports.length === 0) checkAbsence(service, model, report);
      if (ports.length === 0 || isPatch(model, service.resource)) continue;
      // What is missing may stand in what could not be read, and a port that was cut in two counts twice.
      const isBroken = model.brokenFiles.has(service.resource.file);
      reportUnlessClean(model, service, 'service-port-invalid', report, (tell) => {
        for (const port of ports) checkFields(service, port, isBroken, tell);
        checkNames(service, ports, model, tell);
        checkRepetitions(service, ports, tell);
      });
      checkTargets(service, ports, model, report);
    }
  },
  fixes: (data, textOf) => [...plannedFixes(data), ...nameFixes(data, textOf)],
});

/** The items of `spec.ports` as they are written, whatever is wrong with them. */
function portsOf({ resource }: Service): readonly SourceNode[] {
  const list = nodeAt(resource.root, 'spec', 'ports');
  return list?.type === 'sequence' ? list.items.filter(({ type }) => type === 'map') : [];
}

function reportProblem({ resource }: Service, { at, message, fixes }: FieldProblem, report: Report): void {
  report({ resource, at, message, ...(fixes.length > 0 ? { data: { fixes } } : {}) });
}

/**
 * Headless Services and aliases alone may do without ports (ValidateService). What a directory holds may be a patch for something with
 * ports, unless it writes an empty list.
 */
function checkAbsence(service: Service, model: NetworkModel, report: Report): void {
  const { resource, name, headless, type } = service;
  if (headless || type === 'ExternalName' || isPlaceholder(type) || model.brokenFiles.has(resource.file)) return;
  const spec = nodeAt(resource.root, 'spec');
  const entry = entryOf(spec, 'ports');
  const isEmpty = entry?.value.type === 'sequence' && entry.value.items.length === 0;
  const isWhole = model.scope.kind !== 'directory' && model.complete && spec?.type === 'map' && !entry;
  if (!isEmpty && !isWhole) return;
  report({
    resource,
    ...(entry ? { at: keyRange(entry) } : {}),
    message: `Service ${name} has no ports: the API server refuses that, unless it is headless (clusterIP: None).`,
  });
}

function checkFields(service: Service, port: SourceNode, isBroken: boolean, report: Report): void {
  const { resource } = service;
  const number = nodeAt(port, 'port');
  const problems = [
    number ? numberProblem(resource, number, 'port') : isBroken ? undefined : missingNumber(service, port),
    protocolProblem(resource, nodeAt(port, 'protocol')),
  ];
  for (const problem of problems) if (problem) reportProblem(service, problem, report);
}

function missingNumber({ name }: Service, port: SourceNode): FieldProblem | undefined {
  if (port.type !== 'map' || port.entries.length === 0) return undefined;
  const [first] = port.entries;
  return {
    at: first ? keyRange(first) : port,
    message: `This port of Service ${name} has no number: write port, on which clients reach it.`,
    fixes: [],
  };
}

/** What the selected pods say to a name is `service-port-unmatched`'s, and `container-port-invalid`'s where they have it. */
function checkTargets(service: Service, ports: readonly SourceNode[], model: NetworkModel, report: Report): void {
  const problems = derivedOf(model, service, 'target-problems', () =>
    ports.flatMap((port) => targetProblem(service, port) ?? []),
  );
  for (const { isName, ...problem } of problems)
    if (!isName || !isToldByPods(service, model)) reportProblem(service, problem, report);
}

interface TargetProblem extends FieldProblem {
  readonly isName: boolean;
}

/** Zero is the API server's word for "the same as port" (SetDefaults_Service). */
function targetProblem({ resource }: Service, port: SourceNode): TargetProblem | undefined {
  const node = nodeAt(port, 'targetPort');
  if (node?.type !== 'scalar' || isUnset(node) || node.value === 0) return undefined;
  if (typeof node.value === 'number') {
    const problem = numberProblem(resource, node, 'targetPort');
    return problem && { ...problem, isName: false };
  }
  if (typeof node.value !== 'string' || isPlaceholder(node.value)) return undefined;
  const fault = portNameFault(node.value);
  if (fault === undefined) return undefined;
  const number = portNumberIn(node.value);
  if (number !== undefined)
    return {
      at: node,
      message: `targetPort "${node.value}" is text, which Kubernetes takes for a port's name. Write the number without quotes.`,
      fixes: withoutQuotes(resource, node, number),
      isName: true,
    };
  const best = asLabel(node.value);
  return {
    at: node,
    message: `targetPort "${node.value}" is no name that a container's port may have: ${fault}.`,
    fixes: portNameFault(best) === undefined ? change(node.value, best, replaceScalar(resource, node, best)) : [],
    isName: true,
  };
}

function isToldByPods(service: Service, model: NetworkModel): boolean {
  if (!service.selector || service.type === 'ExternalName') return false;
  return selectWorkloads(model, service.namespace, service.selector).some(({ portsKnown }) => portsKnown);
}

/** Names are DNS labels, each once, and needed as soon as there are two ports (ValidateService). */
function checkNames(service: Service, ports: readonly SourceNode[], model: NetworkModel, report: Report): void {
  const { resource } = service;
  const taken = new Set(ports.flatMap((port) => stringAt(port, 'name')?.value ?? []));
  const seen = new Map<string, SourceNode>();
  for (const port of ports) {
    const node = nodeAt(port, 'name');
    const byNumber = namedByNumber(resource, node);
    if (byNumber) reportProblem(service, { ...byNumber, fixes: inQuotes(resource, node) }, report);
    else if (isUnset(node)) {
      if (ports.length > 1 && !model.brokenFiles.has(resource.file))
        reportUnnamed(service, port, ports.length, taken, report);
    } else {
      const written = stringAt(node);
      if (!written || isPlaceholder(written.value)) continue;
      const fault = labelFault(written.value);
      const first = seen.get(written.value);
      if (fault !== undefined) reportProblem(service, misnamed(service, written, fault, taken, model), report);
      else if (first) reportTwice(service, port, written, first, taken, report);
      seen.set(written.value, first ?? written.node);
    }
  }
}

function inQuotes(resource: Resource, node: SourceNode | undefined): readonly FixDraft[] {
  const isWritten = node?.type === 'scalar' && typeof node.value === 'number' && !node.shared && node.start < node.end;
  if (!isWritten || labelFault(String(node.value)) !== undefined) return [];
  const edit = {
    file: node.file ?? resource.file,
    start: node.start,
    end: node.end,
    newText: quoted(String(node.value), 'double'),
  };
  return [{ title: `Write "${String(node.value)}" in quotes`, edits: [edit] }];
}

interface WrittenName {
  readonly value: string;
  readonly node: SourceNode;
}

/** The fix takes along what names this port: Ingress backends do. */
function misnamed(
  service: Service,
  { value, node }: WrittenName,
  fault: string,
  taken: ReadonlySet<string>,
  model: NetworkModel,
): FieldProblem {
  const best = asLabel(value);
  const isUsable = best !== '' && labelFault(best) === undefined && !taken.has(best);
  const references = isUsable ? referencesTo(service, value, model) : undefined;
  const edits = references?.map(({ resource, at }) => replaceScalar(resource, at, best));
  return {
    at: node,
    message: `A Service's port cannot be named "${value}": ${fault}.`,
    fixes: edits ? change(value, best, replaceScalar(service.resource, node, best), ...edits) : [],
  };
}

/** Whatever names a port of this Service; undefined where an OpenShift Route does, which names all its backends' ports at once. */
function referencesTo(
  service: Service,
  name: string,
  model: NetworkModel,
): readonly { readonly resource: Resource; readonly at: SourceNode }[] | undefined {
  const { namespace } = service;
  if (openshiftRoutesOf(model).some((route) => route.namespace === namespace && route.targetPort?.value === name))
    return undefined;
  return ingressesOf(model)
    .filter((ingress) => ingress.namespace === namespace)
    .flatMap(({ resource, routes }) =>
      routes.flatMap(({ backend }) =>
        backend.service.value === service.name && backend.port?.value === name
          ? [{ resource, at: backend.port.node }]
          : [],
      ),
    );
}

function reportTwice(
  service: Service,
  port: SourceNode,
  { value, node }: WrittenName,
  first: SourceNode,
  taken: Set<string>,
  report: Report,
): void {
  const { resource } = service;
  const best = freeName(port, taken);
  const fixes = best === undefined ? [] : change(value, best, replaceScalar(resource, node, best));
  report({
    resource,
    at: node,
    message: `Service ${service.name} has another port named "${value}": each needs a name of its own.`,
    related: [{ resource, at: first, message: `The first port named "${value}"` }],
    ...(fixes.length > 0 ? { data: { fixes } } : {}),
  });
}

function reportUnnamed(service: Service, port: SourceNode, count: number, taken: Set<string>, report: Report): void {
  const { resource } = service;
  const number = nodeAt(port, 'port');
  const name = freeName(port, taken);
  const written = port.type === 'map' && !port.shared ? port.entries[0] : undefined;
  const before = entryPlace(resource, written);
  const empty = nodeAt(port, 'name');
  const described = number?.type === 'scalar' ? `Port ${String(number.value)}/${protocolOf(port)}` : 'This port';
  report({
    resource,
    at: number ?? port,
    message: `${described} needs a name, as Service ${service.name} has ${count} ports.`,
    ...(name !== undefined && before && !empty ? { data: { before, name } } : {}),
  });
}

/** TCP where none is written. */
function protocolOf(port: SourceNode): string {
  return stringAt(port, 'protocol')?.value ?? 'TCP';
}

/** A name for a port that says what is known of it, and is given once. */
function freeName(port: SourceNode, taken: Set<string>): string | undefined {
  const number = nodeAt(port, 'port');
  if (number?.type !== 'scalar' || typeof number.value !== 'number') return undefined;
  const target = stringAt(port, 'targetPort')?.value;
  const protocol = protocolOf(port).toLowerCase();
  const known = protocol === 'tcp' ? wellKnown.get(number.value) : undefined;
  const candidates = [
    known,
    target === undefined || isPlaceholder(target) ? undefined : asPortName(target),
    `port-${number.value}`,
    `port-${number.value}-${protocol}`,
  ];
  const name = candidates.find((candidate) => candidate !== undefined && !taken.has(candidate));
  if (name === undefined || labelFault(name) !== undefined) return undefined;
  taken.add(name);
  return name;
}

const wellKnown: ReadonlyMap<number, string> = new Map([
  [80, 'http'],
  [443, 'https'],
]);

function nameFixes(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const before = data['before'] as EntryPlace | undefined;
  if (!before) return [];
  const name = String(data['name']);
  const edit = addEntryBefore(textOf(before.file), before, [`name: ${name}`]);
  return edit ? [{ title: `Name it "${name}"`, edits: [edit] }] : [];
}

/** One number and protocol is one port (ValidateService). */
function checkRepetitions(service: Service, ports: readonly SourceNode[], report: Report): void {
  const { resource, name } = service;
  const seen = new Map<string, SourceNode>();
  for (const port of ports) {
    const number = nodeAt(port, 'port');
    const protocol = protocolOf(port);
    if (number?.type !== 'scalar' || typeof number.value !== 'number') continue;
    const key = `${number.value}/${protocol}`;
    const first = seen.get(key);
    const related: readonly RelatedReport[] = first ? [{ resource, at: first, message: `The first port ${key}` }] : [];
    if (first)
      report({
        resource,
        at: number,
        message: `Service ${name} has port ${key} twice: each may stand there once.`,
        related,
      });
    else seen.set(key, number);
  }
}
