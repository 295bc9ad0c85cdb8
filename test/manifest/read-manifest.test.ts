import { describe, expect, it } from 'vitest';
import { numberAt, stringAt, toPlain } from '../../server/core/manifest/node';
import { readManifest } from '../../server/core/manifest/read-manifest';
import type { Manifest } from '../../server/core/manifest/resource';

const uri = 'file:///a.yaml';
const read = (text: string): Manifest => readManifest(uri, text);
const ids = ({ resources }: Manifest): readonly string[] =>
  resources.map(({ kind, name, namespace }) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`);
const service = (name: string): string => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`;

describe('documents', () => {
  it('reads several, whatever stands between them', () => {
    const text = `# a comment\n---\n${service('a')}--- # more\n${service('b')}...\n---\n---\n\n# empty\n---\t\n${service('c')}...\n`;
    expect(ids(read(text))).toEqual(['Service a', 'Service b', 'Service c']);
  });

  it('reads none from texts that hold none', () => {
    for (const text of ['', '\n', '---', '---\n---\n', '# only a comment\n', 'a: b', '- a', 'text', '\uFEFF', '...']) {
      expect(read(text)).toEqual({ uri, resources: [], problems: [], notes: [], template: false });
    }
  });

  it('does not take "---" inside of a block scalar for a separator', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  x: |\n    ---\n    kind: Service\n';
    expect(ids(read(text))).toEqual(['ConfigMap a']);
  });

  it('reads directives, CRLF and a byte order mark', () => {
    const text = `\uFEFF%YAML 1.2\n---\n${service('a')}---\n${service('b')}`.replaceAll('\n', '\r\n');
    const manifest = read(text);
    expect(ids(manifest)).toEqual(['Service a', 'Service b']);
    const [, second] = manifest.resources;
    expect(text.slice(second?.nameNode.start, second?.nameNode.end)).toBe('b');
  });

  it('reads names and namespaces as they are written', () => {
    const text = (metadata: string) => read(`apiVersion: v1\nkind: Pod\nmetadata: ${metadata}`);
    expect(ids(text('{ name: a, namespace: b }'))).toEqual(['Pod b/a']);
    expect(ids(text('{ name: a, namespace: "" }'))).toEqual(['Pod a']);
    expect(ids(text('{ generateName: a- }'))).toEqual(['Pod ']);
    expect(ids(text('{ name: 1, namespace: }'))).toEqual(['Pod ']);
    expect(ids(text('text'))).toEqual(['Pod ']);
  });
});

describe('kinds', () => {
  it('reads List, typed lists and lists of lists', () => {
    const text = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: { name: a }
  - apiVersion: v1
    kind: List
    items: [{ apiVersion: v1, kind: Pod, metadata: { name: b } }]
  - apiVersion: v1
    kind: LimitRange
    metadata: { name: skipped }
  - text
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicyList
items:
  - metadata: { name: c }
  - { kind: NetworkPolicy, apiVersion: networking.k8s.io/v1, metadata: { name: d } }
---
apiVersion: v1
kind: List
items: []
`;
    expect(ids(read(text))).toEqual(['Service a', 'Pod b', 'NetworkPolicy c', 'NetworkPolicy d']);
  });

  it('skips other kinds and the same kinds of other APIs', () => {
    for (const [apiVersion, kind] of [
      ['serving.example.com/v1', 'Service'],
      ['projectcalico.org/v3', 'NetworkPolicy'],
      ['v1', 'LimitRange'],
      ['apps/v1', 'Pod'],
      ['kustomize.config.k8s.io/v1beta1', 'Kustomization'],
    ]) {
      expect(ids(read(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }`))).toEqual([]);
    }
  });

  it('finds the kind in whatever way it is written', () => {
    for (const text of [
      '{ kind: Service, apiVersion: v1, metadata: { name: a } }',
      '"kind": Service\n"apiVersion": v1\nmetadata: { name: a }',
      "'kind' : 'Service'\napiVersion: v1\nmetadata: { name: a }",
      'metadata:\n  name: a\napiVersion: v1\nkind:   "Service"   # comment',
      '  apiVersion: v1\n  kind: Service\n  metadata: { name: a }',
      'kind: &k Service\napiVersion: v1\nmetadata: { name: a }',
      'kind:\n  Service\napiVersion: v1\nmetadata: { name: a }',
      'kind: !!str Service\napiVersion: v1\nmetadata: { name: a }',
    ]) {
      expect(ids(read(text)), text).toEqual(['Service a']);
    }
  });
});

describe('JSON', () => {
  it('reads objects, lists and arrays, with tabs and with CRLF', () => {
    const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
    for (const value of [object, { apiVersion: 'v1', kind: 'List', items: [object] }, [object]]) {
      for (const text of [
        JSON.stringify(value),
        JSON.stringify(value, null, '\t'),
        JSON.stringify(value, null, 2).replaceAll('\n', '\r\n'),
      ]) {
        expect(ids(read(text)), text).toEqual(['Service a']);
        expect(read(text).problems).toEqual([]);
      }
    }
  });
});

