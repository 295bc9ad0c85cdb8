import type { Severity } from '../finding';
import type { Location } from '../position';

/** The four pictures: who runs where, where Services lead, who may talk to whom, how traffic comes in. */
export const viewNames = ['pods', 'services', 'policies', 'ingress'] as const;

export type ViewName = (typeof viewNames)[number];

/** A diagram as plain data: what the panel, `kubepath render` and exports draw. Text is never markup. */
export interface DiagramView {
  readonly view: ViewName;
  /** The scope it shows. */
  readonly scope: string;
  /** Frames around nodes: namespaces, in reading order. */
  readonly groups: readonly ViewGroup[];
  readonly nodes: readonly ViewNode[];
  readonly edges: readonly ViewEdge[];
  /** Headings of the lanes, left to right. */
  readonly lanes: readonly string[];
  /** Lanes outside of all frames, as indexes: the first ones and the last ones. Nodes without a group in them stand beside the frames. */
  readonly openLanes: readonly number[];
  /** Sentences about what the picture takes for granted or leaves out. */
  readonly notes: readonly string[];
  /** Of Pod Networking: the cluster's ranges of addresses. */
  readonly addresses?: AddressBar;
  /** Of Network Policy: what holds between any two peers, for those who ask. */
  readonly matrix?: ViewMatrix;
  /** Of Network Policy: a matrix can be had. */
  readonly hasMatrix?: true;
  /** Of Network Policy: the id of the policy's node that this view does without, to show what would change. */
  readonly without?: string;
}

export interface ViewGroup {
  /** Stable: `namespace/shop`. */
  readonly id: string;
  readonly label: string;
  /** Said under the label, e.g. "not written: kubectl's current namespace". */
  readonly note?: string;
}

/** What the outline and the icon say. */
export type ViewNodeKind =
  | 'outside'
  | 'ingress'
  | 'client'
  | 'service'
  | 'workload'
  | 'endpoints'
  | 'external-name'
  | 'missing'
  // Network Policy
  | 'policy'
  | 'addresses'
  | 'undeclared'
  | 'several'
  // Ingress Flow
  | 'controller'
  | 'gateway'
  | 'host'
  // Pod Networking
  | 'network';

/** Kinds of Services, told apart by outline. */
export type ServiceVariant = 'ClusterIP' | 'headless' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

export interface ViewNode {
  /** Stable identity: `Service/shop/frontend`. */
  readonly id: string;
  readonly kind: ViewNodeKind;
  readonly variant?: ServiceVariant;
  /** Index into `DiagramView.lanes`. */
  readonly lane: number;
  /** Id of its group, or undefined when it stands outside all (clients, the internet). */
  readonly group: string | undefined;
  /** `frontend`. */
  readonly title: string;
  /** `Service · LoadBalancer`, `Deployment ×3`. */
  readonly subtitle: string;
  /** One line each: DNS name, ports, labels. */
  readonly lines: readonly string[];
  /** Short words on the card's edge: `open ingress`, `TLS`, `host network`. */
  readonly badges?: readonly ViewBadge[];
  /** `Deployment`, `HTTPRoute`: what people hide by; absent where no resource stands behind the node. */
  readonly resourceKind?: string;
  /** Labels of its pods, or of the resource, for filters: `app` → `web`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What the card shows when it is expanded: its pods, one line each. */
  readonly parts?: readonly ViewPart[];
  /** How `explain` is asked about it: `shop/web[Deployment]`, an address, `api.shop.svc`. Absent where it cannot be asked. */
  readonly ask?: string;
  /** Of a policy's node: whom it governs. */
  readonly governs?: readonly Governed[];
  /** Where clicking leads. */
  readonly location?: Location;
  readonly problems: readonly ViewProblem[];
}

export interface ViewBadge {
  readonly text: string;
  /** `warn` for what deserves a look, `good` for what protects, `plain` for facts. */
  readonly tone: 'plain' | 'good' | 'warn';
  /** A sentence, for the tooltip. */
  readonly title?: string;
}

