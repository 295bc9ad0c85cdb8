import { describe, expect, it } from 'vitest';
import { fromYaml } from '../../server/core/manifest/from-yaml';
import { parseYaml } from '../../server/core/manifest/parse-yaml';
import { isPlainYaml } from '../../server/core/manifest/plain-yaml';

const document = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader # of pods
  labels: {}
  annotations:
    app.kubernetes.io/name: "a: b"
    note: |
      any: thing: at all
       - "here

    other: 'it''s'
rules:
- apiGroups: [""]
  resources:
    - pods
    - pods/log

  # why
  verbs: [get, "list"]
- nonResourceURLs:
  - /healthz
  verbs: ['*']
`;

describe('isPlainYaml', () => {
  it('knows what nearly everybody writes', () => {
    expect(isPlainYaml(document)).toBe(true);
    expect(isPlainYaml(`---\n${document.replaceAll('\n', '\r\n')}`)).toBe(true);
    expect(isPlainYaml('spec:\n  - - a\n    - b\n  - name: c\n    list:\n    - d\n')).toBe(true);
  });

  it.each([
    'a: 1\na: 2',
    'a: b\n   c: d',
    'a:\n    b: c\n  d: e',
    'a:\n  - b\n  c: d',
    'a: b: c',
    'a: "b',
    'a: [b',
    'a: [b] c',
    'a: *b',
    'a: - b',
    'a:\n\tb: c',
    'a: |\n    b\n   c',
    'a: |\n     \n   c',
    'a\nb: c',
    '- a: b\n  a: c',
    'a: b\n...\na: c',
  ])('leaves to the parser: %j', (text) => {
    expect(isPlainYaml(text)).toBe(false);
  });

  it('is never wrong: lines moved, doubled, left out and cut in every way', () => {
    const lines = document.split('\n');
    const changed = lines.flatMap((line, at) => {
      const others = [
        [` ${line}`],
        [`  ${line}`],
        [line.replace(/^ /, '')],
        [line.replace(/^ {2}/, '')],
        [line, line],
        [],
        ...Array.from({ length: line.length }, (_, cut) => [line.slice(0, cut) + line.slice(cut + 1)]),
        ...[':', ' ', '"', "'", '#', '- ', '[', '\t'].flatMap((text) =>
          Array.from({ length: line.length }, (_, cut) => [line.slice(0, cut) + text + line.slice(cut)]),
        ),
      ];
      return others.map((other) => [...lines.slice(0, at), ...other, ...lines.slice(at + 1)].join('\n'));
    });
    const plain = changed.filter(isPlainYaml);
    expect(plain.length).toBeGreaterThan(1000);
    for (const text of plain) expect(problemsOf(text), text).toEqual([]);
  });
});

function problemsOf(text: string): readonly unknown[] {
  const { documents, errors } = parseYaml(text);
  const read = documents.map((one) => fromYaml(one, 0));
  return [
    ...errors,
    ...read.flatMap(({ duplicateKeys, unresolvedAliases }) => [...duplicateKeys, ...unresolvedAliases]),
  ];
}
