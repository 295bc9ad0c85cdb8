/**
 * Sets of ports as a flat list of first and last ports, both inclusive: `[80, 80, 8000, 8090]`. Sorted, disjoint, and never touching, so
 * that equal sets are equal lists. Plain arrays of numbers, since reachability makes very many of them.
 */
export type PortIntervals = readonly number[];

/** Lowest and highest port there is. */
const minPort = 1;
const maxPort = 65535;

export const noPorts: PortIntervals = [];
export const allPorts: PortIntervals = [minPort, maxPort];

/** The ports of either set. */
export function unionOfPorts(a: PortIntervals, b: PortIntervals): PortIntervals {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const result: number[] = [];
  let left = 0;
  let right = 0;
  while (left < a.length || right < b.length) {
    const takeLeft = right >= b.length || (left < a.length && at(a, left) <= at(b, right));
    const [from, index] = takeLeft ? [a, left] : [b, right];
    append(result, at(from, index), at(from, index + 1));
    if (takeLeft) left += 2;
    else right += 2;
  }
  return result;
}

/** The ports of both sets. */
export function intersectionOfPorts(a: PortIntervals, b: PortIntervals): PortIntervals {
  const result: number[] = [];
  let left = 0;
  let right = 0;
  while (left < a.length && right < b.length) {
    const first = Math.max(at(a, left), at(b, right));
    const last = Math.min(at(a, left + 1), at(b, right + 1));
    if (first <= last) result.push(first, last);
    if (at(a, left + 1) < at(b, right + 1)) left += 2;
    else right += 2;
  }
  return result;
}

/** The ports of the first set that are not in the second. */
export function differenceOfPorts(a: PortIntervals, b: PortIntervals): PortIntervals {
  if (a.length === 0 || b.length === 0) return a;
  const result: number[] = [];
  let right = 0;
  for (let left = 0; left < a.length; left += 2) {
    let first = at(a, left);
    const last = at(a, left + 1);
    while (right < b.length && at(b, right + 1) < first) right += 2;
    for (let cut = right; cut < b.length && at(b, cut) <= last; cut += 2) {
      if (at(b, cut) > first) result.push(first, at(b, cut) - 1);
      first = at(b, cut + 1) + 1;
    }
    if (first <= last) result.push(first, last);
  }
  return result;
}

/** Whether two sets hold the same ports. */
export function equalPorts(a: PortIntervals, b: PortIntervals): boolean {
  return a === b || (a.length === b.length && a.every((port, index) => port === b[index]));
}

/** `80,8000-8090`. */
export function printPorts(ports: PortIntervals): string {
  const parts: string[] = [];
  for (let index = 0; index < ports.length; index += 2) {
    const first = at(ports, index);
    const last = at(ports, index + 1);
    parts.push(first === last ? String(first) : `${first}-${last}`);
  }
  return parts.join(',');
}

/** Adds an interval that begins no earlier than those before it. */
function append(result: number[], first: number, last: number): void {
  const end = result.at(-1);
  if (end !== undefined && first <= end + 1) result[result.length - 1] = Math.max(end, last);
  else result.push(first, last);
}

function at(ports: PortIntervals, index: number): number {
  return ports[index] ?? 0;
}
