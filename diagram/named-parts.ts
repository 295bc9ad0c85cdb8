import type { DiagramView, ViewEdge, ViewGroup, ViewNode } from '../server/core/views/view';
import { clipped } from './escape';
import { signedLabel } from './graph';
import { MAX_LINES } from './metrics';
import { cleanText } from './text';

/** A view as formats want it that lay it out themselves: frames with what they hold, and safe names. */
export interface NamedParts {
  /** Nodes outside of all frames. */
  readonly free: readonly NamedNode[];
  readonly frames: readonly NamedFrame[];
  readonly edges: readonly NamedEdge[];
}

export interface NamedNode {
  /** `n1`, `n2`: no text of a manifest is ever a name. */
  readonly name: string;
  readonly node: ViewNode;
}

export interface NamedFrame {
  /** `g1`, `g2`. */
  readonly name: string;
  readonly group: ViewGroup;
  readonly members: readonly NamedNode[];
}

export interface NamedEdge {
  readonly source: NamedEnd;
  readonly target: NamedEnd;
  readonly edge: ViewEdge;
  /** With the sign of a change. */
  readonly label: string;
}

/** A node; or a frame, with the node in it that stands in for it. */
export interface NamedEnd {
  readonly name: string;
  readonly frame?: string;
}

/** The view without quiet edges, empty frames, and edges that lead to nothing. */
export function namedParts(view: DiagramView): NamedParts {
  const named = view.nodes.map((node, index) => ({ name: `n${index + 1}`, node }));
  const known = new Set(view.groups.map(({ id }) => id));
  const frames = view.groups.flatMap((group, index) => {
    const members = named.filter(({ node }) => node.group === group.id);
    return members.length === 0 ? [] : [{ name: `g${index + 1}`, group, members }];
  });
  const ends = new Map<string, NamedEnd>([
    ...frames.map(({ name, group, members }) => [group.id, { name: members[0]?.name ?? '', frame: name }] as const),
    ...named.map(({ name, node }) => [node.id, { name }] as const),
  ]);
  return {
    free: named.filter(({ node }) => node.group === undefined || !known.has(node.group)),
    frames,
    edges: view.edges.flatMap((edge) => {
      const [source, target] = [ends.get(edge.source), ends.get(edge.target)];
      if (edge.quiet === true || source === undefined || target === undefined) return [];
      return [{ source, target, edge, label: signedLabel(edge, edge.label) }];
    }),
  };
}

/** A card of its own width has no room for more. */
const LONGEST_LINE = 100;

/** What a node says, one line each: as much as fits into a picture that others lay out. */
export function nodeLines({ title, subtitle, lines, badges = [], problems }: ViewNode): readonly string[] {
  const more = lines.length > MAX_LINES ? [`and ${lines.length - MAX_LINES + 1} more`] : [];
  const counted = problems.length === 0 ? [] : [problems.length === 1 ? '1 problem' : `${problems.length} problems`];
  const shown = lines.slice(0, more.length === 0 ? MAX_LINES : MAX_LINES - 1);
  return [title, subtitle, ...shown, ...more, ...badges.map(({ text }) => text), ...counted]
    .map((line) => clipped(cleanText(line), LONGEST_LINE))
    .filter((line) => line !== '');
}
