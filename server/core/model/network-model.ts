import { describesCluster, groupKind, isClusterScoped } from '../manifest/kinds';
import type { SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { ScopeDefinition } from '../scope';
import { readGateway, type Gateway } from './gateway';
import { readGatewayRoute, type GatewayRoute } from './gateway-route';
import { readIngress, type Ingress } from './ingress';
import { labelsAt, labelValue, requirementHolds, type Label, type Requirement, type Selector } from './label';
import { readOpenshiftRoute, type OpenshiftRoute } from './openshift-route';
import { looksLikePatch } from './patch';
import { readPolicy, type NetworkPolicy } from './policy';
import { readReferenceGrant, type ReferenceGrant } from './reference-grant';
import { readService, type Service } from './service';
import { isPodMaker } from './made-pods';
import { controllerLabelKeys, makesPods, readWorkloads, selectsPods, type Workload } from './workload';

/** The label every Namespace carries, whoever made it (KEP-2161). */
export const namespaceNameLabel = 'kubernetes.io/metadata.name';

/** What one namespace of a scope holds. */
export interface NamespaceContents {
  readonly name: string;
  readonly workloads: ReadonlySet<Workload>;
  readonly services: ReadonlyMap<string, readonly Service[]>;
  readonly ingresses: ReadonlySet<Ingress>;
  readonly gateways: ReadonlySet<Gateway>;
  readonly gatewayRoutes: ReadonlySet<GatewayRoute>;
  readonly openshiftRoutes: ReadonlySet<OpenshiftRoute>;
  readonly referenceGrants: ReadonlySet<ReferenceGrant>;
  readonly policies: ReadonlySet<NetworkPolicy>;
  /** Names of Services that have endpoints made by hand. */
  readonly endpoints: ReadonlySet<string>;
  /** By name. */
  readonly secrets: ReadonlyMap<string, readonly Resource[]>;
  /** By name. */
  readonly configMaps: ReadonlyMap<string, readonly Resource[]>;
  /** Resources of kinds that are not of Kubernetes itself and make pods, and maybe Services. */
  readonly podMakers: ReadonlySet<Resource>;
}

/** A namespace as selectors see it. */
export interface KnownNamespace {
  readonly name: string;
  /** The Namespace resource; undefined when no manifest declares it: then its labels, but for its name, are unknown. */
  readonly declaration: Resource | undefined;
  readonly labels: readonly Label[];
}

/** The resources of one scope, indexed. Read it through the functions of this file; only `replaceFile` changes it. */
export interface NetworkModel {
  readonly scope: ScopeDefinition;
  /** False when the scope is, or when one of its files could not be read whole. */
  readonly complete: boolean;
  /** URIs of files that could not be read whole. */
  readonly brokenFiles: ReadonlySet<string>;
  readonly contents: ReadonlyMap<string, NamespaceContents>;
  readonly namespaceDeclarations: ReadonlyMap<string, Resource>;
  /** Resources outside namespaces, but for the Namespaces, by kind. */
  readonly clusterResources: ReadonlyMap<string, readonly Resource[]>;
  /** Models of the workspace's other scopes, this one among them. */
  readonly neighbours: readonly NetworkModel[];
}

interface MutableContents extends NamespaceContents {
  readonly workloads: Set<Workload>;
  readonly services: Map<string, readonly Service[]>;
  readonly ingresses: Set<Ingress>;
  readonly gateways: Set<Gateway>;
  readonly gatewayRoutes: Set<GatewayRoute>;
  readonly openshiftRoutes: Set<OpenshiftRoute>;
  readonly referenceGrants: Set<ReferenceGrant>;
  readonly policies: Set<NetworkPolicy>;
  readonly endpoints: Set<string>;
  readonly secrets: Map<string, readonly Resource[]>;
  readonly configMaps: Map<string, readonly Resource[]>;
  readonly podMakers: Set<Resource>;
  readonly byLabel: Map<string, Set<Workload>>;
  /** What selectors caught, until a workload comes or goes. */
  selected: WeakMap<Selector, readonly Workload[]>;
  /** Workloads whose pods get labels, from an operator, with values that no manifest tells: no index finds those. */
  readonly withAddedLabels: Set<Workload>;
  /** How many resources there are, of whatever kind. */
  resources: number;
  /** What was worked out from these resources alone, by name; empty again after every change of them. */
  readonly derived: Map<string, unknown>;
}

type Undo = () => void;

interface MutableModel extends NetworkModel {
  scope: ScopeDefinition;
  readonly contents: Map<string, MutableContents>;
  readonly namespaceDeclarations: Map<string, Resource>;
  readonly clusterResources: Map<string, readonly Resource[]>;
  /** What was worked out from the resources, by name; empty again after every change. */
  readonly derived: Map<string, unknown>;
  /** What was last worked out by `renewed`, by name. */
  readonly earlier: Map<string, unknown>;
  /** What was worked out from one resource, or what was read from it, alone, by name. */
  readonly derivedOf: WeakMap<object, Map<string, unknown>>;
  readonly identities: Map<string, readonly Resource[]>;
  /** Per file, what takes its resources out again. */
  readonly undo: Map<string, readonly Undo[]>;
  readonly brokenFiles: Set<string>;
  /** Per file, its place in the order of application. */
  order: ReadonlyMap<string, number>;
}

/** An empty model of a scope. */
export function createModel(scope: ScopeDefinition, neighbours: readonly NetworkModel[]): NetworkModel {
  const brokenFiles = new Set<string>();
  const model: MutableModel = {
    scope,
    get complete() {
      return model.scope.complete && brokenFiles.size === 0;
    },
    contents: new Map(),
    namespaceDeclarations: new Map(),
    clusterResources: new Map(),
    derived: new Map(),
    earlier: new Map(),
    derivedOf: new WeakMap(),
    neighbours,
    identities: new Map(),
    undo: new Map(),
    brokenFiles,
    order: orderOf(scope),
  };
  return model;
}

function orderOf({ files }: ScopeDefinition): ReadonlyMap<string, number> {
  return new Map(files.map((uri, index) => [uri, index]));
}

/** Takes over what a scope has become, but for its resources: `replaceFile` brings those. */
export function replaceScope(model: NetworkModel, scope: ScopeDefinition): void {
  const mutable = model as MutableModel;
  mutable.scope = scope;
  mutable.order = orderOf(scope);
  mutable.derived.clear();
  for (const { derived: known } of mutable.contents.values()) known.clear();
}

/**
 * Puts a file's resources in place of what it held before, and touches nothing else.
 * @param broken the file's text could not be read whole, so what seems absent may be there
 */
export function replaceFile(model: NetworkModel, uri: string, resources: readonly Resource[], broken: boolean): void {
  const mutable = model as MutableModel;
  mutable.derived.clear();
  for (const undo of mutable.undo.get(uri) ?? []) undo();
  if (broken) mutable.brokenFiles.add(uri);
  else mutable.brokenFiles.delete(uri);
  const undo = resources.flatMap((resource) => addResource(mutable, resource));
  if (undo.length > 0) mutable.undo.set(uri, undo);
  else mutable.undo.delete(uri);
}

/**
 * What `work` makes of a model, worked out once until a resource changes.
 * @param key tells what it is; the same key always goes with the same work
 */
export function derived<T>(model: NetworkModel, key: string, work: () => T): T {
  const { derived: known } = model as MutableModel;
  if (!known.has(key)) known.set(key, work());
  return known.get(key) as T;
}

/**
 * As `derived`, with what was worked out for an earlier state of the model: what did not change since need not be worked out again.
 * @param work is given the earlier result, if there is one, and says itself what of it still holds
 */
export function renewed<T>(model: NetworkModel, key: string, work: (before: T | undefined) => T): T {
  const { earlier } = model as MutableModel;
  return derived(model, key, () => {
    const made = work(earlier.get(key) as T | undefined);
    earlier.set(key, made);
    return made;
  });
}

/**
 * What `work` makes of one resource alone, or of one workload or Service that was read from it, worked out once for as long as its file
 * stays as it is.
 * @param key tells what it is; the same key always goes with the same work
 */
export function derivedOf<T>(model: NetworkModel, of: Resource | Workload | Service, key: string, work: () => T): T {
  const { derivedOf: all } = model as MutableModel;
  let known = all.get(of);
  if (!known) all.set(of, (known = new Map<string, unknown>()));
  if (!known.has(key)) known.set(key, work());
  return known.get(key) as T;
}

/**
 * What `work` makes of what one namespace holds, in the order of application, worked out once for as long as nothing in it changes. The
 * Namespace itself, other namespaces and whether the scope is complete are no part of that.
 * @param key tells what it is; the same key always goes with the same work
 */
export function derivedIn<T>(model: NetworkModel, namespace: string, key: string, work: () => T): T {
  const known = (model as MutableModel).contents.get(namespace)?.derived;
  if (!known) return work();
  const found = known.get(key);
  if (found !== undefined || known.has(key)) return found as T;
  const made = work();
  known.set(key, made);
  return made;
}

/** The namespace a resource lands in; empty for kinds that have none. */
export function namespaceOf(resource: Resource): string {
  return hasNamespace(resource) ? (resource.namespace ?? 'default') : '';
}

function hasNamespace({ apiVersion, kind }: Resource): boolean {
  return !isClusterScoped(kind) && !describesCluster(apiVersion, kind);
}

function addResource(model: MutableModel, resource: Resource): readonly Undo[] {
  const namespace = namespaceOf(resource);
  const undo = [addToMap(model.identities, `${identityKind(resource)}/${namespace}/${resource.name}`, resource)];
  if (resource.kind === 'Namespace') {
    model.namespaceDeclarations.set(resource.name, resource);
    undo.push(() => {
      if (model.namespaceDeclarations.get(resource.name) === resource)
        model.namespaceDeclarations.delete(resource.name);
    });
    return undo;
  }
  if (!hasNamespace(resource)) return [...undo, addToMap(model.clusterResources, resource.kind, resource)];
  const contents = contentsOf(model, namespace);
  undo.push(countIn(model, contents));
  // The same resource is read as the same thing, whatever else of its file changed.
  const read = <T>(work: (resource: Resource, namespace: string) => T): T =>
    derivedOf(model, resource, 'reading', () => work(resource, namespace));
  if (makesPods(resource)) return [...undo, ...addMaker(contents, resource, read(readWorkloads))];
  const { kind } = resource;
  switch (kind) {
    case 'Service':
      return [...undo, addToMap(contents.services, resource.name, read(readService))];
    case 'Ingress':
      return [...undo, addToSet(contents.ingresses, read(readIngress))];
    case 'Gateway':
      return [...undo, addToSet(contents.gateways, read(readGateway))];
    case 'HTTPRoute':
    case 'GRPCRoute':
    case 'TLSRoute':
    case 'TCPRoute':
    case 'UDPRoute':
      return [
        ...undo,
        addToSet(
          contents.gatewayRoutes,
          read(() => readGatewayRoute(resource, kind, namespace)),
        ),
      ];
    case 'Route':
      return [...undo, addToSet(contents.openshiftRoutes, read(readOpenshiftRoute))];
    case 'ReferenceGrant':
      return [...undo, addToSet(contents.referenceGrants, read(readReferenceGrant))];
    case 'NetworkPolicy':
      return [...undo, addToSet(contents.policies, read(readPolicy))];
    case 'Endpoints':
      return [...undo, addToSet(contents.endpoints, resource.name)];
    case 'Secret':
      return [...undo, addToMap(contents.secrets, resource.name, resource)];
    case 'ConfigMap':
      return [...undo, addToMap(contents.configMaps, resource.name, resource)];
    case 'EndpointSlice': {
      const service = labelValue(labelsAt(resource.root, 'metadata', 'labels'), 'kubernetes.io/service-name');
      return service === undefined ? undo : [...undo, addToSet(contents.endpoints, service)];
    }
    default:
      return undo;
  }
}

/** A Knative Service and the Service beside it are two things. */
function identityKind(resource: Resource): string {
  return isPodMaker(resource) ? groupKind(resource.apiVersion, resource.kind) : resource.kind;
}

function addMaker(contents: MutableContents, resource: Resource, workloads: readonly Workload[]): readonly Undo[] {
  const undo = workloads.flatMap((workload) => addWorkload(contents, workload));
  return isPodMaker(resource) ? [...undo, addToSet(contents.podMakers, resource)] : undo;
}

function addWorkload(contents: MutableContents, workload: Workload): readonly Undo[] {
  const forget = (): void => void (contents.selected = new WeakMap());
  forget();
  return [
    forget,
    addToSet(contents.workloads, workload),
    ...(workload.addedLabels.length > 0 ? [addToSet(contents.withAddedLabels, workload)] : []),
    ...workload.podLabels.map(({ key, value }) => {
      const pair = `${key}=${value}`;
      const set = contents.byLabel.get(pair) ?? new Set();
      contents.byLabel.set(pair, set);
      return addToSet(set, workload);
    }),
  ];
}

function contentsOf(model: MutableModel, namespace: string): MutableContents {
  const found = model.contents.get(namespace);
  if (found) return found;
  const created: MutableContents = {
    name: namespace,
    workloads: new Set(),
    services: new Map(),
    ingresses: new Set(),
    gateways: new Set(),
    gatewayRoutes: new Set(),
    openshiftRoutes: new Set(),
    referenceGrants: new Set(),
    policies: new Set(),
    endpoints: new Set(),
    secrets: new Map(),
    configMaps: new Map(),
    podMakers: new Set(),
    byLabel: new Map(),
    selected: new WeakMap(),
    withAddedLabels: new Set(),
    resources: 0,
    derived: new Map(),
  };
  model.contents.set(namespace, created);
  return created;
}

/** A namespace that nothing is put into any more is none of the scope's. */
function countIn(model: MutableModel, contents: MutableContents): Undo {
  contents.derived.clear();
  contents.resources++;
  return () => {
    contents.derived.clear();
    if (--contents.resources === 0) model.contents.delete(contents.name);
  };
}

function addToSet<T>(set: Set<T>, item: T): Undo {
  set.add(item);
  return () => set.delete(item);
}

function addToMap<T>(map: Map<string, readonly T[]>, key: string, item: T): Undo {
  map.set(key, [...(map.get(key) ?? []), item]);
  return () => {
    const rest = (map.get(key) ?? []).filter((other) => other !== item);
    if (rest.length > 0) map.set(key, rest);
    else map.delete(key);
  };
}

/**
 * The pods of a namespace that a selector catches, through the index of its rarest label. The same list for as long as the namespace's
 * workloads are the same.
 */
export function selectWorkloads(model: NetworkModel, namespace: string, selector: Selector): readonly Workload[] {
  const contents = (model as MutableModel).contents.get(namespace);
  if (!contents) return nobody;
  const known = contents.selected.get(selector);
  if (known) return known;
  const found = [...candidates(contents, selector)]
    .filter((workload) => selectsPods(selector, workload))
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.kind, b.kind));
  contents.selected.set(selector, found);
  return found;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const nobody: readonly Workload[] = [];

