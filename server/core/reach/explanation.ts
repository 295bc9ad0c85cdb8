import type { SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Protocol } from '../model/workload';
import type { RouteHop } from './route-hop';

/** What somebody asks: may this one talk to that one, on this port? */
export interface Question {
  /** `shop/web`, `Deployment/web`, `shop/web[Deployment]`, an address, `{ingress-controller}`. */
  readonly source: string;
  /** The same, or a Service by its name or DNS name (`api.shop.svc`). */
  readonly destination: string;
  /** The port that the source asks for: a Service's own where a Service is asked, else the pod's. */
  readonly port?: number | undefined;
  readonly protocol?: Protocol | undefined;
}

export type Verdict = 'allowed' | 'denied' | 'unknown';

/** One step of the path, in order. */
export interface Hop {
  readonly kind: RouteHop['kind'] | 'name' | 'route' | 'address' | 'egress' | 'ingress';
  /** `NetworkPolicy shop/web`; undefined where no resource decides. */
  readonly resource: Resource | undefined;
  /** Where it is written; the resource's name when undefined. */
  readonly at: SourceNode | undefined;
  readonly text: string;
  /** False where the path breaks, `unknown` where that hangs on what no manifest tells. */
  readonly ok: boolean | 'unknown';
}

export interface Explanation {
  readonly src: string;
  readonly dst: string;
  /** The port at the destination's front: as asked, or the only one there is. Undefined: any. */
  readonly port: number | undefined;
  readonly protocol: Protocol;
  readonly verdict: Verdict;
  readonly hops: readonly Hop[];
}

/** Who could not be found, in a sentence that names what is there. */
export interface Unanswered {
  readonly problem: string;
}
