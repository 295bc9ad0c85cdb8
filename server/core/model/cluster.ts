import type { Resource } from '../manifest/resource';
import type { SourceNode } from '../manifest/node';
import type { Cidr } from './cidr';
import type { NetworkModel } from './network-model';
import type { Settings } from '../settings';

/** A range of the cluster's own addresses, and who says so. */
export interface ClusterCidr {
  readonly use: 'pod' | 'service' | 'node';
  readonly cidr: Cidr;
  /** As written. */
  readonly text: string;
  /** Undefined: a setting says it. */
  readonly source: { readonly resource: Resource; readonly node: SourceNode } | undefined;
}

/** What manifests and settings tell of the cluster. */
export interface ClusterFacts {
  readonly cidrs: readonly ClusterCidr[];
  /** One of `networkPlugins`; undefined where nothing tells. */
  readonly networkPlugin: { readonly name: string; readonly resource: Resource | undefined } | undefined;
}

/** What is known of the cluster that a scope is applied to; settings go before what manifests tell. */
export function clusterFacts(_model: NetworkModel, _settings: Settings): ClusterFacts {
  return { cidrs: [], networkPlugin: undefined };
}
