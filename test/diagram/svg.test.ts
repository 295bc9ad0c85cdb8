import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exporters } from '../../diagram/export';
import { KIND_NAMES } from '../../diagram/icons';
import { layoutDiagram } from '../../diagram/layout';
import { PALETTES } from '../../diagram/palette';
import { diagramToSvg } from '../../diagram/svg';
import type { DiagramView } from '../../server/core/views/view';
import { descendants, parseXml, type XmlElement } from '../cli/picture-checks';
import { hostileView, kinds, shop, states } from './export-samples';
import { anyView, edge, node, viewOf } from './sample-view';

function drawn(view: DiagramView, options: Partial<Parameters<typeof diagramToSvg>[1]> = {}): readonly XmlElement[] {
  return descendants(parseXml(diagramToSvg(view, { palette: PALETTES.light, ...options })));
}

function classed(elements: readonly XmlElement[], className: string): readonly XmlElement[] {
  return elements.filter(({ attributes }) => attributes.get('class')?.split(' ').includes(className));
}

const textsOf = (elements: readonly XmlElement[], className: string): readonly string[] =>
  classed(elements, className).map(({ text }) => text);

const tooltipsOf = (elements: readonly XmlElement[]): readonly string[] =>
  elements.filter(({ name }) => name === 'title').map(({ text }) => text);

