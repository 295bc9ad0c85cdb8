/** The requests and notifications that Kubepath adds to LSP. The client imports these types only. */
import type { Counts, PathAnswer, Unanswered } from '../core/index';
import type { DiagramView, PolicyAlone, ViewName } from '../core/views/view';

export type { DiagramView, PolicyAlone, ViewName } from '../core/views/view';
export type { PathAnswer, PathHop, Unanswered } from '../core/index';
export type { Location } from '../core/position';

/** What the client hands over with `initialize`. */
export interface InitializationOptions {
  /** URI of the folder that holds the rules' pages; without it, diagnostics carry no link. */
  readonly docsBase?: string;
  /** Whether programs may run on the workspace's files (helm, kustomize). Without it they may not. */
  readonly trusted?: boolean;
}

/** Names on the wire. */
export interface KubepathMethods {
  /** client → server: the view that holds the given resource. */
  'kubepath/view': { params: ViewParams; result: DiagramView | null };
  /** client → server: the path of one connection in a scope, hop by hop, or why nobody can tell; null when there is no such scope. */
  'kubepath/explain': { params: ExplainParams; result: PathAnswer | Unanswered | null };
  /** client → server: what a policy of the view of policies alone admits; null when there is no such policy. */
  'kubepath/policyAlone': { params: PolicyAloneParams; result: PolicyAlone | null };
  /** client → server: read and check every manifest again; answers when it is done. */
  'kubepath/checkWorkspace': { params: null; result: StatusParams | null };
  /** client → server: the scopes that a file is in, or all of them without one. */
  'kubepath/scopes': { params: ScopesParams; result: ScopesResult };
  /** client → server: of several scopes that a file is in, hovers and diagrams speak of this one from now on; null for the first. */
  'kubepath/selectScope': { params: SelectScopeParams; result: null };
  /** client → server: the workspace is trusted from now on. */
  'kubepath/trusted': { params: null };
  /** server → client: what the status item shows. */
  'kubepath/status': { params: StatusParams };
  /** server → client: findings or models changed; open panels ask for their view again. */
  'kubepath/modelChanged': { params: null };
}

export interface ViewParams {
  readonly view: ViewName;
  /** The file and position the view should hold; without it, the scope with most Services and workloads. Lines are zero-based. */
  readonly uri?: string;
  readonly line?: number;
  /** The scope of this name, whatever the place. */
  readonly scope?: string;
  /** Id of a policy's node that the view of policies shall do without. */
  readonly without?: string;
  /** Whether the view of policies shall hold its matrix. */
  readonly matrix?: boolean;
}

export interface ExplainParams {
  readonly scope: string;
  /** As `kubepath explain` takes them, and as nodes carry them in `ask`. */
  readonly source: string;
  readonly destination: string;
  readonly port?: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}

export interface PolicyAloneParams {
  readonly scope: string;
  /** Id of its node. */
  readonly policy: string;
}

export interface ScopesParams {
  readonly uri?: string;
}

export interface ScopesResult {
  /** The one that hovers and diagrams speak of stands first. */
  readonly scopes: readonly ScopeSummary[];
}

export interface ScopeSummary {
  readonly name: string;
  readonly kind: 'kustomize' | 'helm' | 'directory';
  /** URI of its directory. */
  readonly root: string;
  /** False when something that is deployed is not in it. */
  readonly complete: boolean;
  readonly resources: number;
}

export interface SelectScopeParams {
  readonly scope: string | null;
}

export interface StatusParams extends Counts {
  /** `cancelled`: the scan was stopped, so that nothing is reported until the next one. `failed`: the last check did not end. */
  readonly state: 'scanning' | 'ready' | 'cancelled' | 'failed';
  /** While scanning: files read so far and files known. */
  readonly done: number;
  readonly total: number;
  /** Renderings by helm or kustomize that are under way. */
  readonly rendering: number;
  /** Sentences about what was left alone and how that changes: charts without helm. */
  readonly notes: readonly string[];
}
