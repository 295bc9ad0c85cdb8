import { locate, type ToRange } from './check';
import type { Resource } from './manifest/resource';
import { namespaceOf, type NetworkModel } from './model/network-model';
import type { Location } from './position';
import { connectionsOf, type Connection } from './reach/connectivity';
import { explain } from './reach/explain';
import type { Explanation, Question, Unanswered } from './reach/explanation';
import { exposureOf, type Exposure } from './reach/exposure';
import { reachOf } from './reach/reach';
import { routedTraffic } from './reach/routed-traffic';
import { createRows } from './reach/rows';
import { warningsOf } from './reach/warnings';

/** Who may talk to whom in one scope. */
export interface Connectivity {
  /** Sorted by source, then destination. Worked out while it is read: there may be tens of millions. */
  readonly connections: Iterable<Connection>;
  /** What pods that no manifest declares may do; undefined when it was not asked for. */
  readonly exposure: Exposure | undefined;
  /** Sentences: what was left out, and what the result takes for granted. */
  readonly warnings: readonly string[];
  /** Whether connections name ranges of IPv6: only where a policy speaks of it, unless it was asked for. */
  readonly ipv6: boolean;
}

export interface ConnectivityOptions {
  readonly exposure?: boolean;
  /** Name ranges of IPv6 though no policy speaks of it: for comparison with a result that does. */
  readonly ipv6?: boolean;
}

/** One step of a path, where it is written. */
export interface PathHop {
  readonly kind: string;
  /** `NetworkPolicy shop/web`; undefined where no resource decides. */
  readonly resource: string | undefined;
  readonly location: Location | undefined;
  readonly text: string;
  readonly ok: boolean | 'unknown';
}

export type PathAnswer = Omit<Explanation, 'hops'> & { readonly hops: readonly PathHop[] };

/** Who may talk to whom in a scope. */
export function connectivityOf(model: NetworkModel, options: ConnectivityOptions): Connectivity {
  const reach = reachOf(model);
  const rows = createRows(reach);
  const routed = routedTraffic(model);
  const ipv6 = options.ipv6 ?? reach.peers.speaksOfIpv6;
  return {
    connections: { [Symbol.iterator]: () => connectionsOf(reach, rows, routed, ipv6) },
    exposure: options.exposure ? exposureOf(reach, rows) : undefined,
    warnings: warningsOf(reach, routed),
    ipv6,
  };
}

/** The path of one connection, or why nobody can tell, in a sentence. */
export function pathOf(model: NetworkModel, question: Question, toRange: ToRange): PathAnswer | Unanswered {
  const answer = explain(reachOf(model), question);
  if ('problem' in answer) return answer;
  return {
    ...answer,
    hops: answer.hops.map(({ kind, resource, at, text, ok }) => ({
      kind,
      resource: resource && nameOf(model, resource),
      location: resource && locate(resource, at, toRange),
      text,
      ok,
    })),
  };
}

function nameOf(model: NetworkModel, resource: Resource): string {
  const namespace = namespaceOf(resource);
  return `${resource.kind} ${namespace === '' ? '' : `${namespace}/`}${resource.name}`;
}
