import type { JSX } from 'preact';
import { describeEdge } from '../../diagram/describe';
import { SEVERITY_GLYPHS } from '../../diagram/problems';
import { cleanText } from '../../diagram/text';
import type { DiagramView, ViewEdge, ViewNode } from '../../server/core/views/view';
import { KindIcon } from './icons';

interface TableProps {
  readonly view: DiagramView;
  readonly matches: ReadonlySet<string>;
  readonly selected: string | null;
  readonly onNode: (id: string, go: boolean) => void;
}

/** The same as a table: for large pictures, and for those who read better in rows. */
export function Table({ view, matches, selected, onNode }: TableProps): JSX.Element {
  const leaving = new Map<string, ViewEdge[]>();
  for (const edge of view.edges) leaving.set(edge.source, [...(leaving.get(edge.source) ?? []), edge]);
  const groups = new Map(view.groups.map((group) => [group.id, group.label]));
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Service routing as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">Namespace</th>
            <th scope="col">Details</th>
            <th scope="col">Leads to</th>
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
              <td>
                <Lines
                  lines={(leaving.get(node.id) ?? []).map((edge) =>
                    describeEdge(view, edge, node.id).replace(/^to /u, ''),
                  )}
                />
              </td>
              <td>
                <ProblemLines node={node} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
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

function ProblemLines({ node }: { readonly node: ViewNode }): JSX.Element {
  return (
    <>
      {node.problems.map((problem, index) => (
        <div key={index} class={`problem ${problem.severity}`}>
          <span class="glyph" aria-label={problem.severity} role="img">
            {SEVERITY_GLYPHS[problem.severity]}
          </span>{' '}
          {cleanText(problem.message)}
        </div>
      ))}
    </>
  );
}