function candidates(contents: MutableContents, selector: Selector): Iterable<Workload> {
  let best: ReadonlySet<Workload> | undefined;
  for (const { operator, key, values } of selector.requirements) {
    const only = values.length === 1 ? values[0] : undefined;
    if (operator !== 'In' || only === undefined || controllerLabelKeys.has(key)) continue;
    const found = contents.byLabel.get(`${key}=${only}`);
    if (!found || !best || found.size < best.size) best = found ?? none;
    if (best.size === 0) break;
  }
  if (!best) return contents.workloads;
  return contents.withAddedLabels.size === 0 ? best : new Set([...best, ...contents.withAddedLabels]);
}

const none: ReadonlySet<Workload> = new Set();

/** Whether a scope may hold pods that meet a selector: told by one look for each label, so that most scopes need no search. */
export function mayHoldPods(model: NetworkModel, selector: Selector): boolean {
  const { pairs, isOpen } = derived(model, 'pod-labels', () => labelPairs(model as MutableModel));
  return (
    isOpen ||
    selector.requirements.every(
      ({ operator, key, values }) =>
        operator !== 'In' || controllerLabelKeys.has(key) || values.some((value) => pairs.has(`${key}=${value}`)),
    )
  );
}

/** Every label of some pod, and whether some pods have labels with values that no manifest tells. */
function labelPairs({ contents }: MutableModel): { readonly pairs: ReadonlySet<string>; readonly isOpen: boolean } {
  const all = [...contents.values()];
  return {
    pairs: new Set(all.flatMap(({ byLabel }) => [...byLabel.keys()])),
    isOpen: all.some(({ withAddedLabels }) => withAddedLabels.size > 0),
  };
}

