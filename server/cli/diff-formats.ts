import type { Difference } from '../core/reach/difference';
import { toArray } from './connectivity-json';
import { toTable } from './markdown';
import { oneLine } from './output';
import { paint } from './paint';

/** Every difference between two results. */
export interface Differences {
  readonly list: Iterable<Difference>;
  /** How many of each kind the list has given so far. */
  readonly counts: Readonly<Record<Kind, number>>;
  readonly warnings: readonly string[];
}

export type Kind = 'opened' | 'closed' | 'changed';

export function kindOf({ before, after }: Difference): Kind {
  return before === undefined ? 'opened' : after === undefined ? 'closed' : 'changed';
}

/** `+ src => dst : conn`, `- …`, `~ src => dst : before → after`, and how many of each there are. */
export function* toText({ list, counts }: Differences): Generator<string> {
  for (const difference of list) {
    const { src, dst, before, after } = difference;
    const peers = `${oneLine(src)} => ${oneLine(dst)}`;
    const kind = kindOf(difference);
    if (kind === 'opened') yield `${paint('green', `+ ${peers} : ${after ?? ''}`)}\n`;
    else if (kind === 'closed') yield `${paint('red', `- ${peers} : ${before ?? ''}`)}\n`;
    else yield `${paint('yellow', `~ ${peers} : ${before ?? ''} → ${after ?? ''}`)}\n`;
  }
  yield `${summary(counts)}\n`;
}

/** A table, and how many of each kind there are. */
export function* toMarkdown({ list, counts }: Differences): Generator<string> {
  const differences = list[Symbol.iterator]();
  const first = differences.next();
  if (!first.done) {
    yield* toTable(['', 'src', 'dst', 'before', 'after'], rowsOf(first.value, differences));
    yield '\n';
  }
  yield `${summary(counts)}\n`;
}

function* rowsOf(first: Difference, rest: Iterator<Difference>): Generator<readonly string[]> {
  for (let next: IteratorResult<Difference> = { done: false, value: first }; !next.done; next = rest.next()) {
    const { src, dst, before, after } = next.value;
    yield [kindOf(next.value), src, dst, before ?? '', after ?? ''];
  }
}

/** `{"opened":[…],"closed":[…],"changed":[…],"warnings":[…]}`. */
export function* toJson({ list, warnings }: Differences): Generator<string> {
  const found: Record<Kind, Difference[]> = { opened: [], closed: [], changed: [] };
  for (const difference of list) found[kindOf(difference)].push(difference);
  yield '{\n  "opened": ';
  yield* toArray(found.opened, ({ src, dst, after }) => ({ src, dst, conn: after }));
  yield ',\n  "closed": ';
  yield* toArray(found.closed, ({ src, dst, before }) => ({ src, dst, conn: before }));
  yield ',\n  "changed": ';
  yield* toArray(found.changed, ({ src, dst, before, after }) => ({ src, dst, before, after }));
  yield `,\n  "warnings": ${JSON.stringify(warnings, null, 2).replaceAll('\n', '\n  ')}\n}\n`;
}

function summary({ opened, closed, changed }: Differences['counts']): string {
  if (opened + closed + changed === 0) return 'No difference.';
  const plural = opened === 1 ? 'connection' : 'connections';
  return `${opened} ${plural} opened, ${closed} closed, ${changed} changed.`;
}
