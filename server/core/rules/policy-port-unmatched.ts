import { nodeAt } from '../manifest/node';
import { isPatch, type NetworkModel } from '../model/network-model';
import type { Direction } from '../model/policy';
import { printWorkload, type ContainerPort, type Workload } from '../model/workload';
import { isSpelledOut } from '../reach/absent-peer';
import { isEmptyBits, withoutBits } from '../reach/bitset';
import { hasPort } from '../reach/connection-set';
import { listed } from '../reach/describe-form';
import type { Match } from '../reach/matching';
import type { PodsForm, PortForm } from '../reach/policy-form';
import { policyFormsOf } from '../reach/policy-forms';
import { portsAt, reachOf, speaksOf, type CompiledPolicy, type CompiledRule, type Reach } from '../reach/reach';
import { certainClasses, matchOf } from './certain-pods';
import { addEntry, entryPlace, replaceScalar, type EntryPlace } from './edits';
import { nearest } from './near';
import { defineRule, lowered, type FixDraft, type FixData, type Report, type ReportInput, type TextOf } from './rule';
import { namesPods, settledOf } from './settled';
import {
  changePort,
  describeContainerPorts,
  relatedPorts,
  translationsOf,
  writtenPorts,
  type Translation,
  type WrittenPort,
} from './written-ports';

export const policyPortUnmatched = defineRule({
  id: 'policy-port-unmatched',
  title: 'A port of a policy that the pods do not listen on',
  severity: 'warning',
  variants: ['information: a name that none of all the pods of a namespace has'],
  check(model, report) {
    if (policyFormsOf(model).length === 0) return;
    const reach = reachOf(model);
    const settled = settledOf(reach, 'policy-port-unmatched', reach.policies, namesPods);
    for (const policy of reach.policies) {
      if (settled.has(policy)) continue;
      const answers = (['Ingress', 'Egress'] as const)
        .filter((direction) => speaksOf(policy, direction) === true)
        .flatMap((direction) =>
          policy.rules[direction].map((rule) => checkRule({ reach, model, policy, direction, rule }, report)),
        );
      if (answers.every((isInOrder) => isInOrder)) settled.add(policy);
    }
  },
  fixes: (data, textOf) => [
    ...((data['fixes'] as readonly FixDraft[] | undefined) ?? []),
    ...protocolFix(data, textOf),
  ],
});

interface Context {
  readonly reach: Reach;
  readonly model: NetworkModel;
  readonly policy: CompiledPolicy;
  readonly direction: Direction;
  readonly rule: CompiledRule;
}

/** True where the pods are enough to tell that nothing is to be reported: they have the ports. */
function checkRule(context: Context, report: Report): boolean {
  const { model, rule } = context;
  const written = writtenPorts(rule.form);
  const pods = written.length === 0 ? undefined : destinationsOf(context);
  if (!pods || pods.workloads.some(({ portsKnown, resource }) => !portsKnown || isPatch(model, resource))) return true;
  const ports = written.filter(({ form }) => !isDeclared(form, pods.workloads));
  for (const port of ports) {
    const found =
      port.form.type === 'named'
        ? unknownName(context, port, port.form, pods)
        : servicePort(context, port, port.form, pods.workloads);
    if (!found) continue;
    const severity = found.severity ?? 'warning';
    report({ ...found, severity: model.complete ? severity : lowered(severity) });
  }
  return ports.length === 0;
}

/** Whether some pod declares a port: a name with its protocol; a number in any, which others tell of. */
function isDeclared(form: WrittenPort['form'], workloads: readonly Workload[]): boolean {
  return workloads.some(({ ports }) =>
    ports.some(({ name, number, protocol }) =>
      form.type === 'named'
        ? name?.value === form.name && (form.protocol ?? protocol) === protocol
        : number === form.first,
    ),
  );
}

/** The pods that a rule's ports are at: those of the policy, or those of the peers. */
interface Destinations {
  readonly workloads: readonly Workload[];
  /** Whether these are all that are meant: others that no manifest declares may be among all pods of a namespace. */
  readonly areAll: boolean;
}

