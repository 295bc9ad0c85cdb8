import type { Connectivity } from '../core/index';
import { toTable } from './markdown';

/** A table of connections, and further ones for exposure. */
export function* toMarkdown({ connections, exposure }: Connectivity): Generator<string> {
  yield* toTable(
    ['src', 'dst', 'conn'],
    mapped(connections, ({ src, dst, conn }) => [src, dst, conn]),
  );
  if (!exposure) return;
  const { egress, ingress, unprotected } = exposure;
  if (egress.length > 0) {
    yield '\n## Egress Exposure\n\n';
    yield* toTable(
      ['src', 'dst', 'conn'],
      egress.map(({ workload, peer, conn }) => [workload, peer, conn]),
    );
  }
  if (ingress.length > 0) {
    yield '\n## Ingress Exposure\n\n';
    yield* toTable(
      ['dst', 'src', 'conn'],
      ingress.map(({ workload, peer, conn }) => [workload, peer, conn]),
    );
  }
  if (unprotected.length > 0) {
    yield '\n## Workloads not protected by network policies\n\n';
    yield* toTable(
      ['workload', 'direction'],
      unprotected.map(({ workload, direction }) => [workload, direction]),
    );
  }
}

function* mapped<T, U>(items: Iterable<T>, map: (item: T) => U): Generator<U> {
  for (const item of items) yield map(item);
}