describe('a view as SVG', () => {
  test('names itself, has a background and a size, and needs nothing else', () => {
    const source = diagramToSvg({ ...shop, scope: 'overlays/prod' }, { palette: PALETTES.dark });
    const svg = parseXml(source);
    expect(svg.attributes.get('role')).toBe('img');
    expect(svg.attributes.get('aria-label')).toBe('Service Routing: overlays/prod');
    expect(svg.children.map(({ name }) => name).slice(0, 4)).toEqual(['title', 'desc', 'style', 'rect']);
    expect(svg.children[1]?.text).toBe('3 nodes, 7 connections, 1 problem.');
    expect(svg.children[3]?.attributes.get('width')).toBe(svg.attributes.get('width'));
    expect(source).toContain(`.page{fill:${PALETTES.dark.background}}`);
    expect(source.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|href|var\(/);
  });

  test('has headings, frames, cards, badges, and what is wrong in the tooltip', () => {
    const elements = drawn(shop);
    expect(textsOf(elements, 'lane')).toEqual(['OUTSIDE & CLIENTS', 'SERVICES', 'WORKLOADS']);
    expect(textsOf(elements, 'title')).toEqual(['namespace/shop', 'Outside the cluster', 'web', 'web']);
    expect(textsOf(elements, 'chip-text')).toEqual(['! open ingress']);
    expect(textsOf(elements, 'badge-text')).toEqual(['✕ 1', '✕']);
    expect(tooltipsOf(elements)).toContain(
      'web (Service · ClusterIP)\nweb.shop.svc\n80/TCP\nerror: Its selector catches no pod.',
    );
  });

  test.each(states)('draws what is %s as a line with a sign, and says why', (state) => {
    const elements = drawn(shop);
    const [line] = classed(elements, state).filter(({ attributes }) => attributes.get('class') === `edge ${state}`);
    expect(line?.attributes.get('d')).toMatch(/^M/);
    expect(classed(elements, state).some(({ attributes }) => attributes.get('class') === `edge-end ${state}`)).toBe(
      true,
    );
    expect(tooltipsOf(elements).find((title) => title.includes(`Why it is ${state}.`))).toMatch(
      new RegExp(`^web → web: ${state} 8080, .+\n`),
    );
  });

  test('puts a head at both ends of what holds both ways', () => {
    const view = (given: object): DiagramView =>
      viewOf([node('a'), node('b', { lane: 3, kind: 'workload' })], [edge('a', 'b', given)]);
    const heads = (given: object): number =>
      classed(drawn(view(given)), 'edge-end')[0]
        ?.attributes.get('d')
        ?.split('M').length ?? 0;
    expect(heads({ mutual: true }) - heads({})).toBe(1);
  });

  test('leaves quiet connections out, and says how many', () => {
    const view = { ...shop, edges: shop.edges.map((each) => ({ ...each, quiet: true as const })) };
    for (const elements of [drawn(view), drawn(view, { layout: layoutDiagram(view) })]) {
      expect(classed(elements, 'edge')).toEqual([]);
      expect(textsOf(elements, 'note')).toEqual([
        'Not drawn, since they would hide the others: 7 connections. JSON holds them.',
      ]);
    }
  });

  test('of what would be without a policy says so', () => {
    const view = viewOf(
      [node('a'), node('b', { title: 'deny', kind: 'policy' })],
      [edge('a', 'b', { change: 'added', label: '80' })],
    );
    const elements = drawn({ ...view, without: 'b' });
    expect(textsOf(elements, 'note').join(' ')).toContain('As it would be without deny: + is allowed then');
    expect(textsOf(elements, 'edge-label')).toEqual(['+ 80']);
  });

  test('has a legend of what occurs', () => {
    expect(
      textsOf(drawn(viewOf([node('a'), node('b')], [edge('a', 'b', { state: 'denied' })])), 'legend-name'),
    ).toEqual(['Service', 'denied by policies']);
    const all = viewOf(kinds.map((kind) => node(kind, { kind })));
    expect(textsOf(drawn(all), 'legend-name')).toEqual(kinds.map((kind) => KIND_NAMES[kind]));
  });

  test('wraps notes', () => {
    const notes = ['Clients are workloads that name a Service. '.repeat(12), 'x'.repeat(5_000)];
    const lines = textsOf(drawn({ ...shop, notes }), 'note');
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.slice(0, -1).join(' ')).toBe(notes[0]?.trim());
    expect(lines.at(-1)?.length).toBeLessThan(400);
  });

  test('draws the bar of addresses, with overlaps in words', () => {
    const range = { use: 'pod', family: 4, source: 'IPPool blue' } as const;
    const text = 'Pods and nodes overlap.';
    const elements = drawn({
      ...shop,
      addresses: {
        ranges: [
          { ...range, id: 'a', cidr: '10.0.0.0/16', first: '167772160', last: '167837695' },
          { ...range, id: 'b', use: 'node', cidr: '10.0.0.0/24', first: '167772160', last: '167772415' },
        ],
        overlaps: [{ ranges: ['a', 'b'], first: '167772160', last: '167772415', text }],
      },
    });
    expect(classed(elements, 'range')).toHaveLength(2);
    expect(classed(elements, 'overlap').length).toBeGreaterThan(0);
    expect(textsOf(elements, 'note')).toEqual([text]);
  });

  test('draws the layout of the screen', () => {
    const layout = layoutDiagram(shop, { folded: new Set(['namespace/shop']) });
    expect(textsOf(drawn(shop, { layout }), 'title')).toEqual(['namespace/shop', 'Outside the cluster']);
  });

  test('of nothing says so', () => {
    expect(textsOf(drawn(viewOf([])), 'note')).toEqual(['There is nothing to show.']);
  });

  test('holds every node of any view, and every line within its margins', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const elements = drawn(view);
        const cards = elements.filter(
          ({ attributes }) => attributes.has('transform') && attributes.get('class')?.startsWith('node '),
        );
        const inLegend = new Set(view.nodes.map(({ kind }) => kind)).size;
        expect(cards).toHaveLength(view.nodes.length + inLegend);
        const inner = Number(elements[0]?.attributes.get('width')) - 48;
        for (const { attributes } of classed(elements, 'edge'))
          for (const [, x] of attributes.get('d')?.matchAll(/[ML]([\d.-]+)/g) ?? [])
            expect(Number(x)).toBeLessThanOrEqual(inner);
      }),
      { numRuns: 40 },
    );
  });

  test('is XML without anything that runs, whatever the texts', () => {
    const allowed = new Set(['svg', 'title', 'desc', 'style', 'rect', 'g', 'path', 'text']);
    const attributes = /^(?:xmlns|width|height|viewBox|role|aria-label|class|d|transform|x|y|text-anchor)$/;
    fc.assert(
      fc.property(hostileView, (view) => {
        for (const element of drawn(view)) {
          expect(allowed).toContain(element.name);
          for (const key of element.attributes.keys()) expect(key).toMatch(attributes);
          expect(element.attributes.get('class') ?? '').toMatch(/^[a-z -]*$/);
        }
      }),
    );
  });
});

test('JSON is the view itself', () => {
  const text = exporters.json.write(shop, PALETTES.light);
  expect(JSON.parse(text)).toEqual(shop);
  expect(text.endsWith('}\n')).toBe(true);
});
