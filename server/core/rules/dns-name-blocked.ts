import { hostReferences, isCompared, type HostReference } from '../model/dns-references';
import { targetOfReference } from '../model/dns-targets';
import { defaultPort } from '../model/host-mentions';
import { renewed, selectWorkloads } from '../model/network-model';
import { followPort } from '../model/port-path';
import { podsBehind } from '../model/relations';
import type { Service } from '../model/service';
import { printWorkload, type Protocol, type Workload } from '../model/workload';
import { decide, verdictOf, type Decision } from '../reach/decision';
import { decisionHop } from '../reach/describe-decision';
import { listed } from '../reach/describe-form';
import { policyFormsOf } from '../reach/policy-forms';
import { reachOf, type CompiledPolicy, type Reach } from '../reach/reach';
import { additionEdits, ruleAddition, type RuleAddition, type WantedRule } from './admitting-rules';
import { partPlace } from './host-edits';
import { defineRule, lowered, type FixData, type RelatedReport, type Report } from './rule';

export const dnsNameBlocked = defineRule({
  id: 'dns-name-blocked',
  title: 'A workload is configured to call a Service that policies deny it',
  severity: 'warning',
  variants: ['information: the scope does not hold everything, such as a policy that may allow it'],
  check(model, report, settings) {
    if (policyFormsOf(model).length === 0) return;
    const reach = reachOf(model);
    const told = new Set<string>();
    for (const [reference, call] of callsIn(reach, settings.cluster.domain))
      if (call.blocked.length > 0) checkCall(reference, call, reach, told, report);
  },
  fixes(data, textOf) {
    const additions = (data['additions'] as readonly RuleAddition[] | undefined) ?? [];
    const edits = additionEdits(additions, textOf);
    return edits ? [{ title: String(data['title']), edits }] : [];
  },
});

/** Names without a port that a program calls nevertheless. */
const calledKeys = /host|addr|server|endpoint|url|uri|broker|target|upstream|backend/i;

/** Whether a program is told to call, as far as one can tell from the form of the name and what it is the value of. */
function isCall({ mention, key, use }: HostReference): boolean {
  if (use !== 'setting' || isCompared(key)) return false;
  if (mention.form === 'pair') return mention.alone;
  return (
    mention.form === 'url' ||
    mention.port !== undefined ||
    (mention.scheme === undefined && calledKeys.test(key) && !key.startsWith('-'))
  );
}

/** Where a call arrives: a port of some pods. */
interface Arrival {
  readonly workload: Workload;
  readonly peer: number;
  readonly protocol: Protocol;
  readonly port: number;
  /** The Service's port. */
  readonly frontPort: number;
}

/** A user that no way leads to the Service, with what denies each. */
interface Blocked {
  readonly workload: Workload;
  readonly denials: readonly { readonly arrival: Arrival; readonly decisions: readonly Decision[] }[];
}

/** A Service that is called, and who of the callers may not. */
interface Call {
  readonly service: Service;
  /** The pods behind it. */
  readonly pods: readonly Workload[];
  /** Of the Service. */
  readonly ports: readonly number[];
  readonly blocked: readonly Blocked[];
}

interface Calls {
  readonly matcher: Reach['matcher'];
  readonly age: number;
  readonly all: ReadonlyMap<HostReference, Call>;
}

/** Every call that is written somewhere. What is known of one holds until its ends, or the policies over those, change. */
function callsIn(reach: Reach, clusterDomain: string): ReadonlyMap<HostReference, Call> {
  const { model, matcher, age, changed, peers } = reach;
  return renewed<Calls>(model, `calls ${clusterDomain}`, (before) => {
    const isSame = (workload: Workload): boolean => {
      const podClass = peers.classOf.get(workload);
      return podClass !== undefined && before !== undefined && (changed[podClass] ?? age) <= before.age;
    };
    const all = new Map<HostReference, Call>();
    for (const reference of hostReferences(model, clusterDomain)) {
      const known = before?.matcher === matcher ? before.all.get(reference) : undefined;
      if (reference.users.length === 0 || (!known && !isCall(reference))) continue;
      const target = targetOfReference(model, reference);
      const service = target?.type === 'service' ? target.services.at(-1) : undefined;
      if (!service) continue;
      const pods = service.selector ? selectWorkloads(model, service.namespace, service.selector) : [];
      const holds =
        known?.service === service && known.pods === pods && reference.users.every(isSame) && pods.every(isSame);
      all.set(reference, holds ? known : callTo(service, pods, reference, reach));
    }
    return { matcher, age, all };
  }).all;
}

function callTo(service: Service, pods: readonly Workload[], reference: HostReference, reach: Reach): Call {
  const arrivals = arrivalsAt(reach, reference, service) ?? [];
  return {
    service,
    pods,
    ports: [...new Set(arrivals.map(({ frontPort }) => frontPort))],
    blocked:
      arrivals.length === 0 ? [] : reference.users.flatMap((workload) => blockedUser(reach, workload, arrivals) ?? []),
  };
}

function checkCall(
  reference: HostReference,
  { service, ports, blocked }: Call,
  reach: Reach,
  told: Set<string>,
  report: Report,
): void {
  const news = blocked.filter(({ workload }) => {
    const key = JSON.stringify([workload.namespace, printWorkload(workload), service.namespace, service.name, ports]);
    const isNew = !told.has(key);
    told.add(key);
    return isNew;
  });
  if (news.length > 0) reportBlocked(reference, service, ports, news, reach, report);
}

/**
 * Every port of every pod that the call may arrive at; undefined when that is not known for certain. Names of headless Services are the
 * pods' addresses, so their ports are not translated.
 */
