import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cellSentence,
  indexesIn,
  matrixAxis,
  matrixPeers,
  moveInGrid,
  peerSentence,
  scrollTo,
  spanInSight,
  verdictOf,
  type MatrixPeer,
  type Place,
} from '../../diagram/matrix-window';
import type { DiagramView } from '../../server/core/views/view';
import { node, viewOf } from './sample-view';

/** Two namespaces, out of order, and the internet. Of pay/db everything is denied, except to itself. */
const view: DiagramView = {
  ...viewOf([
    node('web', { group: 'shop' }),
    node('db', { group: 'pay' }),
    node('internet'),
    node('cart', { group: 'shop' }),
  ]),
  matrix: {
    peers: ['web', 'db', 'internet', 'cart', 'hidden'],
    classes: [0, 1, 0, 0, 2],
    cells: [
      [0, 1, 1],
      [0, 0, 0],
      [1, 1, 1],
    ],
    verdicts: [
      { state: 'ok', label: 'All Connections', note: 'No policy selects either.' },
      { state: 'denied', label: 'No Connections', note: 'NetworkPolicy pay/db does not allow it (ingress).' },
    ],
  },
};
const ids = (peers: readonly MatrixPeer[]): readonly string[] => peers.map((peer) => peer.id);

describe('peers', () => {
  test('stand by namespace; those that the view hides are left out', () => {
    const peers = matrixPeers(view, 'all', 'source');
    expect(ids(peers)).toEqual(['web', 'cart', 'db', 'internet']);
    expect(peers.map((peer) => peer.group)).toEqual(['shop', 'shop', 'pay', '']);
  });

  test('with a denial: rows and columns by themselves, and hidden peers count for nothing', () => {
    expect(ids(matrixPeers(view, 'denied', 'source'))).toEqual(['web', 'cart', 'internet']);
    expect(ids(matrixPeers(view, 'denied', 'target'))).toEqual(['db']);
  });

  test('that fare alike stand for each other', () => {
    const peers = matrixPeers(view, 'alike', 'source');
    expect(peers.map(peerSentence)).toEqual(['shop/web, and 2 more that fare alike', 'pay/db']);
  });

  test('of a view without a matrix there are none', () => {
    expect(matrixPeers(viewOf([node('a')]), 'denied', 'target')).toEqual([]);
  });
});

test('a cell in words names both ends, the verdict and who decides', () => {
  const { matrix } = view;
  const [web, , db] = matrixPeers(view, 'all', 'source');
  if (matrix === undefined || web === undefined || db === undefined) throw new Error('no peers');
  expect(cellSentence(web, db, verdictOf(matrix, web, db))).toBe(
    'shop/web → pay/db: denied. NetworkPolicy pay/db does not allow it (ingress).',
  );
  expect(cellSentence(db, web, verdictOf(matrix, db, web))).toBe(
    'pay/db → shop/web: allowed, All Connections. No policy selects either.',
  );
  expect(verdictOf(matrix, { ...web, class: 9 }, db)).toBeUndefined();
  expect(cellSentence(web, db, undefined)).toBe('shop/web → pay/db: nothing is said.');
});

const peersOf = (groups: readonly number[]): readonly MatrixPeer[] =>
  groups.map((group, index) => ({ id: `p${index}`, title: '', group: `n${group}`, class: 0, others: 0 }));
const anyAxis = fc
  .record({
    groups: fc.array(fc.nat(3), { maxLength: 60 }),
    cell: fc.integer({ min: 1, max: 120 }),
    heading: fc.nat(30),
  })
  .map(({ groups, cell, heading }) => matrixAxis(peersOf(groups.toSorted()), cell, heading));

describe('an axis', () => {
  test('has a heading before each namespace', () => {
    const axis = matrixAxis(peersOf([1, 1, 2]), 10, 4);
    expect(axis.starts).toEqual([4, 14, 28]);
    expect(axis.bands).toEqual([
      { label: 'n1', start: 0, end: 24 },
      { label: 'n2', start: 24, end: 38 },
    ]);
    expect(axis.size).toBe(38);
  });

  test('every cell in sight is drawn, and few others', () => {
    fc.assert(
      fc.property(anyAxis, fc.nat(4000), fc.nat(2000), (axis, scroll, room) => {
        const span = spanInSight(axis, scroll, room);
        const drawn = new Set(indexesIn(span, -1, axis.starts.length));
        axis.starts.forEach((start, index) => {
          if (start + axis.cell > scroll && start < scroll + room) expect(drawn).toContain(index);
        });
        expect(drawn.size).toBeLessThanOrEqual(room / axis.cell + 20);
      }),
    );
  });

  test('what has the focus is drawn wherever it is, once and in order', () => {
    expect(indexesIn({ from: 8, to: 10 }, 3, 20)).toEqual([3, 8, 9]);
    expect(indexesIn({ from: 8, to: 10 }, 9, 20)).toEqual([8, 9]);
    expect(indexesIn({ from: 8, to: 10 }, 10, 20)).toEqual([8, 9, 10]);
    expect(indexesIn({ from: 8, to: 10 }, -1, 20)).toEqual([8, 9]);
    expect(indexesIn({ from: 0, to: 0 }, 0, 0)).toEqual([]);
  });

  test('scrolling brings a cell into sight, and does nothing when it is', () => {
    fc.assert(
      fc.property(
        anyAxis,
        fc.nat(59),
        fc.nat(4000),
        fc.integer({ min: 200, max: 900 }),
        (axis, index, scroll, room) => {
          const start = axis.starts[index];
          const to = scrollTo(axis, index, scroll, room);
          if (start === undefined) {
            expect(to).toBe(scroll);
            return;
          }
          expect(start).toBeGreaterThanOrEqual(to + axis.heading);
          expect(start + axis.cell).toBeLessThanOrEqual(to + room);
          expect(scrollTo(axis, index, to, room)).toBe(to);
        },
      ),
    );
  });
});

describe('keys', () => {
  const size = { rows: 50, columns: 20, page: 10 };
  test.each<[string, Place, Place, boolean?]>([
    ['ArrowUp', { row: 5, column: 5 }, { row: 4, column: 5 }],
    ['ArrowUp', { row: 0, column: 5 }, { row: -1, column: 5 }],
    ['ArrowDown', { row: 49, column: 5 }, { row: 49, column: 5 }],
    ['ArrowLeft', { row: 5, column: 0 }, { row: 5, column: -1 }],
    ['ArrowRight', { row: 5, column: 19 }, { row: 5, column: 19 }],
    ['ArrowLeft', { row: -1, column: 0 }, { row: -1, column: 0 }],
    ['ArrowUp', { row: 0, column: -1 }, { row: 0, column: -1 }],
    ['PageDown', { row: 45, column: 5 }, { row: 49, column: 5 }],
    ['PageUp', { row: 5, column: 5 }, { row: 0, column: 5 }],
    ['Home', { row: 5, column: 5 }, { row: 5, column: 0 }],
    ['End', { row: 5, column: 5 }, { row: 5, column: 19 }],
    ['Home', { row: 5, column: 5 }, { row: 0, column: 0 }, true],
    ['End', { row: 5, column: 5 }, { row: 49, column: 19 }, true],
  ])('%s leads from %o to %o', (key, from, to, isCtrl = false) => {
    expect(moveInGrid(key, isCtrl, from, size)).toEqual(to);
  });

  test('other keys are left to others', () => {
    expect(moveInGrid('p', false, { row: 0, column: 0 }, size)).toBeUndefined();
  });
});
