import { fromYaml } from './from-yaml';
import type { OffsetRange, SourceNode } from './node';
import { isAliasBomb, parseYaml } from './parse-yaml';
import { isJson } from './split-documents';

/** Every document of a text. */
export interface Trees {
  readonly roots: readonly SourceNode[];
  /** The first thing that the reader could not take; the documents before it, and what could be read of its own, are in `roots`. */
  readonly problem: { readonly message: string; readonly range: OffsetRange } | undefined;
  /** It holds `{{` where a value is read: a template for another tool. */
  readonly template: boolean;
}

/** Reads all documents of a YAML or JSON text, whatever they are. Offsets are into the text. Never throws. */
export function readTrees(text: string): Trees {
  const source = isJson(text) ? text.replace(/\t/g, ' ') : text;
  const { documents, errors } = parseYaml(source);
  const read = documents.filter((document) => !isAliasBomb(document, source)).map((document) => fromYaml(document, 0));
  const error = errors.find(({ tolerated }) => !tolerated);
  return {
    roots: read.flatMap(({ root }) => root ?? []),
    problem: error && { message: error.message, range: error.range },
    template: read.some(({ template }) => template) || (error !== undefined && text.includes('{{')),
  };
}
