import { CARD_GAP, COMPONENT_GAP } from './metrics';

/** A card inside its box. */
export interface Card {
  readonly id: string;
  readonly lane: number;
  readonly height: number;
}

export type Neighbours = ReadonlyMap<string, readonly string[]>;

/**
 * Vertical places of the cards of one box, relative to the top of its inside. Cards that `previous` knows stay there as long as they do not
 * overlap; new ones take the free place nearest to what they are connected with. Without any known card, connected cards are laid out side by side.
 */
export function arrangeCards(
  cards: readonly Card[],
  neighbours: Neighbours,
  previous: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  return cards.some((card) => previous.has(card.id))
    ? arrangeAround(cards, neighbours, previous)
    : arrangeAfresh(cards, neighbours);
}

/** The same places for cards that have become taller: what is below them in their lane moves down. */
export function makeRoom(cards: readonly Card[], tops: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const lanes = new Map<number, Placed[]>();
  for (const { id, lane, height } of cards) {
    const placed = { id, top: tops.get(id) ?? 0, height };
    const known = lanes.get(lane);
    if (known === undefined) lanes.set(lane, [placed]);
    else known.push(placed);
  }
  for (const placed of lanes.values()) pushApart(placed);
  return new Map([...lanes.values()].flat().map((card) => [card.id, card.top]));
}

/** Lowest positions that come closest to the desired ones and keep order and distance (isotonic regression). Returns the tops. */
export function spread(
  items: readonly { readonly height: number; readonly desired: number }[],
  gap: number,
): readonly number[] {
  const blocks: { sum: number; count: number }[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const item of items) {
    offsets.push(offset);
    let block = { sum: item.desired - offset, count: 1 };
    for (
      let last = blocks.at(-1);
      last !== undefined && last.sum / last.count >= block.sum / block.count;
      last = blocks.at(-1)
    ) {
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
    offset += item.height + gap;
  }
  const starts = blocks.flatMap((block) => Array<number>(block.count).fill(block.sum / block.count));
  return offsets.map((value, index) => Math.round(value + (starts[index] ?? 0)));
}

function arrangeAfresh(cards: readonly Card[], neighbours: Neighbours): ReadonlyMap<string, number> {
  const tops = new Map<string, number>();
  const components = componentsOf(cards, neighbours);
  const connected = components.filter((cardsOfOne) => cardsOfOne.length > 1);
  let bottom = 0;
  for (const component of connected) {
    const inside = arrangeComponent(component, neighbours);
    let lowest = Infinity;
    for (const top of inside.values()) lowest = Math.min(lowest, top);
    let end = bottom;
    for (const card of component) {
      const top = bottom + (inside.get(card.id) ?? 0) - lowest;
      tops.set(card.id, top);
      end = Math.max(end, top + card.height);
    }
    bottom = end + COMPONENT_GAP;
  }
  // Cards alone follow the last one of their lane: beside what is connected elsewhere.
  const free = new Map<number, number>();
  for (const { id, lane, height } of connected.flat())
    free.set(lane, Math.max(free.get(lane) ?? 0, (tops.get(id) ?? 0) + height + COMPONENT_GAP));
  for (const [card] of components.filter((cardsOfOne) => cardsOfOne.length === 1)) {
    if (card === undefined) continue;
    const top = free.get(card.lane) ?? 0;
    tops.set(card.id, top);
    free.set(card.lane, top + card.height + CARD_GAP);
  }
  return tops;
}

/** Connected parts, in the order of their first card; cards keep their order. */
function componentsOf(cards: readonly Card[], neighbours: Neighbours): readonly (readonly Card[])[] {
  const componentOf = new Map<string, number>();
  const inBox = new Set(cards.map((card) => card.id));
  let count = 0;
  for (const { id } of cards) {
    if (componentOf.has(id)) continue;
    const pending = [id];
    componentOf.set(id, count);
    for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
      for (const next of neighbours.get(current) ?? []) {
        if (!inBox.has(next) || componentOf.has(next)) continue;
        componentOf.set(next, count);
        pending.push(next);
      }
    }
    count += 1;
  }
  const components: Card[][] = Array.from({ length: count }, () => []);
  for (const card of cards) components[componentOf.get(card.id) ?? 0]?.push(card);
  return components;
}

