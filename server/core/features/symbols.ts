import type { OffsetRange } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { partsOf, type Draft } from './outline-parts';

/** One entry of a document's outline. */
export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  /** A Kubernetes kind, or `port`, `rule`, `host`, `path`, `container` for parts: hosts choose the icon. */
  readonly kind: string;
  readonly range: OffsetRange;
  /** Within `range`: what is selected when the entry is chosen. */
  readonly selection: OffsetRange;
  readonly children: readonly OutlineItem[];
}

/** The outline of one manifest: its resources, with their networking parts. */
export function outlineOf(resources: readonly Resource[]): readonly OutlineItem[] {
  return resources.map((resource) => {
    const { kind, name, range, nameNode } = resource;
    const draft = {
      name: name === '' ? kind : name,
      detail: kind,
      kind,
      node: range,
      selection: nameNode,
      children: partsOf(resource),
    };
    return place(draft, range);
  });
}

/** What an alias or a merge key brings in is written outside its parent; the parent's own place stands for it, as LSP wants nesting. */
function place(draft: Draft, parent: OffsetRange): OutlineItem {
  const range = isInside(draft.node, parent) ? toRange(draft.node) : toRange(parent);
  const selection =
    draft.selection && isInside(draft.selection, range)
      ? toRange(draft.selection)
      : { start: range.start, end: range.start };
  const children = (draft.children ?? []).map((child) => place(child, range));
  const name = draft.name.trim() === '' ? 'unnamed' : draft.name;
  return { name, detail: draft.detail, kind: draft.kind, range, selection, children };
}

function isInside(inner: OffsetRange, outer: OffsetRange): boolean {
  return outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;
}

function toRange({ start, end }: OffsetRange): OffsetRange {
  return { start, end };
}
