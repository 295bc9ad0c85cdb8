import type { JSX, RefObject } from 'preact';
import { isFiltering, type DiagramFilter } from '../../diagram/filter';
import { Codicon, type CODICONS } from './icons';
import type { PanelActions } from './panel-actions';
import type { PanelState } from './panel-state';
import type { ViewState } from './saved-state';
import type { Action, Toggle } from './state';

export interface ToolbarProps {
  readonly state: Pick<PanelState, Toggle | 'menu' | 'match'>;
  readonly here: ViewState;
  readonly matchCount: number;
  readonly problemCount: number;
  readonly hasGroups: boolean;
  readonly hasMatrix: boolean;
  readonly folded: 'none' | 'some' | 'all';
  readonly input: RefObject<HTMLInputElement>;
  readonly actions: PanelActions;
  readonly dispatch: (action: Action) => void;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
}

const FOCUS_TITLES: Readonly<Record<DiagramFilter['hops'], string>> = {
  0: 'Show only the selected card and its neighbours (F)',
  1: 'Showing 1 connection around the focus; once more for 2 (F)',
  2: 'Showing 2 connections around the focus; once more for everything (F)',
};

export function Toolbar(props: ToolbarProps): JSX.Element {
  const { state, here, dispatch, actions } = props;
  return (
    <div class="toolbar" role="toolbar" aria-label="Diagram">
      <Search {...props} />
      <FilterButtons {...props} />
      <div class="buttons">
        {props.hasGroups ? (
          <>
            <IconButton
              glyph="fold"
              title="Fold all namespaces"
              disabled={props.folded === 'all'}
              onClick={() => dispatch({ type: 'foldAll', folded: true })}
            />
            <IconButton
              glyph="unfold"
              title="Unfold all namespaces"
              disabled={props.folded === 'none'}
              onClick={() => dispatch({ type: 'foldAll', folded: false })}
            />
            <span class="separator" />
          </>
        ) : null}
        <IconButton glyph="minus" title="Zoom out (-)" onClick={() => props.onZoom(1 / 1.3)} />
        <IconButton glyph="plus" title="Zoom in (+)" onClick={() => props.onZoom(1.3)} />
        <IconButton glyph="fit" title="Fit everything (0)" onClick={props.onFit} />
        <ToggleButton
          glyph="arrange"
          title="Arrange with fewer crossings, instead of in lanes"
          on={here.arranged}
          onClick={() => dispatch({ type: 'arrange', on: !here.arranged })}
        />
        <span class="separator" />
        <ToggleButton
          glyph="table"
          title="Table (T)"
          on={here.mode === 'table'}
          onClick={() => dispatch({ type: 'mode', mode: 'table' })}
        />
        {props.hasMatrix ? (
          <ToggleButton
            glyph="matrix"
            title="Matrix of all pairs (M)"
            on={here.mode === 'matrix'}
            onClick={() => dispatch({ type: 'mode', mode: 'matrix' })}
          />
        ) : null}
        <ToggleButton glyph="legend" title="Legend" on={state.legend} onClick={() => actions.toggle('legend')} />
        <MenuButton
          glyph="export"
          title="Export"
          popup="menu"
          open={state.menu === 'export'}
          onClick={() => dispatch({ type: 'menu', menu: 'export' })}
        />
        <ToggleButton glyph="keys" title="Keys (?)" on={state.help} onClick={() => actions.toggle('help')} />
      </div>
    </div>
  );
}

