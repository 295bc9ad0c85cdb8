import { Component, type JSX } from 'preact';
import type { GraphGroup } from '../../diagram/graph';
import type { GroupBox } from '../../diagram/layout';
import { cardShapes, groupShapes, groupTooltip } from '../../diagram/shapes';
import type { ViewNode } from '../../server/core/views/view';
import { Shapes } from './shape-view';

interface NodeCardProps {
  readonly node: ViewNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly expanded: boolean;
  /** Of a policy: whom it governs, for the tooltip. */
  readonly governs: string | undefined;
  readonly marks: string;
}

/** One node. It is drawn again only when something about it changed. */
export class NodeCard extends Component<NodeCardProps> {
  override shouldComponentUpdate(next: NodeCardProps): boolean {
    return differs(this.props, next);
  }

  override render(): JSX.Element {
    const { node, x, y, width, height, expanded, governs, marks } = this.props;
    const card = cardShapes(node, width, height, expanded);
    const variant = node.variant === undefined ? '' : ` ${node.variant}`;
    return (
      <g
        class={`node ${node.kind}${variant} ${card.severity ?? 'sound'}${marks}`}
        data-node-id={node.id}
        transform={`translate(${x} ${y})`}
      >
        <title>{governs === undefined ? card.tooltip : `${card.tooltip}\n${governs}`}</title>
        <rect class="ring" x={-6} y={-6} width={width + 12} height={height + 12} rx={9} />
        <Shapes shapes={card.shapes} />
        {card.expander === undefined ? null : (
          <rect class="expand-hit" data-expand-id={node.id} {...card.expander}>
            <title>{expanded ? 'Hide its pods' : 'Show its pods'}</title>
          </rect>
        )}
      </g>
    );
  }
}

interface GroupFrameProps {
  readonly group: GraphGroup;
  readonly box: GroupBox;
  readonly note: string;
  /** Lines about its connections beyond, for the tooltip. */
  readonly beyond: readonly string[];
  readonly marks: string;
}

/** The frame of a namespace, or its card when it is folded. */
export function GroupFrame({ group, box, note, beyond, marks }: GroupFrameProps): JSX.Element {
  const shown =
    note === ''
      ? group
      : {
          ...group,
          group: { ...group.group, note: [note, group.group.note ?? ''].filter((part) => part !== '').join(' · ') },
        };
  return (
    <g
      class={`group ${box.folded ? 'folded' : 'open'}${marks}`}
      data-group-id={box.id}
      transform={`translate(${box.x} ${box.y})`}
    >
      <title>{[groupTooltip(group), ...beyond].join('\n')}</title>
      {box.folded ? (
        <path
          class="behind"
          d={`M6 ${box.height}v3h${box.width - 12}v-3M12 ${box.height + 3}v3h${box.width - 24}v-3`}
        />
      ) : null}
      <Shapes shapes={groupShapes(shown, box)} />
      <rect class="header-hit" width={box.width} height={box.folded ? box.height : 38} />
    </g>
  );
}

function differs<Props extends object>(before: Props, after: Props): boolean {
  return (Object.keys(after) as (keyof Props)[]).some((key) => before[key] !== after[key]);
}
