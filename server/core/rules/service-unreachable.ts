import { isPatch, overwrittenResources, servicesOf, type NetworkModel } from '../model/network-model';
import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import type { Service, ServicePort } from '../model/service';
import { printWorkload, selectsPods, type Workload } from '../model/workload';
import { describePorts, listed, printPolicy, printRulePlace } from '../reach/describe-form';
import { policyFormsOf } from '../reach/policy-forms';
import { reachOf, type CompiledPolicy, type Reach } from '../reach/reach';
import {
  admittingRules,
  deniedToAll,
  findSlip,
  hasRulesElsewhere,
  isolating,
  type PodPort,
  type RuleOf,
} from './ingress-at-port';
import { defineRule, lowered, type FixDraft, type RelatedReport, type Report } from './rule';
import { settledOf } from './settled';
import { changePort, changePorts, writtenPorts } from './written-ports';

export const serviceUnreachable = defineRule({
  id: 'service-unreachable',
  title: 'A Service that policies close to every possible client',
  severity: 'warning',
  check(model, report) {
    if (policyFormsOf(model).length === 0) return;
    const reach = reachOf(model);
    const overwritten = overwrittenResources(model);
    const services = servicesOf(model);
    const settled = settledOf(reach, 'service-unreachable', services, leadsTo);
    for (const service of services) {
      if (settled.has(service) || overwritten.has(service.resource) || isPatch(model, service.resource)) continue;
      const ends = endsOf(reach, service);
      if (ends.length === 0 || checkService(reach, service, ends, report)) settled.add(service);
    }
  },
  fixes: (data) => (data['fixes'] as readonly FixDraft[] | undefined) ?? [],
});

/** A port of a Service where it arrives at the pods of one workload. */
interface End extends PodPort {
  readonly workload: Workload;
  readonly port: ServicePort;
}

function leadsTo({ peers }: Reach, { selector, namespace }: Service, podClass: number): boolean {
  const found = peers.classes[podClass];
  return selector !== undefined && found?.namespace === namespace && selectsPods(selector, found.pods);
}

/** Empty where there is no policy over some of the pods: then it is reachable. */
function endsOf(reach: Reach, service: Service): readonly End[] {
  const ends: End[] = [];
  for (const workload of podsBehind(reach.model, service)) {
    const podClass = reach.peers.classOf.get(workload);
    if (podClass === undefined) continue;
    if ((reach.over.Ingress[podClass] ?? []).length === 0) return [];
    for (const port of service.ports) {
      const { number } = followPort(port, workload);
      // Clients of a headless Service connect to the pods' own addresses, on whichever of the two they name.
      const numbers = service.headless ? distinct([number, port.port.value]) : [number];
      for (const one of numbers) {
        if (one !== undefined) ends.push({ workload, port, podClass, protocol: port.protocol, number: one });
      }
    }
  }
  return ends;
}

/** True where the pods, and the policies over them, are enough to tell that nothing is to be reported. */
function checkService(reach: Reach, service: Service, ends: readonly End[], report: Report): boolean {
  const { model } = reach;
  const open = ends.filter((end) => !isShut(reach, end));
  if (open.length === 0) {
    if (ends.every(({ workload }) => !hasRulesElsewhere(model, workload, 'Ingress')))
      reportIsolated(reach, service, ends, report);
    return false;
  }
  if (ends.every(({ podClass }) => reach.over.Ingress[podClass]?.every(({ form }) => form.tier === 'network')))
    return true;
  // What an admin or a baseline policy denies to everyone is closed, whatever a NetworkPolicy admits.
  const isOutside = service.type === 'NodePort' || service.type === 'LoadBalancer';
  const denying = ends.map((end) => (open.includes(end) ? deniedToAll(reach, end, isOutside) : undefined));
  const [first] = denying.filter((found) => found !== undefined);
  if (first && ends.every((end, index) => !open.includes(end) || denying[index]))
    reportDenied(model, service, ends, first, report);
  return false;
}

/** Whether the pods are isolated and no rule lets anybody in at the port: no pod of the scope, none that may come from elsewhere, no address. */
function isShut(reach: Reach, end: End): boolean {
  return isolating(reach, end.podClass, 'Ingress').length > 0 && admittingRules(reach, end).length === 0;
}

