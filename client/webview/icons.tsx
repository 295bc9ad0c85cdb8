import type { JSX } from 'preact';
import { ICONS } from '../../diagram/icons';

/** The glyph of a node's kind. */
export function KindIcon({ kind }: { readonly kind: keyof typeof ICONS }): JSX.Element {
  return <Glyph data={ICONS[kind]} className={`kind-icon ${kind}`} />;
}

/** An outline on a 16 × 16 grid. */
export function Glyph({
  data,
  className = 'glyph-icon',
}: {
  readonly data: string;
  readonly className?: string;
}): JSX.Element {
  return (
    <svg class={className} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={data} />
    </svg>
  );
}

/** Outlines of the toolbar's buttons. */
export const GLYPHS = {
  previous: 'M3 10l5-5l5 5',
  next: 'M3 6l5 5l5-5',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2 6v-4h4M10 2h4v4M14 10v4h-4M6 14h-4v-4M6 6h4v4h-4z',
  follow: 'M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3M8 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7',
  problems: 'M8 2l6.5 11.5h-13zM8 6.5v3.5M8 11.8v.01',
  fold: 'M3 2.5h10M3 13.5h10M5 4.5l3 2.5l3-2.5M5 11.5l3-2.5l3 2.5',
  unfold: 'M3 8h10M5 5l3-2.5l3 2.5M5 11l3 2.5l3-2.5',
  table: 'M2 3h12v10h-12zM2 6.5h12M2 9.8h12M6.5 3v10',
  legend: 'M2.5 4h2M2.5 8h2M2.5 12h2M7 4h6.5M7 8h6.5M7 12h6.5',
  keys: 'M1.5 4h13v8.5h-13zM4 7h.01M6.7 7h.01M9.4 7h.01M12 7h.01M5 10h6',
  arrange: 'M2 2h4v4h-4zM10 6h4v4h-4zM2 10h4v4h-4zM6 4h2v4h2M6 12h2v-4',
  matrix: 'M2 2h12v12h-12zM2 6h12M2 10h12M6 2v12M10 2v12',
  filter: 'M2 3h12l-4.5 5.5v5l-3-1.5v-3.5z',
  focus: 'M8 6a2 2 0 1 0 0 4a2 2 0 1 0 0-4M2 5v-3h3M11 2h3v3M14 11v3h-3M5 14h-3v-3',
  export: 'M8 2v8M5 7l3 3l3-3M2.5 11v2.5h11v-2.5',
  close: 'M4 4l8 8M12 4l-8 8',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.3 10.3l3.7 3.7',
} as const;
