import { EDGE_LABEL } from '../../diagram/metrics';
import { textWidth } from '../../diagram/text';
import type { Drawn } from './svg-columns';

/** A label that is too long to stand at its line. */
export interface Note {
  readonly mark: string;
  readonly text: string;
}

export interface Labels {
  readonly of: (drawn: Drawn) => string;
  readonly notes: readonly Note[];
}

const LONGEST = 24;
const ARROWS: Readonly<Record<Drawn['way'], string>> = { forth: '', back: '← ', both: '↔ ' };

/** What the lines of a picture say; equal long texts share a note. */
export function labelsOf(links: readonly Drawn[]): Labels {
  const long = [...new Set(links.map(({ link }) => link.conn))].filter((conn) => conn.length > LONGEST);
  const marks = new Map(long.map((conn, index) => [conn, `[${index + 1}]`]));
  return {
    of: ({ link, way }) => `${ARROWS[way]}${marks.get(link.conn) ?? link.conn}`,
    notes: [...marks].map(([text, mark]) => ({ mark, text })),
  };
}

export function labelWidth(text: string): number {
  return textWidth(text, EDGE_LABEL);
}
