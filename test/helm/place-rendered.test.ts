import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeRendered } from '../../server/core/helm/place-rendered';
import { nodeAt, type SourceNode } from '../../server/core/manifest/node';

const uri = 'file:///web/templates/a.yaml';

function place(template: string, rendered: string, namespace?: string) {
  return placeRendered(`---\n# Source: web/templates/a.yaml\n${rendered}\n`, {
    sourceOf: (path) => (path === 'web/templates/a.yaml' ? { uri, text: template } : undefined),
    ...(namespace === undefined ? {} : { namespace }),
  });
}

const template = `{{- if .Values.on }}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "name" . }}-svc
  {{- with .Values.annotations }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: ClusterIP
  selector: {{ include "selector" . | nindent 4 }}
  ports:
    - { name: http, port: {{ .port }}, targetPort: "{{ .port }}" }
{{- end }}
`;

const rendered = `apiVersion: v1
kind: Service
metadata:
  name: rel-web-svc
spec:
  type: ClusterIP
  selector:
    app: web
  ports:
    - { name: http, port: 80, targetPort: "80" }`;

describe('placeRendered', () => {
  it.each<[readonly (string | number)[], string]>([
    [['kind'], 'Service'],
    [['metadata', 'name'], '{{ include "name" . }}-svc'],
    [['spec', 'type'], 'ClusterIP'],
    [['spec', 'selector', 'app'], '{{ include "selector" . | nindent 4 }}'],
    [['spec', 'ports', 0, 'name'], 'http'],
    [['spec', 'ports', 0, 'port'], '{{ .port }}'],
    [['spec', 'ports', 0, 'targetPort'], '"{{ .port }}"'],
    [['spec', 'ports', 0], '{ name: http, port: {{ .port }}, targetPort: "{{ .port }}" }'],
    [['metadata'], 'name: {{ include "name" . }}-svc'],
  ])('places %j', (path, expected) => {
    const { resources, notes } = place(template, rendered);
    const node = nodeAt(resources[0]?.root, ...path);
    expect(template.slice(node?.start, node?.end)).toBe(expected);
    expect(notes).toEqual([]);
  });

  it('places keys, the resource and its name', () => {
    const [service] = place(template, rendered).resources;
    const metadata = service?.root.entries.find(({ key }) => key === 'metadata');
    expect(template.slice(metadata?.keyStart, metadata?.keyEnd)).toBe('metadata');
    expect(service).toMatchObject({ kind: 'Service', name: 'rel-web-svc', file: uri, namespace: undefined });
    expect(template.slice(service?.range.start, service?.range.end)).toMatch(
      /^apiVersion: v1[^]*targetPort: "\{\{ \.port \}\}" \}$/,
    );
    expect(template.slice(service?.nameNode.start, service?.nameNode.end)).toBe('{{ include "name" . }}-svc');
  });

  it('marks every node as nothing to edit', () => {
    const [service] = place(template, rendered).resources;
    expect(service && nodesOf(service.root).every(({ shared }) => shared)).toBe(true);
  });

  it('puts on the first line what nothing explains', () => {
    const [service] = place(
      '{{- if .x }}\napiVersion: v1\nkind: Service\nmetadata:\n  name: a\n{{- end }}',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  selector: { app: a }',
    ).resources;
    const node = nodeAt(service?.root, 'spec', 'selector', 'app');
    expect('{{- if .x }}\napiVersion: v1'.slice(node?.start, node?.end)).toBe('apiVersion: v1');
  });

  it('puts everything on the action when a template has nothing else', () => {
    const only = '{{- include "common.service" . }}\n';
    const [service] = place(only, rendered).resources;
    for (const node of service ? nodesOf(service.root) : []) {
      expect(only.slice(node.start, node.end)).toBe('{{- include "common.service" . }}');
    }
    expect(service?.name).toBe('rel-web-svc');
  });

  it('puts what a packed dependency renders on its entry', () => {
    const text = 'dependencies:\n  - name: redis\n';
    const { resources } = placeRendered(`---\n# Source: web/charts/redis/templates/a.yaml\n${rendered}`, {
      sourceOf: () => ({ uri: 'file:///web/Chart.yaml', text, place: { start: 24, end: 29 } }),
    });
    expect(resources[0]?.file).toBe('file:///web/Chart.yaml');
    expect(text.slice(resources[0]?.range.start, resources[0]?.range.end)).toBe('redis');
  });

  it('gives resources the namespace of the release unless they name one or have none', () => {
    const three = `${rendered}\n---\n# Source: web/templates/a.yaml\n${rendered.replace('metadata:', 'metadata:\n  namespace: own')}\n---\n# Source: web/templates/a.yaml\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: n`;
    expect(place(template, three, 'prod').resources.map(({ namespace }) => namespace)).toEqual([
      'prod',
      'own',
      undefined,
    ]);
  });

  it('leaves out other kinds, and says what it cannot place', () => {
    expect(place(template, 'apiVersion: v1\nkind: ClusterRole\nmetadata:\n  name: a')).toEqual({
      resources: [],
      notes: [],
    });
    const elsewhere = placeRendered(`---\n# Source: web/templates/gone.yaml\n${rendered}`, {
      sourceOf: () => undefined,
    });
    expect(elsewhere.resources).toEqual([]);
    expect(elsewhere.notes).toEqual([expect.stringContaining('web/templates/gone.yaml')]);
  });

  it('copes with anchors that are used again and again', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, i) => `  a${i + 1}: &a${i + 1} [${Array(5).fill(`*a${i}`).join(', ')}]`,
    ).join('\n');
    const text = `apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nx:\n  a0: &a0 1\n${bomb.slice(0, 400)}`;
    expect(() => place(text, text)).not.toThrow();
  });

  it('keeps every place within the template, whatever the two texts are', () => {
    const line = fc.constantFrom(
      'apiVersion: v1',
      'kind: Service',
      'metadata:',
      '  name: {{ .x }}',
      '  name: a',
      'spec:',
      '  ports:',
      '    - port: 80',
      '{{- range .y }}',
      '{{- end }}',
      '  {{- toYaml .z | nindent 2 }}',
      '---',
      '',
      '  a: &x [1, 2]',
      '  b: *x',
    );
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (templateLines, renderedLines) => {
        const text = templateLines.join('\n');
        const output = [
          'apiVersion: v1',
          'kind: Service',
          ...renderedLines.filter((one) => !one.includes('{{') && one !== '---'),
        ];
        for (const { root } of place(text, output.join('\n')).resources) {
          for (const { start, end } of nodesOf(root)) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        }
      }),
    );
  });
});

function nodesOf(node: SourceNode): readonly SourceNode[] {
  if (node.type === 'scalar') return [node];
  const children = node.type === 'sequence' ? node.items : node.entries.map(({ value }) => value);
  return [node, ...children.flatMap(nodesOf)];
}
