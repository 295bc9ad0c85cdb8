import { describe, expect, test } from 'vitest';
import { commandOf } from '../../client/webview/keys';
import { counterpartOf, hereOf, initialState, savedState, type PanelState } from '../../client/webview/panel-state';
import { FRESH, restoreState } from '../../client/webview/saved-state';
import { reduce, type Action } from '../../client/webview/state';
import { NO_FILTER } from '../../diagram/filter';
import type { ToPanel } from '../../diagram/messages';
import type { DiagramView, ViewName } from '../../server/core/views/view';
import { cluster, edge, node, viewOf } from './sample-view';

const start = initialState(FRESH);

function receive(
  state: PanelState,
  view: DiagramView | null,
  { focus = null, name = 'services' }: { focus?: string | null; name?: ViewName } = {},
): PanelState {
  return hear(state, { type: 'view', name, view, at: null, focus });
}

function hear(state: PanelState, message: ToPanel): PanelState {
  return reduce(state, { type: 'message', message });
}

function after(state: PanelState, ...actions: readonly Action[]): PanelState {
  return actions.reduce(reduce, state);
}

describe('a view that arrives', () => {
  test('begins open when it is small, folded except around the focus when it is large', () => {
    expect(Object.values(hereOf(receive(start, cluster(20, 3))).folds)).toEqual([false, false, false]);
    const large = hereOf(receive(start, cluster(200, 3), { focus: 'Service/1' }));
    expect(large.folds).toEqual({ 'namespace/n0': true, 'namespace/n1': false, 'namespace/n2': true });
    expect([large.selected, large.filter.hops]).toEqual(['Service/1', 0]);
  });

  test('begins around the focus where folding leaves too much to read', () => {
    const large = hereOf(receive(start, cluster(200, 1), { focus: 'Service/1' }));
    expect([large.focus, large.filter.hops]).toEqual(['Service/1', 2]);
    expect(hereOf(receive(start, cluster(200, 1))).filter.hops).toBe(0);
  });

  test('keeps folds, expanded cards, selection and what is drawn already', () => {
    const view = cluster(20, 3);
    const before = after(
      receive(start, view),
      { type: 'fold', group: 'namespace/n1', folded: true },
      { type: 'expand', node: 'Deployment/3' },
      { type: 'select', id: 'Service/3' },
    );
    const updated = receive(before, structuredClone({ ...view, nodes: view.nodes.slice(0, -1) }));
    expect(hereOf(updated)).toMatchObject({ expanded: ['Deployment/3'], selected: 'Service/3' });
    expect(hereOf(updated).folds['namespace/n1']).toBe(true);
    expect(updated.known.services?.nodes[0]).toBe(view.nodes[0]);
    expect(updated.sight).toBe(before.sight);
  });

  test('draws a node anew only when something of it that shows has changed', () => {
    const place = (line: number) => ({
      file: 'a',
      range: { start: { line, character: 0 }, end: { line, character: 1 } },
    });
    const shown = receive(start, viewOf([node('a', { location: place(1) })]));
    const [first] = shown.known.services?.nodes ?? [];
    expect(receive(shown, viewOf([node('a', { location: place(9) })])).known.services?.nodes[0]).toBe(first);
    expect(receive(shown, viewOf([node('a', { subtitle: 'new' })])).known.services?.nodes[0]).not.toBe(first);
  });

  test('drops what was selected and is gone; another scope starts afresh, with the kinds still hidden', () => {
    const filter = { ...NO_FILTER, hiddenKinds: ['Service'], hiddenNamespaces: ['namespace/a'], label: 'app=web' };
    const view = viewOf([node('a'), node('b')]);
    const selected = after(receive(start, view), { type: 'select', id: 'b' }, { type: 'filter', filter });
    expect(hereOf(receive(selected, viewOf([node('a')]))).selected).toBeNull();
    const other = hereOf(receive(selected, { ...view, scope: 'other' }));
    expect([other.selected, other.filter]).toEqual([null, { ...NO_FILTER, hiddenKinds: ['Service'] }]);
  });
});