/** Workloads of one namespace, or of the whole scope. */
export function workloadsOf(model: NetworkModel, namespace?: string): readonly Workload[] {
  if (namespace !== undefined) return [...(model.contents.get(namespace)?.workloads ?? [])];
  return derived(model, 'workloads', () => [...model.contents.values()].flatMap((contents) => [...contents.workloads]));
}

/** Services of one namespace, or of the whole scope. */
export function servicesOf(model: NetworkModel, namespace?: string): readonly Service[] {
  const servicesIn = (contents: NamespaceContents | undefined) => [...(contents?.services.values() ?? [])].flat();
  if (namespace !== undefined) return servicesIn(model.contents.get(namespace));
  return derived(model, 'services', () => [...model.contents.values()].flatMap(servicesIn));
}

/** The Service of that name; the last one applied where there are several. */
export function serviceNamed(model: NetworkModel, namespace: string, name: string): Service | undefined {
  return model.contents.get(namespace)?.services.get(name)?.at(-1);
}

/** NetworkPolicies of the whole scope. */
export function policiesOf(model: NetworkModel): readonly NetworkPolicy[] {
  return derived(model, 'policies', () => [...model.contents.values()].flatMap((contents) => [...contents.policies]));
}

/** Resources of one kind that has no namespace (but for Namespaces), in the order the scope applies them. */
export function clusterResourcesOf(model: NetworkModel, kind: string): readonly Resource[] {
  return (model.clusterResources.get(kind) ?? []).toSorted(byPlace(model));
}