/** Undefined where pods that nobody here declares may well be meant too. */
function destinationsOf({ reach, policy, direction, rule }: Context): Destinations | undefined {
  if (direction === 'Ingress') {
    const workloads = certainPods(reach, policy.form.subject, policy.subject);
    return workloads && { workloads, areAll: isSpelledOut(policy.form.subject) };
  }
  const { peers } = rule.form;
  if (peers === 'everyone') return undefined;
  const found = peers.map((peer) =>
    peer.type === 'pods' && isSpelledOut(peer.pods)
      ? certainPods(reach, peer.pods, matchOf(reach, rule, peer))
      : undefined,
  );
  if (found.includes(undefined)) return undefined;
  return { workloads: [...new Set(found.flatMap((workloads) => workloads ?? []))], areAll: true };
}

/** Undefined where there are none, or where it is not certain which. */
function certainPods(reach: Reach, { namespaces }: PodsForm, match: Match): readonly Workload[] | undefined {
  if (namespaces === 'unreadable') return undefined;
  const isNamed =
    'name' in namespaces ||
    (namespaces.requirements.length > 0 && namespaces.requirements.every(({ operator }) => operator === 'In'));
  const classes = isNamed ? certainClasses(reach, match) : undefined;
  return classes?.flatMap((index) => reach.peers.classes[index]?.workloads ?? []);
}

/** Ports of containers that a service mesh puts beside those that are written. */
const injectedNames = /^(http-envoy-prom|envoy-|istio-|linkerd-|dapr-|proxy-)/;

function unknownName(
  { policy, direction, rule, model }: Context,
  port: WrittenPort,
  { name, protocol }: Extract<PortForm, { readonly type: 'named' }>,
  { workloads, areAll }: Destinations,
): ReportInput | undefined {
  const named = workloads.flatMap(({ ports }) => ports.filter((candidate) => candidate.name?.value === name));
  if (injectedNames.test(name)) return undefined;
  const [other] = named;
  const shown = workloads.slice(0, 3).map(describeContainerPorts);
  const described = workloads.length > shown.length ? [...shown, `and ${workloads.length - shown.length} more`] : shown;
  const whose =
    workloads.length === 1
      ? workloads.map(printWorkload).join('')
      : `the pods ${direction === 'Ingress' ? 'it selects' : 'it leads to'}`;
  const ofService = workloads
    .flatMap((workload) => translationsOf(model).get(workload) ?? [])
    .find((translation) => translation.port.name?.value === name);
  const message =
    other && protocol !== undefined
      ? `The container port "${name}" is ${other.protocol}, and this port of the policy is ${protocol}: the protocols must agree.`
      : [
          `No container port of ${whose} is named "${name}", so this ${effects[rule.form.action]} nothing.`,
          ...(ofService
            ? [
                `"${name}" is the name of a port of Service ${ofService.service.name}, and a policy looks names up in the containers.`,
              ]
            : []),
          `${described.join('; ')}.`,
        ].join(' ');
  const { resource } = policy.form;
  return {
    resource,
    at: port.value,
    severity: areAll ? 'warning' : 'information',
    message,
    related: [...relatedServices(ofService ? [ofService] : []), ...relatedPorts(workloads)],
    data:
      other && protocol !== undefined
        ? protocolData(policy, port, other)
        : { fixes: nameFixes(policy, port, workloads, ofService) },
  };
}

const effects = { allow: 'admits', deny: 'denies', pass: 'passes on', unknown: 'decides' } as const;

/** The nearest name; the port that the Service of that name leads to; else the only one there is. */
function nameFixes(
  { form }: CompiledPolicy,
  port: WrittenPort,
  workloads: readonly Workload[],
  ofService: Translation | undefined,
): readonly FixDraft[] {
  if (port.form.type !== 'named') return [];
  const { name, protocol } = port.form;
  const usable = workloads
    .flatMap(({ ports }) => ports)
    .filter((candidate) => protocol === undefined || candidate.protocol === protocol);
  const names = usable.filter((candidate) => candidate.name !== undefined);
  const numbers = new Set(usable.map(({ number }) => number));
  const best =
    nearest(name, names, (candidate) => candidate.name?.value ?? '') ??
    names.find(({ number }) => number === ofService?.number) ??
    (numbers.size === 1 ? usable[0] : undefined);
  // Where a number is to be written depends on the API: only a NetworkPolicy has one field for both.
  const value = best?.name?.value ?? (form.tier === 'network' ? (ofService?.number ?? best?.number) : undefined);
  return value === undefined ? [] : changePort(form.resource, port, value);
}

