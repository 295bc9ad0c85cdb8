import type { Severity } from '../finding';
import type { Location } from '../position';

/** A diagram as plain data: what the panel, `kubepath render` and exports draw. Text is never markup. */
export interface DiagramView {
  readonly view: 'services';
  /** The scope it shows. */
  readonly scope: string;
  /** Frames around nodes: namespaces, in reading order. */
  readonly groups: readonly ViewGroup[];
  readonly nodes: readonly ViewNode[];
  readonly edges: readonly ViewEdge[];
  /** Headings of the lanes, left to right. */
  readonly lanes: readonly string[];
}

export interface ViewGroup {
  /** Stable: `namespace/shop`. */
  readonly id: string;
  readonly label: string;
  /** Said under the label, e.g. "not written: kubectl's current namespace". */
  readonly note?: string;
}

/** What the shape and the icon say. */
export type ViewNodeKind =
  'outside' | 'ingress' | 'client' | 'service' | 'workload' | 'endpoints' | 'external-name' | 'missing';

export interface ViewNode {
  /** Stable identity: `Service/shop/frontend`. */
  readonly id: string;
  readonly kind: ViewNodeKind;
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
  /** Where clicking leads. */
  readonly location?: Location;
  readonly problems: readonly ViewProblem[];
}

export interface ViewProblem {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

export interface ViewEdge {
  /** Stable identity. */
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** `80 → 8080 (http)`; may be empty. */
  readonly label: string;
  /** `ok`: it connects; `broken`: it does not, and `note` says why; `unknown`: it cannot be told from the manifests. */
  readonly state: 'ok' | 'broken' | 'unknown';
  readonly note?: string;
}
