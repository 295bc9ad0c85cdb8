import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasPort } from '../../server/core/reach/connection-set';
import { decide, verdictOf } from '../../server/core/reach/decision';
import { createReach, type Reach } from '../../server/core/reach/reach';
import { connectionBetween, createRows } from '../../server/core/reach/rows';
import { createPairs, type Pairs } from '../../server/core/views/policy-pairs';
import { createSideRows } from '../../server/core/views/policy-sides';
import type { ViewMatrix, ViewVerdict } from '../../server/core/views/view';
import { cluster, toYaml } from '../reach/naive/random-cluster';
import { analyze } from '../support/analyze';
import { scopeOfTexts } from '../support/scope-of-folder';
import { deployment, manifest } from './routing-pictures';

function pairsOf(text: string): { readonly reach: Reach; readonly pairs: Pairs } {
  const reach = createReach(scopeOfTexts({ 'cluster.yaml': text }));
  return { reach, pairs: createPairs({ reach, rows: createSideRows(reach) }, undefined) };
}

/** Calls back for every pair of peers of which one at least has pods. */
function eachPair({ peers }: Reach, visit: (source: number, destination: number) => void): void {
  for (let source = 0; source < peers.count; source++)
    for (let destination = 0; destination < peers.count; destination++)
      if (source < peers.classes.length || destination < peers.classes.length) visit(source, destination);
}

describe('what holds between any two peers of a random cluster', () => {
  it('is what the list of connections says, where it is certain', () => {
    const seen = { ok: 0, none: 0, unknown: 0 };
    fc.assert(
      fc.property(cluster, (random) => {
        const { reach, pairs } = pairsOf(toYaml(random));
        const rows = createRows(reach);
        const { connections } = reach;
        eachPair(reach, (source, destination) => {
          const { state, egress, ingress } = pairs.cellOf(source, destination);
          const listed = connectionBetween(reach, rows, source, destination);
          expect(connections.intersection(egress.written, ingress.written)).toBe(listed);
          if (state === 'unknown') seen.unknown++;
          else if (state === 'ok') seen.ok++;
          else seen.none++;
          if (state !== 'unknown') expect(state === 'ok').toBe(listed !== 0);
        });
      }),
      { numRuns: 25 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
  });

  it('is what an explained path says of each packet', () => {
    let asked = 0;
    fc.assert(
      fc.property(cluster, (random) => {
        const { reach, pairs } = pairsOf(toYaml(random));
        const { connections } = reach;
        eachPair(reach, (source, destination) => {
          const { egress, ingress } = pairs.cellOf(source, destination);
          const sure = connections.setOf(connections.intersection(egress.sure, ingress.sure));
          const may = connections.setOf(connections.intersection(egress.may, ingress.may));
          for (const protocol of ['TCP', 'UDP', 'SCTP'] as const)
            for (const port of [80, 443, 8080, 9999]) {
              const verdict = verdictOf(decide(reach, { source, destination, protocol, port }));
              const expected = hasPort(sure, protocol, port) ? true : hasPort(may, protocol, port) ? 'unknown' : false;
              expect([source, destination, protocol, port, expected]).toEqual([
                source,
                destination,
                protocol,
                port,
                verdict,
              ]);
              asked++;
            }
        });
      }),
      { numRuns: 20 },
    );
    expect(asked).toBeGreaterThan(1000);
  });
});

function viewOf(text: string) {
  const view = analyze({ 'a.yaml': text }).analyzer.view({ view: 'policies', matrix: true });
  if (!view?.matrix) throw new Error('no matrix');
  return { view, matrix: view.matrix };
}

function verdictBetween(matrix: ViewMatrix, source: string, destination: string): ViewVerdict | undefined {
  const classOf = (id: string): number => matrix.classes[matrix.peers.indexOf(id)] ?? -1;
  return matrix.verdicts[matrix.cells[classOf(source)]?.[classOf(destination)] ?? -1];
}

describe('the matrix', () => {
  const policy = manifest(
    'NetworkPolicy',
    'db',
    'spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]}',
  );
  const text = ['web', 'db', 'other'].map((name) => deployment(name)).join('') + policy;

  it.each<readonly [string, string, string, string, string]>([
    ['web', 'db', 'ok', 'TCP 5432', 'NetworkPolicy shop/db admits it (ingress of the destination).'],
    ['other', 'db', 'denied', 'No Connections', 'NetworkPolicy shop/db denies it (ingress of the destination)'],
    ['db', 'web', 'ok', 'All Connections', 'No policy selects the source for egress.'],
    ['db', 'db', 'ok', 'All Connections', 'A pod always reaches itself.'],
  ])('says from %s to %s: %s', (source, destination, state, label, note) => {
    const found = verdictBetween(viewOf(text).matrix, `Deployment/shop/${source}`, `Deployment/shop/${destination}`);
    expect(found).toMatchObject({ state, label });
    expect(found?.note).toContain(note);
  });

  it('says of each edge between two workloads what the edge says', () => {
    let compared = 0;
    fc.assert(
      fc.property(cluster, (random) => {
        const view = analyze({ 'a.yaml': toYaml(random) }).analyzer.view({ view: 'policies', matrix: true });
        for (const { source, target, state, label } of view?.edges ?? []) {
          if (!view?.matrix || state === 'plain' || state === 'half-open') continue;
          const found = verdictBetween(view.matrix, source, target);
          if (!found) continue;
          compared++;
          expect(found.state).toBe(state);
          expect(found.label).toBe(label === 'All' ? 'All Connections' : label);
        }
      }),
      { numRuns: 15 },
    );
    expect(compared).toBeGreaterThan(50);
  });

  it('has one cell for all workloads that fare alike', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      manifest(
        'Deployment',
        `copy-${index}`,
        'spec: {template: {metadata: {labels: {app: copy}}, spec: {containers: [{name: c, image: i}]}}}',
      ),
    ).join('');
    const { matrix } = viewOf(text + many);
    expect(matrix.peers).toHaveLength(43);
    expect(matrix.cells).toHaveLength(4);
  });
});
