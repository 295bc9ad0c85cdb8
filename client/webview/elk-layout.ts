// A bundle of its own, loaded when somebody first asks for an arrangement: ELK is many times as large as the panel.
import ELK, { type ElkNode } from 'elkjs/lib/elk-api';
import workerSource from 'elkjs/lib/elk-worker.min.js' with { type: 'text' };
import type { ElkGraph } from '../../diagram/elk-graph';

export type RunElk = (graph: ElkGraph, signal: AbortSignal) => Promise<ElkGraph>;

declare global {
  var kubepathRunElk: RunElk | undefined;
}

/** Runs in a worker of its own, so that the panel stays responsive and a run that takes too long can be ended. */
globalThis.kubepathRunElk = async (graph, signal) => {
  signal.throwIfAborted();
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const elk = new ELK({ workerFactory: () => new Worker(url) });
  try {
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('The arrangement was stopped.')));
    });
    return await Promise.race([elk.layout(graph as ElkNode), ended]);
  } finally {
    elk.terminateWorker();
    URL.revokeObjectURL(url);
  }
};