/** Ingresses of the whole scope. */
export function ingressesOf(model: NetworkModel): readonly Ingress[] {
  return [...model.contents.values()].flatMap((contents) => [...contents.ingresses]);
}

/** Gateways of one namespace, or of the whole scope. */
export function gatewaysOf(model: NetworkModel, namespace?: string): readonly Gateway[] {
  if (namespace !== undefined) return [...(model.contents.get(namespace)?.gateways ?? [])];
  return [...model.contents.values()].flatMap((contents) => [...contents.gateways]);
}

/** Gateway API routes of the whole scope. */
export function gatewayRoutesOf(model: NetworkModel): readonly GatewayRoute[] {
  return [...model.contents.values()].flatMap((contents) => [...contents.gatewayRoutes]);
}

/** OpenShift Routes of the whole scope. */
export function openshiftRoutesOf(model: NetworkModel): readonly OpenshiftRoute[] {
  return [...model.contents.values()].flatMap((contents) => [...contents.openshiftRoutes]);
}

/** ReferenceGrants of one namespace: those that open it. */
export function referenceGrantsOf(model: NetworkModel, namespace: string): readonly ReferenceGrant[] {
  return [...(model.contents.get(namespace)?.referenceGrants ?? [])];
}

/** Secrets of one namespace. */
export function secretsOf(model: NetworkModel, namespace: string): readonly Resource[] {
  return [...(model.contents.get(namespace)?.secrets.values() ?? [])].flat();
}

