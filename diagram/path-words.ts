import type { PathAnswer, PathHop } from '../server/core/reachability';
import type { ViewNode } from '../server/core/views/view';
import { cleanText } from './text';

/** "frontend cannot reach api on TCP 8080.": a verdict in words. */
export function pathHeadline(answer: PathAnswer, source: string, target: string): string {
  const port = portWords(answer);
  switch (answer.verdict) {
    case 'allowed':
      return cleanText(`${source} can reach ${target} ${port}.`);
    case 'denied':
      return cleanText(`${source} cannot reach ${target} ${port}.`);
    case 'unknown':
      return cleanText(`The manifests do not tell whether ${source} can reach ${target} ${port}.`);
  }
}

export type HopState = 'ok' | 'denied' | 'unknown';

export function hopState({ ok }: PathHop): HopState {
  return ok === 'unknown' ? 'unknown' : ok ? 'ok' : 'denied';
}

/** A hop's text in three parts, of which the middle one names its resource; where the text does not name it, it comes last. */
export function hopParts(hop: PathHop): readonly [before: string, name: string, after: string] {
  const text = cleanText(hop.text);
  if (hop.resource === undefined) return [text, '', ''];
  const name = cleanText(hop.resource);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const after = text.slice(at + name.length);
    if (!GOES_ON.test(after)) return [text.slice(0, at), name, after];
  }
  return [`${text} `, name, ''];
}

/** `shop/api` is not what `shop/api-v2` or `shop/api.old` names. */
const GOES_ON = /^(?:[-\w]|\.\w)/u;

/** A path without a number stands for one of which not even the port could be found. */
function portWords({ protocol, port }: PathAnswer): string {
  return port === undefined || port === 0 ? `over ${protocol}` : `on ${protocol} ${port}`;
}

/** Whether a path may begin at a node: Services only receive. */
export function canBegin({ kind, ask }: ViewNode): boolean {
  return ask !== undefined && kind !== 'service' && kind !== 'external-name';
}
