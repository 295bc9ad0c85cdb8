import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { VIEW_NAMES } from '../../diagram/view-names';
import type { CanvasHandle } from './canvas';
import type { Host } from './host';
import { isPolicy } from './details';
import { commandOf, type Command } from './keys';
import { hereOf, nodeOf, savedState, type PanelState } from './panel-state';
import { pictureKey, type Picture } from './picture';
import type { SavedState, Viewport } from './saved-state';
import { TAB_PANEL } from './tabs';

const SAVE_AFTER_MS = 200;

/** Where each picture was looked at, by its key. */
type Viewports = Map<string, Viewport>;

/** Saves a moment after the last change what is on the screen, for the next window. Returns the known viewports, and what to call when one changed. */
export function useSaving(
  host: Host,
  state: PanelState,
  picture: Picture | undefined,
  canvas: { readonly current: CanvasHandle | null },
): { readonly viewports: { readonly current: Viewports }; readonly onViewport: () => void } {
  const latest = useRef({ state, key: picture?.key });
  const known = useRef(useMemo(() => savedViewports(state), []));
  const timer = useRef(0);
  latest.current = { state, key: picture?.key };
  const schedule = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(
      () => host.save(withViewports(latest.current.state, known.current)),
      SAVE_AFTER_MS,
    );
  }, [host]);
  const onViewport = useCallback(() => {
    const viewport = canvas.current?.viewport() ?? null;
    const { key } = latest.current;
    if (viewport !== null && key !== undefined) known.current.set(key, viewport);
    schedule();
  }, [schedule]);
  useEffect(schedule, [state]);
  return { viewports: known, onViewport };
}

function savedViewports(state: PanelState): Viewports {
  return new Map(
    VIEW_NAMES.flatMap((name) => {
      const { viewport } = state.views[name];
      return viewport === null ? [] : [[pictureKey(state, name), viewport] as const];
    }),
  );
}

function withViewports(state: PanelState, viewports: Viewports): SavedState {
  const views = VIEW_NAMES.map((name) => {
    const viewport = viewports.get(pictureKey(state, name)) ?? null;
    return [name, { ...state.views[name], viewport }] as const;
  });
  return { ...savedState(state), views: Object.fromEntries(views) as SavedState['views'] };
}

/** Asks the host what the picture does not hold: again whenever it may have changed. */
export function useQuestions(host: Host, state: PanelState, picture: Picture | undefined): void {
  const node = nodeOf(state, hereOf(state).selected);
  const whole = picture?.whole;
  const { path } = state;
  useEffect(() => {
    if (node !== undefined && node.problems.length > 0) host.post({ type: 'fixes', node: node.id });
  }, [node?.id, node?.problems, whole]);
  useEffect(() => {
    if (node !== undefined && isPolicy(state, node)) host.post({ type: 'alone', policy: node.id });
  }, [node?.id, whole]);
  const isMatrix = state.name === 'policies' && hereOf(state).mode === 'matrix';
  useEffect(() => host.post({ type: 'matrix', on: isMatrix }), [isMatrix]);
  useEffect(() => {
    if (path?.answer !== undefined) host.post({ type: 'path', source: path.source, target: path.target });
  }, [whole]);
}

/**
 * Drawing again must not lose the keyboard's place. When the focused item of the tree went, its successor takes over; when a button went or was disabled, the
 * stage does, which selects nothing.
 */
export function useFocusRestored(tree: { readonly current: HTMLElement | null }, state: PanelState): void {
  const last = useRef<{ readonly element: Element; readonly inTree: boolean }>();
  useEffect(() => {
    const listen = ({ target }: FocusEvent): void => {
      if (target instanceof Element)
        last.current = { element: target, inTree: tree.current?.contains(target) === true };
    };
    document.addEventListener('focusin', listen);
    return () => document.removeEventListener('focusin', listen);
  }, []);
  useEffect(() => {
    if (last.current === undefined || !document.hasFocus() || !isGone(last.current.element)) return;
    const successor = last.current.inTree ? tree.current?.querySelector<HTMLElement>('[tabindex="0"]') : undefined;
    (successor ?? document.getElementById(TAB_PANEL))?.focus({ preventScroll: true });
  }, [state]);
}

/** The keyboard cannot be there any more, and is nowhere else. A click beside everything takes the focus too, but leaves the element. */
function isGone(element: Element): boolean {
  const { activeElement, body } = document;
  return (
    (activeElement === body || activeElement === element) && (!element.isConnected || element.matches(':disabled'))
  );
}

/** One listener for the whole panel; text fields keep their keys, buttons theirs. */
export function useKeys(run: (command: Command) => void, tree: { readonly current: HTMLElement | null }): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { target } = event;
      if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) {
        if (event.key !== 'Escape') return;
        const chosen = tree.current?.querySelector<HTMLElement>('[aria-selected="true"]');
        (chosen ?? document.getElementById(TAB_PANEL))?.focus({ preventScroll: true });
      }
      const isPressing = event.key === 'Enter' || event.key === ' ';
      if (isPressing && target instanceof HTMLButtonElement) return;
      const command = commandOf(event);
      if (command === undefined) return;
      const scrollsHere = target instanceof Element && target.closest('.table-scroll, .info, .matrix') !== null;
      if (scrollsHere && (command.type === 'move' || command.type === 'first' || command.type === 'last')) return;
      event.preventDefault();
      latest.current(command);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