/** Every resource of the scope. */
export function resourcesOf(model: NetworkModel): readonly Resource[] {
  return derived(model, 'resources', () => [...(model as MutableModel).identities.values()].flat());
}

/** Resources that occur more than once under one kind, namespace and name, in the order the scope applies them. */
export function repeatedResources(model: NetworkModel): readonly (readonly Resource[])[] {
  return [...(model as MutableModel).identities.values()]
    .filter((resources) => resources.length > 1)
    .map((resources) => resources.toSorted(byPlace(model)));
}

/** Whether a resource is a part of one, as `looksLikePatch` tells. */
export function isPatch(model: NetworkModel, resource: Resource): boolean {
  return derivedOf(model, resource, 'is-patch', () => looksLikePatch(resource));
}

/** Resources that a later one of the same kind, namespace and name overwrites when the scope is applied; patches overwrite nothing. */
export function overwrittenResources(model: NetworkModel): ReadonlySet<Resource> {
  return derived(model, 'overwritten', () => {
    const named = repeatedResources(model).filter(([first]) => first?.name !== '');
    return new Set(named.flatMap((group) => group.filter((resource) => !isPatch(model, resource)).slice(0, -1)));
  });
}

/** Sorts resources as the scope applies them: by file, then by place. */
export function byPlace(model: NetworkModel): (a: Resource, b: Resource) => number {
  const { order } = model as MutableModel;
  const place = (resource: Resource): number => order.get(resource.file) ?? 0;
  return (a, b) => place(a) - place(b) || a.range.start - b.range.start;
}

