import type { JSX, RefObject } from 'preact';
import { GLYPHS, Glyph } from './icons';
import type { Toggle } from './state';

export interface ToolbarProps {
  readonly query: string;
  readonly matchCount: number;
  /** Place of the current match; -1 before the first step. */
  readonly match: number;
  readonly problemCount: number;
  readonly hasGroups: boolean;
  readonly folded: 'none' | 'some' | 'all';
  readonly on: Readonly<Record<Toggle, boolean>>;
  readonly input: RefObject<HTMLInputElement>;
  readonly onQuery: (query: string) => void;
  readonly onStep: (step: 1 | -1) => void;
  readonly onToggle: (what: Toggle) => void;
  readonly onFoldAll: (folded: boolean) => void;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
}

export function Toolbar(props: ToolbarProps): JSX.Element {
  const { on, onToggle } = props;
  return (
    <div class="toolbar" role="toolbar" aria-label="Diagram">
      <Search {...props} />
      <div class="buttons">
        <ToggleButton
          glyph="problems"
          label={`Problems only${props.problemCount > 0 ? ` (${props.problemCount})` : ''}`}
          title="Show only what has a problem, and what it is connected with"
          on={on.problemsOnly}
          onClick={() => onToggle('problemsOnly')}
        />
        <ToggleButton
          glyph="follow"
          label="Follow editor"
          title="Select what the cursor is in"
          on={on.follow}
          onClick={() => onToggle('follow')}
        />
        {props.hasGroups ? (
          <>
            <IconButton
              glyph="fold"
              title="Fold all namespaces"
              disabled={props.folded === 'all'}
              onClick={() => props.onFoldAll(true)}
            />
            <IconButton
              glyph="unfold"
              title="Unfold all namespaces"
              disabled={props.folded === 'none'}
              onClick={() => props.onFoldAll(false)}
            />
          </>
        ) : null}
        <span class="separator" />
        <IconButton glyph="minus" title="Zoom out (-)" onClick={() => props.onZoom(1 / 1.3)} />
        <IconButton glyph="plus" title="Zoom in (+)" onClick={() => props.onZoom(1.3)} />
        <IconButton glyph="fit" title="Fit everything (0)" onClick={props.onFit} />
        <span class="separator" />
        <ToggleButton glyph="table" title="Table (T)" on={on.table} onClick={() => onToggle('table')} />
        <ToggleButton glyph="legend" title="Legend" on={on.legend} onClick={() => onToggle('legend')} />
        <ToggleButton glyph="keys" title="Keys (?)" on={on.help} onClick={() => onToggle('help')} />
      </div>
    </div>
  );
}

function Search({ query, matchCount, match, input, onQuery, onStep }: ToolbarProps): JSX.Element {
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
      <Glyph data={GLYPHS.search} className="glyph-icon search-icon" />
      <input
        ref={input}
        type="text"
        spellcheck={false}
        aria-label="Search the diagram"
        placeholder="Search ( / )"
        value={query}
        onInput={(event) => onQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
        }}
      />
      <span class="count" aria-live="polite">
        {count}
      </span>
      <IconButton
        glyph="previous"
        title="Previous match (Shift+Enter)"
        disabled={matchCount === 0}
        onClick={() => onStep(-1)}
      />
      <IconButton glyph="next" title="Next match (Enter)" disabled={matchCount === 0} onClick={() => onStep(1)} />
    </div>
  );
}

interface ButtonProps {
  readonly glyph: keyof typeof GLYPHS;
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
      <Glyph data={GLYPHS[glyph]} />
    </button>
  );
}

function ToggleButton({
  glyph,
  title,
  onClick,
  on,
  label,
}: ButtonProps & { readonly on: boolean; readonly label?: string }): JSX.Element {
  return (
    <button
      type="button"
      class={on ? 'button on' : 'button'}
      title={title}
      aria-pressed={on}
      aria-label={label ?? title}
      onClick={onClick}
    >
      <Glyph data={GLYPHS[glyph]} />
      {label === undefined ? null : <span>{label}</span>}
    </button>
  );
}
