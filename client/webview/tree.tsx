import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { describeEdge, describeNode, summarise } from '../../diagram/describe';
import { edgesOf } from '../../diagram/filter';
import { cleanText } from '../../diagram/text';
import { VIEW_TITLES } from '../../diagram/view-names';
import type { DiagramView, ViewNode } from '../../server/core/views/view';

const ARRIVAL_MS = 100;

interface TreeProps {
  /** Everything, also what the picture leaves out. */
  readonly view: DiagramView;
  readonly folds: Readonly<Record<string, boolean>>;
  /** Ids of nodes that show their parts. */
  readonly expanded: readonly string[];
  readonly selected: string | null;
  readonly element: RefObject<HTMLDivElement>;
  readonly onFocus: (id: string) => void;
  readonly onFocusChange: (focused: boolean) => void;
}

/** The picture in words, for assistive technology: namespaces, what they hold, and its connections. One tab stop; keys are handled by the panel. */
export function Tree(props: TreeProps): JSX.Element {
  const arrival = useArrival();
  const { view, selected } = props;
  const groups = new Set(view.groups.map((group) => group.id));
  const outside = view.nodes.filter((node) => node.group === undefined || !groups.has(node.group));
  const isKnown = selected !== null && (groups.has(selected) || view.nodes.some((node) => node.id === selected));
  const first = outside[0]?.id ?? view.groups[0]?.id;
  const stop = isKnown ? selected : first;
  const itemOf = (node: ViewNode, level: number): JSX.Element => {
    const isExpanded = props.expanded.includes(node.id);
    return <NodeItem key={node.id} {...{ view, node, level, selected, stop, isExpanded }} />;
  };
  return (
    <div
      ref={props.element}
      class="tree sr-only"
      role="tree"
      aria-label={VIEW_TITLES[view.view]}
      onFocusIn={(event) => {
        props.onFocusChange(true);
        const id = event.target instanceof HTMLElement ? event.target.dataset['itemId'] : undefined;
        if (id !== undefined && id !== selected && !arrival()) props.onFocus(id);
      }}
      onFocusOut={() => props.onFocusChange(false)}
    >
      {outside.map((node) => itemOf(node, 1))}
      {view.groups.map((group) => {
        const members = view.nodes.filter((node) => node.group === group.id);
        const isFolded = props.folds[group.id] === true;
        return (
          <div
            key={group.id}
            role="treeitem"
            aria-level={1}
            aria-expanded={!isFolded}
            aria-selected={group.id === selected}
            aria-label={cleanText(`Namespace ${group.label}, ${group.note ?? ''} ${summarise(members)}`)}
            data-item-id={group.id}
            tabIndex={group.id === stop ? 0 : -1}
          >
            {isFolded ? null : <div role="group">{members.map((node) => itemOf(node, 2))}</div>}
          </div>
        );
      })}
    </div>
  );
}

/** Says whether the window has just got the focus back: what had it then gets it again, and that is no choice of the user. */
function useArrival(): () => boolean {
  const at = useRef(-Infinity);
  useEffect(() => {
    const listen = (): void => void (at.current = performance.now());
    window.addEventListener('focus', listen);
    return () => window.removeEventListener('focus', listen);
  }, []);
  return () => performance.now() - at.current < ARRIVAL_MS;
}

interface NodeItemProps {
  readonly view: DiagramView;
  readonly node: ViewNode;
  readonly level: number;
  readonly selected: string | null;
  readonly stop: string | undefined;
  readonly isExpanded: boolean;
}

function NodeItem({ view, node, level, selected, stop, isExpanded }: NodeItemProps): JSX.Element {
  const isSelected = node.id === selected;
  const edges = isSelected ? edgesOf(view, node.id) : [];
  const problems = isSelected ? node.problems : [];
  const parts = isExpanded ? (node.parts ?? []) : [];
  const isOpen = edges.length + problems.length + parts.length > 0;
  const canExpand = (node.parts ?? []).length > 0;
  return (
    <div
      role="treeitem"
      aria-level={level}
      aria-selected={isSelected}
      aria-label={describeNode(node)}
      data-item-id={node.id}
      tabIndex={node.id === stop ? 0 : -1}
      {...(isOpen || canExpand ? { 'aria-expanded': isOpen } : {})}
    >
      {isOpen ? (
        <div role="group">
          {problems.map((problem) => (
            <div key={problem.rule + problem.message} role="treeitem" aria-level={level + 1} tabIndex={-1}>
              {cleanText(`${problem.severity}: ${problem.message}`)}
            </div>
          ))}
          {parts.map(({ text, note }, index) => (
            <div key={index} role="treeitem" aria-level={level + 1} tabIndex={-1}>
              {cleanText(note === undefined ? text : `${text}, ${note}`)}
            </div>
          ))}
          {edges.map((edge) => (
            <div key={edge.id} role="treeitem" aria-level={level + 1} tabIndex={-1}>
              {describeEdge(view, edge, node.id)}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}
