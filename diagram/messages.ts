import type { DiagramView, PolicyAlone, ViewName } from '../server/core/views/view';
import type { PathAnswer } from '../server/core/reachability';
import type { Unanswered } from '../server/core/reach/explanation';

/** What the extension's host tells the diagram panel. */
export type ToPanel =
  | {
      readonly type: 'view';
      /** Which of the four; also where there is nothing to show. */
      readonly name: ViewName;
      /** `null`: there is nothing to show. */
      readonly view: DiagramView | null;
      /** What the view was asked for; the panel keeps it over a reload. */
      readonly at: PanelPlace | null;
      /** Node to put in focus. */
      readonly focus: string | null;
    }
  /** The manifests cannot be read at the moment; the last picture stays. */
  | { readonly type: 'stale' }
  /** The server gave no answer; the last picture stays. */
  | { readonly type: 'failed'; readonly message: string }
  /** The cursor moved to a node's YAML. */
  | { readonly type: 'focus'; readonly node: string }
  /** The answer to `path`, for the two nodes that were named. */
  | {
      readonly type: 'path';
      readonly source: string;
      readonly target: string;
      readonly answer: PathAnswer | Unanswered;
    }
  /** The answer to `alone`; null when the policy is gone. */
  | { readonly type: 'alone'; readonly policy: string; readonly alone: PolicyAlone | null }
  /** The answer to `fixes`: what can be done about the problems of a node; `problem` is an index into the node's problems. */
  | { readonly type: 'fixes'; readonly node: string; readonly fixes: readonly NodeFix[] }
  /** The answer to `export`: a sentence to say aloud, such as "Saved as shop.svg." */
  | { readonly type: 'exported'; readonly message: string };

export interface NodeFix {
  readonly problem: number;
  /** Title of the code action. */
  readonly title: string;
}

/** What the diagram panel tells the extension's host. */
export type ToHost =
  /** The page is loaded; `view` is what it showed before a reload. */
  | { readonly type: 'ready'; readonly follow: boolean; readonly view: ViewName | null }
  | { readonly type: 'follow'; readonly follow: boolean }
  /** Show another of the four views, of the same scope; `without` asks for the view of policies without one of them. */
  | { readonly type: 'show'; readonly view: ViewName; readonly without: string | null }
  /** From now on views of policies are wanted with their matrix, or without. */
  | { readonly type: 'matrix'; readonly on: boolean }
  /** Show the node's YAML; `go` moves the keyboard there too. */
  | { readonly type: 'reveal'; readonly node: string; readonly go: boolean }
  /** Show where a problem of a node is reported. */
  | { readonly type: 'revealProblem'; readonly node: string; readonly problem: number }
  /** Show the YAML of a step of the last path, by its index. */
  | { readonly type: 'revealHop'; readonly hop: number }
  /** Show where a range of the address bar is written, by its id. */
  | { readonly type: 'revealRange'; readonly range: string }
  /** Explain the path between two nodes. */
  | { readonly type: 'path'; readonly source: string; readonly target: string }
  /** What does this policy alone admit? */
  | { readonly type: 'alone'; readonly policy: string }
  /** What can be done about the problems of this node? */
  | { readonly type: 'fixes'; readonly node: string }
  /** Apply the fix of this title. */
  | { readonly type: 'fix'; readonly node: string; readonly problem: number; readonly title: string }
  /** Save a file, or put a text on the clipboard. */
  | {
      readonly type: 'export';
      readonly format: ExportFormat;
      readonly to: 'file' | 'clipboard';
      /** A text, or for PNG the bytes in base64. */
      readonly content: string;
    };

export type ExportFormat = 'svg' | 'png' | 'mermaid' | 'dot' | 'json';

export interface PanelPlace {
  readonly uri: string;
  /** Zero-based. */
  readonly line: number;
}
