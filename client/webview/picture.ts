import { useMemo, useRef } from 'preact/hooks';
import { limitNodes, problemsOnly } from '../../diagram/filter';
import { layoutDiagram, type Layout } from '../../diagram/layout';
import type { DiagramView } from '../../server/core/views/view';
import type { PanelState } from './state';

/** More cards than this help nobody: a part is drawn, and the panel says so. */
const DRAW_AT_MOST = 1000;

export interface Picture {
  /** What the filters leave, drawn or not. */
  readonly filtered: DiagramView;
  /** What is drawn. */
  readonly view: DiagramView;
  readonly layout: Layout;
  /** Pictures with the same key are states of one picture. */
  readonly key: string;
}

/** Filters and lays out the view. Every filter has a picture of its own, which keeps its places while another is on the screen. */
export function usePicture(state: PanelState): Picture | undefined {
  const layouts = useRef(new Map<string, Layout>());
  const { view, showAll, pinned, folds } = state;
  const key = `${view?.scope ?? ''} ${state.problemsOnly ? 'problems' : 'all'}`;
  const filtered = useMemo(
    () => (view === null ? undefined : state.problemsOnly ? problemsOnly(view) : view),
    [view, state.problemsOnly],
  );
  const drawn = useMemo(
    () => (filtered === undefined ? undefined : limitNodes(filtered, showAll ? Infinity : DRAW_AT_MOST, pinned).view),
    [filtered, showAll, pinned],
  );
  const layout = useMemo(() => {
    if (drawn === undefined) return undefined;
    const folded = new Set(drawn.groups.map((group) => group.id).filter((id) => folds[id] === true));
    const previous = layouts.current.get(key);
    return layoutDiagram(drawn, previous === undefined ? { folded } : { folded, previous });
  }, [drawn, folds, key]);
  if (filtered === undefined || drawn === undefined || layout === undefined) return undefined;
  layouts.current.set(key, layout);
  return { filtered, view: drawn, layout, key };
}
