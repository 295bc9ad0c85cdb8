import { select } from 'd3-selection';
import { zoom, zoomIdentity, zoomTransform } from 'd3-zoom';
import type { Rect } from '../../diagram/geometry';
import type { Viewport } from './saved-state';

/** Pan and zoom of one SVG. Rectangles are in the picture's coordinates, sizes and distances on the screen are in px. */
export interface Camera {
  current(): Viewport;
  /** The part of the picture that is on the screen. */
  visible(): Rect;
  set(viewport: Viewport): void;
  /** Keeps the picture still on the screen although its parts moved by so much. */
  compensate(dx: number, dy: number): void;
  zoomBy(factor: number): void;
  panBy(dx: number, dy: number): void;
  fit(picture: Rect): void;
  /** The first view: all of it when that is readable, else its upper part or what is in focus, at a readable size. */
  open(picture: Rect, focus: Rect | undefined): void;
  /** Moves no further than needed to have the rectangle on the screen. */
  bringIntoSight(rect: Rect): void;
  /** Moves up what was on the screen while that was so high, and is not any more. */
  uncover(rect: Rect, heightBefore: number): void;
  dispose(): void;
}

const SCALES: [number, number] = [0.08, 2.5];
const MARGIN = 28;
/** Lane headings cover the top. */
const TOP_MARGIN = 52;
const READABLE = 0.55;
/** A picture that is seen as a whole may be a little smaller. */
const READABLE_WHOLE = 0.4;
const LARGEST_FIRST = 1.1;
const GLIDE_MS = 160;

export function createCamera(svg: SVGSVGElement, onChange: (viewport: Viewport) => void): Camera {
  const selection = select<SVGSVGElement, unknown>(svg);
  const behaviour = zoom<SVGSVGElement, unknown>()
    .scaleExtent(SCALES)
    .clickDistance(4)
    .on('zoom', (event: { readonly transform: Viewport }) => onChange(event.transform));
  selection.call(behaviour).on('dblclick.zoom', null);
  let frame = 0;
  /** Where it is gliding to. */
  let goal: Viewport | undefined;

  const size = (): { width: number; height: number } => ({
    width: svg.clientWidth || 800,
    height: svg.clientHeight || 600,
  });
  const current = (): Viewport => {
    const { x, y, k } = zoomTransform(svg);
    return { x, y, k };
  };
  const jump = (next: Viewport): void =>
    behaviour.transform(selection, zoomIdentity.translate(next.x, next.y).scale(next.k));
  const set = (next: Viewport): void => {
    cancelAnimationFrame(frame);
    goal = undefined;
    jump(next);
  };
  const glide = (next: Viewport): void => {
    if (prefersStillness()) {
      set(next);
      return;
    }
    const from = current();
    const start = performance.now();
    const step = (now: number): void => {
      const part = Math.min(1, (now - start) / GLIDE_MS);
      const eased = 1 - (1 - part) ** 3;
      jump(between(from, next, eased));
      if (part < 1) frame = requestAnimationFrame(step);
      else goal = undefined;
    };
    cancelAnimationFrame(frame);
    goal = next;
    frame = requestAnimationFrame(step);
  };
  const fitted = (picture: Rect): Viewport => {
    const { width, height } = size();
    const k = Math.min(
      (width - 2 * MARGIN) / picture.width,
      (height - TOP_MARGIN - MARGIN) / picture.height,
      LARGEST_FIRST,
    );
    const scale = Math.max(SCALES[0], k);
    return {
      x: (width - picture.width * scale) / 2 - picture.x * scale,
      y: TOP_MARGIN + Math.max(0, (height - TOP_MARGIN - MARGIN - picture.height * scale) / 2) - picture.y * scale,
      k: scale,
    };
  };

  return {
    current,
    set,
    visible: () => {
      const { x, y, k } = current();
      const { width, height } = size();
      return { x: -x / k, y: -y / k, width: width / k, height: height / k };
    },
    compensate: (dx, dy) => {
      const { x, y, k } = current();
      set({ x: x - dx * k, y: y - dy * k, k });
    },
    zoomBy: (factor) => {
      const { x, y, k } = current();
      const { width, height } = size();
      const next = Math.min(SCALES[1], Math.max(SCALES[0], k * factor));
      const [cx, cy] = [width / 2, height / 2];
      glide({ x: cx - ((cx - x) / k) * next, y: cy - ((cy - y) / k) * next, k: next });
    },
    panBy: (dx, dy) => {
      const { x, y, k } = current();
      set({ x: x + dx, y: y + dy, k });
    },
    fit: (picture) => glide(fitted(picture)),
    open: (picture, focus) => {
      const whole = fitted(picture);
      const { width, height } = size();
      const across = (width - 2 * MARGIN) / picture.width;
      if (whole.k >= READABLE || (whole.k === across && across >= READABLE_WHOLE)) {
        set(whole);
        return;
      }
      // All lanes side by side, if they can be read then: the rest is above or below.
      const k = across >= READABLE_WHOLE ? Math.min(1, across) : READABLE;
      const middle =
        focus === undefined ? { x: 0, y: 0 } : { x: focus.x + focus.width / 2, y: focus.y + focus.height / 2 };
      set({
        x: centred(middle.x, k, picture.x, picture.width, MARGIN, width - MARGIN),
        y: centred(middle.y, k, picture.y, picture.height, TOP_MARGIN, height - MARGIN),
        k,
      });
    },
    bringIntoSight: (rect) => {
      const { x, y, k: scale } = current();
      const { width, height } = size();
      // A search from far away should end at something that can be read.
      const k = scale >= READABLE_WHOLE ? scale : READABLE;
      const left = rect.x * k + (x * k) / scale + (width / 2) * (1 - k / scale);
      const top = rect.y * k + (y * k) / scale + (height / 2) * (1 - k / scale);
      const dx = nudge(left, rect.width * k, MARGIN, width - MARGIN);
      const dy = nudge(top, rect.height * k, TOP_MARGIN, height - MARGIN);
      if (dx === 0 && dy === 0 && k === scale) return;
      glide({ x: left - rect.x * k + dx, y: top - rect.y * k + dy, k });
    },
    uncover: (rect, heightBefore) => {
      const { x, y, k } = goal ?? current();
      const top = rect.y * k + y;
      const dy = nudge(top, rect.height * k, TOP_MARGIN, size().height - MARGIN);
      if (dy < 0 && top < heightBefore) glide({ x, y: y + dy, k });
    },
    dispose: () => {
      cancelAnimationFrame(frame);
      selection.on('.zoom', null);
    },
  };
}

/** Shift that puts the point in the middle between the limits without leaving room empty that the picture could fill. */
function centred(point: number, k: number, start: number, length: number, low: number, high: number): number {
  const first = low - start * k;
  const last = high - (start + length) * k;
  if (last > first) return (first + last) / 2;
  return Math.min(first, Math.max(last, (low + high) / 2 - point * k));
}

/** How far to move so that [start, start + length] lies within the limits. */
function nudge(start: number, length: number, low: number, high: number): number {
  if (start < low) return low - start;
  if (start + length > high) return Math.max(low - start, high - start - length);
  return 0;
}

function between(from: Viewport, to: Viewport, part: number): Viewport {
  const mix = (a: number, b: number): number => a + (b - a) * part;
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), k: mix(from.k, to.k) };
}

function prefersStillness(): boolean {
  return (
    document.body.classList.contains('vscode-reduce-motion') ||
    window.matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}
