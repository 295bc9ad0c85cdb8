import { coreValue } from '../manifest/core-schema';
import type { ScalarNode } from '../manifest/node';
import type { Context } from './context';

/** What a number or word looks like in its file, `1.10` or `0x1F`, when it is still the one that stands there. */
export function writtenText(node: ScalarNode, context: Context): string {
  const { value, file, start, end } = node;
  if (start === end && value === null) return '';
  if (typeof value === 'string' || file === undefined) return String(value);
  const text = context.source.textOf(file);
  const written = typeof text === 'string' ? text.slice(start, end) : '';
  return coreValue(written) === value ? written : String(value);
}
