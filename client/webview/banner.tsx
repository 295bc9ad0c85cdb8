import type { JSX } from 'preact';
import { cleanText } from '../../diagram/text';
import type { DiagramView, ViewEdge, ViewNode } from '../../server/core/views/view';

interface PreviewBannerProps {
  readonly view: DiagramView;
  readonly onEnd: () => void;
}

/** Says that the picture does without a policy, and what that changes. */
export function PreviewBanner({ view, onEnd }: PreviewBannerProps): JSX.Element | null {
  if (view.without === undefined) return null;
  return (
    <div class="banner">
      <span role="status">{previewSentence(view, view.without)}</span>
      <button type="button" class="button text" onClick={onEnd}>
        End preview
      </button>
    </div>
  );
}

interface PathHintProps {
  /** Where the path begins; undefined when none was begun. */
  readonly from: ViewNode | undefined;
  readonly onCancel: () => void;
}

/** Says how to go on with a path. */
export function PathHint({ from, onCancel }: PathHintProps): JSX.Element | null {
  if (from === undefined) return null;
  return (
    <div class="banner">
      <span role="status">{cleanText(`Path from ${from.title}: select where it leads, and press P.`)}</span>
      <button type="button" class="button text" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

/** The policy's node may be gone from the view: then its id has to do. */
function previewSentence({ nodes, edges }: DiagramView, without: string): string {
  const node = nodes.find(({ id }) => id === without);
  const name = node === undefined ? without : `${node.resourceKind ?? ''} ${node.title}`;
  const count = (change: ViewEdge['change']): number => edges.filter((edge) => edge.change === change).length;
  const changes = [
    counted(count('added'), 'opens', 'open'),
    counted(count('removed'), 'closes', 'close'),
    counted(count('changed'), 'has other ports', 'have other ports'),
  ].filter((part) => part !== '');
  return cleanText(`Preview without ${name.trim()}: ${changes.length === 0 ? 'nothing changes' : changes.join(', ')}.`);
}

function counted(count: number, one: string, many: string): string {
  if (count === 0) return '';
  return count === 1 ? `1 connection ${one}` : `${count} connections ${many}`;
}
