import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { addressBarShapes, describeAddresses } from '../../diagram/address-bar';
import { cleanText } from '../../diagram/text';
import type { AddressBar } from '../../server/core/views/view';
import { Codicon } from './icons';
import { useSize } from './measure';
import { Shapes } from './shape-view';

interface AddressStripProps {
  readonly bar: AddressBar;
  /** Show where the range is written. */
  readonly onRange: (id: string) => void;
}

/** The cluster's ranges of addresses to scale; the overlaps are said in words, too. */
export function AddressStrip({ bar, onRange }: AddressStripProps): JSX.Element | null {
  const [isOpen, setOpen] = useState(true);
  const [focused, setFocused] = useState<string | null>(null);
  if (bar.ranges.length === 0) return null;
  return (
    <section class="address-strip" aria-label="Addresses">
      <button type="button" class="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Codicon glyph={isOpen ? 'next' : 'closed'} />
        {summaryOf(bar)}
      </button>
      {bar.overlaps.map(({ ranges, text }) => (
        <p key={ranges.join()} class="problem warning">
          <span class="glyph" role="img" aria-label="overlap">
            !
          </span>
          {cleanText(text)}
        </p>
      ))}
      {isOpen ? (
        <>
          <Drawing bar={bar} focused={focused} onRange={onRange} />
          <RangeList bar={bar} onFocus={setFocused} onRange={onRange} />
        </>
      ) : null}
    </section>
  );
}

function summaryOf({ ranges, overlaps }: AddressBar): string {
  const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  const found = overlaps.length === 0 ? 'none overlap' : count(overlaps.length, 'overlap');
  return ranges.length === 1 ? 'Addresses: 1 range' : `Addresses: ${count(ranges.length, 'range')}, ${found}`;
}

interface DrawingProps extends AddressStripProps {
  /** The range whose words have the keyboard's focus. */
  readonly focused: string | null;
}

/** For the eyes alone: `RangeList` says the same. */
function Drawing({ bar, focused, onRange }: DrawingProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const { width } = useSize(element);
  const { shapes, height, hits } = useMemo(() => addressBarShapes(bar, width), [bar, width]);
  const names = new Map(describeRanges(bar));
  return (
    <div ref={element} class="address-drawing">
      <svg width={width} height={height} aria-hidden="true" focusable="false">
        <Shapes shapes={shapes} />
        {hits.map((hit) => (
          <rect
            key={hit.id}
            class={hit.id === focused ? 'hit focused' : 'hit'}
            x={hit.x - 2}
            y={hit.y - 2}
            width={hit.width + 4}
            height={hit.height + 4}
            onClick={() => onRange(hit.id)}
          >
            <title>{names.get(hit.id)}</title>
          </rect>
        ))}
      </svg>
    </div>
  );
}

interface RangeListProps extends AddressStripProps {
  readonly onFocus: (id: string | null) => void;
}

/** The ranges in words, for assistive technology and the keyboard. */
function RangeList({ bar, onFocus, onRange }: RangeListProps): JSX.Element {
  return (
    <ul class="sr-only" aria-label="Ranges of addresses">
      {describeRanges(bar).map(([id, words]) => (
        <li key={id}>
          <button type="button" onFocus={() => onFocus(id)} onBlur={() => onFocus(null)} onClick={() => onRange(id)}>
            {words}
          </button>
        </li>
      ))}
    </ul>
  );
}

function describeRanges(bar: AddressBar): readonly (readonly [id: string, words: string])[] {
  const words = describeAddresses(bar);
  return bar.ranges.map(({ id }, index) => [id, words[index] ?? ''] as const);
}