function reportIsolated(reach: Reach, service: Service, ends: readonly End[], report: Report): void {
  const { complete } = reach.model;
  const policies = distinct(ends.flatMap(({ podClass }) => isolating(reach, podClass, 'Ingress')));
  const slips = ends.map((end) => findSlip(isolating(reach, end.podClass, 'Ingress'), end, end.port.port.value));
  const [slip] = slips.filter((found) => found !== undefined);
  const same = slips.flatMap((found) => (found && found.front === slip?.front ? [String(found.number)] : []));
  const seen = listed(distinct(same), 'or');
  // A rule that is missing may stand in what could not be read; a slip is there.
  if (!complete && !slip) return;
  const rules = policies.flatMap((policy) => policy.rules.Ingress.map((rule) => ({ policy, rule })));
  const pods = listed(distinct(ends.map(({ workload }) => printWorkload(workload))), 'and');
  const names = listed(
    policies.map(({ form }) => printPolicy(form)),
    'and',
  );
  const isolates = policies.length === 1 ? 'isolates' : 'isolate';
  report({
    resource: service.resource,
    severity: complete ? 'warning' : lowered('warning'),
    message: [
      `Policies let nobody reach Service ${service.name}: ${names} ${isolates} ${pods}, and no rule admits ${portsOf(ends)}.`,
      slip
        ? `${placeOf(slip, policies)} admits port ${slip.front}, the Service's own: policies see the port of the pods, ${seen}.`
        : hintAt(rules, policies),
    ].join(' '),
    related: relatedOf(policies, rules),
    data: {
      fixes: slips.every((found) => found !== undefined) ? changePorts(slips) : staleFixes(ends, rules),
    },
  });
}

/** `TCP 8080 and TCP 9090`. */
function portsOf(ends: readonly PodPort[]): string {
  return listed(distinct(ends.map(({ protocol, number }) => `${protocol} ${number}`)), 'or');
}

/** Which policy a rule is in goes without saying where there is but one. */
function placeOf({ policy, rule }: RuleOf, policies: readonly CompiledPolicy[]): string {
  const place = printRulePlace(policy, rule);
  return policies.length === 1 ? place : `${place} of ${printPolicy(policy.form)}`;
}

function hintAt(rules: readonly RuleOf[], policies: readonly CompiledPolicy[]): string {
  if (rules.length === 0) return 'Add a rule or a policy that admits its clients.';
  const hints = rules
    .slice(0, 2)
    .map((one) => `${placeOf(one, policies)} admits ${describePorts(one.rule.form.ports)} only.`);
  return hints.join(' ');
}

function relatedOf(policies: readonly CompiledPolicy[], rules: readonly RuleOf[]): readonly RelatedReport[] {
  return policies.slice(0, 3).map((policy) => {
    const node = rules.find((one) => one.policy === policy)?.rule.form.node;
    return {
      resource: policy.form.resource,
      message: `${printPolicy(policy.form)} ${node ? 'admits no other ports' : 'admits nobody'}`,
      ...(node ? { at: node } : {}),
    };
  });
}

/** One rule with one port that the pods do not have, and one port that they have: the rule is of another time. */
function staleFixes(ends: readonly End[], rules: readonly RuleOf[]): readonly FixDraft[] {
  const [only, second] = rules;
  const ports = only && !second ? writtenPorts(only.rule.form) : [];
  const [port] = ports;
  const numbers = distinct(ends.map(({ protocol, number }) => `${protocol} ${number}`));
  const [end] = ends;
  if (!only || !port || port.form.type !== 'range' || !end || numbers.length !== 1) return [];
  const { protocol, first } = port.form;
  const isOnlyPort = only.rule.form.ports !== 'every' && only.rule.form.ports.length === 1;
  const declared = ends.flatMap(({ workload }) => workload.ports);
  const isStale =
    isOnlyPort &&
    protocol === end.protocol &&
    declared.some(({ number }) => number === end.number) &&
    !declared.some(({ number }) => number === first);
  return isStale ? changePort(only.policy.form.resource, port, end.number) : [];
}

function reportDenied(
  model: NetworkModel,
  service: Service,
  ends: readonly End[],
  denying: RuleOf,
  report: Report,
): void {
  const { policy, rule } = denying;
  const place = `${printPolicy(policy.form)} in ${printRulePlace(policy, rule)}`;
  report({
    resource: service.resource,
    severity: model.complete ? 'warning' : lowered('warning'),
    message: `Policies let nobody reach Service ${service.name}: ${place} denies ${portsOf(ends)} of ${listed(distinct(ends.map(({ workload }) => printWorkload(workload))), 'and')} to all pods, and no rule before it admits anybody.`,
    related: [{ resource: policy.form.resource, at: rule.form.node, message: `${place} denies it` }],
  });
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
