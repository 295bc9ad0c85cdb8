import type { Connectivity } from '../core/index';

/** The contract of docs and DESIGN.md, one connection a line. */
export function* toJson({ connections, exposure, warnings }: Connectivity): Generator<string> {
  yield '{\n  "connections": ';
  yield* toArray(connections, ({ src, dst, conn }) => ({ src, dst, conn }));
  if (exposure) {
    const { egress, ingress, unprotected } = exposure;
    yield ',\n  "exposure": {\n    "egress": ';
    yield* toArray(egress, ({ workload, peer, conn }) => ({ workload, peer, conn }), '    ');
    yield ',\n    "ingress": ';
    yield* toArray(ingress, ({ workload, peer, conn }) => ({ workload, peer, conn }), '    ');
    yield ',\n    "unprotected": ';
    yield* toArray(unprotected, ({ workload, direction }) => ({ workload, direction }), '    ');
    yield '\n  }';
  }
  yield `,\n  "warnings": ${JSON.stringify(warnings, null, 2).replaceAll('\n', '\n  ')}\n}\n`;
}

/**
 * A JSON array with one item a line, piece by piece.
 * @param indent of the line on which the array begins
 */
export function* toArray<T>(items: Iterable<T>, toPlain: (item: T) => object, indent = '  '): Generator<string> {
  let isEmpty = true;
  for (const item of items) {
    yield `${isEmpty ? '[' : ','}\n${indent}  ${JSON.stringify(toPlain(item))}`;
    isEmpty = false;
  }
  yield isEmpty ? '[]' : `\n${indent}]`;
}
