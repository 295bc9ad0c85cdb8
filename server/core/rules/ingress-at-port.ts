import { derived, type NetworkModel } from '../model/network-model';
import type { Direction } from '../model/policy';
import { selectsPods, type Protocol, type Workload } from '../model/workload';
import { absentPeersOf, entireCluster, isAmong } from '../reach/absent-peer';
import { hasBit } from '../reach/bitset';
import { hasPort } from '../reach/connection-set';
import { portsAt, speaksOf, type CompiledPolicy, type CompiledRule, type Reach } from '../reach/reach';
import { createRows, decideRow, policiesHolding } from '../reach/rows';
import { isCertain } from './certain-pods';
import { writtenPorts, type WrittenPort } from './written-ports';

/** One port of one class of pods. */
export interface PodPort {
  /** The number of the class among the peers. */
  readonly podClass: number;
  readonly protocol: Protocol;
  readonly number: number;
}

/** A rule together with its policy. */
export interface RuleOf {
  readonly policy: CompiledPolicy;
  readonly rule: CompiledRule;
}

/** The policies that certainly isolate some pods in a direction: what none of their rules admits is denied (API reference, NetworkPolicySpec). */
export function isolating(reach: Reach, podClass: number, direction: Direction): readonly CompiledPolicy[] {
  return (reach.over[direction][podClass] ?? []).filter(
    (policy) =>
      policy.form.tier === 'network' &&
      !hasBit(policy.subject.unsure, podClass) &&
      speaksOf(policy, direction) === true,
  );
}

/** Every rule that may let somebody in at a port, whoever that is. */
export function admittingRules(reach: Reach, port: PodPort): readonly CompiledRule[] {
  return (reach.over.Ingress[port.podClass] ?? []).flatMap(({ rules }) =>
    rules.Ingress.filter(
      (rule) => (rule.form.action === 'allow' || rule.form.action === 'unknown') && mayHavePort(reach, rule, port),
    ),
  );
}

/** Ports at which a service mesh takes in traffic for whatever port it is meant: HBONE of Istio ambient, the inbound proxy of Linkerd. */
const tunnelPorts: readonly number[] = [15008, 4143];

/** Whether a rule over some pods names a port through which a service mesh tunnels: then it may be meant for any of their ports. */
export function admitsTunnel(reach: Reach, podClass: number): boolean {
  return (reach.over.Ingress[podClass] ?? []).some(({ rules }) =>
    rules.Ingress.some((rule) => rule.form.action === 'allow' && namesTunnelPort(rule)),
  );
}

/** A rule for every port is no sign of a mesh. */
function namesTunnelPort({ form: { ports } }: CompiledRule): boolean {
  if (ports === 'every') return false;
  return ports.some(
    (port) =>
      port.type === 'range' &&
      port.protocol === 'TCP' &&
      !isWholeProtocol(port) &&
      tunnelPorts.some((tunnel) => port.first <= tunnel && tunnel <= port.last),
  );
}

function isWholeProtocol({ first, last }: { readonly first: number; readonly last: number }): boolean {
  return first <= 1 && last === 65535;
}

/** Whether a rule may speak of a port at its pods: names are looked up in their containers, which may be filled in later. */
function mayHavePort(reach: Reach, rule: CompiledRule, { podClass, protocol, number }: PodPort): boolean {
  if (hasPort(reach.connections.setOf(portsAt(reach, rule, podClass)), protocol, number)) return true;
  const isHidden = rule.named.length > 0 && reach.peers.classes[podClass]?.pods.portsKnown === false;
  return rule.unreadable || isHidden || namesTunnelPort(rule);
}

/**
 * The rule of an admin or baseline policy that denies a port to every pod there is, where no other lets anybody in; undefined where somebody
 * gets in, or may. Pods that no manifest declares count: they come in where a rule describes them.
 * @param outside whether addresses outside of the cluster are clients too
 */
export function deniedToAll(reach: Reach, port: PodPort, outside: boolean): RuleOf | undefined {
  const { podClass, protocol, number } = port;
  const over = reach.over.Ingress[podClass] ?? [];
  const speaking = over.flatMap((policy) =>
    policy.rules.Ingress.filter((rule) => mayHavePort(reach, rule, port)).map((rule) => ({ policy, rule })),
  );
  const denying = speaking.find(
    ({ rule }) => rule.form.action === 'deny' && isAmong(reach, entireCluster, rule.form.peers),
  );
  if (!denying) return undefined;
  const { classes, firstRange, count } = reach.peers;
  const getsIn = (id: number): boolean => hasPort(reach.connections.setOf(id), protocol, number);
  const row = derived(reach.model, 'rows-of-services', () => createRows(reach)).of(podClass, 'Ingress');
  if (row.subarray(0, classes.length).some(getsIn)) return undefined;
  if (outside && row.subarray(firstRange, count).some(getsIn)) return undefined;
  const isUnsure =
    over.some(({ subject }) => hasBit(subject.unsure, podClass)) ||
    speaking.some(({ rule }) => rule.unreadable || rule.form.action === 'unknown' || !isCertain(reach, rule.peers));
  if (isUnsure) return undefined;
  return absentGetIn(reach, podClass, getsIn) ? undefined : denying;
}

function absentGetIn(reach: Reach, podClass: number, getsIn: (id: number) => boolean): boolean {
  const policies = policiesHolding(reach, podClass, 'Ingress');
  const absent = [entireCluster, ...absentPeersOf(reach, policies, 'Ingress')];
  const row = decideRow(reach, policies, 'Ingress', absent.length, (rule, work) => {
    absent.forEach((peer, index) => {
      if (isAmong(reach, peer, rule.form.peers)) work(index, portsAt(reach, rule, podClass));
    });
  });
  return row.some(getsIn);
}

/** The most reported mistake of all: a rule admits the Service's port, and policies see the port of the pods. */
export interface Slip extends RuleOf {
  readonly port: WrittenPort;
  /** The Service's port, as the rule has it. */
  readonly front: number;
  /** The port of the pods. */
  readonly number: number;
}

/**
 * The rule that admits a Service's port in place of the one it leads to.
 * @param concerns whether a rule is about the clients in question
 */
export function findSlip(
  policies: readonly CompiledPolicy[],
  { protocol, number }: PodPort,
  front: number,
  direction: Direction = 'Ingress',
  concerns: (rule: CompiledRule) => boolean = () => true,
): Slip | undefined {
  if (front === number) return undefined;
  for (const policy of policies) {
    for (const rule of policy.rules[direction].filter(concerns)) {
      const port = writtenPorts(rule.form).find(
        ({ form }) => form.type === 'range' && form.protocol === protocol && form.first === front,
      );
      if (port) return { policy, rule, port, front, number };
    }
  }
  return undefined;
}

/**
 * Whether rules for some pods stand in a scope beside this one, which is applied separately: one that has policies with rules over them,
 * and is no other edition of this scope with workloads of the same names.
 */
export function hasRulesElsewhere(model: NetworkModel, workload: Workload, direction: Direction): boolean {
  const { namespace, name } = workload;
  return model.neighbours.some((other) => {
    const contents = other === model ? undefined : other.contents.get(namespace);
    if (!contents || contents.policies.size === 0) return false;
    if ([...contents.workloads].some((candidate) => candidate.name === name)) return false;
    return [...contents.policies].some(
      ({ podSelector, rules }) =>
        podSelector?.valid === true &&
        rules.some((rule) => rule.direction === direction) &&
        selectsPods(podSelector, workload),
    );
  });
}
