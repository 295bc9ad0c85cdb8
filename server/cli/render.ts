import { writeFile } from 'node:fs/promises';
import { exporters, type TextFormat } from '../../diagram/export';
import { limitNodes, type PartialView } from '../../diagram/filter';
import { PALETTES, type PaletteName } from '../../diagram/palette';
import type { DiagramView, ViewName } from '../core/views/view';
import { CannotRun, displayPath, load, print, type Programs } from './load';
import { requireScope } from './one-scope';
import { printWarnings } from './output';

export interface RenderOptions extends Programs {
  readonly view: ViewName;
  readonly format: TextFormat;
  readonly theme: PaletteName;
  readonly scope?: string;
  readonly output?: string;
}

/** Nodes that viewers of a format can bear. JSON is for programs: it holds everything. */
const limits: Readonly<Record<TextFormat, number>> = { svg: 5000, mermaid: 300, dot: 1000, json: Infinity };

/** Mermaid takes so much unless whoever embeds it allows more; GitHub does not. */
const mermaidTakes = { links: 500, characters: 50_000 };

/** `kubepath render`: prints one of the four diagrams of a scope. */
export async function render(path: string, options: RenderOptions): Promise<number> {
  const analyzer = await load([path], options);
  const scope = requireScope(analyzer, path, options.scope);
  const view = analyzer.view({ view: options.view, scope: scope.name, matrix: options.format === 'json' });
  if (!view) throw new CannotRun(`no scope is named "${scope.name}".`);
  const { format } = options;
  const { view: shown, ...counts } = limitNodes(withDisplayPaths(view), limits[format]);
  const text = exporters[format].write(shown, PALETTES[options.theme]);
  printWarnings([
    ...scope.warnings,
    ...warningsOf(counts),
    ...(format === 'mermaid' ? mermaidWarnings(shown, text) : []),
  ]);
  if (options.output === undefined) await print(text);
  else await save(options.output, text);
  return 0;
}

function warningsOf({ shown, total }: Pick<PartialView, 'shown' | 'total'>): readonly string[] {
  if (shown === total) return [];
  return [
    `showing ${shown} of ${total} nodes, those with problems first: a larger picture opens in no viewer. --format json has everything.`,
  ];
}

function mermaidWarnings(view: DiagramView, text: string): readonly string[] {
  const links = view.edges.filter((edge) => edge.quiet !== true).length;
  const { links: mostLinks, characters } = mermaidTakes;
  return [
    ...(links > mostLinks
      ? [`these are ${links} connections; Mermaid draws ${mostLinks} unless its setting maxEdges is raised.`]
      : []),
    ...(text.length > characters
      ? [`these are ${text.length} characters; Mermaid reads ${characters} unless its setting maxTextSize is raised.`]
      : []),
  ];
}

async function save(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new CannotRun(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Paths as every command prints them, in place of URIs. */
function withDisplayPaths(view: DiagramView): DiagramView {
  return {
    ...view,
    nodes: view.nodes.map((node) => ({
      ...withDisplayPath(node),
      problems: node.problems.map(withDisplayPath),
    })),
    ...(view.addresses && {
      addresses: { ...view.addresses, ranges: view.addresses.ranges.map(withDisplayPath) },
    }),
  };
}

function withDisplayPath<T extends Pick<DiagramView['nodes'][number], 'location'>>(place: T): T {
  const { location } = place;
  return location === undefined ? place : { ...place, location: { ...location, file: displayPath(location.file) } };
}