describe('anchors, aliases and merge keys', () => {
  const text = `apiVersion: v1
kind: Service
metadata:
  labels: &labels { app: web, tier: &tier front }
  name: a
spec:
  selector: { <<: *labels, tier: back }
  ports: &ports [{ port: 80 }]
  other: *ports
  alias: *tier
`;
  const [resource] = read(text).resources;
  const at = (...path: (string | number)[]) => stringAt(resource?.root, ...path) ?? numberAt(resource?.root, ...path);

  it('are resolved, own keys first', () => {
    expect(resource && toPlain(resource.root)).toMatchObject({
      spec: { selector: { app: 'web', tier: 'back' }, other: [{ port: 80 }], alias: 'front' },
    });
  });

  it('mark as shared what is written once and used twice', () => {
    expect(at('metadata', 'labels', 'app')?.node.shared).toBe(true);
    expect(at('spec', 'selector', 'app')?.node.shared).toBe(true);
    expect(at('spec', 'selector', 'tier')?.node.shared).toBeUndefined();
    expect(at('spec', 'ports', 0, 'port')?.node.shared).toBe(true);
    expect(at('spec', 'other', 0, 'port')?.node.shared).toBe(true);
    expect(at('metadata', 'name')?.node.shared).toBeUndefined();
  });

  it('an alias of a scalar is a text of its own, which may be replaced', () => {
    const alias = at('spec', 'alias');
    expect(text.slice(alias?.node.start, alias?.node.end)).toBe('*tier');
    expect(alias?.node).toMatchObject({ style: 'alias' });
    expect(alias?.node.shared).toBeUndefined();
  });

  it('an anchor that nobody uses is not shared', () => {
    const [only] = read('apiVersion: v1\nkind: Pod\nmetadata: &m { name: a }').resources;
    expect(stringAt(only?.root, 'metadata', 'name')?.node.shared).toBeUndefined();
  });
});

describe('templates', () => {
  const inService = (line: string) => read(`apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n${line}\n`);

  it.each([
    '  namespace: {{ .Release.Namespace }}',
    '  namespace: "{{ .Release.Namespace }}"',
    '  labels: { app: {{ .Chart.Name }} }',
    '  labels: {{- include "labels" . | nindent 4 }}',
    '{{- if .Values.x }}\nspec: {}\n{{- end }}',
    '  {{- if .Values.x }}\n  labels: {}\n  {{- end }}',
    '  {{ .Values.key }}: b',
    'spec:\n  ports:\n    {{- range .Values.ports }}\n    - port: {{ . }}\n    {{- end }}',
  ])('%s: left alone', (line) => {
    expect(inService(line)).toMatchObject({
      resources: [],
      problems: [],
      template: true,
      notes: [expect.stringContaining('{{')],
    });
  });

  it.each([
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { x: "{{ y }}" }',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  x: |\n    {{ y }}',
    "apiVersion: v1\nkind: Pod\nmetadata: { name: a, annotations: { x: '{{ y }}' } }",
    "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ args: ['{{ y }}'], command: ['{{ y }}'], env: [{ value: '{{ y }}' }] }] }",
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a # {{ y }}',
    'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  text: >-\n    {{ y }}',
    'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n---\nkind: WorkflowTemplate\nmetadata: { name: "{{ x }}" }',
  ])('%s: no template', (text) => {
    expect(read(text)).toMatchObject({ template: false, notes: [], problems: [] });
    expect(read(text).resources).toHaveLength(1);
  });
});

describe('kinds that networking does not read', () => {
  const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: a\n';

  it('bring no resources, and tell what is wrong with their text', () => {
    const manifest = read(`${service('a')}---\n${role}rules: []\nrules: []\n---\n${role}rules: [\n`);
    expect(ids(manifest)).toEqual(['Service a']);
    expect(manifest.problems).toMatchObject([
      { rule: 'yaml-duplicate-key', elsewhere: true },
      { rule: 'yaml-syntax', severity: 'error', elsewhere: true },
    ]);
  });

  it('are skipped where they are large, a template, or no manifest at all', () => {
    for (const text of [
      `${role}x: ${'x'.repeat(40_000)}\nx: y\n`,
      `${role}x: {{ y }}\nx: y\n`,
      `${role}---\n${role}x: y\nx: y\n---\nx: {{ y }}\n`,
      `${role}{% if x %}\ny: "{{ y }}"\n`,
      'kind: Role\nx: y\nx: y\n# apiVersion\n',
      'a:\n  apiVersion: v1\n  kind: Role\n  kind: Role\n',
    ])
      expect(read(text)).toMatchObject({ resources: [], problems: [], template: false });
  });
});

describe('broken text', () => {
  it('does not hide the documents beside it', () => {
    const manifest = read(`${service('a')}---\n${service('b')}  - c\n---\n${service('d')}`);
    expect(ids(manifest)).toContain('Service a');
    expect(ids(manifest)).toContain('Service d');
    expect(manifest.problems).toMatchObject([{ rule: 'yaml-syntax', severity: 'error' }]);
  });

  it('is reported at its place', () => {
    const text = `${service('a')}---\n${service('b')}\tx: y\n`;
    const [problem] = read(text).problems;
    expect(text.slice(problem?.range.start).startsWith('\tx: y')).toBe(true);
  });

  it('a duplicate key is reported at the second place, and the last value counts', () => {
    const text = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a, name: b }';
    const { resources, problems } = read(text);
    expect(problems).toMatchObject([{ rule: 'yaml-duplicate-key', range: { start: text.lastIndexOf('name') } }]);
    expect(resources[0]?.name).toBe('b');
  });

  it.each([
    ['a tab within a flow sequence', 'metadata: { name: a }\nspec:\n  ports: [\n\t{ port: 80 }\n  ]\n'],
    ['a closing bracket at the first column', 'metadata: { name: a }\nspec:\n  ports: [\n    { port: 80 }\n]\n'],
    ['a quoted text that ends at the first column', 'metadata:\n  name: a\n  note: "one\ntwo"\n'],
  ])('%s: kubectl takes it, so it is read and noted softly', (_, rest) => {
    for (const eol of ['\n', '\r\n']) {
      const manifest = read(`apiVersion: v1\nkind: Service\n${rest}`.replaceAll('\n', eol));
      expect(ids(manifest)).toEqual(['Service a']);
      expect(manifest.problems).toMatchObject([{ rule: 'yaml-syntax', severity: 'tolerated' }]);
    }
  });
});
