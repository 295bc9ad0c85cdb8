import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Rect } from '../../diagram/geometry';
import type { Camera } from './viewport';

/** Keeps what is selected on the screen when something opens below the picture: the strip that tells about it, first of all. */
export function useUncovering(
  svg: RefObject<SVGSVGElement>,
  camera: { readonly current: Camera | null },
  selected: Rect | undefined,
): void {
  const latest = useRef(selected);
  latest.current = selected;
  useEffect(() => {
    const element = svg.current;
    if (element === null) return undefined;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      const before = height;
      height = element.clientHeight;
      if (height < before && latest.current !== undefined) camera.current?.uncover(latest.current, before);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}
