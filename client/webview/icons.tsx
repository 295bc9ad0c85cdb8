import chevronDown from '@vscode/codicons/src/icons/chevron-down.svg' with { type: 'text' };
import chevronRight from '@vscode/codicons/src/icons/chevron-right.svg' with { type: 'text' };
import chevronUp from '@vscode/codicons/src/icons/chevron-up.svg' with { type: 'text' };
import close from '@vscode/codicons/src/icons/close.svg' with { type: 'text' };
import exportFile from '@vscode/codicons/src/icons/export.svg' with { type: 'text' };
import filter from '@vscode/codicons/src/icons/filter.svg' with { type: 'text' };
import fold from '@vscode/codicons/src/icons/fold.svg' with { type: 'text' };
import inspect from '@vscode/codicons/src/icons/inspect.svg' with { type: 'text' };
import listUnordered from '@vscode/codicons/src/icons/list-unordered.svg' with { type: 'text' };
import recordKeys from '@vscode/codicons/src/icons/record-keys.svg' with { type: 'text' };
import screenFull from '@vscode/codicons/src/icons/screen-full.svg' with { type: 'text' };
import search from '@vscode/codicons/src/icons/search.svg' with { type: 'text' };
import symbolArray from '@vscode/codicons/src/icons/symbol-array.svg' with { type: 'text' };
import table from '@vscode/codicons/src/icons/table.svg' with { type: 'text' };
import target from '@vscode/codicons/src/icons/target.svg' with { type: 'text' };
import unfold from '@vscode/codicons/src/icons/unfold.svg' with { type: 'text' };
import wand from '@vscode/codicons/src/icons/wand.svg' with { type: 'text' };
import warning from '@vscode/codicons/src/icons/warning.svg' with { type: 'text' };
import zoomIn from '@vscode/codicons/src/icons/zoom-in.svg' with { type: 'text' };
import zoomOut from '@vscode/codicons/src/icons/zoom-out.svg' with { type: 'text' };
import type { JSX } from 'preact';
import { ICONS } from '../../diagram/icons';

/** The glyph of a node's kind: an outline on a 16 × 16 grid. */
export function KindIcon({ kind }: { readonly kind: keyof typeof ICONS }): JSX.Element {
  return <Drawn data={ICONS[kind]} className={`kind-icon ${kind}`} />;
}

/** An icon of VS Code's own, so that the panel's buttons look like those around it. */
export function Codicon({
  glyph,
  className = 'codicon',
}: {
  readonly glyph: keyof typeof CODICONS;
  readonly className?: string;
}): JSX.Element {
  return <Drawn data={pathIn(CODICONS[glyph])} className={className} />;
}

function Drawn({ data, className }: { readonly data: string; readonly className: string }): JSX.Element {
  return (
    <svg class={className} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={data} />
    </svg>
  );
}

/** The files hold paths alone; as text in a page they would be markup. */
function pathIn(file: string): string {
  return [...file.matchAll(/ d="([^"]+)"/gu)].map(([, data]) => data).join('');
}

/** By what the panel's buttons do. */
export const CODICONS = {
  previous: chevronUp,
  next: chevronDown,
  closed: chevronRight,
  plus: zoomIn,
  minus: zoomOut,
  fit: screenFull,
  follow: target,
  problems: warning,
  fold,
  unfold,
  table,
  legend: listUnordered,
  keys: recordKeys,
  arrange: wand,
  matrix: symbolArray,
  filter,
  focus: inspect,
  export: exportFile,
  close,
  search,
} as const;
