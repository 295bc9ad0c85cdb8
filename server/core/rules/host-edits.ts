import type { OffsetRange } from '../manifest/node';
import { placeOfPart, type ScalarPart } from '../manifest/scalar-part';
import type { PartPlace } from '../model/dns-references';
import type { FixData, FixDraft, Place, TextOf } from './rule';

/**
 * Where to point for a piece of a scalar: the piece itself where it can be found, else the scalar.
 * @param range within the piece; all of it when absent
 */
export function partPlace({ resource, node, part }: PartPlace, range?: OffsetRange): Place {
  const file = node.file ?? resource.file;
  const { start, end, value } = node;
  if (typeof value !== 'string' || !part) return { file, start, end };
  return { file, start, end, part: { value, ...within(part, range) } };
}

/** New text for a piece of a scalar, as a finding's data keeps it. */
export interface PartEdit {
  readonly file: string;
  readonly scalar: OffsetRange;
  readonly part: ScalarPart;
  readonly newText: string;
}

/**
 * Replaces a piece of a scalar, within the piece that a place names.
 * @param range within the piece; all of it when absent
 */
export function editPart(
  { resource, node, part }: PartPlace,
  newText: string,
  range?: OffsetRange,
): PartEdit | undefined {
  const { value, start, end, shared, style } = node;
  if (typeof value !== 'string' || !part || shared || style === 'alias') return undefined;
  return {
    file: node.file ?? resource.file,
    scalar: { start, end },
    part: { value, ...within(part, range) },
    newText,
  };
}

function within(part: OffsetRange, range: OffsetRange | undefined): OffsetRange {
  return range ? { start: part.start + range.start, end: part.start + range.end } : part;
}

/** What `partFixes` reads. */
export interface PartFix {
  readonly title: string;
  readonly edit: PartEdit;
}

/** A finding's data with its fixes, those left out that cannot be done. */
export function partFixData(fixes: readonly { readonly title: string; readonly edit: PartEdit | undefined }[]): {
  readonly data?: FixData;
} {
  const possible = fixes.flatMap(({ title, edit }) => (edit ? [{ title, edit }] : []));
  return possible.length > 0 ? { data: { fixes: possible } } : {};
}

/** Quick fixes that replace a piece of a scalar and leave everything around it as it is. */
export function partFixes(data: FixData, textOf: TextOf): readonly FixDraft[] {
  return ((data['fixes'] as readonly PartFix[] | undefined) ?? []).flatMap(({ title, edit }) => {
    const { file, scalar, part, newText } = edit;
    const place = placeOfPart(textOf(file), scalar, part);
    return place ? [{ title, edits: [{ file, ...place, newText }] }] : [];
  });
}
