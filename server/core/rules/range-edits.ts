import type { SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { ScalarPart } from '../manifest/scalar-part';
import { editPart, partFixData } from './host-edits';
import type { FixData, Place } from './rule';

/** An address or range as it is written: a whole scalar, or a piece of one. */
export interface WrittenAddress {
  readonly text: string;
  readonly node: SourceNode;
  readonly part?: ScalarPart;
}

/** Where to point for an address. */
export function addressPlace({ node, part }: Omit<WrittenAddress, 'text'>): Place {
  const { start, end, file } = node;
  return { start, end, ...(file === undefined ? {} : { file }), ...(part ? { part } : {}) };
}

/** The fix that writes another address in the place of this one, for `partFixes`; nothing where there is none to write. */
export function changeAddress(
  resource: Resource,
  { text, node, part }: WrittenAddress,
  value: string | undefined,
): { readonly data?: FixData } {
  if (value === undefined || node.type !== 'scalar') return {};
  const whole = { start: 0, end: String(node.value).length };
  const edit = editPart({ resource, node, part: part ?? whole }, value);
  return partFixData([{ title: `Change ${text} to ${value}`, edit }]);
}
