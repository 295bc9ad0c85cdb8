import type { OffsetRange, SourceNode, MapNode } from '../manifest/node';
import { entryOf, stringAt } from '../manifest/node';
import { isClusterScoped } from '../manifest/kinds';
import { readManifest, type ReadOptions } from '../manifest/read-manifest';
import type { Resource } from '../manifest/resource';
import { alignLines } from './align';
import { helperForms, type HelperForms } from './helper-forms';
import { placesOf, type Places } from './places';
import { templateLines, type TemplateLine, type TemplateLines } from './template-lines';

/** A file that wrote a part of helm's output. */
export interface RenderedSource {
  readonly uri: string;
  readonly text: string;
  /** Where everything falls when the text itself is not the template: the entry of a packed dependency in `Chart.yaml`. */
  readonly place?: OffsetRange;
}

export interface PlacedResources {
  /** Each with `file` and all offsets in a template; every node is `shared`, since no edit there would do what it says. */
  readonly resources: readonly Resource[];
  /** Sentences for the log: what was left out and why. */
  readonly notes: readonly string[];
}

export interface PlaceOptions extends ReadOptions {
  /** The file of a path as `# Source:` tells it: `web/templates/service.yaml`, `web/charts/redis/templates/…`. Asked once for each. */
  readonly sourceOf: (path: string) => RenderedSource | undefined;
  /** Texts that hold named templates (`_helpers.tpl`): they tell which of several actions wrote a line. */
  readonly helpers?: readonly string[];
  /** Namespace of the release: that of resources that name none. */
  readonly namespace?: string;
}

/**
 * Reads the output of `helm template`, and says of every node where in the templates it comes from: the very characters where they
 * stand there literally, the action where one wrote them, and the first line of the resource where it cannot be told.
 * Only kinds that networking reads are returned. Never throws.
 */
export function placeRendered(
  output: string,
  { sourceOf, helpers = [], namespace, ...reading }: PlaceOptions,
): PlacedResources {
  const resources: Resource[] = [];
  const notes = new Set<string>();
  const templates = new Map<string, Template | undefined>();
  const forms = formsOf(helpers);
  for (const document of documentsOf(output)) {
    const manifest = readManifest(document.source, document.text, reading);
    if (manifest.template) notes.add(`${document.source}: what it renders holds "{{" and is left alone.`);
    if (manifest.resources.length === 0) continue;
    const template = templates.has(document.source)
      ? templates.get(document.source)
      : toTemplate(sourceOf(document.source));
    templates.set(document.source, template);
    if (!template) {
      notes.add(`${document.source}: helm rendered it, but no such file is in the chart; it is left alone.`);
      continue;
    }
    const places = placesIn(document.text, template, forms);
    for (const resource of manifest.resources) resources.push(placeResource(resource, template.uri, places, namespace));
  }
  return { resources, notes: [...notes] };
}

interface RenderedDocument {
  readonly source: string;
  readonly text: string;
}

/** Helm writes `---` and `# Source:` before every document. */
function documentsOf(output: string): readonly RenderedDocument[] {
  return output.split(/^---[ \t]*\r?$/m).flatMap((text) => {
    const found = /^\s*# Source: (.*?)\r?\n/.exec(text);
    return found ? [{ source: found[1] ?? '', text: text.slice(found[0].length) }] : [];
  });
}

interface Template extends RenderedSource {
  readonly lines: TemplateLines;
}

function toTemplate(source: RenderedSource | undefined): Template | undefined {
  return source && { ...source, lines: templateLines(source.place ? '' : source.text) };
}

function formsOf(texts: readonly string[]): HelperForms {
  const helpers = new Map<string, readonly TemplateLine[]>();
  for (const text of texts) for (const [name, lines] of templateLines(text).helpers) helpers.set(name, lines);
  return helperForms(helpers);
}

function placesIn(text: string, { text: template, place, lines }: Template, forms: HelperForms): Places {
  const rendered = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const fallback = place ?? firstLineOf(template);
  return placesOf(text, template, place ? [] : alignLines(lines, rendered, forms), fallback);
}

function firstLineOf(text: string): OffsetRange {
  const start = Math.max(0, text.search(/\S/));
  return { start, end: start + (/^.*/.exec(text.slice(start))?.[0].trimEnd().length ?? 0) };
}

function placeResource(resource: Resource, file: string, places: Places, namespace: string | undefined): Resource {
  const root = placeTree(resource.root, places);
  return {
    ...resource,
    namespace: resource.namespace ?? (isClusterScoped(resource.kind) ? undefined : namespace),
    file,
    range: { start: root.start, end: root.end },
    nameNode: stringAt(root, 'metadata', 'name')?.node ?? entryOf(root, 'kind')?.value ?? root,
    root,
  };
}

function placeTree(root: MapNode, places: Places): MapNode {
  // Nodes of an anchor are met by every alias: each is placed once.
  const placed = new Map<SourceNode, SourceNode>();
  const place = <T extends SourceNode>(node: T): T => {
    const known = placed.get(node);
    if (known) return known as T;
    const moved = { ...children(node), ...places.range(node), shared: true } as T;
    placed.set(node, moved);
    return moved;
  };
  const children = (node: SourceNode): SourceNode => {
    if (node.type === 'scalar') return node;
    if (node.type === 'sequence') return { ...node, items: node.items.map(place) };
    return {
      ...node,
      entries: node.entries.map(({ key, keyStart, keyEnd, value }) => {
        const { start, end } = places.range({ start: keyStart, end: keyEnd });
        return { key, keyStart: start, keyEnd: end, value: place(value) };
      }),
    };
  };
  return place(root);
}
