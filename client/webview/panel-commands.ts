import { edgesOf } from '../../diagram/filter';
import { nextInDirection, type Direction } from '../../diagram/navigate';
import type { CanvasHandle } from './canvas';
import type { Command, PictureCommand } from './keys';
import type { PanelActions } from './panel-actions';
import { hereOf, type PanelState } from './panel-state';
import type { Picture } from './picture';
import type { Action } from './state';

/** What commands work with. */
export interface Desk {
  readonly state: PanelState;
  readonly picture: Picture | undefined;
  readonly canvas: CanvasHandle | null;
  readonly input: HTMLInputElement | null;
  readonly dispatch: (action: Action) => void;
  readonly actions: PanelActions;
}

export function runCommand(command: Command, desk: Desk): void {
  const { actions, picture } = desk;
  if (command.type === 'show') actions.show(command.name);
  else if (command.type === 'help') actions.toggle('help');
  else if (command.type === 'back') goBack(desk);
  else if (picture !== undefined) runInPicture(command, desk, picture);
}

function runInPicture(command: PictureCommand, desk: Desk, picture: Picture): void {
  const { state, canvas } = desk;
  const { selected, mode } = hereOf(state);
  switch (command.type) {
    case 'move': {
      const next = mode === 'picture' ? neighbourOf(picture, selected, command.direction) : undefined;
      if (next !== undefined) desk.actions.select(next, true);
      return;
    }
    case 'first':
    case 'last': {
      const node = command.type === 'first' ? picture.view.nodes[0] : picture.view.nodes.at(-1);
      if (node !== undefined) desk.actions.select(node.id, true);
      return;
    }
    case 'edge':
      stepEdge(desk, picture, command.step);
      return;
    case 'reveal':
      if (selected === null) return;
      if (picture.view.groups.some((group) => group.id === selected)) desk.actions.toggleGroup(selected);
      else desk.actions.reveal(selected, command.go);
      return;
    case 'expand':
      expand(desk, picture, selected);
      return;
    case 'path':
      if (selected !== null) desk.actions.markPath(selected);
      return;
    case 'focus':
      desk.dispatch({ type: 'focus' });
      return;
    case 'search':
      desk.input?.focus();
      desk.input?.select();
      return;
    case 'zoom':
      canvas?.zoomBy(command.factor);
      return;
    case 'pan':
      canvas?.panBy(command.dx, command.dy);
      return;
    case 'fit':
      canvas?.fit();
      return;
    case 'table':
      desk.dispatch({ type: 'mode', mode: 'table' });
      return;
    case 'matrix':
      if (picture.whole.hasMatrix) desk.dispatch({ type: 'mode', mode: 'matrix' });
  }
}

function stepEdge({ state, dispatch }: Desk, picture: Picture, step: 1 | -1): void {
  const { selected } = hereOf(state);
  const count = selected === null ? 0 : edgesOf(picture.filtered, selected).length;
  if (count === 0) return;
  const index = state.edge === -1 && step === -1 ? count - 1 : (state.edge + step + count) % count;
  dispatch({ type: 'edge', index });
}

/** A card shows its parts; one without any folds its namespace. */
function expand(desk: Desk, { view }: Picture, selected: string | null): void {
  const node = view.nodes.find((each) => each.id === selected);
  if (node?.parts !== undefined && node.parts.length > 0) {
    desk.dispatch({ type: 'expand', node: node.id });
    return;
  }
  const group = node?.group ?? selected;
  if (group !== null && view.groups.some((each) => each.id === group)) desk.actions.toggleGroup(group);
}

/** Closes one thing at a time, the newest first. */
function goBack({ state, picture, dispatch, actions }: Desk): void {
  const { query, mode, filter, selected } = hereOf(state);
  if (state.help) actions.toggle('help');
  else if (state.menu !== null) dispatch({ type: 'menu', menu: null });
  else if (state.path !== null || state.pathFrom !== null) dispatch({ type: 'closePath' });
  else if (query !== '') dispatch({ type: 'search', query: '' });
  else if (mode !== 'picture') dispatch({ type: 'mode', mode: 'picture' });
  else if (picture?.whole.without !== undefined) actions.preview(null);
  else if (filter.hops > 0) dispatch({ type: 'filter', filter: { ...filter, hops: 0 } });
  else if (selected !== null) dispatch({ type: 'select', id: null });
}

function neighbourOf({ layout, view }: Picture, selected: string | null, direction: Direction): string | undefined {
  const folded = [...layout.groups.values()].filter((group) => group.folded);
  const from = selected === null ? undefined : (layout.nodes.get(selected) ?? layout.groups.get(selected));
  if (from === undefined) return view.nodes.find((node) => layout.nodes.has(node.id))?.id ?? folded[0]?.id;
  return nextInDirection([...layout.nodes.values(), ...folded], from, direction);
}
