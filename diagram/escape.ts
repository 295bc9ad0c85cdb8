/** A tooltip speaks of so many characters at most; Graphviz fails on strings of more than 16,384. */
const LONGEST = 1000;
/** Mermaid draws 50,000 characters in all. */
const LONGEST_MERMAID = 80;

/** Text of an XML element or of an attribute in double quotes. XML has no way to write most control characters and unpaired surrogates. */
export function xmlText(text: string): string {
  return clipped(text, LONGEST)
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/**
 * A label of Mermaid, to stand in double quotes. There Mermaid reads entities (`#35;`), Markdown and HTML, and directives (`%%{`) anywhere: all
 * that is no letter, digit or harmless sign becomes an entity.
 * @param text on one line
 */
export function mermaidText(text: string): string {
  const characters = Array.from(text.slice(0, LONGEST_MERMAID * 2));
  const shown = characters.length > LONGEST_MERMAID ? [...characters.slice(0, LONGEST_MERMAID), '…'] : characters;
  return shown
    .map((character) => (/[\p{L}\p{N} .,:/…-]/u.test(character) ? character : `#${character.codePointAt(0)};`))
    .join('');
}

/**
 * A string of Graphviz, to stand in double quotes: there `\"` is a quote; labels read `\n`, `\N` and the like besides, so that backslashes
 * are doubled.
 * @param text on one line
 */
export function dotText(text: string): string {
  return clipped(text, LONGEST).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

/** So many characters of a text at most. */
export function clipped(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
