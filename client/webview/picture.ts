import { useMemo, useRef } from 'preact/hooks';
import { applyFilter, limitNodes } from '../../diagram/filter';
import { layoutDiagram, type Layout } from '../../diagram/layout';
import type { DiagramView, ViewName } from '../../server/core/views/view';
import { useArranged } from './arrange';
import { hereOf, shownView, type PanelState } from './panel-state';
import type { ViewState } from './saved-state';

/** More cards than this help nobody: a part is drawn, and the panel says so. */
export const DRAW_AT_MOST = 1000;
/** Pictures that keep their places while another is on the screen. */
const MOST_LAYOUTS = 12;

export interface Picture {
  /** All there is. */
  readonly whole: DiagramView;
  /** What the filters leave, drawn or not. */
  readonly filtered: DiagramView;
  /** What is drawn. */
  readonly view: DiagramView;
  readonly layout: Layout;
  /** Pictures with the same key are states of one picture. */
  readonly key: string;
}

/** Names the picture that a view makes with its filter. */
export function pictureKey({ scope, views }: Pick<PanelState, 'scope' | 'views'>, name: ViewName): string {
  return keyOf(name, scope, views[name]);
}

function keyOf(name: ViewName, scope: string, { filter, focus, arranged }: ViewState): string {
  return JSON.stringify([name, scope, filter, filter.hops > 0 ? focus : null, arranged]);
}

/** Filters and lays out the view. Every filter has a picture of its own, which keeps its places while another is on the screen. */
export function usePicture(state: PanelState, onProblem: (words: string) => void): Picture | undefined {
  const layouts = useRef(new Map<string, Layout>());
  const { showAll, pinned } = state;
  const here = hereOf(state);
  const { folds, expanded, filter, focus } = here;
  const whole = shownView(state);
  const key = keyOf(state.name, state.scope, { ...here, arranged: false });
  const filtered = useMemo(
    () => (whole === null ? undefined : applyFilter(whole, filter, focus)),
    [whole, filter, focus],
  );
  const drawn = useMemo(
    () => (filtered === undefined ? undefined : limitNodes(filtered, showAll ? Infinity : DRAW_AT_MOST, pinned).view),
    [filtered, showAll, pinned],
  );
  const layout = useMemo(() => {
    if (drawn === undefined) return undefined;
    const folded = new Set(drawn.groups.map((group) => group.id).filter((id) => folds[id] === true));
    const previous = layouts.current.get(key);
    const options = { folded, expanded: new Set(expanded) };
    return layoutDiagram(drawn, previous === undefined ? options : { ...options, previous });
  }, [drawn, folds, expanded, key]);
  const shown = useArranged(layout, key, here.arranged, onProblem);
  if (whole === null || filtered === undefined || drawn === undefined || layout === undefined || shown === undefined)
    return undefined;
  keep(layouts.current, key, layout);
  // An arrangement takes a while; until then it is the picture in lanes.
  return { whole, filtered, view: drawn, layout: shown, key: shown === layout ? key : pictureKey(state, state.name) };
}

/** Keeps the layouts that were looked at last. */
function keep(layouts: Map<string, Layout>, key: string, layout: Layout): void {
  layouts.delete(key);
  layouts.set(key, layout);
  const [oldest] = layouts.keys();
  if (layouts.size > MOST_LAYOUTS && oldest !== undefined) layouts.delete(oldest);
}
