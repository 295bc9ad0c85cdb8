import { expect } from 'vitest';

/** Statements by what they are. */
export interface Parts {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  readonly frames: readonly string[];
}

/** Statements of an exported Mermaid flowchart. Every character is accounted for: labels hold harmless ones and entities only. */
export function mermaidParts(source: string): Parts {
  const label = String.raw`"(?:[\p{L}\p{N} .,:/…-]|#\d+;|<br/>)*"`;
  const shapes = ['[_]', '(_)', '([_])', '[[_]]', '[(_)]', '{{_}}', '>_]', '[/_/]'].map((shape) =>
    shape.replace(/[[\](){}/]/g, String.raw`\$&`).replace('_', label),
  );
  const arrow = String.raw`(?:<?-->|x?--x|o?--o|<?-\.->|---|<?==>)`;
  return partsOf(source, {
    nodes: new RegExp(`^ +n\\d+(?:${shapes.join('|')})$`, 'u'),
    edges: new RegExp(String.raw`^  [ng]\d+ ${arrow}(?:\|${label}\|)? [ng]\d+$`, 'u'),
    frames: new RegExp(String.raw`^  subgraph g\d+\[${label}\]$`, 'u'),
    other:
      /^(?:flowchart LR| {2}end| {2}linkStyle \d+(?:,\d+)* [\w:#,\- ]+| {2}classDef absent stroke-dasharray:4 3| {2}class n\d+(?:,n\d+)* absent|)$/,
  });
}

/** Statements of an exported DOT file, so that no name can end its string. */
export function dotParts(source: string): Parts {
  const quoted = String.raw`"(?:[^"\\\n]|\\["\\n])*"`;
  const attributes = String.raw`\[\w+=(?:${quoted}|[\w.]+)(?:, \w+=(?:${quoted}|[\w.]+))*\]`;
  return partsOf(source, {
    nodes: new RegExp(String.raw`^ +n\d+ ${attributes};$`),
    edges: new RegExp(String.raw`^  n\d+ -> n\d+ ${attributes};$`),
    frames: new RegExp(String.raw`^    label=${quoted};$`),
    other: new RegExp(
      String.raw`^(?:digraph kubepath \{|  (?:graph|node|edge) ${attributes};|  subgraph cluster_g\d+ \{|  \}|\}|)$`,
    ),
  });
}

function partsOf(source: string, kinds: Readonly<Record<keyof Parts | 'other', RegExp>>): Parts {
  const lines = source.split('\n');
  expect(lines.filter((line) => !Object.values(kinds).some((kind) => kind.test(line)))).toEqual([]);
  const linesOf = (kind: RegExp): readonly string[] =>
    lines.filter((line) => kind.test(line)).map((line) => line.trim());
  return { nodes: linesOf(kinds.nodes), edges: linesOf(kinds.edges), frames: linesOf(kinds.frames) };
}
