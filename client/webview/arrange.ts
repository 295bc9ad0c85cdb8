import { useEffect, useState } from 'preact/hooks';
import { arrangedLayout, elkGraphOf } from '../../diagram/elk-graph';
import type { Layout } from '../../diagram/layout';
import type { RunElk } from './elk-layout';

/** Pictures of thousands of cards take ELK longer than anybody waits. */
const LONGEST_MS = 30_000;

/** The element that loaded the panel: its neighbour is loaded with the same nonce. */
const panelScript = document.currentScript;

/**
 * The layout that ELK makes of what the given one shows, once it is there; until then, and when it is not wanted, the given one. While an edit is arranged, the
 * arrangement before it stays.
 * @param key pictures with the same key are states of one picture
 * @param onProblem is told, in a sentence, why there will be no arrangement
 */
export function useArranged(
  layout: Layout | undefined,
  key: string,
  isWanted: boolean,
  onProblem: (words: string) => void,
): Layout | undefined {
  const [last, setLast] = useState<{ readonly key: string; readonly layout: Layout }>();
  useEffect(() => {
    if (!isWanted || layout === undefined) {
      setLast(undefined);
      return undefined;
    }
    const stop = new AbortController();
    arrange(layout, stop.signal).then(
      (arranged) => {
        if (!stop.signal.aborted) setLast({ key, layout: arranged });
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        setLast(undefined);
        onProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => stop.abort();
  }, [layout, key, isWanted]);
  return isWanted && last?.key === key ? last.layout : layout;
}

async function arrange(layout: Layout, stop: AbortSignal): Promise<Layout> {
  const runElk = await loadElk();
  const timeout = AbortSignal.timeout(LONGEST_MS);
  try {
    return arrangedLayout(layout, await runElk(elkGraphOf(layout), AbortSignal.any([stop, timeout])));
  } catch (error) {
    throw new Error(
      timeout.aborted
        ? 'The picture is too large to arrange: fold namespaces or filter it first.'
        : 'The picture cannot be arranged.',
      { cause: error },
    );
  }
}

let loading: Promise<RunElk> | undefined;

function loadElk(): Promise<RunElk> {
  loading ??= new Promise<RunElk>((resolve, reject) => {
    const fail = (): void => {
      loading = undefined;
      reject(new Error('The part of Kubepath that arranges pictures cannot be loaded.'));
    };
    if (!(panelScript instanceof HTMLScriptElement)) {
      fail();
      return;
    }
    const script = document.createElement('script');
    script.nonce = panelScript.nonce;
    script.src = new URL('arrange.js', panelScript.src).href;
    script.onload = () => (globalThis.kubepathRunElk === undefined ? fail() : resolve(globalThis.kubepathRunElk));
    script.onerror = fail;
    document.head.append(script);
  });
  return loading;
}
