import type { OffsetRange, SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Cidr } from '../model/cidr';
import type { Selector } from '../model/label';
import type { Direction } from '../model/policy';
import type { Protocol } from '../model/workload';

/**
 * The one inner form of every kind of policy. A kind is translated into it by a file of its own (`from-*.ts`), listed in
 * `policy-forms.ts`; the evaluators know nothing else, so that further kinds need no change to them.
 */
export interface PolicyForm {
  readonly resource: Resource;
  readonly tier: Tier;
  /** Lower first; policies of the network tier have no order: they only add. */
  readonly priority: number;
  readonly subject: PodsForm;
  /** In a tier that isolates: the directions in which the selected pods are. Rules for other directions have no effect there. */
  readonly isolates: readonly Direction[];
  /** In the order in which they are tried. */
  readonly rules: readonly RuleForm[];
  /** What could not be understood, and was left out. */
  readonly problems: readonly PolicyProblem[];
}

/**
 * Where policies stand, in the order in which tiers are asked; what none of them decides is open (KEP-2091). A tier that isolates is the
 * last word for the pods that one of its policies selects: what its rules do not allow is denied. A further kind of policy brings its
 * tier as a line here.
 */
export const tiers = [
  { name: 'admin', isolates: false },
  { name: 'network', isolates: true },
  { name: 'baseline', isolates: false },
] as const;

export type Tier = (typeof tiers)[number]['name'];

/** `unknown`: written so that nobody can tell what it does. */
export type Action = 'allow' | 'deny' | 'pass' | 'unknown';

export interface RuleForm {
  readonly direction: Direction;
  readonly action: Action;
  /** As written (`name`); undefined for NetworkPolicy, whose rules have none. */
  readonly name: string | undefined;
  readonly peers: readonly PeerForm[] | 'everyone';
  readonly ports: readonly PortForm[] | 'every';
  readonly node: SourceNode;
}

/** Pods by namespace and by their own labels; both must hold. */
export interface PodsForm {
  /** One namespace by name, or all that a selector meets. */
  readonly namespaces: { readonly name: string } | Selector | 'unreadable';
  /** Undefined: all pods of these namespaces. */
  readonly pods: Selector | undefined | 'unreadable';
  /** `plugin`: whether pods on the host network are meant is left to the plugin (NetworkPolicy); `never`: they are not. */
  readonly hostNetwork: 'plugin' | 'never';
}

export type PeerForm =
  | { readonly type: 'pods'; readonly pods: PodsForm; readonly node: SourceNode }
  | AddressesForm
  /** Outside addresses that no manifest tells: nodes, domain names. */
  | { readonly type: 'outside'; readonly node: SourceNode }
  /** Nobody can tell whom it means. */
  | { readonly type: 'unreadable'; readonly node: SourceNode };

export interface AddressesForm {
  readonly type: 'addresses';
  readonly cidrs: readonly Cidr[];
  readonly except: readonly Cidr[];
  /** Whether the addresses of pods count: `all` when every address there is is meant, else nobody can tell from manifests. */
  readonly pods: 'all' | 'unknown';
  readonly node: SourceNode;
}

export type PortForm =
  | { readonly type: 'range'; readonly protocol: Protocol; readonly first: number; readonly last: number }
  /** A container port's name, at the destination; in any protocol when none is given (v1alpha1, v1alpha2). */
  | { readonly type: 'named'; readonly protocol: Protocol | undefined; readonly name: string }
  | { readonly type: 'unreadable' };

/** Something in a policy that the API server refuses, or that is filled in later. */
export interface PolicyProblem {
  /** The rule that reports it; undefined for a placeholder, which is no mistake. */
  readonly rule: PolicyProblemRule | undefined;
  readonly at: OffsetRange & { readonly file?: string };
  /** What is wrong and what would make it right. */
  readonly message: string;
  /** What the analysis leaves out because of it: `spec.ingress[0].ports[1]`. */
  readonly leftOut: string;
  /** A value that would be right at the same place, for a quick fix. */
  readonly instead?: string | number;
}

export type PolicyProblemRule =
  'policy-cidr-invalid' | 'policy-port-invalid' | 'policy-invalid' | 'admin-policy-invalid';
