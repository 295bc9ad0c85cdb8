import type { PictureLink } from './picture';

/** A link as it is drawn, from left to right. */
export interface Drawn {
  readonly link: PictureLink;
  readonly left: string;
  readonly right: string;
  /** Which way it leads: to the right, to the left, or both. */
  readonly way: 'forth' | 'back' | 'both';
}

/**
 * Columns for peers, so that every link leads from a column to one further right: as many to the right as a walk from the sources on
 * finds, and those that close a circle drawn backwards. Gives the columns by peer, counted from 0, and the links as they are drawn.
 */
export function columnsFor(
  ids: readonly string[],
  links: readonly PictureLink[],
): { readonly columns: ReadonlyMap<string, number>; readonly drawn: readonly Drawn[] } {
  const drawn = withoutCircles(ids, links);
  const outgoing = grouped(drawn, ({ left }) => left);
  const incoming = grouped(drawn, ({ right }) => right);
  const columns = new Map<string, number>();
  const columnOf = (id: string): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    const column = (incoming.get(id) ?? []).reduce((most, { left }) => Math.max(most, columnOf(left) + 1), 0);
    columns.set(id, column);
    return column;
  };
  for (const id of ids) columnOf(id);
  // What nothing leads to stands just before what it leads to.
  for (const id of ids) {
    const targets = outgoing.get(id) ?? [];
    if (incoming.has(id) || targets.length === 0) continue;
    columns.set(id, Math.min(...targets.map(({ right }) => columns.get(right) ?? 0)) - 1);
  }
  return { columns, drawn };
}

/** Turns round the links that lead back to where a walk came from. Those that nothing leads to are walked from first. */
function withoutCircles(ids: readonly string[], links: readonly PictureLink[]): readonly Drawn[] {
  const outgoing = grouped(links, ({ source }) => source);
  const targets = new Set(links.map(({ target }) => target));
  const state = new Map<string, 'open' | 'done'>();
  const drawn: Drawn[] = [];
  const visit = (id: string): void => {
    state.set(id, 'open');
    for (const link of outgoing.get(id) ?? []) {
      const { source, target, isMutual } = link;
      const isBack = state.get(target) === 'open';
      const way = isMutual ? 'both' : isBack ? 'back' : 'forth';
      drawn.push(isBack ? { link, left: target, right: source, way } : { link, left: source, right: target, way });
      if (!state.has(target)) visit(target);
    }
    state.set(id, 'done');
  };
  for (const id of [...ids.filter((each) => !targets.has(each)), ...ids]) if (!state.has(id)) visit(id);
  return drawn;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