describe('four views', () => {
  const services = viewOf([node('Service/shop/web'), node('Deployment/shop/web')]);
  const policies = viewOf([node('Deployment/shop/web'), node('NetworkPolicy/shop/web')]);

  test('keep what was chosen in each, and carry the selected resource along', () => {
    const first = after(
      receive(start, services),
      { type: 'search', query: 'web' },
      { type: 'select', id: 'Deployment/shop/web' },
    );
    const second = receive(after(first, { type: 'show', name: 'policies' }), policies, { name: 'policies' });
    expect([second.name, hereOf(second).query, hereOf(second).selected]).toEqual([
      'policies',
      '',
      'Deployment/shop/web',
    ]);
    const back = after(second, { type: 'select', id: 'NetworkPolicy/shop/web' }, { type: 'show', name: 'services' });
    expect([hereOf(back).query, hereOf(back).selected]).toEqual(['web', 'Deployment/shop/web']);
    expect(back.known.services).toBe(first.known.services);
  });

  test.each([
    ['client/Deployment/shop/web', 'Deployment/shop/web'],
    ['NetworkPolicy/shop/web', undefined],
    ['internet', undefined],
  ])('%s is %s in another', (id, expected) => {
    expect(counterpartOf(services, id)).toBe(expected);
  });

  test('an answer that comes after the user has gone on changes no tab', () => {
    const gone = after(receive(start, services), { type: 'show', name: 'policies' });
    const late = receive(gone, services);
    expect([late.name, late.wanted]).toEqual(['policies', 'policies']);
    expect(receive(late, policies, { name: 'policies' }).wanted).toBeNull();
  });

  test('the host may change the view by itself', () => {
    expect(receive(receive(start, services), policies, { name: 'policies' }).name).toBe('policies');
  });
});

describe('the focus', () => {
  const chain = viewOf(
    ['a', 'b', 'c'].map((id) => node(id)),
    [edge('a', 'b'), edge('b', 'c')],
  );
  const shown = receive(start, chain);

  test('needs a selection, goes over one and two connections, and ends', () => {
    expect(after(shown, { type: 'focus' })).toMatchObject({ said: 'Select something first.' });
    let state = after(shown, { type: 'select', id: 'a' });
    const hops = [1, 2, 0].map(() => hereOf((state = after(state, { type: 'focus' }))).filter.hops);
    expect(hops).toEqual([1, 2, 0]);
  });

  test('moves to another selected node before it grows, and along with the cursor', () => {
    const around = after(
      shown,
      { type: 'select', id: 'a' },
      { type: 'focus' },
      { type: 'select', id: 'b' },
      { type: 'focus' },
    );
    expect(hereOf(around)).toMatchObject({ focus: 'b', filter: { hops: 1 } });
    expect(hereOf(hear(around, { type: 'focus', node: 'c' }))).toMatchObject({ focus: 'c', selected: 'c' });
  });

  test('of the cursor unfolds what hides the node and ignores what is not there', () => {
    const folded = after(receive(start, cluster(20, 3)), { type: 'fold', group: 'namespace/n1', folded: true });
    const focused = hereOf(hear(folded, { type: 'focus', node: 'Service/1' }));
    expect([focused.selected, focused.folds['namespace/n1']]).toEqual(['Service/1', false]);
    expect(hear(folded, { type: 'focus', node: 'nothing' })).toBe(folded);
  });
});

describe('paths', () => {
  const shown = receive(start, viewOf([node('a'), node('b')]));
  const answer = { problem: 'Nobody knows.' };

  test('begin somewhere, are asked for, and show their answer', () => {
    const from = after(shown, { type: 'pathFrom', id: 'a' });
    expect(from.pathFrom).toBe('a');
    const asked = after(from, { type: 'askPath', source: 'a', target: 'b' });
    expect([asked.pathFrom, asked.path]).toEqual([null, { source: 'a', target: 'b', answer: undefined }]);
    const answered = hear(asked, { type: 'path', source: 'a', target: 'b', answer });
    expect(answered.path?.answer).toEqual(answer);
    expect(hear(answered, { type: 'path', source: 'a', target: 'b', answer: { ...answer } })).toBe(answered);
  });

  test('an answer to another question is not shown', () => {
    const asked = after(shown, { type: 'askPath', source: 'a', target: 'b' });
    expect(hear(asked, { type: 'path', source: 'b', target: 'a', answer })).toBe(asked);
    expect(
      hear(after(asked, { type: 'closePath' }), { type: 'path', source: 'a', target: 'b', answer }).path,
    ).toBeNull();
  });
});