/** One line of an expanded card. */
export interface ViewPart {
  /** `web-0`, `web-…`. */
  readonly text: string;
  /** `web-0.web.shop.svc.cluster.local`, `on every node`. */
  readonly note?: string;
}

export interface Governed {
  /** Id of the node. */
  readonly node: string;
  readonly directions: readonly ('Ingress' | 'Egress')[];
  /** Undefined: for certain; else it hangs on what no manifest tells. */
  readonly unsure?: true;
}

export interface ViewProblem {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Where it is reported. */
  readonly location?: Location;
}

/**
 * `ok`: it connects; `broken`: it leads nowhere; `denied`: policies deny it; `half-open`: one side admits it and the other does not; `unknown`: it cannot be told
 * from the manifests; `plain`: no traffic, only that things belong together. `note` says why.
 */
export type EdgeState = 'ok' | 'broken' | 'denied' | 'half-open' | 'unknown' | 'plain';

export interface ViewEdge {
  /** Stable identity. */
  readonly id: string;
  /** Id of a node, or of a group. */
  readonly source: string;
  readonly target: string;
  /** `80 → 8080 (http)`, `TCP 80,443`; may be empty. */
  readonly label: string;
  readonly state: EdgeState;
  /** Why: a sentence that names who decides, and the direction. */
  readonly note?: string;
  /** The same holds the other way: drawn with a head at both ends. */
  readonly mutual?: true;
  /** Drawn only while one of its ends is in focus: all of them would drown the picture. */
  readonly quiet?: true;
  /** Without the policy that the view does without: `added` is allowed then, `removed` is not any more, `changed` on other ports. */
  readonly change?: 'added' | 'removed' | 'changed';
  /** Ids of the policies' nodes that decide. */
  readonly deciders?: readonly string[];
}

/** The cluster's ranges of addresses, to be drawn to scale. */
export interface AddressBar {
  readonly ranges: readonly ViewRange[];
  readonly overlaps: readonly ViewOverlap[];
}

export interface ViewRange {
  /** Stable: `pod 10.244.0.0/16`. */
  readonly id: string;
  readonly use: 'pod' | 'service' | 'node' | 'policy';
  /** As written. */
  readonly cidr: string;
  readonly family: 4 | 6;
  /** First and last address as decimal numbers (IPv6 has no room in a number). */
  readonly first: string;
  readonly last: string;
  /** Who says so: `IPPool blue`, `the setting kubepath.cluster.podCidrs`, `NetworkPolicy shop/web`. */
  readonly source: string;
  readonly location?: Location;
}

export interface ViewOverlap {
  /** Ids of the two ranges. */
  readonly ranges: readonly [string, string];
  readonly first: string;
  readonly last: string;
  /** A sentence: which ranges, and what it breaks. */
  readonly text: string;
}

/** What holds between any two peers. Peers that fare alike share a class, so that thousands of peers have few cells. */
export interface ViewMatrix {
  /** Ids of nodes: rows are sources, columns destinations. */
  readonly peers: readonly string[];
  /** For each peer its class. */
  readonly classes: readonly number[];
  /** By class of the source, then of the destination: index into `verdicts`. */
  readonly cells: readonly (readonly number[])[];
  readonly verdicts: readonly ViewVerdict[];
}

export interface ViewVerdict {
  /** Never `broken` or `plain`. */
  readonly state: EdgeState;
  /** `All Connections`, `TCP 80`. */
  readonly label: string;
  /** Which policy decides, in which direction. */
  readonly note: string;
}

/** What a policy alone admits: connections that nothing else would allow. */
export interface PolicyAlone {
  /** Ids of nodes where the view has them. */
  readonly connections: readonly AloneConnection[];
  /** How many there are, where the list is cut. */
  readonly total: number;
}

export interface AloneConnection {
  readonly source: string;
  readonly target: string;
  /** `TCP 80`. */
  readonly label: string;
}
