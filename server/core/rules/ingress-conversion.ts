import { entryOf, itemsAt, nodeAt, type MapEntry, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { addEntry, addEntryBefore, entryPlace, isInFlow, replaceKey, type EntryPlace } from './edits';
import type { EditData, TextOf } from './rule';

/** What turns an Ingress of v1beta1 into one of v1, as a finding's data keeps it. */
export interface IngressConversion {
  /** Renamed keys. */
  readonly edits: readonly EditData[];
  readonly backends: readonly BackendPlace[];
  /** Paths without a pathType: the entry to put it behind, or in front of. */
  readonly pathTypes: readonly { readonly entry: EntryPlace; readonly isBefore: boolean }[];
}

interface BackendPlace {
  readonly name: EntryPlace | undefined;
  readonly port: EntryPlace | undefined;
  /** `number` or `name`. */
  readonly portKey: string;
}

/** Prepares a conversion; undefined where some text that has to change serves other places too. */
export function ingressConversion(resource: Resource): IngressConversion | undefined {
  const spec = nodeAt(resource.root, 'spec');
  const paths = itemsAt(spec, 'rules').flatMap((rule) => itemsAt(rule, 'http', 'paths'));
  const fallback = entryOf(spec, 'backend');
  const renamed = fallback && replaceKey(resource, fallback, 'defaultBackend');
  const nodes = [fallback?.value, ...paths.map((path) => nodeAt(path, 'backend'))];
  const backends = nodes.filter(isOld).map((node) => backendPlace(resource, node));
  const pathTypes = paths.filter((path) => !entryOf(path, 'pathType')).map((path) => pathTypePlace(resource, path));
  if ((fallback && !renamed) || backends.includes(undefined) || pathTypes.includes(undefined)) return undefined;
  return {
    edits: renamed ? [renamed] : [],
    backends: backends.filter((backend) => backend !== undefined),
    pathTypes: pathTypes.filter((place) => place !== undefined),
  };
}

/** Whether nothing is left to change. */
export function isConverted(conversion: IngressConversion | undefined): boolean {
  if (!conversion) return false;
  const { edits, backends, pathTypes } = conversion;
  return edits.length === 0 && backends.length === 0 && pathTypes.length === 0;
}

function isOld(node: SourceNode | undefined): node is SourceNode {
  return entryOf(node, 'serviceName') !== undefined || entryOf(node, 'servicePort') !== undefined;
}

function backendPlace(resource: Resource, node: SourceNode): BackendPlace | undefined {
  const name = entryOf(node, 'serviceName');
  const port = entryOf(node, 'servicePort');
  const places = [name, port].map((entry) => placeOf(resource, entry));
  if ((name && !places[0]) || (port && !places[1]) || node.shared) return undefined;
  const value = port?.value.type === 'scalar' ? port.value.value : undefined;
  return {
    name: places[0],
    port: places[1],
    portKey: typeof value === 'number' ? 'number' : 'name',
  };
}

function placeOf(resource: Resource, entry: MapEntry | undefined): EntryPlace | undefined {
  return entry?.value.type === 'scalar' && entry.value.style !== 'block' ? entryPlace(resource, entry) : undefined;
}

/** `ImplementationSpecific` is what v1beta1 took where nothing was written. */
function pathTypePlace(
  resource: Resource,
  path: SourceNode,
): { readonly entry: EntryPlace; readonly isBefore: boolean } | undefined {
  const own = entryPlace(resource, entryOf(path, 'path'));
  if (own) return { entry: own, isBefore: false };
  const first = path.type === 'map' && !path.shared ? entryPlace(resource, path.entries[0]) : undefined;
  return first && { entry: first, isBefore: true };
}

/** The edits of a conversion; undefined where one cannot be done with care (flow style). */
export function ingressEdits(
  { edits, backends, pathTypes }: IngressConversion,
  textOf: TextOf,
): readonly EditData[] | undefined {
  const line = ['pathType: ImplementationSpecific'];
  const all = [
    ...edits,
    ...backends.flatMap((backend) => backendEdits(backend, textOf)),
    ...pathTypes.map(({ entry, isBefore }) => (isBefore ? addEntryBefore : addEntry)(textOf(entry.file), entry, line)),
  ];
  return all.includes(undefined) ? undefined : all.filter((edit) => edit !== undefined);
}

/** Both entries move below `service`, the first one taking that key along; what stands behind them on their lines stays. */
function backendEdits({ name, port, portKey }: BackendPlace, textOf: TextOf): readonly (EditData | undefined)[] {
  const entries = [
    ...(name ? [{ place: name, keys: ['name'] }] : []),
    ...(port ? [{ place: port, keys: ['port', portKey] }] : []),
  ].sort((a, b) => a.place.keyRange.start - b.place.keyRange.start);
  return entries.map(({ place, keys }, index) =>
    nested(textOf(place.file), place, index === 0 ? ['service', ...keys] : keys, index === 0 ? 0 : 1),
  );
}

/**
 * Writes a key as several, each below the one before.
 * @param depth how much deeper than before the first of them stands
 */
function nested(text: string, place: EntryPlace, keys: readonly string[], depth: number): EditData | undefined {
  const { start, end } = place.keyRange;
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (!/^ *(- +)*$/.test(line) || (depth > 0 && line.includes('-')) || isInFlow(text, place.value.end))
    return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indentation = ' '.repeat(line.length);
  const newText = keys
    .map((key, index) => `${index === 0 ? '' : `${newline}${indentation}`}${'  '.repeat(index + depth)}${key}`)
    .join(':');
  return { file: place.file, start, end, newText };
}
