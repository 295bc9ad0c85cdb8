import type { Severity } from '../server/core/finding';
import type { DiagramView, EdgeState, ViewNodeKind } from '../server/core/views/view';
import { edgeEnd } from './ends';
import { ICONS, KIND_NAMES } from './icons';
import { SUBTITLE } from './metrics';
import { SEVERITY_GLYPHS } from './problems';
import type { Shape } from './shapes';
import { textWidth } from './text';

/** What the lines of a picture mean. */
export const STATE_NAMES: Readonly<Record<EdgeState, string>> = {
  ok: 'connects',
  broken: 'leads nowhere',
  denied: 'denied by policies',
  'half-open': 'admitted by one side only',
  unknown: 'cannot be told from the manifests',
  plain: 'belongs together',
};

const SEVERITY_NAMES: Readonly<Record<Severity, string>> = {
  error: 'errors',
  warning: 'warnings',
  information: 'information',
  hint: 'hints',
};

const ROW = 24;
const SIGN_GAP = 7;
const ITEM_GAP = 22;
/** Fonts differ: some are this much wider than the table of advances says. */
const SLACK = 1.08;

export interface LegendEntry {
  /** For what its shapes are styled by. */
  readonly className: string;
  readonly x: number;
  readonly y: number;
  readonly shapes: readonly Shape[];
}

export interface Legend {
  readonly entries: readonly LegendEntry[];
  readonly height: number;
}

/** What shapes, lines and badges mean: only those that are in the picture, in rows of at most this width. */
export function legendOf(view: DiagramView, width: number): Legend {
  const signs = [...kindSigns(view), ...stateSigns(view), ...severitySigns(view)];
  let [x, row] = [0, 0];
  const entries = signs.map(({ className, shapes, signWidth, name }) => {
    const own = signWidth + SIGN_GAP + Math.ceil(textWidth(name, SUBTITLE) * SLACK);
    if (x > 0 && x + own > width) [x, row] = [0, row + 1];
    const label: Shape = { type: 'text', className: 'legend-name', x: signWidth + SIGN_GAP, y: 12, text: name };
    const entry = { className, x, y: row * ROW, shapes: [...shapes, label] };
    x += own + ITEM_GAP;
    return entry;
  });
  return { entries, height: entries.length === 0 ? 0 : (row + 1) * ROW - 8 };
}

interface Sign {
  readonly className: string;
  readonly shapes: readonly Shape[];
  readonly signWidth: number;
  readonly name: string;
}

function kindSigns({ nodes }: DiagramView): readonly Sign[] {
  const present = new Set(nodes.map(({ kind }) => kind));
  const kinds = (Object.keys(KIND_NAMES) as ViewNodeKind[]).filter((kind) => present.has(kind));
  return kinds.map((kind) => ({
    className: `node ${kind}`,
    shapes: [{ type: 'path', className: 'icon', data: ICONS[kind] }],
    signWidth: 16,
    name: KIND_NAMES[kind],
  }));
}

function stateSigns({ edges }: DiagramView): readonly Sign[] {
  const present = new Set(edges.map(({ state }) => state));
  const states = (Object.keys(STATE_NAMES) as EdgeState[]).filter((state) => present.has(state));
  return states.map((state) => ({
    className: 'sample',
    shapes: [
      { type: 'path', className: `edge ${state}`, data: 'M0 8H35' },
      { type: 'path', className: `edge-end ${state}`, data: edgeEnd(state, 38, 8, 1) },
    ],
    signWidth: 40,
    name: STATE_NAMES[state],
  }));
}

function severitySigns({ nodes }: DiagramView): readonly Sign[] {
  const present = new Set(nodes.flatMap(({ problems }) => problems.map(({ severity }) => severity)));
  const severities = (Object.keys(SEVERITY_NAMES) as Severity[]).filter((severity) => present.has(severity));
  return severities.map((severity) => ({
    className: 'sample',
    shapes: [
      { type: 'path', className: `badge ${severity}`, data: 'M8 0a8 8 0 0 1 0 16a8 8 0 0 1 0 -16z' },
      {
        type: 'text',
        className: `badge-text ${severity}`,
        x: 8,
        y: 12,
        anchor: 'middle',
        text: SEVERITY_GLYPHS[severity],
      },
    ],
    signWidth: 16,
    name: SEVERITY_NAMES[severity],
  }));
}
