import { nodeAt, type OffsetRange } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { printLabels } from '../model/label';
import type { NetworkModel } from '../model/network-model';
import type { ViewEdge, ViewGroup, ViewNode } from './view';
import type { ViewContext } from './view-context';

/** What all parts of a diagram share while it is being drawn up. */
export interface Drawing {
  readonly context: ViewContext;
  /** Nodes by id. */
  readonly nodes: Map<string, ViewNode>;
  /** Edges by id. */
  readonly edges: Map<string, ViewEdge>;
  /** Ids of what the model holds: two resources may claim one identity. */
  readonly ids: Map<Placed, string>;
}

/** Something of the model that becomes a node: a Workload, a Service, an Ingress, a Gateway, …. */
export interface Placed {
  readonly resource: Resource;
  /** Empty for what belongs to no namespace. */
  readonly namespace: string;
  readonly name: string;
}

export function createDrawing(context: ViewContext): Drawing {
  return { context, nodes: new Map(), edges: new Map(), ids: new Map() };
}

/** How a node looks, beside what its resource tells. */
export type Look = Pick<ViewNode, 'kind' | 'lane' | 'subtitle' | 'lines'> &
  Partial<Pick<ViewNode, 'variant' | 'badges' | 'labels' | 'parts' | 'ask' | 'governs' | 'title'>>;

/** Adds a node for a resource under its stable id, `Kind/namespace/name`; the second of that identity gets `#2`. */
export function addResource(drawing: Drawing, item: Placed, look: Look): string {
  const { resource, namespace, name } = item;
  const id = freeId(drawing.nodes, nodeId(resource.kind, namespace, name));
  drawing.ids.set(item, id);
  addNode(drawing, {
    id,
    group: groupId(namespace),
    title: name === '' ? '(no name)' : name,
    resourceKind: resource.kind,
    location: drawing.context.locate(resource),
    problems: problemsOf(drawing, resource),
    ...look,
  });
  return id;
}

/** `Service/shop/web`; what belongs to no namespace has an empty one. */
export function nodeId(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** Findings carry more than a diagram shows. */
function problemsOf({ context }: Drawing, resource: Resource): ViewNode['problems'] {
  return context.problemsOf(resource).map(({ rule, severity, message, location }) => ({
    rule,
    severity,
    message,
    ...(location === undefined ? {} : { location }),
  }));
}

/** Adds a node; the first of an id stays. */
export function addNode(drawing: Drawing, node: ViewNode): void {
  if (!drawing.nodes.has(node.id)) drawing.nodes.set(node.id, node);
}

/** Adds an edge under a stable id; one source and target may have several, told apart by `part`. */
export function addEdge(drawing: Drawing, edge: Omit<ViewEdge, 'id'>, part = ''): string {
  const id = freeId(drawing.edges, `${edge.source}→${edge.target}${part === '' ? '' : `:${part}`}`);
  drawing.edges.set(id, { id, ...edge });
  return id;
}

/** Adds a dashed ghost for something that is named and not there. Clicking it leads to where it is named. */
export function addGhost(
  drawing: Drawing,
  ghost: Pick<ViewNode, 'id' | 'lane' | 'title' | 'subtitle'> & { readonly namespace: string },
  resource: Resource,
  at?: OffsetRange,
): void {
  const { id, namespace, lane, title, subtitle } = ghost;
  const location = drawing.context.locate(resource, at);
  const group = groupId(namespace);
  addNode(drawing, { id, kind: 'missing', lane, group, title, subtitle, lines: [], location, problems: [] });
}

/** `namespace/shop`; undefined for what belongs to no namespace. */
export function groupId(namespace: string): string | undefined {
  return namespace === '' ? undefined : `namespace/${namespace}`;
}

/** Frames for the namespaces of some things, in the order of their names, with a word on those that are written nowhere. */
export function groupsOf(model: NetworkModel, items: readonly Placed[]): readonly ViewGroup[] {
  const names = [...new Set(items.map(({ namespace }) => namespace).filter((name) => name !== ''))].sort(compare);
  return names.map((name) => {
    const note = noteOf(model, name, items);
    return { id: groupId(name) ?? '', label: name, ...(note === undefined ? {} : { note }) };
  });
}

/** Frames for the namespaces of what is shown, also for those that are only named. */
export function framesOf({ context: { model }, nodes }: Drawing, items: readonly Placed[]): readonly ViewGroup[] {
  const frames = new Map(groupsOf(model, items).map((frame) => [frame.id, frame]));
  const shown = [...new Set([...nodes.values()].flatMap(({ group }) => group ?? []))];
  return shown
    .map((id) => frames.get(id) ?? { id, label: id.slice('namespace/'.length), note: 'nothing here is in it' })
    .sort((a, b) => compare(a.label, b.label));
}

/** Nothing written means kubectl's current namespace, unless the scope sets one. */
function noteOf({ scope }: NetworkModel, namespace: string, items: readonly Placed[]): string | undefined {
  const inside = items.filter((item) => item.namespace === namespace);
  const written = inside.filter(({ resource }) => resource.namespace === namespace);
  if (written.length === 0) return "not written: kubectl's current namespace";
  const isSet = written.every(({ resource }) => {
    const file = namespaceFile(resource);
    return file !== undefined && file !== resource.file;
  });
  return isSet ? `set by ${scope.name}` : undefined;
}

function namespaceFile({ root }: Resource): string | undefined {
  return nodeAt(root, 'metadata', 'namespace')?.file;
}

/** Labels in one line; what names the application stands first, since cards are narrow. */
export function labelLine(labels: readonly { readonly key: string; readonly value: string }[]): string {
  const rank = ({ key }: { readonly key: string }): number => {
    const index = tellingLabels.indexOf(key);
    return index === -1 ? tellingLabels.length : index;
  };
  return shortKeys(printLabels([...labels].sort((a, b) => rank(a) - rank(b))));
}

/** The prefix of labels that Kubernetes recommends says nothing, and fills a card. */
export function shortKeys(text: string): string {
  return text.replaceAll('app.kubernetes.io/', '…/');
}

const tellingLabels = ['app', 'app.kubernetes.io/name', 'k8s-app', 'name', 'app.kubernetes.io/component', 'component'];

/** By namespace and name; those of one identity in the order they are applied, so that the last one counts. */
export function inOrder<T extends Placed>(model: NetworkModel, items: readonly T[]): readonly T[] {
  const files = new Map(model.scope.files.map((uri, index) => [uri, index]));
  const place = ({ resource }: T): number => files.get(resource.file) ?? 0;
  return [...items].sort(
    (a, b) =>
      compare(a.namespace, b.namespace) ||
      compare(a.name, b.name) ||
      compare(a.resource.kind, b.resource.kind) ||
      place(a) - place(b) ||
      a.resource.range.start - b.resource.range.start,
  );
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function freeId(taken: ReadonlyMap<string, unknown>, wanted: string): string {
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted}#${count}`;
  return id;
}
