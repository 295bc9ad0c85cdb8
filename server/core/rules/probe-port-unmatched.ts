import { nodeAt, stringAt, type ScalarNode, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isPlaceholder } from '../model/label';
import { listed } from '../reach/describe-form';
import { podContainersOf, type Container, type PodContainers } from './containers';
import { replaceScalar } from './edits';
import { nearest } from './near';
import { plannedFixes } from './planned-fixes';
import { change, isUnset, numberProblem, portNumberIn, withoutQuotes } from './port-fields';
import { probesOf, type Probe } from './probes';
import { reportUnlessClean } from './report-unless-clean';
import { defineRule, type FixDraft, type RelatedReport, type Report } from './rule';

export const probePortUnmatched = defineRule({
  id: 'probe-port-unmatched',
  title: 'A probe or hook on a port that the container does not declare',
  severity: 'error',
  variants: ['hint: a number, where the container declares other ports'],
  check(model, report) {
    for (const pod of podContainersOf(model))
      reportUnlessClean(model, pod.workload, 'probe-port-unmatched', report, (tell) => checkPod(pod, tell));
  },
  fixes: plannedFixes,
});

function checkPod(pod: PodContainers, report: Report): void {
  for (const container of pod.containers) {
    const probes = probesOf(container.node);
    for (const probe of probes) checkProbe(pod, container, probe, report);
    checkNumbers(pod, container, probes, report);
  }
}

function checkProbe(pod: PodContainers, container: Container, probe: Probe, report: Report): void {
  const { resource } = pod;
  const { port } = probe;
  if (port?.type !== 'scalar' || isUnset(port)) return;
  if (typeof port.value === 'string' && !isPlaceholder(port.value))
    checkName(pod, container, probe, port, port.value, report);
  if (typeof port.value !== 'number') return;
  const impossible = numberProblem(resource, port, 'port');
  if (impossible) report({ resource, at: port, message: impossible.message });
}

/** What a container declares as a port, and can be read. */
interface Declared {
  readonly name: string | undefined;
  readonly number: number | undefined;
  readonly node: SourceNode;
}

function declaredBy({ ports }: Container): readonly Declared[] {
  return ports.map((node) => {
    const number = nodeAt(node, 'containerPort');
    return {
      name: stringAt(node, 'name')?.value,
      number: number?.type === 'scalar' && typeof number.value === 'number' ? number.value : undefined,
      node,
    };
  });
}

/** Whether something that is filled in later stands among the ports. */
function mayDeclareMore({ node, ports }: Container): boolean {
  const texts = [
    stringAt(node, 'ports'),
    ...ports.flatMap((port) => [stringAt(port, 'containerPort'), stringAt(port, 'name')]),
  ];
  return texts.some((text) => text !== undefined && isPlaceholder(text.value));
}

/** A name is looked up in the probe's own container, whatever its protocol (kubelet, ResolveContainerPort). */
function checkName(
  { resource, containers }: PodContainers,
  container: Container,
  probe: Probe,
  node: ScalarNode,
  name: string,
  report: Report,
): void {
  const number = portNumberIn(name);
  if (number !== undefined || probe.action === 'grpc') {
    report({
      resource,
      at: node,
      message: `${ofProbe(probe, container)} names port "${name}" as text. ${number === undefined ? 'A gRPC probe takes a number only.' : 'Write the number without quotes.'}`,
      ...(number === undefined ? {} : { data: { fixes: withoutQuotes(resource, node, number) } }),
    });
    return;
  }
  const declared = declaredBy(container);
  if (declared.some((port) => port.name === name) || mayDeclareMore(container)) return;
  const other = containers.find((candidate) => declaredBy(candidate).some((port) => port.name === name));
  const theirs = other && declaredBy(other).find((port) => port.name === name);
  report({
    resource,
    at: node,
    message: `${ofProbe(probe, container)} asks for port "${name}", and ${has(container, declared)}.${other ? ` ${called(other)} has it, but a probe looks in its own container only.` : ''}`,
    related: relatedTo(resource, other ?? container, theirs ? [theirs] : declared),
    data: { fixes: theirs ? ofOther(resource, node, name, theirs) : nameFixes(resource, node, name, declared) },
  });
}

