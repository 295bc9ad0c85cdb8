import type { DiagramView } from '../server/core/views/view';
import type { Layout } from './layout';
import type { ExportFormat } from './messages';
import type { Palette } from './palette';
import { diagramToSvg } from './svg';
import { diagramToDot } from './to-dot';
import { diagramToMermaid } from './to-mermaid';

export interface Exporter {
  /** Without the dot. */
  readonly extension: string;
  readonly mime: string;
  /**
   * The whole view as a text.
   * @param layout the one on the screen, for formats that say where things are; a fresh one when absent
   */
  readonly write: (view: DiagramView, palette: Palette, layout?: Layout) => string;
}

/** Formats that are texts; a PNG is drawn from the SVG. */
export type TextFormat = Exclude<ExportFormat, 'png'>;

/** The formats that a diagram can be saved in. */
export const exporters: Readonly<Record<TextFormat, Exporter>> = {
  svg: {
    extension: 'svg',
    mime: 'image/svg+xml',
    write: (view, palette, layout) => diagramToSvg(view, layout === undefined ? { palette } : { palette, layout }),
  },
  json: {
    extension: 'json',
    mime: 'application/json',
    write: (view) => `${JSON.stringify(view, null, 2)}\n`,
  },
  mermaid: { extension: 'mmd', mime: 'text/vnd.mermaid', write: diagramToMermaid },
  dot: { extension: 'dot', mime: 'text/vnd.graphviz', write: diagramToDot },
};
