import type { JSX } from 'preact';
import { describeEdge } from '../../diagram/describe';
import { cleanText } from '../../diagram/text';
import { VIEW_TITLES } from '../../diagram/view-names';
import type { DiagramView, ViewEdge } from '../../server/core/views/view';
import { ConnectionsTable } from './connections-table';
import { KindIcon } from './icons';
import { ProblemText } from './problems';

interface TableProps {
  readonly view: DiagramView;
  readonly matches: ReadonlySet<string>;
  readonly selected: string | null;
  readonly onNode: (id: string, go: boolean) => void;
}

/** The same as a table: for large pictures, and for those who read better in rows. */
export function Table({ view, matches, selected, onNode }: TableProps): JSX.Element {
  const leaving = new Map<string, ViewEdge[]>();
  for (const edge of view.edges) {
    const known = leaving.get(edge.source);
    if (known === undefined) leaving.set(edge.source, [edge]);
    else known.push(edge);
  }
  // Of policies there are so many connections that they have rows of their own.
  const listsConnections = view.view === 'policies';
  const groups = new Map(view.groups.map((group) => [group.id, group.label]));
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={`${VIEW_TITLES[view.view]} as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">Namespace</th>
            <th scope="col">Details</th>
            {listsConnections ? null : <th scope="col">Leads to</th>}
            <th scope="col">Problems</th>
          </tr>
        </thead>
        <tbody>
          {view.nodes.map((node) => (
            <tr
              key={node.id}
              class={`${matches.has(node.id) ? 'match' : ''} ${node.id === selected ? 'selected' : ''}`}
            >
              <th scope="row">
                <button type="button" class="link" onClick={(event) => onNode(node.id, event.detail > 0)}>
                  <KindIcon kind={node.kind} />
                  {cleanText(node.title)}
                </button>
              </th>
              <td>{cleanText(node.subtitle)}</td>
              <td>{cleanText(groups.get(node.group ?? '') ?? '')}</td>
              <td>
                <Lines lines={node.lines} />
              </td>
              {listsConnections ? null : (
                <td>
                  <Lines
                    lines={(leaving.get(node.id) ?? []).map((edge) =>
                      describeEdge(view, edge, node.id).replace(/^to /u, ''),
                    )}
                  />
                </td>
              )}
              <td>
                {node.problems.map((problem, index) => (
                  <div key={index} class={`problem ${problem.severity}`}>
                    <ProblemText problem={problem} />
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {listsConnections ? <ConnectionsTable view={view} selected={selected} /> : null}
    </div>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }): JSX.Element {
  return (
    <>
      {lines.map((line, index) => (
        <div key={index}>{cleanText(line)}</div>
      ))}
    </>
  );
}
