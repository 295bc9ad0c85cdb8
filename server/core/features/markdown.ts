import type { Location } from '../position';

/** No name in Kubernetes is longer than 253 characters; hostile ones are cut. */
const maxLength = 300;

/** Control characters and those that reorder the text around them: shown as a sign, not obeyed. */
// eslint-disable-next-line no-control-regex -- these are the characters to find
const unsafeCharacters = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

// eslint-disable-next-line no-control-regex -- these are the characters to find
const unsafeInUri = /[\u0000-\u0020()<>[\]\\`"'|{}^*_~#\u007f]/g;

/**
 * A text as Markdown that shows it as it is: no markup, no HTML, no links that a renderer finds by itself (GFM autolinks), one line.
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#!|~:@$^]/g, '\\$&')
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}\\.`)
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^[-+=]/, '\\$&');
}

/** A text as a code span that no backtick in it can end (CommonMark, 6.1). */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === '') return '*empty*';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = longest > 0 || (line.startsWith(' ') && line.endsWith(' ')) ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** A link that editors follow to the line and character, which count from 1 in a fragment. */
export function link(text: string, location: Location): string {
  const { line, character } = location.range.start;
  return `[${escapeMarkdown(text)}](${encodeUri(location.file)}#L${line + 1},${character + 1})`;
}

/** A GFM table. Cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapePipes).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A bullet list of Markdown items, cut where it gets too long for a hover. */
export function bulletList(items: readonly string[], max = 10): string {
  return limited(items, max)
    .map((item) => `- ${item}`)
    .join('\n');
}

/** Markdown items in one line, cut where it gets too long. */
export function inlineList(items: readonly string[], max = 5): string {
  return limited(items, max).join(', ');
}

/** `1 pod`, `2 pods`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function limited(items: readonly string[], max: number): readonly string[] {
  return items.length > max ? [...items.slice(0, max), `and ${items.length - max} more`] : items;
}

function oneLine(text: string): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(/\s+/g, ' ').replace(unsafeCharacters, '\ufffd');
}

/** Cells end at a pipe even inside code, unless an odd number of backslashes stands before it (GFM, 4.10). */
function escapePipes(cell: string): string {
  return cell.replace(/(\\*)\|/g, (found, slashes: string) => (slashes.length % 2 === 0 ? `${slashes}\\|` : found));
}

/** What URIs may hold but a Markdown link's destination may not. Spaces of a URI are encoded already, but not by everyone. */
function encodeUri(uri: string): string {
  return uri.replace(unsafeInUri, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
