import type { DiagramView } from '../server/core/views/view';

/** What the extension's host tells the diagram panel. */
export type ToPanel =
  | {
      readonly type: 'view';
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
  | { readonly type: 'focus'; readonly node: string };

/** What the diagram panel tells the extension's host. */
export type ToHost =
  | { readonly type: 'ready'; readonly follow: boolean }
  | { readonly type: 'follow'; readonly follow: boolean }
  /** Show the node's YAML; `go` moves the keyboard there too. */
  | { readonly type: 'reveal'; readonly node: string; readonly go: boolean };

export interface PanelPlace {
  readonly uri: string;
  readonly line: number;
}