function FilterButtons(props: ToolbarProps): JSX.Element {
  const { state, problemCount, actions, dispatch } = props;
  const { filter } = props.here;
  return (
    <div class="buttons">
      <ToggleButton
        glyph="problems"
        label="Problems only"
        {...(problemCount > 0 ? { count: problemCount } : {})}
        title="Show only what has a problem, and what it is connected with"
        on={filter.problemsOnly}
        onClick={() => dispatch({ type: 'filter', filter: { ...filter, problemsOnly: !filter.problemsOnly } })}
      />
      <MenuButton
        glyph="filter"
        title="Filter by kind, namespace, label and verdict"
        label="Filter"
        popup="dialog"
        on={isFiltering({ ...filter, problemsOnly: false })}
        open={state.menu === 'filter'}
        onClick={() => dispatch({ type: 'menu', menu: 'filter' })}
      />
      <ToggleButton
        glyph="focus"
        label="Focus"
        {...(filter.hops > 0 ? { count: filter.hops } : {})}
        title={FOCUS_TITLES[filter.hops]}
        on={filter.hops > 0}
        onClick={() => dispatch({ type: 'focus' })}
      />
      <ToggleButton
        glyph="follow"
        label="Follow editor"
        title="Select what the cursor is in"
        on={state.follow}
        onClick={() => actions.toggle('follow')}
      />
    </div>
  );
}

function Search({
  here: { query },
  state: { match },
  matchCount,
  input,
  actions,
  dispatch,
}: ToolbarProps): JSX.Element {
  const count =
    query.trim() === ''
      ? ''
      : matchCount === 0
        ? 'none'
        : match < 0
          ? `${matchCount} found`
          : `${match + 1} of ${matchCount}`;
  return (
    <div class="search" role="search">
      <Codicon glyph="search" className="codicon search-icon" />
      <input
        ref={input}
        type="text"
        spellcheck={false}
        aria-label="Search the diagram"
        placeholder="Search ( / )"
        value={query}
        onInput={(event) => dispatch({ type: 'search', query: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') actions.stepMatch(event.shiftKey ? -1 : 1);
        }}
      />
      <span class="count" aria-live="polite">
        {count}
      </span>
      <IconButton
        glyph="previous"
        title="Previous match (Shift+Enter)"
        disabled={matchCount === 0}
        onClick={() => actions.stepMatch(-1)}
      />
      <IconButton
        glyph="next"
        title="Next match (Enter)"
        disabled={matchCount === 0}
        onClick={() => actions.stepMatch(1)}
      />
    </div>
  );
}

interface ButtonProps {
  readonly glyph: keyof typeof CODICONS;
  readonly title: string;
  readonly onClick: () => void;
}

export function IconButton({
  glyph,
  title,
  onClick,
  disabled = false,
}: ButtonProps & { readonly disabled?: boolean }): JSX.Element {
  return (
    <button type="button" class="button" title={title} aria-label={title} disabled={disabled} onClick={onClick}>
      <Codicon glyph={glyph} />
    </button>
  );
}

function ToggleButton({
  glyph,
  title,
  onClick,
  on,
  label,
  count,
}: ButtonProps & { readonly on: boolean; readonly label?: string; readonly count?: number }): JSX.Element {
  return (
    <button
      type="button"
      class={on ? 'button on' : 'button'}
      title={title}
      aria-pressed={on}
      aria-label={count === undefined ? (label ?? title) : `${label ?? title} (${count})`}
      onClick={onClick}
    >
      <Codicon glyph={glyph} />
      {label === undefined ? null : <span class="button-label">{label}</span>}
      {count === undefined ? null : <span>({count})</span>}
    </button>
  );
}

/** A button that opens a menu. */
function MenuButton({
  glyph,
  title,
  onClick,
  open,
  popup,
  label,
  on = false,
}: ButtonProps & {
  readonly open: boolean;
  readonly popup: 'menu' | 'dialog';
  readonly label?: string;
  readonly on?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      class={on || open ? 'button on' : 'button'}
      title={title}
      aria-label={`${label ?? title}${on ? ' (on)' : ''}`}
      aria-haspopup={popup}
      aria-expanded={open}
      onClick={onClick}
    >
      <Codicon glyph={glyph} />
      {label === undefined ? null : <span class="button-label">{label}</span>}
    </button>
  );
}
