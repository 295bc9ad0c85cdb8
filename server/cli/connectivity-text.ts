import type { Connectivity, ExposedConnection, Exposure } from '../core/index';
import { oneLine } from './output';

/** `src => dst : conn`, one line each; exposure in sections below, of which those without lines are left out. */
export function* toText({ connections, exposure }: Connectivity): Generator<string> {
  let isEmpty = true;
  for (const { src, dst, conn } of connections) {
    isEmpty = false;
    yield `${oneLine(src)} => ${oneLine(dst)} : ${conn}\n`;
  }
  if (!exposure) return;
  if (!isEmpty) yield '\n';
  yield 'Exposure Analysis Result:\n';
  yield sectionsOf(exposure)
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => [title, ...lines, ''].join('\n'))
    .join('\n');
}

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Arrows stand below each other, across sections. */
function sectionsOf({ egress, ingress, unprotected }: Exposure): readonly Section[] {
  const width = [...egress, ...ingress].reduce((most, { workload }) => Math.max(most, oneLine(workload).length), 0);
  const lines = (connections: readonly ExposedConnection[], arrow: string): readonly string[] =>
    connections.map(
      ({ workload, peer, conn }) =>
        `${oneLine(workload).padEnd(width)} \t${arrow} \t${oneLine(peer)} : ${oneLine(conn)}`,
    );
  return [
    { title: 'Egress Exposure:', lines: lines(egress, '=>') },
    { title: 'Ingress Exposure:', lines: lines(ingress, '<=') },
    {
      title: 'Workloads not protected by network policies:',
      lines: unprotected.map(({ workload, direction }) => `${oneLine(workload)} is not protected on ${direction}`),
    },
  ];
}
