import { expect } from 'vitest';

/** An element of an XML text, with what stands directly in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Reads an XML document without prologue, as strictly as the XML recommendation has it for what we write. Throws on what is no XML. */
export function parseXml(source: string): XmlElement {
  // eslint-disable-next-line no-control-regex -- characters that XML has no way to write
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u.test(source))
    throw new Error('not an XML character');
  const token = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  const stack: { name: string; attributes: Map<string, string>; children: XmlElement[]; text: string }[] = [
    { name: '', attributes: new Map(), children: [], text: '' },
  ];
  let end = 0;
  for (let match = token.exec(source); match; match = token.exec(source)) {
    end = token.lastIndex;
    const [, closing, name = '', attributes = '', selfClosing, text] = match;
    const top = stack.at(-1);
    if (!top) throw new Error('nothing is open');
    if (text !== undefined) {
      if (text.includes(']]>')) throw new Error(']]> in text');
      top.text += decoded(text);
    } else if (closing === '/') {
      if (top.name !== name) throw new Error(`</${name}> closes <${top.name}>`);
      stack.pop();
    } else {
      const element = { name, attributes: new Map<string, string>(), children: [], text: '' };
      for (const [, key = '', value = ''] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g))
        element.attributes.set(key, decoded(value));
      top.children.push(element);
      if (selfClosing !== '/') stack.push(element);
    }
  }
  const [root] = stack[0]?.children ?? [];
  if (end !== source.length || stack.length !== 1 || !root)
    throw new Error(`no XML at ${end}: ${source.slice(end, end + 80)}`);
  return root;
}

function decoded(text: string): string {
  const entities = { lt: '<', gt: '>', amp: '&', quot: '"' } as const;
  return text.replace(/&([^;\s]*;?)/g, (_, name: string) => {
    const found = entities[name.slice(0, -1) as keyof typeof entities] as string | undefined;
    if (found === undefined) throw new Error(`no entity: &${name}`);
    return found;
  });
}

export function descendants(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(descendants)];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly what: string;
}

/** Labels of lines in an SVG of ours, at least as large as they are drawn. */
export function labelBoxes(svg: XmlElement): readonly Box[] {
  return descendants(svg)
    .filter(({ attributes }) => /^label\b/.test(attributes.get('class') ?? ''))
    .map(({ attributes, text }) => {
      const [x, y] = [Number(attributes.get('x')), Number(attributes.get('y'))];
      const width = text.length * 10.5 * 0.62;
      const begins = attributes.get('class')?.includes('start') ?? false;
      return { left: begins ? x : x - width, right: begins ? x + width : x, top: y - 9, bottom: y + 2, what: text };
    });
}

/** Cards in an SVG of ours. */
export function cardBoxes(svg: XmlElement): readonly Box[] {
  return descendants(svg).flatMap((group): readonly Box[] => {
    const rect = group.children.find(
      ({ attributes }) =>
        /^card (?!several$)|^card several/.test(attributes.get('class') ?? '') && !attributes.has('x'),
    );
    const [, x, y] = /translate\(([\d.-]+) ([\d.-]+)\)/.exec(group.attributes.get('transform') ?? '') ?? [];
    if (!rect || x === undefined || y === undefined) return [];
    const [left, top] = [Number(x), Number(y)];
    const [width, height] = [Number(rect.attributes.get('width')), Number(rect.attributes.get('height'))];
    return [{ left, right: left + width, top, bottom: top + height, what: group.children[0]?.text ?? '' }];
  });
}

export function expectApart(boxes: readonly Box[]): void {
  const overlapping = boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.what} and ${b.what}`),
  );
  expect(overlapping).toEqual([]);
}

/** Statements of a DOT file of ours: every character is accounted for, so that no name can end its string. */
export function parseDot(source: string): { readonly nodes: readonly string[]; readonly edges: readonly string[] } {
  const quoted = String.raw`"(?:[^"\\\n]|\\["\\n])*"`;
  const attributes = String.raw`\[\w+=(?:${quoted}|[\w.]+)(?:, \w+=(?:${quoted}|[\w.]+))*\]`;
  const kinds = {
    nodes: new RegExp(String.raw`^ +n\d+ ${attributes};$`),
    edges: new RegExp(String.raw`^ +n\d+ -> n\d+ ${attributes};$`),
    other: new RegExp(
      String.raw`^(?:digraph connectivity \{|  (?:graph|node|edge) ${attributes};|  subgraph cluster_\d+ \{|    label=${quoted};|  \}|\}|)$`,
    ),
  };
  const lines = source.split('\n');
  expect(lines.filter((line) => !Object.values(kinds).some((kind) => kind.test(line)))).toEqual([]);
  return {
    nodes: lines.filter((line) => kinds.nodes.test(line)),
    edges: lines.filter((line) => kinds.edges.test(line)),
  };
}

/** Statements of a Mermaid flowchart of ours: labels hold harmless characters and entities only. */
export function parseMermaid(source: string): { readonly nodes: readonly string[]; readonly edges: readonly string[] } {
  const label = String.raw`"(?:[\p{L}\p{N} .,:/…-]|#\d+;|<br/>)*"`;
  const kinds = {
    nodes: new RegExp(String.raw`^ +n\d+(?:\[${label}\]|\(\[${label}\]\)|\{\{${label}\}\}|\[\[${label}\]\])$`, 'u'),
    edges: new RegExp(String.raw`^  n\d+ <?-->\|${label}\| n\d+$`, 'u'),
    other: new RegExp(
      String.raw`^(?:flowchart LR|  subgraph g\d+\[${label}\]|  end|  classDef open stroke-dasharray:4 3|  class n\d+(?:,n\d+)* open|)$`,
      'u',
    ),
  };
  const lines = source.split('\n');
  expect(lines.filter((line) => !Object.values(kinds).some((kind) => kind.test(line)))).toEqual([]);
  return {
    nodes: lines.filter((line) => kinds.nodes.test(line)),
    edges: lines.filter((line) => kinds.edges.test(line)),
  };
}

/** Rows of a CSV text (RFC 4180, with plain line feeds). */
export function parseCsv(source: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\n)/gy;
  let end = 0;
  for (let match = field.exec(source); match; match = field.exec(source)) {
    end = field.lastIndex;
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\n') rows.push([]);
  }
  expect(end).toBe(source.length);
  return rows.slice(0, -1);
}
