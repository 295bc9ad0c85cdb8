import { itemsAt, stringAt, type SourceNode } from '../manifest/node';
import { isPlaceholder, labelValue, printLabels, type Label, type Selector } from '../model/label';
import { isPatch, overwrittenResources, selectWorkloads, servicesOf, type NetworkModel } from '../model/network-model';
import { targetOf, targetsIn, type Service, type ServicePort } from '../model/service';
import { isLabelOfController, printWorkload, type Workload } from '../model/workload';
import { listed } from '../reach/describe-form';
import { addEntry, entryPlace, quoted, type EntryPlace } from './edits';
import { defineRule, lowered, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { selectorPlace } from './selector-report';

export const serviceSelectsSeveralWorkloads = defineRule({
  id: 'service-selects-several-workloads',
  title: "A Service's selector catches workloads that do not all serve its ports",
  severity: 'warning',
  variants: ['information: the workloads run the same image with the same command, or the scope is incomplete'],
  check(model, report) {
    for (const service of servicesOf(model)) {
      // Clients of a headless Service ask for the pods, as peers of a cluster do, and choose their ports themselves.
      if (!service.selector || service.headless || service.type === 'ExternalName') continue;
      const caught = selectWorkloads(model, service.namespace, service.selector);
      if (caught.length > 1) checkService(service, caught, model, report);
    }
  },
  fixes: narrowed,
});

/** A workload that the selector catches and a port is of no use to. */
interface Stray {
  readonly workload: Workload;
  readonly port: ServicePort;
  /** It runs what the others run, with the same command: it may well listen, too. */
  readonly isAlike: boolean;
}

function checkService(service: Service, caught: readonly Workload[], model: NetworkModel, report: Report): void {
  const { selector, name, resource } = service;
  const workloads = caught.filter((workload) => isCertain(workload, model));
  const strays = service.ports.flatMap((port) => straysOf(service, port, workloads));
  const first = strays.find(({ isAlike }) => !isAlike) ?? strays[0];
  if (!first || !selector) return;
  const astray = new Set(strays.map(({ workload }) => workload));
  const serving = workloads.filter((workload) => !astray.has(workload));
  const narrowing = narrowingLabel(selector, serving, [...astray]);
  const severity = first.isAlike ? 'information' : 'warning';
  report({
    resource,
    at: selectorPlace(selector),
    severity: model.complete ? severity : lowered(severity),
    message: `Service ${name} ${describeStrays(strays)} too.${advice(serving, narrowing)}`,
    related: [...astray].slice(0, 3).map((workload) => ({
      resource: workload.resource,
      at: workload.ports[0]?.node ?? workload.resource.nameNode,
      message: describeStray(workload),
    })),
    ...(narrowing ? { data: fixData(service, narrowing) } : {}),
  });
}

/**
 * `sends traffic for port 8080 to Deployment redis (which has 6379)`; ports that go astray together are named together. What has the number
 * gets traffic, what lacks the name is caught and gets none.
 */
function describeStrays(strays: readonly Stray[]): string {
  const byNumber = strays.filter(({ port }) => typeof targetOf(port) === 'number');
  const byNames = new Map<string, (number | string)[]>();
  const shown = byNumber.length > 0 ? byNumber : strays;
  for (const port of new Set(shown.map((stray) => stray.port))) {
    const group = shown.filter((stray) => stray.port === port);
    const names = listed([...new Set(group.map(({ workload }) => describeStray(workload)))], 'and');
    byNames.set(names, [...(byNames.get(names) ?? []), targetOf(port)]);
  }
  const texts = [...byNames].slice(0, 2).map(([names, targets]) => {
    const ports = `port${targets.length > 1 ? 's' : ''} ${listed(targets.map(String), 'and')}`;
    return byNumber.length > 0 ? `${ports} to ${names}` : `${names} for ${ports}`;
  });
  return byNumber.length > 0 ? `sends traffic for ${texts.join(' and for ')}` : `selects ${texts.join(' and ')}`;
}

function advice(serving: readonly Workload[], narrowing: Label | undefined): string {
  if (serving.length === 0) return ' Give each of them a Service of its own.';
  const names = listed(serving.map(printWorkload), 'and');
  const isOne = serving.length === 1;
  if (narrowing) return ` Only ${names} ${isOne ? 'has' : 'have'} ${printLabels([narrowing])}.`;
  return ` ${names} ${isOne ? 'serves' : 'serve'} it: give the others labels that the selector does not meet.`;
}

/** What can be told of: pods that run, with every port that is declared for them. */
function isCertain(workload: Workload, model: NetworkModel): boolean {
  if (!workload.portsKnown || !workload.labelsKnown || workload.replicas === 0) return false;
  if (isPatch(model, workload.resource) || overwrittenResources(model).has(workload.resource)) return false;
  // Pods of `helm test` run when somebody asks for them, for a moment.
  const hook = stringAt(workload.resource.root, 'metadata', 'annotations', 'helm.sh/hook')?.value ?? '';
  return !/\btest\b/.test(hook);
}

/**
 * The workloads that are of no use for a port, where others declare it. A name is looked up in each pod, so pods without it get no traffic:
 * that is what `service-port-unmatched` tells. Here it is a sign that they are something else, unless they have the same port by another name,
 * or serve another port of the Service.
 */
function straysOf(service: Service, port: ServicePort, workloads: readonly Workload[]): readonly Stray[] {
  const target = targetOf(port);
  if (typeof target === 'number')
    return strangersAmong(workloads, port, ({ ports }) => ports.some(({ number }) => number === target));
  const numbers = new Set(workloads.flatMap((workload) => targetsIn(port, workload)).map(({ number }) => number));
  const isOfUse = (workload: Workload): boolean =>
    workload.ports.some(({ name, number }) => name?.value === target || numbers.has(number)) ||
    service.ports.some((other) => targetsIn(other, workload).length > 0);
  return numbers.size === 0 ? [] : strangersAmong(workloads, port, isOfUse);
}

function strangersAmong(
  workloads: readonly Workload[],
  port: ServicePort,
  isOfUse: (workload: Workload) => boolean,
): readonly Stray[] {
  const serving = workloads.filter(isOfUse);
  if (serving.length === 0) return [];
  const programs = serving.flatMap(programsOf);
  return workloads.flatMap((workload) => {
    if (isOfUse(workload)) return [];
    const kinship = isJob(workload) ? 'none' : kinshipOf(programsOf(workload), programs);
    if (kinship === 'same' && workload.ports.length === 0) return [];
    return [{ workload, port, isAlike: kinship !== 'none' }];
  });
}

/** What a container runs. */
interface Program {
  /** Without tag and digest: versions of one program are alike. */
  readonly image: string;
  readonly words: string;
  readonly options: string;
}

/** The same program with other options may still be a canary; with another command it is something else (a worker, a scheduler). */
function kinshipOf(programs: readonly Program[], others: readonly Program[]): 'same' | 'alike' | 'none' {
  const pairs = programs.flatMap((program) =>
    others
      .filter(({ image, words }) => image === program.image && words === program.words)
      .map((other) => [program, other] as const),
  );
  if (pairs.length === 0) return 'none';
  return pairs.some(([program, other]) => program.options === other.options) ? 'same' : 'alike';
}

function programsOf({ podSpec }: Workload): readonly Program[] {
  return itemsAt(podSpec, 'containers').flatMap((container) => {
    const image = stringAt(container, 'image')?.value;
    if (image === undefined) return [];
    const line = [...itemsAt(container, 'command'), ...itemsAt(container, 'args')].map(textOfScalar);
    return [
      {
        image: image.replace(/@.*$/, '').replace(/:[^/:]*$/, ''),
        words: line.filter((word) => !word.startsWith('-')).join('\n'),
        options: line.filter((word) => word.startsWith('-')).join('\n'),
      },
    ];
  });
}

function textOfScalar(node: SourceNode): string {
  return node.type === 'scalar' ? String(node.value) : '';
}

function isJob({ runBy }: Workload): boolean {
  return runBy === 'Job' || runBy === 'CronJob';
}

function describeStray(workload: Workload): string {
  const ports = [...new Set(workload.ports.map(({ number }) => String(number)))];
  if (ports.length > 0) return `${printWorkload(workload)} (which has ${listed(ports, 'and')})`;
  return `${printWorkload(workload)} (which ${isJob(workload) ? 'runs to its end and has' : 'declares'} no ports)`;
}

/** Keys whose values say what a pod is for, the best first. */
const telling = /(^|\/)(component|app\.kubernetes\.io\/component|role|tier|name|app|k8s-app|service|run)$/;

/** Keys whose values change with every release, or are of all. */
const passing =
  /(^|[-./])(version|chart|release|revision|hash|managed-by|part-of|instance|heritage|env|environment|team|owner)$/;

/** A label that every serving workload has with one value, and no other has. */
function narrowingLabel(
  selector: Selector,
  serving: readonly Workload[],
  others: readonly Workload[],
): Label | undefined {
  const [first, ...rest] = serving;
  if (!first || others.some(({ podLabelsNode }) => podLabelsNode?.type === 'scalar')) return undefined;
  const candidates = first.podLabels.filter(
    ({ key, value }) =>
      !selector.requirements.some((requirement) => requirement.key === key) &&
      !passing.test(key) &&
      value !== '' &&
      !isPlaceholder(value) &&
      rest.every(({ podLabels }) => labelValue(podLabels, key) === value) &&
      others.every((other) => labelValue(other.podLabels, key) !== value && !isLabelOfController(key, other)),
  );
  return candidates.find(({ key }) => telling.test(key)) ?? candidates[0];
}

function fixData({ resource, selector }: Service, { key, value }: Label): FixData {
  const entries = selector?.requirements.map(({ entry }) => entry) ?? [];
  const after = entries.some((entry) => entry?.value.shared) ? undefined : entryPlace(resource, entries.at(-1));
  return after ? { after, line: `${quoted(key, 'plain')}: ${quoted(value, 'plain')}`, label: `${key}=${value}` } : {};
}

function narrowed(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const after = data['after'] as EntryPlace | undefined;
  const edit = after && addEntry(textOf(after.file), after, [String(data['line'])]);
  return edit ? [{ title: `Select ${String(data['label'])} too`, edits: [edit] }] : [];
}