/**
 * Containers may listen on ports that they do not declare, and those of one pod share an address. Probes of one container on one port are one
 * question.
 */
function checkNumbers(
  { resource, containers }: PodContainers,
  container: Container,
  probes: readonly Probe[],
  report: Report,
): void {
  const declared = declaredBy(container);
  if (probes.length === 0 || declared.length === 0 || containers.some(mayDeclareMore)) return;
  const byNumber = new Map<number, (Probe & { readonly port: ScalarNode })[]>();
  for (const probe of probes) {
    const { port, host } = probe;
    if (port?.type !== 'scalar' || typeof port.value !== 'number' || !isUnset(host)) continue;
    byNumber.set(port.value, [...(byNumber.get(port.value) ?? []), { ...probe, port }]);
  }
  for (const [number, asking] of byNumber) {
    const [first] = asking;
    const isDeclared = containers.some((other) => declaredBy(other).some((port) => port.number === number));
    if (!first || isDeclared || numberProblem(resource, first.port, 'port')) continue;
    const best = declared.flatMap((port) => port.number ?? []).find((other) => isSlip(number, other));
    const edits = asking.map(({ port }) => (best === undefined ? undefined : replaceScalar(resource, port, best)));
    report({
      resource,
      at: first.port,
      severity: 'hint',
      message: `${ofProbe(first, container)} asks port ${number}, and ${has(container, declared)}. An undeclared port may still be open: check that something listens on it.`,
      related: relatedTo(resource, container, declared),
      data: { fixes: change(String(number), String(best), ...edits) },
    });
  }
}

/** A digit too many or too few, or two swapped: other numbers that look alike, as 8080 and 8081, are different on purpose. */
function isSlip(number: number, other: number): boolean {
  const [longer, shorter] = [String(number), String(other)].sort((a, b) => b.length - a.length);
  if (longer === undefined || shorter === undefined || shorter.length < 3) return false;
  const at = Array.from(longer).findIndex((digit, index) => digit !== shorter[index]);
  if (longer.length === shorter.length + 1) return longer.slice(at + 1) === shorter.slice(at);
  return (
    longer.length === shorter.length &&
    longer[at] === shorter[at + 1] &&
    longer[at + 1] === shorter[at] &&
    longer.slice(at + 2) === shorter.slice(at + 2)
  );
}

function ofProbe({ name }: Probe, { name: container }: Container): string {
  return container === '' ? `The ${name}` : `The ${name} of container ${container}`;
}

function called({ name, isInit }: Container): string {
  return `${isInit ? 'Init container' : 'Container'} ${name}`;
}

function has(container: Container, declared: readonly Declared[]): string {
  if (declared.length === 0) return 'the container declares no ports';
  return `the container declares ${listed(declared.map(printPort), 'and')}`;
}

function printPort({ name, number }: Declared): string {
  return name === undefined || name === '' ? String(number ?? '?') : `${name} (${number ?? '?'})`;
}

function relatedTo(resource: Resource, container: Container, ports: readonly Declared[]): readonly RelatedReport[] {
  return ports.slice(0, 3).map((port) => ({
    resource,
    at: port.node,
    message: `${container.name === '' ? 'The container' : called(container)} declares ${printPort(port)}`,
  }));
}

/** The nearest name, else what the only port is called. */
function nameFixes(
  resource: Resource,
  node: ScalarNode,
  name: string,
  declared: readonly Declared[],
): readonly FixDraft[] {
  const named = declared.filter((port) => port.name !== undefined && port.name !== '');
  const best = nearest(name, named, (port) => port.name ?? '') ?? (declared.length === 1 ? declared[0] : undefined);
  if (!best) return [];
  if (best.name) return change(name, best.name, replaceScalar(resource, node, best.name));
  return ofOther(resource, node, name, best);
}

/** A number reaches any container of the pod, and needs no name. */
function ofOther(resource: Resource, node: ScalarNode, name: string, { number }: Declared): readonly FixDraft[] {
  if (number === undefined || node.shared || node.style === 'block' || node.start === node.end) return [];
  const edit = { file: node.file ?? resource.file, start: node.start, end: node.end, newText: String(number) };
  return [{ title: `Change "${name}" to ${number}`, edits: [edit] }];
}
