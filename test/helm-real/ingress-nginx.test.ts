import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskFiles } from '../../server/workspace/disk-files';
import { renderJob, valuesRenderings } from '../../server/workspace/helm/renderings';
import { answersOf, chartAt, helm, placed } from './helm';
import { measureAlignment } from './marked-lines';

const corpora = process.env['KUBEPATH_CORPORA'] ?? resolve('..', 'shared', 'corpora');
const path = resolve(corpora, 'ingress-nginx', 'charts', 'ingress-nginx');

/** Nearly everything that the chart can render. */
const everything = `
tcp: { 8080: a/b:1, 8081: a/c:2 }
udp: { 53: x/y:1 }
portNamePrefix: pre
defaultBackend: { enabled: true, networkPolicy: { enabled: true } }
controller:
  labels: { team: edge }
  podLabels: { tier: front }
  networkPolicy: { enabled: true }
  metrics: { enabled: true }
  autoscaling: { enabled: true }
  service: { internal: { enabled: true, annotations: { a: b } } }
  admissionWebhooks: { networkPolicy: { enabled: true } }
`;

describe.skipIf(!existsSync(path))('the chart of ingress-nginx', () => {
  it('is rendered with values.yaml and each file in ci/, and every resource is placed in a template', async () => {
    const chart = chartAt(path);
    const renderings = valuesRenderings(chart);
    expect(renderings).toHaveLength(15);
    const answers = await answersOf(renderings.map((rendering) => renderJob(helm, chart, rendering, diskFiles)));
    for (const [index, answer] of answers.entries()) {
      if (answer.state !== 'done') throw new Error(`${renderings[index]?.label}: ${JSON.stringify(answer)}`);
      const { resources, notes } = placed(chart, answer.output);
      expect(notes).toEqual([]);
      expect(resources.length).toBeGreaterThanOrEqual(5);
      for (const { file, root, kind } of resources) {
        const text = chart.texts.get(file.slice(chart.uri.length + 1)) ?? '';
        const entry = root.entries.find(({ key }) => key === 'apiVersion');
        expect(text.slice(entry?.keyStart, entry?.keyEnd)).toBe('apiVersion');
        const nodeOfKind = root.entries.find(({ key }) => key === 'kind')?.value;
        // DaemonSet and Deployment are literal in this chart, as every kind is.
        expect(text.slice(nodeOfKind?.start, nodeOfKind?.end)).toBe(kind);
      }
    }
  });

  it('has its lines found: 99.9% as it is', async () => {
    const chart = chartAt(path);
    const { lines, right, wrong } = await measureAlignment(chart, valuesRenderings(chart));
    expect(lines).toBeGreaterThan(7000);
    expect(right / lines, wrong.join('\n')).toBeGreaterThan(0.999);
  });

  it('has its lines found: 97% with everything on, where blocks of the same form follow each other', async () => {
    const { lines, right, wrong } = await measureAlignment(chartAt(path), [{ values: everything }]);
    expect(lines).toBeGreaterThan(700);
    expect(right / lines, wrong.join('\n')).toBeGreaterThan(0.97);
  });
});
