import { describe, expect, test } from 'vitest';
import { commandOf } from '../../client/webview/keys';
import { initialState, reduce, restoreState, savedState, type PanelState } from '../../client/webview/state';
import type { DiagramView } from '../../server/core/views/view';
import { cluster, node, viewOf } from './sample-view';

const start = initialState(restoreState(undefined));

function receive(state: PanelState, view: DiagramView | null, focus: string | null = null): PanelState {
  return reduce(state, { type: 'message', message: { type: 'view', name: 'services', view, at: null, focus } });
}

describe('panel state', () => {
  test('small pictures begin open, large ones folded except around the focus', () => {
    expect(Object.values(receive(start, cluster(20, 3)).folds)).toEqual([false, false, false]);
    const large = receive(start, cluster(200, 3), 'Service/1');
    expect(large.folds).toEqual({ 'namespace/n0': true, 'namespace/n1': false, 'namespace/n2': true });
    expect(large.selected).toBe('Service/1');
  });

  test('an update keeps folds, selection and what is drawn already', () => {
    const view = cluster(20, 3);
    const shown = reduce(receive(start, view), { type: 'fold', group: 'namespace/n1', folded: true });
    const selected = reduce(shown, { type: 'select', id: 'Service/3' });
    const updated = receive(selected, structuredClone({ ...view, nodes: view.nodes.slice(0, -1) }));
    expect(updated.folds['namespace/n1']).toBe(true);
    expect(updated.selected).toBe('Service/3');
    expect(updated.view?.nodes[0]).toBe(view.nodes[0]);
    expect(updated.sight).toBe(selected.sight);
  });

  test('a node that moved in its file is told anew, so that clicking leads to the right line', () => {
    const place = (line: number) => ({
      file: 'a',
      range: { start: { line, character: 0 }, end: { line, character: 1 } },
    });
    const shown = receive(start, viewOf([node('a', { location: place(1) })]));
    expect(receive(shown, viewOf([node('a', { location: place(9) })])).view?.nodes[0]?.title).toBe('a');
  });

  test('what is selected and gone is no longer selected; another scope starts afresh', () => {
    const view = viewOf([node('a'), node('b')]);
    const selected = reduce(receive(start, view), { type: 'select', id: 'b' });
    expect(receive(selected, viewOf([node('a')])).selected).toBeNull();
    expect(receive(selected, { ...view, scope: 'other' }).selected).toBeNull();
  });

  test('focus unfolds what hides the node and ignores what is not there', () => {
    const shown = reduce(receive(start, cluster(20, 3)), { type: 'fold', group: 'namespace/n1', folded: true });
    const focused = reduce(shown, { type: 'message', message: { type: 'focus', node: 'Service/1' } });
    expect([focused.selected, focused.folds['namespace/n1']]).toEqual(['Service/1', false]);
    expect(reduce(shown, { type: 'message', message: { type: 'focus', node: 'nothing' } })).toBe(shown);
  });

  test('broken YAML leaves the last picture and says so', () => {
    const stale = reduce(receive(start, cluster(3, 1)), { type: 'message', message: { type: 'stale' } });
    expect([stale.stale, stale.view?.nodes.length]).toEqual([true, cluster(3, 1).nodes.length]);
    expect(receive(stale, cluster(3, 1)).stale).toBe(false);
  });

  test('a server that does not answer is told, and forgotten with the next answer', () => {
    const failed = reduce(receive(start, cluster(3, 1)), {
      type: 'message',
      message: { type: 'failed', message: 'gone' },
    });
    expect([failed.failure, failed.view === null]).toEqual(['gone', false]);
    expect(receive(failed, cluster(3, 1)).failure).toBeNull();
  });

  test('survives a reload, and a state of another shape does no harm', () => {
    const state = reduce(receive(start, cluster(20, 3)), { type: 'toggle', what: 'problemsOnly' });
    const saved = restoreState(structuredClone(savedState(state, { x: 1, y: 2, k: 0.5 })));
    expect(saved.viewport).toEqual({ x: 1, y: 2, k: 0.5 });
    expect(initialState(saved).problemsOnly).toBe(true);
    for (const raw of [null, 7, [], { version: 2 }, { version: 1, viewport: { x: NaN } }, { version: 1, folds: [] }]) {
      expect(restoreState(raw)).toEqual(restoreState(undefined));
    }
  });
});

test('keys', () => {
  const press = (key: string, modifiers: object = {}) =>
    commandOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...modifiers });
  expect(press('ArrowLeft')).toEqual({ type: 'move', direction: 'left' });
  expect(press('ArrowLeft', { shiftKey: true })).toEqual({ type: 'pan', dx: 80, dy: 0 });
  expect(press('Enter', { ctrlKey: true })).toEqual({ type: 'reveal', go: true });
  expect(press('t')).toEqual({ type: 'table' });
  expect([
    press('t', { ctrlKey: true }),
    press('0', { metaKey: true }),
    press('ArrowUp', { altKey: true }),
    press('x'),
  ]).toEqual([undefined, undefined, undefined, undefined]);
});
