import { booleanAt, nodeAt, numberAt, stringAt, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPlaceholder } from '../model/label';
import { derived, policiesOf, selectWorkloads, servicesOf, type NetworkModel } from '../model/network-model';
import type { Service } from '../model/service';
import { selectsPods, type Workload } from '../model/workload';
import { podContainersOf, type Container, type PodContainers } from './containers';
import { replaceScalar } from './edits';
import { plannedFixes } from './planned-fixes';
import {
  asPortName,
  change,
  namedByNumber,
  numberProblem,
  portNameFault,
  protocolProblem,
  type FieldProblem,
} from './port-fields';
import { probesOf } from './probes';
import { reportUnlessClean } from './report-unless-clean';
import { defineRule, type EditData, type Report } from './rule';

export const containerPortInvalid = defineRule({
  id: 'container-port-invalid',
  title: 'Ports of a container that the API server refuses',
  severity: 'error',
  check(model, report) {
    for (const pod of podContainersOf(model))
      reportUnlessClean(model, pod.workload, 'container-port-invalid', report, (tell) => checkPod(pod, model, tell));
  },
  fixes: plannedFixes,
});

/** Whether something is wrong the pod alone tells; how to mend it, others too. */
function checkPod(pod: PodContainers, model: NetworkModel, report: Report): void {
  for (const container of pod.containers) {
    if (container.ports.length === 0) continue;
    for (const port of container.ports) checkFields(pod, port, report);
    checkNames(pod, container, model, report);
  }
  checkHostPorts(pod, report);
}

function reportProblem(resource: Resource, { at, message, fixes }: FieldProblem, report: Report): void {
  report({ resource, at, message, ...(fixes.length > 0 ? { data: { fixes } } : {}) });
}

function checkFields({ resource }: PodContainers, port: SourceNode, report: Report): void {
  if (port.type !== 'map') return;
  const hostPort = nodeAt(port, 'hostPort');
  const isNone = hostPort?.type === 'scalar' && hostPort.value === 0;
  const problems = [
    numberProblem(resource, nodeAt(port, 'containerPort'), 'containerPort'),
    isNone ? undefined : numberProblem(resource, hostPort, 'hostPort'),
    protocolProblem(resource, nodeAt(port, 'protocol')),
    namedByNumber(resource, nodeAt(port, 'name')),
  ];
  for (const problem of problems) if (problem) reportProblem(resource, problem, report);
}

/** Names need be unique within one container only (ValidateContainerPorts): a Service finds the first of a pod that fits. */
function checkNames({ workload, resource }: PodContainers, container: Container, model: NetworkModel, report: Report) {
  const names = container.ports.flatMap((port) => stringAt(port, 'name') ?? []);
  const seen = new Map<string, SourceNode>();
  for (const { value, node } of names) {
    if (value === '' || isPlaceholder(value)) continue;
    const fault = portNameFault(value);
    const first = seen.get(value);
    seen.set(value, first ?? node);
    if (fault !== undefined) {
      const best = asPortName(value);
      const isFree = best !== undefined && !names.some((other) => other.value === best);
      const references = isFree ? referencesTo(value, best, workload, container, model) : undefined;
      const fixes = references
        ? change(value, best ?? '', replaceScalar(resource, node, best ?? ''), ...references)
        : [];
      reportProblem(resource, { at: node, message: `A port cannot be named "${value}": ${fault}.`, fixes }, report);
    } else if (first)
      report({
        resource,
        at: node,
        message: `${nameOf(container)} has another port named "${value}": each needs a name of its own.`,
        related: [{ resource, at: first, message: `The first port named "${value}"` }],
      });
  }
}

function nameOf({ name }: Container): string {
  return name === '' ? 'The container' : `Container ${name}`;
}

/**
 * What has to change along with a port's name: probes of the container, and Services whose pods these are. Undefined where more hangs on
 * the name than a quick fix should touch: policies, other workloads behind the same Service.
 */
