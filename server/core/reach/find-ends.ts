import ipaddr from 'ipaddr.js';
import { operatorServiceNamed, printMaker } from '../model/made-services';
import { serviceNamed, servicesOf, workloadsOf, type NetworkModel } from '../model/network-model';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';
import type { Unanswered } from './explanation';
import { listed } from './describe-form';
import { ingressController, printPeer } from './peers';
import type { Reach } from './reach';

/** What a question says beside the end itself. */
interface Addressed {
  readonly name: string;
  /** The DNS name that was asked for; undefined for a resource's own name and for an address. */
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/** One end of a question. */
export type End =
  | { readonly type: 'pods'; readonly name: string; readonly workloads: readonly Workload[] }
  | (Addressed & { readonly type: 'service'; readonly service: Service })
  /** Addresses outside of the cluster, as numbers of ranges: one for an address, all of them for a host whose address nobody tells. */
  | (Addressed & { readonly type: 'outside'; readonly ranges: readonly number[] })
  | { readonly type: 'controller'; readonly name: string };

/** What kubectl takes for the kinds that make pods, and for Services. */
const kindNames: Readonly<Record<string, string>> = {
  po: 'Pod',
  pod: 'Pod',
  deploy: 'Deployment',
  deployment: 'Deployment',
  sts: 'StatefulSet',
  statefulset: 'StatefulSet',
  ds: 'DaemonSet',
  daemonset: 'DaemonSet',
  rs: 'ReplicaSet',
  replicaset: 'ReplicaSet',
  rc: 'ReplicationController',
  replicationcontroller: 'ReplicationController',
  job: 'Job',
  cj: 'CronJob',
  cronjob: 'CronJob',
  svc: 'Service',
  service: 'Service',
};

/** A name as people write it, taken apart. */
interface Written {
  readonly namespace: string | undefined;
  readonly kind: string | undefined;
  readonly name: string;
}

/** Finds who asks: pods, an address, or the ingress controller. */
export function findSource(reach: Reach, text: string): End | Unanswered {
  const outside = findAddress(reach, text) ?? findController(text);
  if (outside) return outside;
  return findPods(reach.model, readName(text), text) ?? notFound(reach.model, text);
}

/**
 * Finds who is asked. A name that a Service and pods share means the Service, as for a client, unless the port is none of the Service's.
 * @param here the source's namespace, in which short names are looked up first (DNS search path)
 */
export function findDestination(
  reach: Reach,
  text: string,
  here: string | undefined,
  port: number | undefined,
): End | Unanswered {
  const outside = findAddress(reach, text) ?? findController(text);
  if (outside) return outside;
  const { model } = reach;
  if (text.includes('://')) return findByDns(reach, text, here) ?? notFound(model, text);
  const written = readName(text);
  const service =
    written.kind === undefined || written.kind === 'Service' ? findService(model, written, here) : undefined;
  if (service && 'problem' in service) return service;
  // A Knative Service is pods as well.
  const pods = written.kind === 'Service' && service ? undefined : findPods(model, written, text, here);
  const isServed = port === undefined || (service?.ports.some((own) => own.port.value === port) ?? false);
  if (service && (isServed || !pods || 'problem' in pods)) return serviceEnd(service, undefined, undefined);
  return pods ?? findByDns(reach, text, here) ?? notFound(model, text);
}

function serviceEnd(service: Service, host: string | undefined, port: number | undefined): End {
  return { type: 'service', name: `Service ${service.namespace}/${service.name}`, service, host, port };
}

function findController(text: string): End | undefined {
  return text === ingressController || text === 'ingress-controller'
    ? { type: 'controller', name: ingressController }
    : undefined;
}

/** An address, or a range as results print it (`10.0.0.0-10.255.255.255[External]`), by its first address. */
function findAddress({ peers }: Reach, text: string): End | undefined {
  const first = /^([0-9a-fA-F.:]+)-[0-9a-fA-F.:]+\[External\]$/.exec(text)?.[1] ?? text;
  const [, host = first, port] = /^\[?([0-9a-fA-F.:]+?)\]?(?::(\d{1,5}))?$/.exec(first) ?? [];
  const address = ipaddr.IPv4.isValidFourPartDecimal(host) ? host : ipaddr.IPv6.isValid(first) ? first : undefined;
  if (address === undefined) return undefined;
  const parsed = ipaddr.parse(address);
  const family = parsed.kind() === 'ipv4' ? 4 : 6;
  const value = parsed.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const index = peers.ranges.findIndex(
    (range) => range.family === family && range.first <= value && value <= range.last,
  );
  return {
    type: 'outside',
    name: text.includes('[External]') ? text : parsed.toString(),
    host: undefined,
    ranges: [peers.firstRange + index],
    port: port === undefined || address !== host ? undefined : Number(port),
  };
}

/** `web`, `shop/web`, `deploy/web`, `shop/deploy/web`, `shop/web[Deployment]`. */
function readName(text: string): Written {
  const [, plain = text, printed] = /^(.*)\[([A-Za-z][A-Za-z0-9]*)\]$/.exec(text) ?? [];
  const parts = plain.split('/');
  const name = parts.at(-1) ?? '';
  const kindOf = (word: string | undefined): string | undefined =>
    word === undefined ? undefined : (kindNames[word.toLowerCase()] ?? (/^[A-Z]/.test(word) ? word : undefined));
  const [first, second] = parts;
  if (parts.length === 3) return { namespace: first, kind: kindOf(second) ?? second, name };
  if (parts.length === 2 && printed === undefined && kindOf(first) !== undefined)
    return { namespace: undefined, kind: kindOf(first), name };
  return { namespace: parts.length === 2 ? first : undefined, kind: printed, name };
}

/** Pods by their workload's name, by that of the resource they are made from, or by that of the owner which results print. */
function findPods(
  model: NetworkModel,
  { namespace, kind, name }: Written,
  text: string,
  here?: string,
): End | Unanswered | undefined {
  const named = workloadsOf(model, namespace).filter((workload) => {
    const isNamed = workload.name === name || workload.resource.name === name;
    const own = isNamed && (kind === undefined || kind === workload.kind);
    const { owner } = workload;
    return own || (owner?.name === name && (kind === undefined || kind === owner.kind));
  });
  const near = named.filter((workload) => workload.namespace === here);
  const byName = new Map<string, Workload[]>();
  for (const workload of near.length > 0 ? near : named) {
    const id = printPeer(workload);
    byName.set(id, [...(byName.get(id) ?? []), workload]);
  }
  const [only, second] = byName;
  if (!only) return undefined;
  if (second) return { problem: `"${text}" may be ${listed([...byName.keys()].sort(), 'or')}. Say which.` };
  return { type: 'pods', name: only[0], workloads: only[1] };
}

function findService(
  model: NetworkModel,
  { namespace, name }: Written,
  here: string | undefined,
): Service | Unanswered | undefined {
  if (namespace !== undefined) return serviceNamed(model, namespace, name);
  const near = here === undefined ? undefined : serviceNamed(model, here, name);
  if (near) return near;
  const named = servicesOf(model).filter((service) => service.name === name);
  const [only, second] = named;
  if (!second) return only;
  const places = named.map((service) => `${service.namespace}/${service.name}`).sort();
  return { problem: `Service "${name}" may be ${listed(places, 'or')}. Say which.` };
}

/**
 * A DNS name, with or without scheme, port and path. `svc`, `svc.ns`, `svc.ns.svc`, `svc.ns.svc.<domain>`, and a pod's name before any
 * of the last two (DNS for Services and Pods). What no Service answers is a host outside.
 */
function findByDns(reach: Reach, text: string, here: string | undefined): End | Unanswered | undefined {
  const { model, peers } = reach;
  const [, host = '', port] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)\.?(?::(\d{1,5}))?(?:\/.*)?$/i.exec(text) ?? [];
  if (host === '') return undefined;
  const number = port === undefined ? undefined : Number(port);
  const parts = host.toLowerCase().split('.');
  const [service = '', namespace = here] = parts[3] === 'svc' ? parts.slice(1) : parts;
  const inCluster = parts.length <= 2 || parts[2] === 'svc' || parts[3] === 'svc';
  const found = inCluster && namespace !== undefined ? serviceNamed(model, namespace, service) : undefined;
  if (found) return serviceEnd(found, host, number);
  const made = inCluster && namespace !== undefined ? operatorServiceNamed(model, namespace, service) : undefined;
  if (made) {
    const problem = `Service ${service} of namespace ${namespace ?? ''} is made by ${printMaker(made)}: which pods it leads to no manifest tells. Ask for the pods instead.`;
    return { problem };
  }
  if (parts.length < 2) return undefined;
  if (parts.length > 2 && inCluster)
    return { problem: `No Service answers to ${host}: namespace ${namespace ?? ''} has no Service ${service} here.` };
  return {
    type: 'outside',
    name: host,
    host,
    ranges: peers.ranges.map((_, index) => peers.firstRange + index),
    port: number,
  };
}

function notFound(model: NetworkModel, text: string): Unanswered {
  const name = readName(text).name.toLowerCase();
  const all = [
    ...new Set([
      ...workloadsOf(model).map(printPeer),
      ...servicesOf(model).map((service) => `${service.namespace}/${service.name}[Service]`),
    ]),
  ].sort();
  const similar = all.filter((id) => id.toLowerCase().includes(name));
  const shown = similar.length > 0 ? similar : all;
  const there = shown.length > 0 ? ` There ${shown.length === 1 ? 'is' : 'are'} ${listed(shown, 'and')}.` : '';
  return { problem: `Nothing here is called "${text}".${there}` };
}