function arrangeComponent(cards: readonly Card[], neighbours: Neighbours): ReadonlyMap<string, number> {
  const lanes = orderedLanes(cards, neighbours);
  const tallest = lanes.reduce((best, lane, index) => (heightOf(lane) > heightOf(lanes[best] ?? []) ? index : best), 0);
  const centres = new Map<string, number>();
  const tops = new Map<string, number>();
  const byDistance = lanes
    .map((lane, index) => ({ lane, distance: Math.abs(index - tallest) }))
    .sort((a, b) => a.distance - b.distance);
  for (const { lane } of byDistance) {
    let fallback = 0;
    const items = lane.map((card) => {
      const desired = meanOf(neighbours.get(card.id) ?? [], centres) ?? fallback + card.height / 2;
      fallback = desired + card.height / 2 + CARD_GAP;
      return { height: card.height, desired: desired - card.height / 2 };
    });
    spread(items, CARD_GAP).forEach((top, index) => {
      const card = lane[index];
      if (card === undefined) return;
      tops.set(card.id, top);
      centres.set(card.id, top + card.height / 2);
    });
  }
  return tops;
}

/** Lanes from left to right, each ordered so that few edges cross: by the mean rank of its neighbours, twice there and back. */
function orderedLanes(cards: readonly Card[], neighbours: Neighbours): readonly (readonly Card[])[] {
  const byLane = new Map<number, Card[]>();
  for (const card of cards) {
    const lane = byLane.get(card.lane);
    if (lane === undefined) byLane.set(card.lane, [card]);
    else lane.push(card);
  }
  const lanes = [...byLane.entries()].sort(([a], [b]) => a - b).map(([, lane]) => lane);
  const ranks = new Map<string, number>();
  for (const lane of lanes) rank(lane, ranks);
  for (const sweep of [lanes, [...lanes].reverse(), lanes]) {
    for (const lane of sweep) {
      const desired = new Map(
        lane.map((card) => [card.id, meanOf(neighbours.get(card.id) ?? [], ranks) ?? ranks.get(card.id) ?? 0]),
      );
      lane.sort((a, b) => (desired.get(a.id) ?? 0) - (desired.get(b.id) ?? 0));
      rank(lane, ranks);
    }
  }
  return lanes;
}

/** Ranks run from 0 to 1 in every lane, so that lanes of different lengths compare. */
function rank(lane: readonly Card[], ranks: Map<string, number>): void {
  lane.forEach((card, index) => ranks.set(card.id, (index + 0.5) / lane.length));
}

function arrangeAround(
  cards: readonly Card[],
  neighbours: Neighbours,
  previous: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const lanes = new Map<number, Placed[]>();
  const laneOf = (lane: number): Placed[] => {
    const placed = lanes.get(lane) ?? [];
    lanes.set(lane, placed);
    return placed;
  };
  for (const card of cards) {
    const top = previous.get(card.id);
    if (top !== undefined) laneOf(card.lane).push({ id: card.id, top, height: card.height });
  }
  for (const placed of lanes.values()) pushApart(placed);
  const centres = new Map([...lanes.values()].flat().map((card) => [card.id, card.top + card.height / 2]));
  for (const card of cards) {
    if (previous.has(card.id)) continue;
    const placed = laneOf(card.lane);
    const centre = meanOf(neighbours.get(card.id) ?? [], centres);
    const top = freePlace(placed, card.height, centre === undefined ? undefined : centre - card.height / 2);
    const at = placed.findIndex((other) => other.top > top);
    placed.splice(at === -1 ? placed.length : at, 0, { id: card.id, top, height: card.height });
    centres.set(card.id, top + card.height / 2);
  }
  return new Map([...lanes.values()].flat().map((card) => [card.id, card.top]));
}

interface Placed {
  readonly id: string;
  top: number;
  readonly height: number;
}

function pushApart(placed: Placed[]): void {
  placed.sort((a, b) => a.top - b.top);
  let free = 0;
  for (const card of placed) {
    card.top = Math.max(card.top, free);
    free = card.top + card.height + CARD_GAP;
  }
}

/** The free place in a lane nearest to the desired top; below the last card when there is no wish or the gaps are too small. */
function freePlace(placed: readonly Placed[], height: number, desired: number | undefined): number {
  let start = 0;
  let best: number | undefined;
  for (const card of placed) {
    const end = card.top - CARD_GAP - height;
    if (desired !== undefined && end >= start) best = nearer(best, Math.min(Math.max(desired, start), end), desired);
    start = card.top + card.height + CARD_GAP;
  }
  return Math.round(desired === undefined ? start : nearer(best, Math.max(desired, start), desired));
}

function nearer(best: number | undefined, candidate: number, desired: number): number {
  return best === undefined || Math.abs(candidate - desired) < Math.abs(best - desired) ? candidate : best;
}

function heightOf(lane: readonly Card[]): number {
  return lane.reduce((sum, card) => sum + card.height + CARD_GAP, 0);
}

function meanOf(ids: readonly string[], values: ReadonlyMap<string, number>): number | undefined {
  let sum = 0;
  let count = 0;
  for (const id of ids) {
    const value = values.get(id);
    if (value === undefined) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? undefined : sum / count;
}
