import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NO_FILTER, type DiagramFilter } from '../../diagram/filter';
import { filterChoices, labelProblem, type FilterChoice } from '../../diagram/filter-choices';
import type { DiagramView } from '../../server/core/views/view';
import { Popover } from './menu';
import { IconButton } from './toolbar';

/** Longer lists have a search. */
const SEARCH_ABOVE = 12;

const HOPS: readonly (readonly [DiagramFilter['hops'], string])[] = [
  [0, 'Everything'],
  [1, '1 connection away'],
  [2, '2 connections away'],
];

interface FilterMenuProps {
  /** All there is, before the filter. */
  readonly view: DiagramView;
  readonly filter: DiagramFilter;
  readonly onFilter: (filter: DiagramFilter) => void;
  readonly onClose: () => void;
}

/** What of the picture is hidden. */
export function FilterMenu({ view, filter, onFilter, onClose }: FilterMenuProps): JSX.Element {
  const { kinds, namespaces, states } = filterChoices(view);
  const change = (part: Partial<DiagramFilter>): void => onFilter({ ...filter, ...part });
  return (
    <Popover label="Filter" className="filter" onClose={onClose}>
      <header>
        <h2>Filter</h2>
        <span class="grow" />
        <button type="button" class="button text" onClick={() => onFilter(NO_FILTER)}>
          Clear all
        </button>
        <IconButton glyph="close" title="Close the filter (Esc)" onClick={onClose} />
      </header>
      <LabelField value={filter.label} onLabel={(label) => change({ label })} />
      <fieldset>
        <legend>Around the selected card</legend>
        {HOPS.map(([hops, words]) => (
          <label key={hops}>
            <input type="radio" name="hops" checked={filter.hops === hops} onChange={() => change({ hops })} />
            {words}
          </label>
        ))}
      </fieldset>
      <Choices
        title="Kinds"
        choices={kinds}
        hidden={filter.hiddenKinds}
        onHide={(hiddenKinds) => change({ hiddenKinds })}
      />
      <Choices
        title="Namespaces"
        choices={namespaces}
        hidden={filter.hiddenNamespaces}
        onHide={(hiddenNamespaces) => change({ hiddenNamespaces })}
      />
      <Choices
        title="Connections"
        choices={states}
        hidden={filter.hiddenStates}
        onHide={(hiddenStates) => change({ hiddenStates })}
      />
    </Popover>
  );
}

interface LabelFieldProps {
  readonly value: string;
  readonly onLabel: (label: string) => void;
}

function LabelField({ value, onLabel }: LabelFieldProps): JSX.Element {
  const problem = labelProblem(value);
  return (
    <div class="label-field">
      <label for="filter-label">Labels</label>
      <input
        id="filter-label"
        type="text"
        spellcheck={false}
        placeholder="app=web, tier!=test"
        aria-describedby="filter-label-problem"
        aria-invalid={problem !== undefined}
        value={value}
        onInput={(event) => onLabel(event.currentTarget.value)}
      />
      <p id="filter-label-problem" class="field-problem" role="status">
        {problem}
      </p>
    </div>
  );
}

interface ChoicesProps<Id extends string> {
  readonly title: string;
  readonly choices: readonly FilterChoice<Id>[];
  readonly hidden: readonly Id[];
  readonly onHide: (hidden: readonly Id[]) => void;
}

/** Checkboxes: what is ticked is shown. One choice alone is none. */
function Choices<Id extends string>({ title, choices, hidden, onHide }: ChoicesProps<Id>): JSX.Element | null {
  const [query, setQuery] = useState('');
  if (choices.length < 2 && hidden.length === 0) return null;
  const found = choices.filter(({ label }) => label.toLowerCase().includes(query.trim().toLowerCase()));
  const ids = found.map(({ id }) => id);
  const others = hidden.filter((id) => !ids.includes(id));
  return (
    <fieldset>
      <legend>{title}</legend>
      <div class="choice-tools">
        {choices.length > SEARCH_ABOVE ? (
          <input
            type="text"
            spellcheck={false}
            aria-label={`Search ${title.toLowerCase()}`}
            placeholder="Search"
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        ) : null}
        <button type="button" class="link" aria-label={`${title}: all`} onClick={() => onHide(others)}>
          all
        </button>
        <button type="button" class="link" aria-label={`${title}: none`} onClick={() => onHide([...others, ...ids])}>
          none
        </button>
      </div>
      <div class="choices">
        {found.map(({ id, label, count }) => (
          <label key={id} title={label}>
            <input
              type="checkbox"
              checked={!hidden.includes(id)}
              onChange={(event) =>
                onHide(event.currentTarget.checked ? hidden.filter((each) => each !== id) : [...hidden, id])
              }
            />
            <span class="choice">{label}</span>
            <span class="choice-count">{count}</span>
          </label>
        ))}
        {found.length === 0 ? <p>Nothing is called that.</p> : null}
      </div>
    </fieldset>
  );
}