/** Namespaces whose pods the cluster itself makes (kube-dns, the scheduler): what is not in a manifest there is no sign of a mistake. */
export function isClusterNamespace(name: string): boolean {
  return name === 'kube-system' || name === 'kube-public' || name === 'kube-node-lease';
}

/** Every namespace that a manifest of the scope declares or puts something into. The same list for as long as these are the same. */
export function knownNamespaces(model: NetworkModel): readonly KnownNamespace[] {
  return renewed<readonly KnownNamespace[]>(model, 'known-namespaces', (before) => {
    const { namespaceDeclarations: declarations, contents } = model;
    const names = [...new Set([...declarations.keys(), ...contents.keys()])];
    const isSame = (name: string, known: KnownNamespace | undefined): boolean =>
      known?.name === name && known.declaration === declarations.get(name);
    if (before?.length === names.length && names.every((name, index) => isSame(name, before[index]))) return before;
    return names.map((name) => {
      const declaration = declarations.get(name);
      return { name, declaration, labels: declaration ? labelsAt(declaration.root, 'metadata', 'labels') : [] };
    });
  });
}

/** Whether a namespace meets a selector: unknown when that hangs on labels that no manifest tells. */
export function namespaceMeets(namespace: KnownNamespace, selector: Selector): boolean | 'unknown' {
  let answer: boolean | 'unknown' = true;
  for (const requirement of selector.requirements) {
    const held = namespaceRequirementHolds(namespace, requirement);
    if (held === false) return false;
    if (held === 'unknown') answer = 'unknown';
  }
  return answer;
}

function namespaceRequirementHolds(namespace: KnownNamespace, requirement: Requirement): boolean | 'unknown' {
  if (requirement.key === namespaceNameLabel) return requirementHolds(requirement, namespace.name);
  if (!namespace.declaration) return 'unknown';
  return requirementHolds(requirement, labelValue(namespace.labels, requirement.key));
}

/** Whether two resources say the same, comments and formatting aside. */
export function sameContent(a: Resource, b: Resource): boolean {
  return a === b || JSON.stringify(canonical(a.root)) === JSON.stringify(canonical(b.root));
}

/** A tree as plain data with sorted keys, so that equal meanings print equally. */
function canonical(node: SourceNode | undefined): unknown {
  if (!node) return undefined;
  if (node.type === 'scalar') return node.value;
  if (node.type === 'sequence') return node.items.map(canonical);
  const entries = [...node.entries].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return entries.map(({ key, value }) => [key, canonical(value)]);
}
