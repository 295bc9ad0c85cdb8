import { mayBeRelevant } from './kinds';
import type { OffsetRange } from './node';

/** One document of a text. */
export interface DocumentRange extends OffsetRange {
  /** It may hold a kind that is read. Else it is a manifest of another kind: only what is wrong with its text matters. */
  readonly relevant: boolean;
}

/**
 * Cuts a YAML text at its `---` lines and leaves out, unparsed, the documents that are no manifests, and large ones that cannot hold a kind
 * we read. A `---` at the first column always begins a document (YAML 1.2, 9.1.2: it is forbidden inside scalars), so no parser is needed
 * to find it.
 * @param more kinds that are read beside those that are built in
 */
export function documentsIn(text: string, more: ReadonlySet<string> = new Set()): readonly DocumentRange[] {
  if (isJson(text)) {
    const range = { start: 0, end: text.length };
    if (mentionsRelevantKind(text, more)) return [{ ...range, relevant: true }];
    return isOtherJson(text) ? [{ ...range, relevant: false }] : [];
  }
  // `{{` outside of quotes stands in nothing that is applied as it is written.
  const isTemplate = text.includes('{{') && /^[^"'\n]*\{\{/m.test(text);
  return splitDocuments(text).flatMap((range): readonly DocumentRange[] => {
    if (holdsRelevantKind(text, range, more)) return [{ ...range, relevant: true }];
    return !isTemplate && isOtherManifest(text, range) ? [{ ...range, relevant: false }] : [];
  });
}

/**
 * Characters of a document up to which it is read for its mistakes alone. What people write is smaller; what is larger is made by tools, as
 * definitions of resources are, and would cost more than all else.
 */
const maxOther = 32_768;

/** A Kubernetes object by what stands at its first columns. */
function isOtherManifest(text: string, { start, end }: OffsetRange): boolean {
  if (end - start > maxOther) return false;
  const piece = text.slice(start, end);
  return /^kind:[ \t]*["']?[A-Z]/m.test(piece) && /^apiVersion:[ \t]*["']?[a-z0-9]/m.test(piece);
}

function isOtherJson(text: string): boolean {
  return (
    text.length <= maxOther && /"apiVersion"\s*:\s*"/.test(text) && /"kind"\s*:\s*"/.test(text) && !text.includes('{{')
  );
}

/** Whether a text is JSON: its first character beside white space and BOM opens an object or an array. */
export function isJson(text: string): boolean {
  return /^[\uFEFF\s]*[{[](?!\{)/.test(text.slice(0, 2000));
}

/** Every document of a text, without looking into it. */
function splitDocuments(text: string): readonly OffsetRange[] {
  const starts = [0];
  for (let at = text.indexOf('\n---'); at !== -1; at = text.indexOf('\n---', at + 4)) {
    const after = text[at + 4];
    if (after === undefined || after === '\n' || after === '\r' || after === ' ' || after === '\t') starts.push(at + 1);
  }
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? text.length }));
}

/**
 * A document's kind is known from its `kind:` at the first column. Where that is missing or no plain word (flow style, indented or
 * quoted keys), the document is kept if a relevant kind is mentioned at all.
 */
function holdsRelevantKind(text: string, range: OffsetRange, more: ReadonlySet<string>): boolean {
  let found = false;
  for (let at = lineStartingWith(text, 'kind:', range.start, range.end); at !== -1;) {
    const value = /^kind:[ \t]*(["']?)([A-Za-z][A-Za-z0-9]*)\1[ \t]*(?:#.*)?\r?(?:\n|$)/.exec(
      text.slice(at, at + 200),
    )?.[2];
    if (value === undefined || mayBeRelevant(value, more)) return true;
    found = true;
    at = lineStartingWith(text, 'kind:', at + 5, range.end);
  }
  return !found && mentionsRelevantKind(text.slice(range.start, range.end), more);
}

function lineStartingWith(text: string, word: string, from: number, end: number): number {
  if ((from === 0 || text[from - 1] === '\n') && text.startsWith(word, from)) return from;
  const at = text.indexOf(`\n${word}`, from);
  return at === -1 || at >= end ? -1 : at + 1;
}

function mentionsRelevantKind(text: string, more: ReadonlySet<string>): boolean {
  if (!text.includes('apiVersion')) return false;
  for (const match of text.matchAll(/["']?\bkind["']?\s*:\s*(?:[|>&!]\S*\s+)*["']?([A-Za-z][A-Za-z0-9]*)/g)) {
    if (mayBeRelevant(match[1] ?? '', more)) return true;
  }
  return false;
}
