import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectionsOf } from '../../server/core/reach/connectivity';
import { exposureOf } from '../../server/core/reach/exposure';
import { createReach } from '../../server/core/reach/reach';
import { routedTraffic } from '../../server/core/reach/routed-traffic';
import { createRows } from '../../server/core/reach/rows';
import { scopeOfFolder } from '../support/scope-of-folder';

const folder = join(import.meta.dirname, '../fixtures/conformance/netpol-analyzer');
const cases = readdirSync(join(folder, 'expected')).map((file) => {
  const [, name = '', kind = ''] = /^(.*)\.(connectivity|exposure)\.txt$/.exec(file) ?? [];
  return { name, kind, expected: readFileSync(join(folder, 'expected', file), 'utf8') };
});

describe('connections that netpol-analyzer expects', () => {
  test('are all here', () => expect(cases).toHaveLength(30));

  test.each(cases)('$name, $kind', ({ name, kind, expected }) => {
    expect(printed(name, kind === 'exposure')).toEqual(linesOf(expected));
  });
});

/** Lines as a set; titles, blank lines and the padding of columns aside. */
function linesOf(text: string): ReadonlySet<string> {
  const [connections = '', exposure = ''] = text.split('Exposure Analysis Result:');
  const lines = [
    ...connections.split('\n'),
    ...exposure.split('\n').filter((line) => !/^(Egress|Ingress) Exposure:$|^Workloads not protected/.test(line)),
  ];
  return new Set(lines.map((line) => line.replace(/\s+/g, ' ').trim()).filter((line) => line !== ''));
}

function printed(name: string, withExposure: boolean): ReadonlySet<string> {
  const model = scopeOfFolder(join(folder, 'manifests', name));
  const reach = createReach(model);
  const rows = createRows(reach);
  const lines = [...connectionsOf(reach, rows, routedTraffic(model))].map(
    ({ src, dst, conn }) => `${src} => ${dst} : ${conn}`,
  );
  if (!withExposure) return new Set(lines);
  const { egress, ingress, unprotected } = exposureOf(reach, rows);
  return new Set([
    ...lines,
    ...egress.map(({ workload, peer, conn }) => `${workload} => ${peer} : ${conn}`),
    ...ingress.map(({ workload, peer, conn }) => `${workload} <= ${peer} : ${conn}`),
    ...unprotected.map(({ workload, direction }) => `${workload} is not protected on ${direction}`),
  ]);
}
