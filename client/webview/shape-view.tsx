import type { JSX } from 'preact';
import type { Shape } from '../../diagram/shapes';

/** Draws shapes. Texts become text nodes, whatever they hold. */
export function Shapes({ shapes }: { readonly shapes: readonly Shape[] }): JSX.Element {
  return <>{shapes.map(shapeElement)}</>;
}

function shapeElement(shape: Shape, index: number): JSX.Element {
  if (shape.type === 'path') {
    const moved = shape.x === undefined ? {} : { transform: `translate(${shape.x} ${shape.y ?? 0})` };
    return <path key={index} class={shape.className} d={shape.data} {...moved} />;
  }
  return (
    <text key={index} class={shape.className} x={shape.x} y={shape.y} text-anchor={shape.anchor ?? 'start'}>
      {shape.text}
    </text>
  );
}
