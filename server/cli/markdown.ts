import { oneLine } from './output';

/** A table of GitHub's Markdown, one row at a time. */
export function* toTable(heading: readonly string[], rows: Iterable<readonly string[]>): Generator<string> {
  yield row(heading);
  yield row(heading.map(() => '---'));
  for (const cells of rows) yield row(cells.map(cell));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** Names that Kubernetes admits, addresses, and how selectors are printed: nothing in them means anything to Markdown. */
const plain = /^[A-Za-z0-9.\-/{}[\]=:, ]*$/;
const link = /:\/\/|www\./i;

/** Text that is shown and never obeyed: whatever is no plain name stands in a code span, in which nothing is markup, link or mention. */
function cell(text: string): string {
  if (plain.test(text) && !link.test(text)) return text;
  const safe = oneLine(text.replaceAll('\\', '\\\\')).replaceAll('|', '\\|');
  const longest = [...safe.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), 0);
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${safe} ${fence}` : `${fence}${safe}${fence}`;
}