describe('trouble', () => {
  test('broken YAML leaves the last picture and says so', () => {
    const stale = hear(receive(start, cluster(3, 1)), { type: 'stale' });
    expect([stale.stale, stale.known.services?.nodes.length]).toEqual([true, cluster(3, 1).nodes.length]);
    expect(receive(stale, cluster(3, 1)).stale).toBe(false);
  });

  test('a server that does not answer is told, and forgotten with the next answer', () => {
    const failed = hear(receive(start, cluster(3, 1)), { type: 'failed', message: 'gone' });
    expect([failed.failure, failed.known.services === undefined]).toEqual(['gone', false]);
    expect(receive(failed, cluster(3, 1)).failure).toBeNull();
  });
});

describe('a reload', () => {
  test('finds every view as it was', () => {
    const state = after(
      receive(start, cluster(20, 3)),
      { type: 'filter', filter: { ...NO_FILTER, problemsOnly: true } },
      { type: 'show', name: 'ingress' },
      { type: 'mode', mode: 'table' },
    );
    const restored = restoreState(structuredClone(savedState(state)));
    expect(restored).toEqual(savedState(state));
    expect([restored.name, restored.views.ingress.mode]).toEqual(['ingress', 'table']);
    expect(restored.views.services.filter.problemsOnly).toBe(true);
  });

  const { services } = FRESH.views;
  test.each([
    ['nothing', null],
    ['a number', 7],
    ['a list', []],
    ['an earlier version', { version: 1, scope: '.' }],
    ['no views', { version: 2 }],
    ['a view too few', { ...FRESH, views: { services } }],
    [
      'a viewport that is nowhere',
      { ...FRESH, views: { ...FRESH.views, pods: { ...services, viewport: { x: NaN } } } },
    ],
    ['folds as a list', { ...FRESH, views: { ...FRESH.views, pods: { ...services, folds: [] } } }],
    ['a filter of another kind', { ...FRESH, views: { ...FRESH.views, pods: { ...services, filter: { hops: 9 } } } }],
    ['an unknown view', { ...FRESH, name: 'pictures' }],
  ])('with %s begins afresh', (_, raw) => {
    expect(restoreState(raw)).toEqual(FRESH);
  });
});

test('what was said of an action is gone with the next', () => {
  const said = hear(receive(start, cluster(3, 1)), { type: 'exported', message: 'Saved as a.svg.' });
  expect(said.said).toBe('Saved as a.svg.');
  expect(receive(said, cluster(3, 1)).said).toBe('Saved as a.svg.');
  expect(after(said, { type: 'select', id: null }).said).toBe('');
});

test('keys', () => {
  const press = (key: string, modifiers: object = {}) =>
    commandOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...modifiers });
  expect(press('ArrowLeft')).toEqual({ type: 'move', direction: 'left' });
  expect(press('ArrowLeft', { shiftKey: true })).toEqual({ type: 'pan', dx: 80, dy: 0 });
  expect(press('Enter', { ctrlKey: true })).toEqual({ type: 'reveal', go: true });
  expect([press('t'), press('T'), press('m'), press('3')]).toEqual([
    { type: 'table' },
    { type: 'table' },
    { type: 'matrix' },
    { type: 'show', name: 'policies' },
  ]);
  expect([
    press('t', { ctrlKey: true }),
    press('0', { metaKey: true }),
    press('ArrowUp', { altKey: true }),
    press('x'),
    press('5'),
  ]).toEqual([undefined, undefined, undefined, undefined, undefined]);
});
