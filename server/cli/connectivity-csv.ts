import type { Connectivity, ExposedConnection } from '../core/index';

/**
 * `src,dst,conn`, quoted as RFC 4180 has it, with plain line feeds. Exposure joins the same table: pods that no manifest declares stand
 * in the place of a peer. Ranges of addresses are there already, and a workload without protection shows in what it is open to.
 */
export function* toCsv({ connections, exposure }: Connectivity): Generator<string> {
  yield 'src,dst,conn\n';
  for (const { src, dst, conn } of connections) yield row([src, dst, conn]);
  if (!exposure) return;
  for (const { workload, peer, conn } of undeclared(exposure.egress)) yield row([workload, peer, conn]);
  for (const { workload, peer, conn } of undeclared(exposure.ingress)) yield row([peer, workload, conn]);
}

function undeclared(lines: readonly ExposedConnection[]): readonly ExposedConnection[] {
  return lines.filter(({ peer }) => !peer.endsWith('[External]'));
}

function row(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`;
}