function referencesTo(
  name: string,
  best: string,
  workload: Workload,
  container: Container,
  model: NetworkModel,
): readonly (EditData | undefined)[] | undefined {
  const users = usersOfPortNames(model);
  if (users.inPolicies.has(name)) return undefined;
  const probes = probesOf(container.node).flatMap(({ port }) =>
    port?.type === 'scalar' && port.value === name ? [replaceScalar(workload.resource, port, best)] : [],
  );
  const services = (users.services.get(`${workload.namespace} ${name}`) ?? []).filter(
    ({ selector }) => selector && selectsPods(selector, workload),
  );
  const isShared = services.some(
    ({ namespace, selector }) =>
      selector &&
      selectWorkloads(model, namespace, selector).some(
        (other) => other !== workload && other.ports.some((port) => port.name?.value === name),
      ),
  );
  if (isShared) return undefined;
  const targets = services.flatMap(({ resource, ports }) =>
    ports.flatMap(({ targetPort }) =>
      targetPort?.value === name ? [replaceScalar(resource, targetPort.node, best)] : [],
    ),
  );
  return [...probes, ...targets];
}

interface UsersOfPortNames {
  /** Names in the ports of NetworkPolicies, wherever those are. */
  readonly inPolicies: ReadonlySet<string>;
  /** Services by their namespace and the name of a target port. */
  readonly services: ReadonlyMap<string, readonly Service[]>;
}

function usersOfPortNames(model: NetworkModel): UsersOfPortNames {
  return derived(model, 'users of port names', () => {
    const ports = policiesOf(model).flatMap(({ rules }) => rules.flatMap((rule) => rule.ports));
    const services = new Map<string, Service[]>();
    for (const service of servicesOf(model)) {
      const targets = new Set(service.ports.map(({ targetPort }) => targetPort?.value));
      for (const target of targets) {
        if (typeof target !== 'string') continue;
        const key = `${service.namespace} ${target}`;
        const known = services.get(key);
        if (known) known.push(service);
        else services.set(key, [service]);
      }
    }
    return { inPolicies: new Set(ports.flatMap(({ port }) => (typeof port === 'string' ? [port] : []))), services };
  });
}

interface HostPort {
  readonly container: Container;
  readonly node: SourceNode;
}

/**
 * A port of the node is for one container (AccumulateUniqueHostPorts). With hostNetwork every port is one of the node, the same on both
 * sides (SetDefaults_PodSpec, ValidatePodSpec).
 */
function checkHostPorts({ workload, resource, containers }: PodContainers, report: Report): void {
  const hostNetwork = booleanAt(workload.podSpec, 'hostNetwork') === true;
  const seen = new Map<string, HostPort>();
  for (const container of containers) {
    if (container.isInit) continue;
    for (const port of container.ports) {
      const written = numberAt(port, 'hostPort');
      const own = numberAt(port, 'containerPort');
      if (hostNetwork && written && own && written.value !== 0 && written.value !== own.value)
        reportUnequal(resource, written, own.value, report);
      const number = written && written.value !== 0 ? written : hostNetwork ? own : undefined;
      if (!number) continue;
      const protocol = stringAt(port, 'protocol')?.value ?? 'TCP';
      const key = `${stringAt(port, 'hostIP')?.value ?? ''} ${number.value}/${protocol}`;
      const first = seen.get(key);
      if (!first) seen.set(key, { container, node: number.node });
      else reportTaken(resource, `${number.value}/${protocol}`, { container, node: number.node }, first, report);
    }
  }
}

function reportUnequal(
  resource: Resource,
  { value, node }: { readonly value: number; readonly node: SourceNode },
  own: number,
  report: Report,
): void {
  const edit = replaceScalar(resource, node, own);
  report({
    resource,
    at: node,
    message: `With hostNetwork the container is on the node's network, so hostPort must be its port ${own}, or be left out.`,
    ...(edit ? { data: { fixes: [{ title: `Change ${value} to ${own}`, edits: [edit] }] } } : {}),
  });
}

function reportTaken(resource: Resource, port: string, second: HostPort, first: HostPort, report: Report): void {
  const isSame = second.container === first.container;
  report({
    resource,
    at: second.node,
    message: `${nameOf(first.container)} has port ${port} of the node ${isSame ? 'twice' : `too, and both are in one pod`}: no pod can be made of this.`,
    related: [{ resource, at: first.node, message: `The first use of ${port}` }],
  });
}
