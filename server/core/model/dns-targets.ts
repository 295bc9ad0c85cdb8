import type { HostReference } from './dns-references';
import { operatorServiceNamed } from './made-services';
import type { MadeService } from './made-pods';
import { renewed, type NetworkModel } from './network-model';
import type { Service } from './service';

/** A part of a host, by offsets into it. */
export interface NamePart {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A host taken for a name of the cluster: which Service it asks for. */
export interface ClusterName {
  readonly service: NamePart;
  /** As written; undefined: the pods' own. */
  readonly writtenNamespace: NamePart | undefined;
  readonly namespace: string;
  /** The namespace is written somewhere, be it for the pods. */
  readonly isPlaced: boolean;
  /** One pod behind a headless Service, by its own name. */
  readonly pod: string | undefined;
  /** The port and protocol of an SRV record, as they are written. */
  readonly srv: { readonly port: string; readonly protocol: string } | undefined;
}

/** What a host leads to. */
export type NameTarget =
  | { readonly type: 'service'; readonly name: ClusterName; readonly services: readonly Service[] }
  | { readonly type: 'made'; readonly name: ClusterName; readonly made: MadeService }
  /** Another scope of the workspace brings it, or may: its Service's namespace is written nowhere. Or every cluster has it. */
  | { readonly type: 'elsewhere'; readonly name: ClusterName }
  | { readonly type: 'missing'; readonly name: ClusterName }
  /** `web.svc.cluster.local`: the namespace is forgotten, and the Service is there. */
  | { readonly type: 'unqualified'; readonly name: ClusterName; readonly service: Service };

/**
 * Which Service a host means (DNS specification of Kubernetes: `svc`, `svc.ns`, `svc.ns.svc`, `svc.ns.svc.<domain>`, with a pod or an SRV
 * record in front). Undefined where it is no name of the cluster, or nobody can tell: with one dot only a namespace of the scope makes a
 * name of it, else it is a domain outside.
 */
export function targetOfReference(model: NetworkModel, reference: HostReference): NameTarget | undefined {
  const { now, before } = renewed<Targets>(model, 'name-targets', (last) => ({ now: new Map(), before: last?.now }));
  if (!now.has(reference)) {
    const known = before?.get(reference);
    now.set(reference, known && holds(model, reference, known) ? known : ownTarget(model, reference));
  }
  const target = now.get(reference);
  return target?.type === 'absent' ? absentTarget(model, target.name) : target;
}

/**
 * What a name with one dot, `cart.shp`, means where `shp` is a namespace, although nothing here is in it, so that it may be a domain
 * outside as well. Undefined for other names, and where no namespace has a Service `cart`.
 */
export function asNamespaced(model: NetworkModel, reference: HostReference): NameTarget | undefined {
  const { host, form } = reference.mention;
  const [service, namespace, third] = form === 'cluster' ? [] : partsOf(host);
  if (!service || !namespace || third || !isService(model, service.text)) return undefined;
  const target = resolved(model, clusterName(reference, service, namespace, undefined, undefined));
  return target.type === 'absent' ? absentTarget(model, target.name) : target;
}

function isService(model: NetworkModel, name: string): boolean {
  for (const { services } of model.contents.values()) if (services.has(name)) return true;
  return false;
}

/** Other scopes change without this one's knowing, so this is asked anew each time. */
function absentTarget(model: NetworkModel, name: ClusterName): NameTarget {
  return { type: isElsewhere(model, name) ? 'elsewhere' : 'missing', name };
}

/** What a host leads to as far as the scope itself tells. */
type OwnTarget =
  | Exclude<NameTarget, { readonly type: 'elsewhere' | 'missing' }>
  | { readonly type: 'absent'; readonly name: ClusterName };

type TargetOf = Map<HostReference, OwnTarget | undefined>;

interface Targets {
  readonly now: TargetOf;
  /** Of an earlier state. */
  readonly before: TargetOf | undefined;
}

/** Whether a target is what it was: told by one look for names that may mean one Service only. */
function holds(model: NetworkModel, { mention: { form, host } }: HostReference, target: OwnTarget): boolean {
  if (target.type !== 'service' || (form !== 'cluster' && host.includes('.'))) return false;
  return servicesNamed(model, target.name) === target.services;
}

function ownTarget(model: NetworkModel, reference: HostReference): OwnTarget | undefined {
  const { host, form } = reference.mention;
  const labels = partsOf(host);
  const srv = readSrv(labels);
  const rest = srv ? labels.slice(2) : labels;
  if (form === 'cluster') return ofClusterName(model, reference, rest, srv);
  const [first, second, third, fourth] = rest;
  if (!first || fourth) return undefined;
  const name = (service: NamePart, namespace?: NamePart, pod?: NamePart): ClusterName =>
    clusterName(reference, service, namespace, pod, srv);
  if (!second) return resolved(model, name(first));
  if (!third) {
    const inNamespace = isKnown(model, second.text) ? resolved(model, name(first, second)) : undefined;
    if (inNamespace && inNamespace.type !== 'absent') return inNamespace;
    // A namespace and a headless Service in it are often called alike.
    const ofService = ofPod(model, name(second, undefined, first));
    return inNamespace && ofService?.type !== 'service' ? inNamespace : ofService;
  }
  if (!isKnown(model, third.text)) return undefined;
  return ofPod(model, name(second, third, first));
}

/** Pods have names of their own behind headless Services; anything else in front of a name makes it a domain outside. */
function ofPod(model: NetworkModel, name: ClusterName): OwnTarget | undefined {
  const target = resolved(model, name);
  if (target.type === 'service') return target.services.some(({ headless }) => headless) ? target : undefined;
  if (target.type === 'made') return target;
  return /-\d+$/.test(name.pod ?? '') ? target : undefined;
}

function ofClusterName(
  model: NetworkModel,
  reference: HostReference,
  labels: readonly NamePart[],
  srv: ClusterName['srv'],
): OwnTarget | undefined {
  const before = labels.slice(
    0,
    labels.findLastIndex(({ text }) => text === 'svc'),
  );
  const [first, second, third, fourth] = before;
  if (!first || fourth) return undefined;
  if (!second) {
    const name = clusterName(reference, first, undefined, undefined, srv);
    const service = servicesNamed(model, name)?.at(-1);
    return service && { type: 'unqualified', name, service };
  }
  return third
    ? resolved(model, clusterName(reference, second, third, first, srv))
    : resolved(model, clusterName(reference, first, second, undefined, srv));
}

function clusterName(
  { namespace, place }: HostReference,
  service: NamePart,
  writtenNamespace: NamePart | undefined,
  pod: NamePart | undefined,
  srv: ClusterName['srv'],
): ClusterName {
  return {
    service,
    writtenNamespace,
    namespace: writtenNamespace?.text ?? namespace,
    isPlaced: writtenNamespace !== undefined || place.resource.namespace !== undefined,
    pod: pod?.text,
    srv,
  };
}

function partsOf(host: string): readonly NamePart[] {
  let start = 0;
  return host.split('.').map((text) => {
    const part = { text, start, end: start + text.length };
    start = part.end + 1;
    return part;
  });
}

/** `_http._tcp` in front (RFC 2782). */
function readSrv([first, second]: readonly NamePart[]): ClusterName['srv'] {
  if (!first?.text.startsWith('_') || !second?.text.startsWith('_')) return undefined;
  return { port: first.text.slice(1), protocol: second.text.slice(1) };
}

/** Whether the scope puts something into a namespace. */
export function isKnown(model: NetworkModel, namespace: string): boolean {
  const contents = model.contents.get(namespace);
  return contents !== undefined && (contents.workloads.size > 0 || contents.services.size > 0);
}

function servicesNamed(model: NetworkModel, { service, namespace }: ClusterName): readonly Service[] | undefined {
  return model.contents.get(namespace)?.services.get(service.text);
}

function resolved(model: NetworkModel, name: ClusterName): OwnTarget {
  const services = servicesNamed(model, name);
  if (services) return { type: 'service', name, services };
  const made = operatorServiceNamed(model, name.namespace, name.service.text);
  return made ? { type: 'made', name, made } : { type: 'absent', name };
}

/** The API server's own Service is in every cluster. Resources that say no namespace are applied to whichever one likes. */
function isElsewhere(model: NetworkModel, name: ClusterName): boolean {
  const { namespace, service } = name;
  if (service.text === 'kubernetes' && namespace === 'default') return true;
  return model.neighbours.some((other) => {
    if (other === model) return false;
    if (servicesNamed(other, name) || operatorServiceNamed(other, namespace, service.text)) return true;
    if (other.contents.get('default')?.services.get(service.text)?.some(isUnplaced)) return true;
    return !name.isPlaced && [...other.contents.values()].some(({ services }) => services.has(service.text));
  });
}

function isUnplaced({ resource }: Service): boolean {
  return resource.namespace === undefined;
}
