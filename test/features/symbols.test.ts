import { describe, expect, it } from 'vitest';
import { outlineOf, type OutlineItem } from '../../server/core/features/symbols';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { hostileTexts, manifestOf } from '../support/hostile';
import { shop } from '../support/shop';

const outline = (text: string): readonly OutlineItem[] => outlineOf(readManifest('file:///a.yaml', text).resources);

/** `Service backend > port http 80/TCP (→ http)`, one line an entry. */
function print(items: readonly OutlineItem[], depth = 0): readonly string[] {
  return items.flatMap(({ kind, name, detail, children }) => [
    `${'  '.repeat(depth)}${kind} ${name}${detail === '' || detail === kind ? '' : ` (${detail})`}`,
    ...print(children, depth + 1),
  ]);
}

function expectNested(items: readonly OutlineItem[], parent?: OutlineItem): void {
  for (const item of items) {
    expect(item.name.trim()).not.toBe('');
    expect(item.range.start).toBeLessThanOrEqual(item.selection.start);
    expect(item.selection.start).toBeLessThanOrEqual(item.selection.end);
    expect(item.selection.end).toBeLessThanOrEqual(item.range.end);
    if (parent) {
      expect(parent.range.start).toBeLessThanOrEqual(item.range.start);
      expect(item.range.end).toBeLessThanOrEqual(parent.range.end);
    }
    expectNested(item.children, item);
  }
}

describe('outlineOf', () => {
  it.each([
    [
      'services.yaml',
      [
        'Service backend',
        '  port http 80/TCP (→ http)',
        '  port metrics 9090/TCP (→ 9090)',
        'Service frontend',
        '  port 80/TCP (→ web)',
      ],
    ],
    [
      'workloads.yaml',
      [
        'Deployment backend',
        '  container api (api:1)',
        '    port http 8080/TCP',
        '    port 9090/TCP',
        'DaemonSet agent',
      ],
    ],
    [
      'policies.yaml',
      [
        'NetworkPolicy backend',
        '  rule from pods app=frontend of this namespace or all pods of namespaces team=web or 10.0.0.0/8 except 10.1.0.0/16 on TCP http, TCP 80 (Ingress)',
        'NetworkPolicy deny',
      ],
    ],
    [
      'ingress.yaml',
      [
        'Ingress shop',
        '  host shop.example.com',
        '    path /api (backend:http)',
        '    path /bad (backend:8080)',
        '    path /cart (cart:80)',
      ],
    ],
  ] as const)('shows the networking parts of %s', (file, expected) => {
    expect(print(outline(shop[file])).slice(0, expected.length)).toEqual(expected);
  });

  it('points at names within their resources', () => {
    const [backend] = outline(shop['services.yaml']);
    const selected = backend && shop['services.yaml'].slice(backend.selection.start, backend.selection.end);
    expect(selected).toBe('backend');
  });

  it.each([
    ...Object.entries(shop),
    ...hostileTexts.map((text): [string, string] => [text, manifestOf(text)]),
    ['empty names', manifestOf('')],
    ['no name', 'apiVersion: v1\nkind: Service\nmetadata: {generateName: a-}\n'],
    [
      'aliases',
      'apiVersion: v1\nkind: List\nitems:\n- &a {apiVersion: v1, kind: Service, metadata: &m {name: a}, spec: {ports: &p [{port: 80}]}}\n- *a\n- {apiVersion: v1, kind: Service, metadata: {<<: *m}, spec: {ports: *p}}\n',
    ],
  ])('keeps children within parents and names filled: %j', (_, text) => {
    expectNested(outline(text));
  });
});
