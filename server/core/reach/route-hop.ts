import type { SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Protocol, Workload } from '../model/workload';

/** One step on the way from a route to the pods. */
export interface RouteHop {
  readonly kind: 'listener' | 'reference-grant' | 'service' | 'port' | 'target-port' | 'pod';
  /** What decides here, and where in it. */
  readonly resource: Resource;
  readonly at: SourceNode | undefined;
  /** In the user's names; where the way is broken, with what would make it right. */
  readonly text: string;
  /** Unknown: the manifests here do not tell. */
  readonly ok: boolean | 'unknown';
}

/** Where routed traffic arrives: a port of the pods, after every translation. */
export interface Arrival {
  readonly workload: Workload;
  readonly protocol: Protocol;
  readonly port: number;
}

/** A way as far as it could be followed. No arrivals when it is broken, or leads out of what the manifests tell. */
export interface FollowedPath {
  readonly hops: readonly RouteHop[];
  readonly arrivals: readonly Arrival[];
}

/** `Gateway web`, with its namespace where that is not the one the reader is in. */
export function printNamed(kind: string, name: string, namespace: string, here: string): string {
  return namespace === here ? `${kind} ${name}` : `${kind} ${name} in namespace ${namespace}`;
}

/** `http, https`; the start of a long list. */
export function printList(items: readonly string[]): string {
  const shown = items.slice(0, 8).join(', ');
  return items.length > 8 ? `${shown} and ${items.length - 8} more` : shown;
}
