import type { JSX, RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Column } from '../../diagram/columns';
import { headingRooms } from '../../diagram/headings';
import type { Viewport } from './saved-state';

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
  const rooms = headingRooms(columns);
  return (
    <div class="lanes" ref={elements}>
      {columns.map(({ lane, free, heading, x, width }, index) => (
        <div key={`${lane} ${free}`} class="lane" data-middle={x + width / 2} data-room={rooms[index] ?? width}>
          <span>{heading}</span>
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
    const room = Number(heading.dataset['room']) * viewport.k;
    heading.style.transform = `translateX(${Number(heading.dataset['middle']) * viewport.k + viewport.x - room / 2}px)`;
    heading.style.width = `${room}px`;
  }
}
