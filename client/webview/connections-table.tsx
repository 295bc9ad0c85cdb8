import type { JSX } from 'preact';
import { cleanText } from '../../diagram/text';
import type { DiagramView, EdgeState } from '../../server/core/views/view';

/** More rows than this make the page slow, and are no help. */
const MOST_ROWS = 1000;

const VERDICTS: Readonly<Record<EdgeState, string>> = {
  ok: '✓ allowed',
  broken: '✕ leads nowhere',
  denied: '✕ denied',
  'half-open': '◐ admitted by one side only',
  unknown: '? cannot be told',
  plain: 'belongs together',
};

interface ConnectionsTableProps {
  readonly view: DiagramView;
  /** The connections of this node stand first. */
  readonly selected: string | null;
}

/** Who may talk to whom, one connection a row. */
export function ConnectionsTable({ view, selected }: ConnectionsTableProps): JSX.Element {
  const titles = new Map([
    ...view.groups.map((group) => [group.id, group.label] as const),
    ...view.nodes.map((node) => [node.id, node.title] as const),
  ]);
  const titleOf = (id: string): string => cleanText(titles.get(id) ?? id);
  const isOwn = ({ source, target }: { readonly source: string; readonly target: string }): boolean =>
    source === selected || target === selected;
  const edges = [...view.edges.filter(isOwn), ...view.edges.filter((edge) => !isOwn(edge))];
  return (
    <table>
      <caption>
        Connections
        {edges.length > MOST_ROWS
          ? `: ${MOST_ROWS.toLocaleString('en')} of ${edges.length.toLocaleString('en')}. A filter shows the others.`
          : ''}
      </caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col">Connections</th>
          <th scope="col">Verdict</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {edges.slice(0, MOST_ROWS).map((edge) => (
          <tr key={edge.id} class={isOwn(edge) ? 'selected' : ''}>
            <td>{titleOf(edge.source)}</td>
            <td>
              {titleOf(edge.target)}
              {edge.mutual === true ? ' (and back)' : ''}
            </td>
            <td>{cleanText(edge.label)}</td>
            <td>{VERDICTS[edge.state]}</td>
            <td>{cleanText(edge.note ?? '')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
