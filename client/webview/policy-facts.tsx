import type { JSX } from 'preact';
import { cleanText } from '../../diagram/text';
import type { DiagramView, Governed, PolicyAlone } from '../../server/core/views/view';

const MOST_LISTED = 12;

interface PolicyFactsProps {
  readonly view: DiagramView;
  readonly governs: readonly Governed[];
  /** Undefined while it is being worked out. */
  readonly alone: PolicyAlone | undefined;
  readonly onNode: (id: string) => void;
}

/** Whom a policy governs, and what would be cut off without it. */
export function PolicyFacts({ view, governs, alone, onNode }: PolicyFactsProps): JSX.Element {
  const titles = new Map(view.nodes.map((node) => [node.id, node.title]));
  const titleOf = (id: string): string => cleanText(titles.get(id) ?? id);
  return (
    <>
      <p class="facts">
        <b>Governs:</b> {governs.length === 0 ? 'no workload here' : null}
        {governs.slice(0, MOST_LISTED).map((governed, index) => (
          <span key={governed.node}>
            {index > 0 ? ', ' : ''}
            <button type="button" class="link" onClick={() => onNode(governed.node)}>
              {titleOf(governed.node)}
            </button>{' '}
            ({governed.directions.join(' and ').toLowerCase()}
            {governed.unsure === true ? ', perhaps' : ''})
          </span>
        ))}
        {more(governs.length)}
      </p>
      {alone === undefined ? null : (
        <p class="facts">
          <b>It alone admits:</b>{' '}
          {alone.connections
            .slice(0, MOST_LISTED)
            .map(({ source, target, label }) => cleanText(`${titleOf(source)} → ${titleOf(target)} ${label}`))
            .join(', ')}
          {alone.total === 0 ? 'nothing; other policies admit the same, or it only denies' : more(alone.total)}
        </p>
      )}
    </>
  );
}

function more(count: number): string {
  return count > MOST_LISTED ? ` and ${(count - MOST_LISTED).toLocaleString('en')} more` : '';
}
