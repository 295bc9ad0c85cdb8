import fc from 'fast-check';
import { KIND_NAMES } from '../../diagram/icons';
import type { DiagramView, EdgeState, ViewNodeKind } from '../../server/core/views/view';
import { edge, node, viewOf } from './sample-view';

export const kinds = Object.keys(KIND_NAMES) as readonly ViewNodeKind[];
export const states: readonly EdgeState[] = ['ok', 'broken', 'denied', 'half-open', 'unknown', 'plain'];

/** A namespace with a Service, what it leads to, and one connection of each state. */
export const shop: DiagramView = viewOf(
  [
    node('internet', { kind: 'outside', lane: 0, title: 'Outside the cluster' }),
    node('Service/shop/web', {
      group: 'namespace/shop',
      title: 'web',
      subtitle: 'Service · ClusterIP',
      lines: ['web.shop.svc', '80/TCP'],
      problems: [{ rule: 'r', severity: 'error', message: 'Its selector catches no pod.' }],
    }),
    node('Deployment/shop/web', {
      group: 'namespace/shop',
      kind: 'workload',
      lane: 3,
      title: 'web',
      badges: [{ text: 'open ingress', tone: 'warn', title: 'No policy selects it.' }],
    }),
  ],
  [
    edge('internet', 'Service/shop/web', { label: '80' }),
    ...states.map((state) =>
      edge('Service/shop/web', 'Deployment/shop/web', {
        id: state,
        state,
        label: `${state} 8080`,
        note: `Why it is ${state}.`,
      }),
    ),
  ],
);

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '"]:::x',
    '\\',
    '\\"',
    'end',
    '%%{init: {"theme":"dark"}}%%',
    '"\nclick n1 "javascript:alert(1)"',
    '<img src=x onerror=alert(1)>',
    ']]></style><script>alert(1)</script>',
    '&lt;&quot;',
    '\u202egnp.exe\u0000\ud800',
    'W'.repeat(10_000),
    '"'.repeat(10_000),
  ),
);

/** A view in which every text of a manifest is hostile. */
export const hostileView: fc.Arbitrary<DiagramView> = fc
  .record({
    text: hostileText,
    other: hostileText,
    nodes: fc.array(fc.record({ kind: fc.constantFrom(...kinds), lane: fc.nat(3), grouped: fc.boolean() }), {
      maxLength: 8,
    }),
    edges: fc.array(
      fc.record({ from: fc.nat(9), to: fc.nat(9), state: fc.constantFrom(...states), mutual: fc.boolean() }),
      { maxLength: 8 },
    ),
  })
  .map(({ text, other, nodes, edges }) => {
    const id = (index: number): string => `${text}${index}`;
    const view = viewOf(
      nodes.map(({ kind, lane, grouped }, index) =>
        node(id(index), {
          kind,
          lane,
          group: grouped ? other : undefined,
          title: text,
          subtitle: other,
          lines: [text, other, text, other, text],
          badges: [{ text, tone: 'warn', title: other }],
          problems: [{ rule: text, severity: 'warning', message: other }],
        }),
      ),
      edges.map(({ from, to, state, mutual }, index) =>
        edge(id(from), id(to), {
          id: `${other}${index}`,
          state,
          label: text,
          note: other,
          ...(mutual ? { mutual: true } : {}),
        }),
      ),
    );
    return { ...view, scope: other, lanes: [text, other, text, other], notes: [text, other] };
  });
