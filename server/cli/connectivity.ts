import type { Analyzer, Connectivity } from '../core/index';
import { namespaceOf } from '../core/model/network-model';
import { readWorkloads } from '../core/model/workload';
import { printPeer } from '../core/reach/peers';
import { toCsv } from './connectivity-csv';
import { toDot } from './connectivity-dot';
import { toJson } from './connectivity-json';
import { toMarkdown } from './connectivity-md';
import { toMermaid } from './connectivity-mermaid';
import { pictureOf } from './connectivity-picture';
import { toSvg } from './connectivity-svg';
import { toText } from './connectivity-text';
import { CannotRun, load, type Programs } from './load';
import { requireScope } from './one-scope';
import { printAll, printWarnings } from './output';
import type { Picture, PictureLimits } from './picture';

export interface ConnectivityOptions extends Programs {
  readonly format: keyof typeof listings | keyof typeof pictures;
  readonly exposure?: boolean;
  readonly scope?: string;
}

/** Formats that say everything, however much it is. */
const listings = { text: toText, json: toJson, csv: toCsv, md: toMarkdown };

interface PictureFormat {
  readonly print: (picture: Picture) => Iterable<string>;
  readonly limits: PictureLimits;
}

/** Formats for people, with what their viewers can bear. */
const pictures = {
  dot: { print: toDot, limits: { peers: 1000, links: 2000 } },
  // Mermaid draws 500 links and 50,000 characters unless whoever embeds it allows more; GitHub does not.
  mermaid: { print: toMermaid, limits: { peers: 300, links: 500 } },
  svg: { print: toSvg, limits: { peers: 500, links: 800 } },
} satisfies Readonly<Record<string, PictureFormat>>;

/** `kubepath connectivity`: prints every allowed connection of one scope. */
export async function connectivity(path: string, options: ConnectivityOptions): Promise<number> {
  const analyzer = await load([path], options);
  const scope = requireScope(analyzer, path, options.scope);
  const { format } = options;
  const showsExposure = options.exposure ?? false;
  const isListing = format in listings;
  const found = analyzer.connectivity(scope.name, { exposure: showsExposure || !isListing });
  if (!found) throw new CannotRun(`no scope is named "${scope.name}".`);
  const result: Connectivity = { ...found, warnings: [...scope.warnings, ...found.warnings] };
  if (format !== 'json') printWarnings(result.warnings);
  if (isListing) {
    await printAll(listings[format as keyof typeof listings](result));
    return 0;
  }
  const { print, limits } = pictures[format as keyof typeof pictures];
  const workloads = workloadsOf(analyzer, scope.name);
  const picture = pictureOf({ connectivity: result, workloads, showsExposure, limits });
  printWarnings(picture.notes);
  await printAll(print(picture));
  return 0;
}

/** The names of all workloads of a scope, also of those without any connection. */
function workloadsOf(analyzer: Analyzer, name: string): readonly string[] {
  return analyzer
    .resourcesIn(name)
    .flatMap((resource) => readWorkloads(resource, namespaceOf(resource)).map(printPeer));
}