function arrivalsAt(reach: Reach, { mention }: HostReference, service: Service): readonly Arrival[] | undefined {
  if (service.type === 'ExternalName' || mention.portOpen) return undefined;
  const asked = mention.port?.number ?? (mention.scheme === undefined ? undefined : defaultPort(mention.scheme));
  const ports = service.ports.filter(({ port }) => asked === undefined || port.value === asked);
  const arrivals: Arrival[] = [];
  for (const workload of podsBehind(reach.model, service)) {
    const peer = reach.peers.classOf.get(workload);
    if (peer === undefined || workload.hostNetwork) return undefined;
    const add = (number: number, protocol: Protocol, frontPort: number): void =>
      void arrivals.push({ workload, peer, protocol, port: number, frontPort });
    if (service.headless && asked !== undefined) add(asked, ports[0]?.protocol ?? 'TCP', asked);
    else {
      for (const port of ports) {
        const { number } = followPort(port, workload);
        if (number !== undefined) add(number, port.protocol, port.port.value);
      }
    }
  }
  return arrivals;
}

/** Every way of a user to the Service is denied for certain. A pod behind the Service may get itself, which nobody can deny it. */
function blockedUser(reach: Reach, workload: Workload, arrivals: readonly Arrival[]): Blocked | undefined {
  const source = reach.peers.classOf.get(workload);
  if (source === undefined || workload.hostNetwork) return undefined;
  if (arrivals.some((arrival) => arrival.workload === workload)) return undefined;
  const denials: { arrival: Arrival; decisions: readonly Decision[] }[] = [];
  for (const arrival of arrivals) {
    const decisions = decide(reach, {
      source,
      destination: arrival.peer,
      protocol: arrival.protocol,
      port: arrival.port,
    });
    if (verdictOf(decisions) !== false) return undefined;
    denials.push({ arrival, decisions: decisions.filter(({ allow }) => allow.length === 0) });
  }
  return { workload, denials };
}

function reportBlocked(
  reference: HostReference,
  service: Service,
  ports: readonly number[],
  blocked: readonly Blocked[],
  reach: Reach,
  report: Report,
): void {
  const [first] = blocked;
  const [denial] = first?.denials ?? [];
  if (!first || !denial) return;
  const names = listed(
    blocked.map(({ workload }) => printWorkload(workload)),
    'and',
  );
  const hops = denial.decisions.map((decision) =>
    decisionHop(reach, decision, {
      source: reach.peers.classOf.get(first.workload) ?? 0,
      destination: denial.arrival.peer,
      protocol: denial.arrival.protocol,
      port: denial.arrival.port,
      frontPort: denial.arrival.frontPort,
      sourceName: printWorkload(first.workload),
      destinationName: printWorkload(denial.arrival.workload),
    }),
  );
  const related: readonly RelatedReport[] = hops.flatMap(({ resource, at }) =>
    resource ? [{ resource, ...(at ? { at } : {}), message: `${resource.kind} ${resource.name} decides` }] : [],
  );
  const additions = additionsFor(blocked);
  report({
    resource: reference.place.resource,
    at: partPlace(reference.place),
    severity: reach.model.complete ? 'warning' : lowered('warning'),
    message: `${names} ${blocked.length > 1 ? 'are' : 'is'} told to call Service ${service.name} on port${ports.length > 1 ? 's' : ''} ${listed(ports.map(String), 'and')}, and policies deny it: ${hops.map(({ text }) => text).join(' ')}`,
    related: [
      ...related,
      { resource: service.resource, message: `Service ${service.name}` },
      { resource: denial.arrival.workload.resource, message: `${printWorkload(denial.arrival.workload)} is behind it` },
    ],
    ...(additions ? { data: { ...additions } } : {}),
  });
}

/** What every policy in the way lacks; undefined where something else denies, or the only policy to add it to is for other pods too. */
function additionsFor(blocked: readonly Blocked[]): FixData | undefined {
  const wanted = new Map<string, WantedRule>();
  for (const { workload, denials } of blocked) {
    for (const { arrival, decisions } of denials) {
      for (const { direction, deny } of decisions) {
        const policy = policyToOpen(deny);
        if (!policy) return undefined;
        const { resource } = policy.form;
        const key = `${direction} ${resource.namespace ?? ''}/${resource.name}`;
        const known = wanted.get(key);
        const peer = direction === 'Ingress' ? workload : arrival.workload;
        wanted.set(key, {
          policy,
          direction,
          peers: [...new Set([...(known?.peers ?? []), peer])],
          ports: [...(known?.ports ?? []), { protocol: arrival.protocol, port: arrival.port }],
        });
      }
    }
  }
  const additions = [...wanted.values()].map(ruleAddition);
  if (additions.length === 0 || additions.includes(undefined)) return undefined;
  const names = [...new Set([...wanted.values()].map(({ policy }) => policy.form.resource.name))];
  return { title: `Allow it in NetworkPolicy ${listed(names, 'and')}`, additions };
}

/** The policy that isolates these pods and is for them in particular: a rule in one for all pods of a namespace would open those too. */
function policyToOpen(deny: Decision['deny']): CompiledPolicy | undefined {
  const policies = deny.flatMap((reason) => (reason.type === 'isolated' ? reason.policies : []));
  if (deny.some(({ type }) => type !== 'isolated')) return undefined;
  return policies.findLast(
    ({ form: { resource, subject } }) =>
      resource.kind === 'NetworkPolicy' &&
      subject.pods !== undefined &&
      subject.pods !== 'unreadable' &&
      subject.pods.requirements.length > 0,
  );
}
