import type { FeatureContext } from '../features/feature-context';
import type { OffsetRange } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Ingress } from '../model/ingress';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';
import type { ViewEdge, ViewNode, ViewProblem } from './view';

/** Lanes of the Service Routing diagram, as indexes into its headings. */
export const lanes = { outside: 0, routes: 1, services: 2, workloads: 3 } as const;

/** What all parts of the diagram share while it is being drawn up. */
export interface Drawing {
  readonly context: FeatureContext;
  readonly problemsOf: (resource: Resource) => readonly ViewProblem[];
  /** Nodes by id. */
  readonly nodes: Map<string, ViewNode>;
  /** Edges by id. */
  readonly edges: Map<string, ViewEdge>;
  /** Ids of what the model holds: two resources may claim one identity. */
  readonly ids: Map<Ingress | Service | Workload, string>;
}

/** Something in a namespace that becomes a node. */
export type Placed = Ingress | Service | Workload;

/** Adds a node for a resource under its stable id, `Kind/namespace/name`; the second of that identity gets `#2`. */
export function addResource(
  drawing: Drawing,
  item: Placed,
  look: Pick<ViewNode, 'kind' | 'lane' | 'subtitle' | 'lines'>,
): string {
  const { resource, namespace } = item;
  const { kind, lane, subtitle, lines } = look;
  const id = freeId(drawing.nodes, `${resource.kind}/${namespace}/${resource.name}`);
  drawing.ids.set(item, id);
  const title = resource.name === '' ? '(no name)' : resource.name;
  const location = drawing.context.locate(resource);
  // Findings carry more than a diagram shows.
  const problems = drawing.problemsOf(resource).map(({ rule, severity, message }) => ({ rule, severity, message }));
  addNode(drawing, { id, kind, lane, group: groupId(namespace), title, subtitle, lines, location, problems });
  return id;
}

export function addNode(drawing: Drawing, node: ViewNode): void {
  if (!drawing.nodes.has(node.id)) drawing.nodes.set(node.id, node);
}

/** Adds an edge under a stable id; one source and target may have several, told apart by `part`. */
export function addEdge(drawing: Drawing, edge: Omit<ViewEdge, 'id'>, part = ''): void {
  const id = freeId(drawing.edges, `${edge.source}→${edge.target}${part === '' ? '' : `:${part}`}`);
  drawing.edges.set(id, { id, ...edge });
}

/** Adds a dashed ghost for something that is named and not there. Clicking it leads to where it is named. */
export function addGhost(
  drawing: Drawing,
  ghost: {
    readonly id: string;
    readonly namespace: string;
    readonly lane: number;
    readonly title: string;
    readonly subtitle: string;
  },
  resource: Resource,
  at?: OffsetRange,
): void {
  const { id, namespace, lane, title, subtitle } = ghost;
  const location = drawing.context.locate(resource, at);
  addNode(drawing, {
    id,
    kind: 'missing',
    lane,
    group: groupId(namespace),
    title,
    subtitle,
    lines: [],
    location,
    problems: [],
  });
}

export function groupId(namespace: string): string {
  return `namespace/${namespace}`;
}

function freeId(taken: ReadonlyMap<string, unknown>, wanted: string): string {
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted}#${count}`;
  return id;
}
