import type { JSX, RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Column } from '../../diagram/columns';
import type { Viewport } from './saved-state';

/** Far away a heading may be wider than its column: gutters leave it room. */
const LEAST_WIDTH = 136;
/** Farther away there is no room for headings. */
const LEAST_SCALE = 0.25;

interface LaneHeadingsProps {
  readonly elements: RefObject<HTMLDivElement>;
  readonly columns: readonly Column[];
}

/** What the lanes mean, always on the screen: they move sideways with the picture, never up or down. */
export function LaneHeadings({
  elements,
  columns,
  onChange,
}: LaneHeadingsProps & { readonly onChange: () => void }): JSX.Element {
  useLayoutEffect(onChange, [columns]);
  return (
    <div class="lanes" ref={elements}>
      {columns.map((column) => (
        <div key={`${column.lane} ${column.free}`} class="lane" data-x={column.x} data-width={column.width}>
          <span>{column.heading}</span>
        </div>
      ))}
    </div>
  );
}

/** Puts the headings above their columns. */
export function moveHeadings(container: HTMLElement, viewport: Viewport): void {
  container.hidden = viewport.k < LEAST_SCALE;
  for (const heading of container.children) {
    if (!(heading instanceof HTMLElement)) continue;
    const width = Number(heading.dataset['width']) * viewport.k;
    const shown = Math.max(width, LEAST_WIDTH);
    heading.style.transform = `translateX(${Number(heading.dataset['x']) * viewport.k + viewport.x - (shown - width) / 2}px)`;
    heading.style.width = `${shown}px`;
  }
}