function protocolData({ form }: CompiledPolicy, { item, value }: WrittenPort, { protocol }: ContainerPort): FixData {
  const title = `Change the protocol to ${protocol}`;
  const written = nodeAt(item, 'protocol');
  const edit = replaceScalar(form.resource, written, protocol);
  if (edit) return { fixes: [{ title, edits: [edit] }] };
  const entry =
    item.type === 'map' && !item.shared ? item.entries.find((candidate) => candidate.value === value) : undefined;
  const after = written ? undefined : entryPlace(form.resource, entry);
  return after ? { title, after, lines: [`protocol: ${protocol}`] } : {};
}

function protocolFix(data: FixData, textOf: TextOf): readonly FixDraft[] {
  if (!('after' in data)) return [];
  const { title, after, lines } = data as unknown as { title: string; after: EntryPlace; lines: readonly string[] };
  const edit = addEntry(textOf(after.file), after, lines);
  return edit ? [{ title, edits: [edit] }] : [];
}

/**
 * The Service's port where the pods' is meant. Certain only where no pod declares the number, no Service leads to it, a Service translates
 * it, and the rule does not name the translated one as well. Pods that declare nothing may listen on anything, unless a Service says.
 */
function servicePort(
  { reach, model, policy, direction, rule }: Context,
  port: WrittenPort,
  { protocol, first: number }: Extract<PortForm, { readonly type: 'range' }>,
  workloads: readonly Workload[],
): ReportInput | undefined {
  const all = workloads.map((workload) => ({ workload, ways: translationsOf(model).get(workload) ?? [] }));
  const leadsThere = ({ service, port: front, number: target }: Translation): boolean =>
    target === number || (service.headless && front.port.value === number);
  if (all.some(({ ways }) => ways.some(leadsThere))) return undefined;
  const translated = all.map(({ workload, ways }) => ({
    workload,
    ways: ways.filter(({ port: front }) => front.port.value === number && front.protocol === protocol),
  }));
  const hits = translated.filter(({ ways }) => ways.length > 0);
  const [way] = hits.flatMap(({ ways }) => ways);
  if (!way || translated.some(({ workload, ways }) => ways.length === 0 && workload.ports.length === 0))
    return undefined;
  const targets = new Set(hits.flatMap(({ ways }) => ways.map((one) => one.number)));
  const beside = policy.rules[direction].filter(
    (other) => other === rule || isEmptyBits(withoutBits(rule.peers.met, other.peers.met)),
  );
  const isAdmitted = hits.some(({ workload, ways }) => {
    const podClass = reach.peers.classOf.get(workload) ?? -1;
    return beside.some((other) => {
      const ports = reach.connections.setOf(portsAt(reach, other, podClass));
      return ways.some((one) => hasPort(ports, protocol, one.number));
    });
  });
  if (isAdmitted) return undefined;
  const [target] = targets;
  const pods = hits.map(({ workload }) => workload);
  const to = listed([...targets].map(String), 'or');
  return {
    resource: policy.form.resource,
    at: port.value,
    message: `${number} is the port of Service ${way.service.name}, which leads to ${to} of ${listed(pods.map(printWorkload), 'and')}, and policies see the port of the pods. Write ${to}.`,
    related: [...relatedServices([way]), ...relatedPorts(pods)],
    data: { fixes: targets.size === 1 && target !== undefined ? changePort(policy.form.resource, port, target) : [] },
  };
}

function relatedServices(translations: readonly Translation[]) {
  return translations.map(({ service, port, number }) => ({
    resource: service.resource,
    at: port.node,
    message: `Service ${service.name} leads from ${port.port.value} to ${number}`,
  }));
}
