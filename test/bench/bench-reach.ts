import { readManifest } from '../../server/core/manifest/read-manifest';
import { createModel, replaceFile, workloadsOf, type NetworkModel } from '../../server/core/model/network-model';
import { connectionsOf } from '../../server/core/reach/connectivity';
import { decide } from '../../server/core/reach/decision';
import { explain } from '../../server/core/reach/explain';
import { printPeer } from '../../server/core/reach/peers';
import { createReach, type Reach } from '../../server/core/reach/reach';
import { createRows } from '../../server/core/reach/rows';
import { generateCluster } from './generate-cluster';

/** What the connectivity of one cluster costs. */
export interface ReachCost {
  readonly workloads: number;
  readonly lines: number;
  /** Milliseconds from a model at hand to policies, classes and selectors made ready. */
  readonly ready: number;
  /** Milliseconds until every connection was printed. */
  readonly list: number;
  /** The most memory that was in use meanwhile, beyond that of the model, in bytes: heap and typed arrays. */
  readonly peak: number;
  /** Milliseconds for one verdict with its reasons, by numbers and by names. */
  readonly verdict: number;
  readonly explained: number;
}

/** Full connectivity of a generated cluster, streamed as `kubepath connectivity` does it. */
export function measureReach(workloads: number): ReachCost {
  const model = modelOf(generateCluster(workloads));
  globalThis.gc?.();
  const before = memory();
  let peak = 0;
  const start = performance.now();
  const reach = createReach(model);
  const ready = performance.now() - start;
  let lines = 0;
  let chunk = '';
  for (const { src, dst, conn } of connectionsOf(reach, createRows(reach), [])) {
    lines++;
    chunk += `${src} => ${dst} : ${conn}\n`;
    if (chunk.length < 65536) continue;
    peak = Math.max(peak, memory() - before);
    chunk = '';
  }
  const list = performance.now() - start - ready;
  return { workloads, lines, ready, list, peak, verdict: measureVerdict(reach), explained: measureExplain(reach) };
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function modelOf(text: string): NetworkModel {
  const uri = 'file:///cluster.yaml';
  const scope = { name: 'bench', kind: 'directory', root: 'file:///', complete: true, files: [uri] } as const;
  const model = createModel(scope, []);
  replaceFile(model, uri, readManifest(uri, text).resources, false);
  return model;
}

const pairs = 2000;

function measureVerdict(reach: Reach): number {
  const { classes } = reach.peers;
  const start = performance.now();
  for (let index = 0; index < pairs; index++) {
    const [source, destination] = [(index * 7) % classes.length, (index * 13 + 1) % classes.length];
    decide(reach, { source, destination, protocol: 'TCP', port: 8080 });
  }
  return (performance.now() - start) / pairs;
}

function measureExplain(reach: Reach): number {
  const names = workloadsOf(reach.model).map(printPeer);
  const start = performance.now();
  for (let index = 0; index < pairs / 10; index++) {
    const [source = '', destination = ''] = [names[(index * 7) % names.length], names[(index * 13 + 1) % names.length]];
    explain(reach, { source, destination, port: 8080 });
  }
  return (performance.now() - start) / (pairs / 10);
}
