import { namespaceOf, workloadsOf } from '../model/network-model';
import { createReach, reachOf, type CompiledPolicy } from '../reach/reach';
import { addEdge, compare, createDrawing, groupsOf, type Drawing } from './drawing';
import { edgesOfLinks, type Ends } from './policy-edges';
import { linksOf, outsideOf, type AddressEnd, type Outside } from './policy-links';
import { createPairs, type Pairs, type PolicyState } from './policy-pairs';
import { columnsOf, matrixOf, maxClasses } from './policy-matrix';
import { addPolicies } from './policy-nodes';
import { addController, addWorkloads, createEnds, lanes } from './policy-peers';
import { createSideRows, sideRowsOf } from './policy-sides';
import { controllerId, wantedOf } from './policy-wanted';
import { policyId } from './policy-words';
import { routedTraffic } from '../reach/routed-traffic';
import type { DiagramView, ViewGroup, ViewNode } from './view';
import type { ViewContext } from './view-context';

const headings = [
  'Outside, as sources',
  'Callers',
  'Callers and called',
  'Called',
  'Policies',
  'Outside, as destinations',
];

/**
 * The Network Policy diagram of one scope: peers, the policies over them, and what these allow, deny, or leave open. Between pods that no
 * policy selects nothing is drawn; a badge says so. The same manifests give the same diagram, in whatever order they were read and edited.
 */
export function networkPolicy(context: ViewContext): DiagramView {
  const { model } = context;
  const drawing = createDrawing(context);
  const { state, before, without } = statesOf(context);
  const whole = before ?? state;
  addWorkloads(drawing, state.reach);
  addPolicies(drawing, whole.reach, without);
  const pairs = createPairs(state, before);
  const outside = outsideOf(pairs);
  const ends = createEnds(drawing, state.reach);
  const { edges, notes } = edgesOfLinks(pairs, linksOf(pairs, outside), ends);
  for (const edge of edges) drawing.edges.set(edge.id, edge);
  addWanted(drawing, pairs);
  const nodes = placeNodes(drawing);
  const columns = columnsOf(state.reach, ends, addressesIn(nodes, ends, outside));
  const isTooLarge = columns.length > maxClasses;
  return {
    view: 'policies',
    scope: model.scope.name,
    groups: framesOf(drawing, nodes),
    nodes,
    edges: [...drawing.edges.values()],
    lanes: headings,
    openLanes: [lanes.from, lanes.to],
    notes: [...notes, ...notesOf(state, before !== undefined, isTooLarge)],
    ...(columns.length > 0 && !isTooLarge ? { hasMatrix: true } : {}),
    ...(context.matrix && !isTooLarge ? { matrix: matrixOf(pairs, columns) } : {}),
    ...(without ? { without: policyId(without) } : {}),
  };
}

interface States {
  readonly state: PolicyState;
  /** In a preview: with the policy that is left out. */
  readonly before: PolicyState | undefined;
  readonly without: CompiledPolicy | undefined;
}

function statesOf({ model, without }: ViewContext): States {
  const reach = reachOf(model);
  const whole = { reach, rows: sideRowsOf(reach) };
  const policy =
    without === undefined ? undefined : reach.policies.find((candidate) => policyId(candidate) === without);
  if (!policy) return { state: whole, before: undefined, without: undefined };
  const rest = createReach(model, reach, policy.form.resource);
  return { state: { reach: rest, rows: createSideRows(rest) }, before: whole, without: policy };
}

/** Traffic that is wanted says more than what the pair's policies say of themselves. */
function addWanted(drawing: Drawing, pairs: Pairs): void {
  const { model } = drawing.context;
  if (routedTraffic(model).some(({ sources, arrivals }) => sources.length === 0 && arrivals.length > 0))
    addController(drawing, controllerId);
  if (pairs.state.reach.policies.length === 0) return;
  for (const wanted of wantedOf(drawing, pairs)) {
    const known = drawing.edges.get(`${wanted.source}→${wanted.target}`);
    if (known && known.state !== 'ok' && known.mutual === undefined)
      drawing.edges.set(known.id, { ...known, label: wanted.label, note: wanted.note });
    else addEdge(drawing, wanted, known ? 'wanted' : '');
  }
}

/** The addresses that have a node. */
function addressesIn(
  nodes: readonly ViewNode[],
  { idsOf }: Ends,
  { from, to }: Outside,
): readonly (AddressEnd & { readonly id: string })[] {
  const shown = new Set(nodes.map(({ id }) => id));
  return [...from, ...to].flatMap((end) =>
    idsOf(end)
      .filter((id) => shown.has(id))
      .map((id) => ({ ...end, id })),
  );
}

/** In the lane of its role; who neither calls nor is called stays where it was put. */
function placeNodes({ nodes, edges }: Drawing): readonly ViewNode[] {
  const calls = new Set<string>();
  const called = new Set<string>();
  const drawn = new Set<string>();
  for (const { source, target, state, mutual } of edges.values()) {
    drawn.add(source);
    drawn.add(target);
    if (state === 'plain') continue;
    calls.add(source);
    called.add(target);
    if (mutual) {
      calls.add(target);
      called.add(source);
    }
  }
  const isOutside = ({ kind }: ViewNode): boolean => kind === 'addresses' || kind === 'outside';
  const placed = (node: ViewNode): ViewNode => {
    const { id, lane } = node;
    if (lane === lanes.from || lane === lanes.to || lane === lanes.policies) return node;
    if (calls.has(id)) return { ...node, lane: called.has(id) ? lanes.both : lanes.callers };
    return called.has(id) ? { ...node, lane: lanes.called } : node;
  };
  return [...nodes.values()]
    .filter((node) => !isOutside(node) || drawn.has(node.id))
    .map(placed)
    .sort((a, b) => a.lane - b.lane);
}

/** Frames of what manifests declare, and of namespaces that only policies speak of. */
function framesOf({ context: { model } }: Drawing, nodes: readonly ViewNode[]): readonly ViewGroup[] {
  const policies = reachOf(model).policies.map(({ form: { resource } }) => ({
    resource,
    namespace: namespaceOf(resource),
    name: resource.name,
  }));
  const written = groupsOf(model, [...workloadsOf(model), ...policies]);
  const known = new Set(written.map(({ id }) => id));
  const others = new Set(nodes.flatMap(({ group }) => (group === undefined || known.has(group) ? [] : [group])));
  const spokenOf = [...others].map((id) => ({
    id,
    label: id.replace('namespace/', ''),
    note: 'only policies speak of it',
  }));
  return [...written, ...spokenOf].sort((a, b) => compare(a.label, b.label));
}

function notesOf({ reach }: PolicyState, isPreview: boolean, isTooLarge: boolean): readonly string[] {
  if (reach.peers.classes.length === 0) return [];
  const nothing =
    reach.policies.length === 0
      ? [
          `${isPreview ? 'Without this policy none is left' : 'No policy is written here'}: every pod may reach every other one, and the outside.`,
        ]
      : [];
  const open =
    reach.policies.length > 0 ? ['Between pods that no policy selects everything may pass, and nothing is drawn.'] : [];
  const matrix = isTooLarge
    ? [
        `There is no matrix: it would have more than ${maxClasses} rows. Choose a smaller scope, or ask for the path between two workloads.`,
      ]
    : [];
  return [...nothing, ...open, ...matrix];
}
