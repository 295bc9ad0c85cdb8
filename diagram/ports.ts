import { centreY } from './geometry';
import type { Ends, RoutedItem, Side } from './edge-route';

/** Heights where edges touch cards, by trunk and by arrival. */
export interface Ports {
  readonly sources: ReadonlyMap<number, number>;
  readonly targets: ReadonlyMap<number, number>;
  /** Arrivals with room for words above their line. */
  readonly legible: ReadonlySet<number>;
}

/** As high as an edge's label. */
const PORT_STEP = 15;
/** From the corners of a card. */
const PORT_MARGIN = 8;

interface Port {
  readonly key: number;
  readonly isSource: boolean;
  sum: number;
  count: number;
}

interface CardSide {
  readonly item: RoutedItem;
  readonly sources: Map<number, Port>;
  readonly targets: Map<number, Port>;
}

type Sides = Readonly<Record<Side, ReadonlyMap<RoutedItem, CardSide>>>;

/** Trunks and arrivals at each side of a card, in the order of where they come from, so that few lines cross. */
export function portsOf(ends: readonly Ends[]): Ports {
  const sides = sidesOf(ends);
  const sources = new Map<number, number>();
  const targets = new Map<number, number>();
  const legible = new Set<number>();
  for (const { item, ...ports } of [...sides.left.values(), ...sides.right.values()]) {
    const sorted = [...ports.sources.values(), ...ports.targets.values()].sort(
      (a, b) => a.sum / a.count - b.sum / b.count,
    );
    const step = Math.min(PORT_STEP, Math.max(0, item.height - 2 * PORT_MARGIN) / Math.max(1, sorted.length - 1));
    sorted.forEach(({ key, isSource }, index) => {
      const y = Math.round(centreY(item) + (index - (sorted.length - 1) / 2) * step);
      (isSource ? sources : targets).set(key, y);
      if (!isSource && (index === 0 || step === PORT_STEP)) legible.add(key);
    });
  }
  slide(ends, sides, sources, targets);
  return { sources, targets, legible };
}

function sidesOf(ends: readonly Ends[]): Sides {
  const sides = { left: new Map<RoutedItem, CardSide>(), right: new Map<RoutedItem, CardSide>() };
  const sideOf = (item: RoutedItem, side: Side): CardSide => {
    const known = sides[side].get(item);
    if (known !== undefined) return known;
    const created = { item, sources: new Map<number, Port>(), targets: new Map<number, Port>() };
    sides[side].set(item, created);
    return created;
  };
  for (const { source, target, sourceSide, targetSide, trunk, arrival } of ends) {
    addPort(sideOf(source, sourceSide).sources, trunk, centreY(target), true);
    addPort(sideOf(target, targetSide).targets, arrival, centreY(source), false);
  }
  return sides;
}

function addPort(ports: Map<number, Port>, key: number, towards: number, isSource: boolean): void {
  const port = ports.get(key);
  if (port === undefined) ports.set(key, { key, isSource, sum: towards, count: 1 });
  else {
    port.sum += towards;
    port.count += 1;
  }
}

/** Lone ports slide along their card to face the other end: that spares many small bends. */
function slide(ends: readonly Ends[], sides: Sides, sources: Map<number, number>, targets: Map<number, number>): void {
  const isLone = (item: RoutedItem, side: Side): boolean => {
    const ports = sides[side].get(item);
    return ports !== undefined && ports.sources.size + ports.targets.size === 1;
  };
  const facing = new Map<number, number>();
  const propose = (key: number, item: RoutedItem, y: number | undefined): void => {
    if (y === undefined || !isFacing(item, y)) return;
    const known = facing.get(key);
    if (known === undefined || Math.abs(y - centreY(item)) < Math.abs(known - centreY(item))) facing.set(key, y);
  };
  for (const end of ends)
    if (isLone(end.source, end.sourceSide)) propose(end.trunk, end.source, targets.get(end.arrival));
  for (const [trunk, y] of facing) sources.set(trunk, y);
  facing.clear();
  for (const end of ends)
    if (isLone(end.target, end.targetSide)) propose(end.arrival, end.target, sources.get(end.trunk));
  for (const [arrival, y] of facing) targets.set(arrival, y);
}

function isFacing(item: RoutedItem, y: number): boolean {
  return Math.abs(y - centreY(item)) <= item.height / 2 - PORT_MARGIN;
}
