import { hostReferences, isCompared, type HostReference } from '../model/dns-references';
import { targetOfReference, type NameTarget } from '../model/dns-targets';
import { defaultPort } from '../model/host-mentions';
import { derived, type NetworkModel } from '../model/network-model';
import { podsBehind } from '../model/relations';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';
import { bareHosts } from './routing-words';

/** A Service that a workload's pods are told to call. */
export interface Call {
  readonly reference: HostReference;
  readonly target: NameTarget;
  /** The Service's port; undefined where nothing tells it. */
  readonly port: number | undefined;
}

/** What each workload calls, as far as its environment, arguments, commands and ConfigMaps tell; in the order of the manifests. */
export function callsByClient(model: NetworkModel, clusterDomain: string): ReadonlyMap<Workload, readonly Call[]> {
  return derived(model, `calls-by-client ${clusterDomain}`, () => {
    const found = new Map<Workload, Call[]>();
    const add = (call: Call | undefined): void => {
      for (const client of call?.reference.users ?? []) {
        if (!call || isOfItself(model, client, call.target)) continue;
        const known = found.get(client);
        if (known) known.push(call);
        else found.set(client, [call]);
      }
    };
    for (const reference of hostReferences(model, clusterDomain)) add(callOf(model, reference));
    for (const namespace of model.contents.keys())
      for (const reference of bareHosts(model, namespace)) add(bareCall(model, reference));
    const before = byPlace(model);
    for (const calls of found.values()) calls.sort((a, b) => before(a.reference, b.reference));
    return found;
  });
}

/** Names that are compared, printed or certified are no calls, and in free text a pair is one only where it fits a Service. */
function callOf(model: NetworkModel, reference: HostReference): Call | undefined {
  const { mention, key, use } = reference;
  if (reference.users.length === 0 || use === 'header' || isCompared(key)) return undefined;
  const target = targetOfReference(model, reference);
  if (!target || isApiServer(target) || isOfCertificate(reference, target)) return undefined;
  const port = portOf(reference, target);
  const isSure = mention.form === 'cluster' || (use === 'setting' && (mention.form === 'url' || mention.alone));
  const isFitting = target.type === 'service' && (mention.form === 'url' || hasPort(target.services, port));
  return isSure || isFitting ? { reference, target, port } : undefined;
}

function bareCall(model: NetworkModel, reference: HostReference): Call | undefined {
  const target = targetOfReference(model, reference);
  return target?.type === 'service' ? { reference, target, port: undefined } : undefined;
}

/** Pods get their own address to tell it to others, or with the settings of all; peers of a StatefulSet do call each other. */
function isOfItself(model: NetworkModel, client: Workload, target: NameTarget): boolean {
  const service = target.type === 'service' ? target.services.at(-1) : undefined;
  if (!service || service.headless) return false;
  const pods = podsBehind(model, service);
  return pods.length === 1 && pods[0] === client;
}

/** `web,web.shop.svc`: who calls a Service needs one name of it, and who makes a certificate lists all. */
function isOfCertificate({ place: { node }, mention }: HostReference, { name }: NameTarget): boolean {
  if (mention.port !== undefined) return false;
  const text = String(node.value);
  const own = name.service.text;
  const listed = text
    .slice(text.indexOf('=') + 1)
    .split(',')
    .filter((item) => item === own || item.startsWith(`${own}.`));
  return listed.some((item) => listed.some((other) => other.startsWith(`${item}.`)));
}

/** Every cluster has it, and no manifest. */
function isApiServer({ type, name }: NameTarget): boolean {
  return type === 'elsewhere' && name.service.text === 'kubernetes' && name.namespace === 'default';
}

/** A URL without a port may get it from elsewhere, so the one of its scheme counts only where the Service has it. */
function portOf({ mention }: HostReference, target: NameTarget): number | undefined {
  if (mention.port) return mention.port.number;
  if (mention.scheme === undefined || mention.portOpen || target.type !== 'service') return undefined;
  const port = defaultPort(mention.scheme);
  return hasPort(target.services, port) ? port : undefined;
}

export function hasPort(services: readonly Service[], number: number | undefined): boolean {
  return number !== undefined && services.some(({ ports }) => ports.some(({ port }) => port.value === number));
}

function byPlace(model: NetworkModel): (a: HostReference, b: HostReference) => number {
  const files = new Map(model.scope.files.map((uri, index) => [uri, index]));
  const file = ({ place }: HostReference): number => files.get(place.resource.file) ?? 0;
  const start = ({ place }: HostReference): number => place.resource.range.start;
  return (a, b) =>
    file(a) - file(b) ||
    start(a) - start(b) ||
    a.place.node.start - b.place.node.start ||
    a.mention.start - b.mention.start;
}
