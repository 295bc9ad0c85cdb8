import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readManifest, readTree } from '../../server/core/manifest/read-manifest';

const uri = 'file:///a.yaml';
const typical = `# A comment, then CRLF and what else a file may hold
apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: &meta { name: web, labels: { app: "web", 'tier': front } }
    spec:
      selector: { matchLabels: { app: web } }
      template:
        metadata: *meta
        spec:
          containers:
            - name: web
              command: ["sh", "-c", "exit"]
              args:
                - |
                  text: [
                - >-
                  folded
              ports: [{ containerPort: 80 }]
---
{ apiVersion: v1, kind: Service, metadata: { <<: { name: a } }, spec: { ports: [{ port: 80 }] } }
...
`;

const median = (run: () => unknown): number => {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[1] ?? 0;
};

describe('while somebody types', () => {
  it('no prefix of a manifest makes the reader throw', () => {
    for (let end = 0; end <= typical.length; end++) readManifest(uri, typical.slice(0, end));
    const crlf = typical.replaceAll('\n', '\r\n');
    for (let end = 0; end <= crlf.length; end += 23) readManifest(uri, crlf.slice(0, end));
  });

  it('no character put in anywhere does', () => {
    const place = fc.nat(typical.length);
    const what = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '|',
      '>',
      '&',
      '*',
      '!',
      '%',
      '\t',
      '\r',
      '\n',
      '---\n',
      ': ',
      '- ',
      '{{ x }}',
      '\0',
      '\uD800',
    );
    fc.assert(
      fc.property(place, what, (at, text) => {
        const broken = typical.slice(0, at) + text + typical.slice(at);
        for (const { range } of readManifest(uri, broken).problems) {
          expect(range.start).toBeLessThanOrEqual(range.end);
          expect(range.end).toBeLessThanOrEqual(broken.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('no text at all does', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => void readManifest(uri, `apiVersion: v1\nkind: Service\n${text}`),
      ),
      { numRuns: 30 },
    );
  });
});

describe('hostile text', () => {
  it('an alias bomb is skipped quickly, with a note', () => {
    const lines = Array.from({ length: 9 }, (_, level) => {
      const items = Array.from({ length: 9 }, () => (level === 0 ? 'lol' : `*a${level - 1}`));
      return `a${level}: &a${level} [${items.join(', ')}]`;
    });
    const start = performance.now();
    const manifest = readManifest(
      uri,
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: lol }\n${lines.join('\n')}\n`,
    );
    expect(performance.now() - start).toBeLessThan(2000);
    expect(manifest).toMatchObject({ resources: [], notes: [expect.stringContaining('aliases')] });
  });

  it('an anchor that holds itself is an error at the alias', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: &m { name: a, labels: *m }\ndata: &d [*d, *x]\n';
    const { problems, resources } = readManifest(uri, text);
    expect(problems.map(({ range }) => text.slice(range.start, range.end))).toEqual(['*m', '*d', '*x']);
    expect(resources).toHaveLength(1);
    expect(structuredClone(resources)).toEqual(resources);
  });

  const nested = (open: string, depth: number, close = ''): string =>
    `apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: ${open.repeat(depth)}${close.repeat(depth)}`;

  it.each([50, 150, 300, 2000])('%i levels of nesting are read, or said to be too many', (depth) => {
    for (const [open, close] of [
      ['[', ''],
      ['[', ']'],
      ['{a: ', ''],
      ['{a: ', '}'],
    ] as const) {
      const { problems } = readManifest(uri, nested(open, depth, close));
      const tooDeep = problems.some(({ message }) => message.includes('too deeply'));
      expect(tooDeep, `${open} ${close}`).toBe(depth > 200);
    }
  });

  it('a hundred thousand do not throw', () => {
    const { problems } = readManifest(uri, nested('[', 100_000));
    expect(problems.map(({ message }) => message)).toContain('This document is nested too deeply to be read.');
    expect(readTree('['.repeat(5000))).toBeUndefined();
  });

  it('deep block nesting does not throw either', () => {
    const lines = Array.from({ length: 1500 }, (_, level) => `${' '.repeat(level)}a:`);
    readManifest(uri, `apiVersion: v1\nkind: Service\n${lines.join('\n')}`);
  });
});

describe('what networking does not read', () => {
  const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n${Array.from(
    { length: 12_000 },
    (_, index) =>
      `  property${index}:\n    type: object\n    description: the kind of Service that a Pod has, number ${index}\n`,
  ).join('')}`;

  it('costs next to nothing: a 1 MB document, compared with parsing a tenth of it', () => {
    expect(crd.length).toBeGreaterThan(1_000_000);
    const tenth = crd.slice(0, crd.length / 10);
    const skipping = median(() => readManifest(uri, crd));
    const parsing = 10 * median(() => parseAllDocuments(tenth));
    expect(skipping).toBeLessThan(parsing / 20);
  });

  it('as JSON too', () => {
    const dashboard = JSON.stringify(
      Array.from({ length: 10_000 }, (_, id) => ({ id, type: 'graph', title: 'Pods of a Service' })),
    );
    const skipping = median(() => readManifest(uri, dashboard));
    expect(skipping).toBeLessThan(
      (10 * median(() => parseAllDocuments(dashboard.slice(0, dashboard.length / 10)))) / 5,
    );
  });
});
