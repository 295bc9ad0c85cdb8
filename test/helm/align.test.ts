import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignLines } from '../../server/core/helm/align';
import { helperForms } from '../../server/core/helm/helper-forms';
import { templateLines } from '../../server/core/helm/template-lines';

/** For each rendered line the number of the template's line that it is taken for, from 1; 0 when for none. Blank lines are left out. */
function origins(template: string, rendered: string, helpers = ''): readonly number[] {
  const forms = helperForms(templateLines(helpers).helpers);
  const lines = rendered.split('\n');
  const aligned = alignLines(templateLines(template), lines, forms);
  return aligned.flatMap((found, index) => {
    if (lines[index]?.trim() === '') return [];
    const part = found?.line.parts[found.part ?? 0];
    if (!part) return [0];
    const blanks = (part.literal?.length ?? 0) - (part.literal?.trimStart().length ?? 0);
    return [template.slice(0, part.start + blanks).split('\n').length];
  });
}

describe('alignLines', () => {
  it.each<[string, string, string, readonly number[]]>([
    ['literal lines', 'a: 1\nb: 2', 'a: 1\nb: 2', [1, 2]],
    ['actions within a line', 'name: {{ .x }}-svc\nport: {{ .p }}', 'name: web-svc\nport: 80', [1, 2]],
    ['an action that gives nothing', 'a:\n  b: {{ .x }}\n  c: 1', 'a:\n  b:\n  c: 1', [1, 2, 3]],
    ['a block that is left out', 'a: 1\n{{- if .x }}\nb: 2\n{{- end }}\nc: 3', 'a: 1\nc: 3', [1, 5]],
    [
      'one branch of several',
      'a:\n  {{- if .x }}\n  old: {{ .y }}\n  port: 1\n  {{- else }}\n  new: {{ .y }}\n  port: 1\n  {{- end }}\nb: 1',
      'a:\n  new: q\n  port: 1\nb: 1',
      [1, 6, 7, 9],
    ],
    [
      'a loop',
      'ports:\n  {{- range .ports }}\n  - name: {{ .name }}\n    port: {{ .port }}\n  {{- end }}\nend: 1',
      'ports:\n  - name: a\n    port: 1\n  - name: b\n    port: 2\n  - name: c\n    port: 3\nend: 1',
      [1, 3, 4, 3, 4, 3, 4, 6],
    ],
    [
      'a loop in a loop',
      'rules:\n{{- range .hosts }}\n- host: {{ . }}\n  paths:\n  {{- range .paths }}\n  - path: {{ . }}\n  {{- end }}\n{{- end }}',
      'rules:\n- host: a\n  paths:\n  - path: /x\n  - path: /y\n- host: b\n  paths:\n  - path: /z',
      [1, 3, 4, 6, 6, 3, 4, 6],
    ],
    [
      'a loop whose dashes stand on the other side',
      'ports:\n{{ range .ports -}}\n- name: {{ .name }}\n{{ end -}}\nend: 1',
      'ports:\n- name: a\n- name: b\nend: 1',
      [1, 3, 3, 5],
    ],
    [
      'an empty loop over labels before another block of labels',
      'annotations:\n  {{- range $k, $v := .a }}\n  {{ $k }}: {{ $v }}\n  {{- end }}\nlabels:\n  {{- include "l" . | nindent 2 }}\nspec: 1',
      'annotations:\nlabels:\n  a: b\n  c: d\nspec: 1',
      [1, 5, 6, 6, 7],
    ],
    [
      'a block that is left out with a loop of the same form in it',
      'labels:\n  {{- include "l" . | nindent 2 }}\n{{- if .x }}\nannotations:\n  {{- range $k, $v := .a }}\n  {{ $k }}: {{ $v }}\n  {{- end }}\n{{- end }}\nspec: 1',
      'labels:\n  a: b\n  c: d\nspec: 1',
      [1, 2, 2, 9],
    ],
    [
      'text that one action writes',
      'a:\n  {{- toYaml .x | nindent 2 }}\nb: {{ toYaml .y | nindent 2 }}\nc: 1',
      'a:\n  x: 1\n  y:\n    - z\nb: \n  q: 1\nc: 1',
      [1, 2, 2, 2, 3, 3, 4],
    ],
    ['indent', 'a:\n{{ toYaml .x | indent 2 }}\nc: 1', 'a:\n  x: 1\n  y: 2\nc: 1', [1, 2, 2, 3]],
    ['a condition within a line', 'a: {{ if .p }}{{ .p }}-{{ end }}{{ .k }}-tcp\nb: 1', 'a: pre-80-tcp\nb: 1', [1, 2]],
    [
      'a line that two lines of the template make',
      'a: x\n{{- if .s }}-{{ .s }}{{ end }}\nb: 1',
      'a: x-s\nb: 1',
      [1, 3],
    ],
    [
      'the second of two documents',
      'kind: A\nname: {{ .x }}\nport: 1\n---\nkind: B\nname: {{ .x }}\nport: 1',
      'kind: B\nname: q\nport: 1',
      [5, 6, 7],
    ],
    [
      'a document out of a loop',
      '{{- range .x }}\n---\nkind: A\nname: {{ . }}\n{{- end }}\n---\nkind: B\nname: {{ .x }}',
      'kind: A\nname: q',
      [3, 4],
    ],
    [
      'a document in an action alone',
      '{{- range .x }}\n---\n{{ toYaml . }}\n{{- end }}',
      'kind: A\nname: q\nspec:\n  a: b',
      [3, 3, 3, 3],
    ],
    [
      'a text in a block',
      'data:\n  f: |\n    server {\n      {{ .x }}\n    }',
      'data:\n  f: |\n    server {\n      listen 80;\n    }',
      [1, 2, 3, 4, 5],
    ],
    ['comments', '# a {{ .x }}\na: 1\n{{/* b\nc: 1\n*/}}\n  # c: 1\nc: 1', '# a 7\na: 1\n  # c: 1\nc: 1', [0, 2, 0, 7]],
    ['what nothing explains', 'a: 1\nb: 1', 'a: 1\n      x: y\nb: 1', [1, 0, 2]],
    ['Windows line breaks', 'a: 1\r\nb: {{ .x }}\r\nc: 1\r\n', 'a: 1\nb: 2\nc: 1', [1, 2, 3]],
  ])('finds the lines of %s', (_, template, rendered, expected) => {
    expect(origins(template, rendered)).toEqual(expected);
  });

  it('tells by the helpers which of several actions wrote a line', () => {
    const template = [
      'labels:',
      '  {{- include "base" . | nindent 2 }}',
      '  {{- with .x }}',
      '  {{- toYaml . | nindent 2 }}',
      '  {{- end }}',
      'end: 1',
    ].join('\n');
    const helpers = [
      '{{- define "name" }}app/name: {{ .n }}{{ end }}',
      '{{- define "base" -}}',
      'app/chart: {{ .c }}',
      '{{ include "name" . }}',
      '{{- end }}',
    ].join('\n');
    const rendered = 'labels:\n  app/chart: x\n  app/name: y\n  team: z\n  tier: q\nend: 1';
    expect(origins(template, rendered, helpers)).toEqual([1, 2, 2, 4, 4, 6]);
    expect(origins(template, rendered)).toEqual([1, 2, 2, 2, 2, 6]);
  });

  it('finds every line of templates whose lines differ', () => {
    fc.assert(
      fc.property(blocks, (tree) => {
        const written = write(tree);
        expect(origins(written.template.join('\n'), written.rendered.map(({ text }) => text).join('\n'))).toEqual(
          written.rendered.map(({ line }) => line),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('takes a long document of a long template in its stride', () => {
    const template = Array.from({ length: 500 }, (_, index) => `key${index}: {{ .x }}`).join('\n');
    const rendered = Array.from({ length: 2000 }, (_, index) => `key${index % 500}: ${index}`).join('\n');
    const began = process.cpuUsage();
    origins(template, rendered);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(2000);
  });

  it('never throws, whatever stands in a template', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{-',
      '-}}',
      ' ',
      '\n',
      '---\n',
      'if .x',
      'end',
      'range',
      'else',
      'define "x"',
      '"',
      '`',
      'a: b',
      '/*',
      '*/',
      '| nindent 4',
    );
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.constantFrom('a: b', '    x: y', '', '- z')), (pieces, lines) => {
        expect(origins(pieces.join(''), lines.join('\n')).length).toBe(lines.filter((line) => line !== '').length);
      }),
    );
  });
});

/** A template with what is decided about it: blocks that are there or not, loops that go round so many times. */
type Block =
  | { readonly type: 'line' }
  | { readonly type: 'if'; readonly taken: boolean; readonly body: readonly Block[]; readonly other: readonly Block[] }
  | { readonly type: 'range'; readonly rounds: number; readonly body: readonly Block[] };

const blocks: fc.Arbitrary<readonly Block[]> = fc.letrec<{ blocks: readonly Block[]; block: Block }>((tie) => ({
  blocks: fc.array(tie('block'), { minLength: 1, maxLength: 4 }),
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant({ type: 'line' as const }),
    fc.record({ type: fc.constant('if' as const), taken: fc.boolean(), body: tie('blocks'), other: tie('blocks') }),
    fc.record({ type: fc.constant('range' as const), rounds: fc.nat(3), body: tie('blocks') }),
  ),
})).blocks;

interface Written {
  readonly template: string[];
  readonly rendered: { readonly text: string; readonly line: number }[];
}

function write(tree: readonly Block[]): Written {
  const template: string[] = ['kind: Test'];
  let keys = 0;
  const writeAll = (blocks: readonly Block[]): Written['rendered'] => blocks.flatMap(writeBlock);
  const writeBlock = (block: Block): Written['rendered'] => {
    if (block.type === 'line') {
      const key = `key${String.fromCharCode(97 + (keys++ % 26))}${keys}`;
      template.push(`${key}: {{ .Values.x }}`);
      return [{ text: `${key}: value`, line: template.length }];
    }
    template.push(block.type === 'if' ? '{{- if .x }}' : '{{- range .x }}');
    const body = writeAll(block.body);
    if (block.type === 'if') template.push('{{- else }}');
    const other = block.type === 'if' ? writeAll(block.other) : [];
    template.push('{{- end }}');
    if (block.type === 'if') return block.taken ? body : other;
    return Array.from({ length: block.rounds }, () => body).flat();
  };
  const rendered = writeAll(tree);
  return { template, rendered: [{ text: 'kind: Test', line: 1 }, ...rendered] };
}
