import {
  entriesAt,
  itemsAt,
  stringAt,
  toPlain,
  type MapEntry,
  type OffsetRange,
  type SourceNode,
} from '../manifest/node';
import { readManifest, type ReadOptions } from '../manifest/read-manifest';
import type { Resource } from '../manifest/resource';
import type { KustomizationFile } from './source';

/**
 * What a kustomize outside wrote, with places: its text says nothing of where things come from, so each resource takes the places of the
 * one that was rendered here from the same files, as far as the two are alike. What only the other one has (a remote base, a plugin) stands
 * at the beginning of the kustomization. Nothing of it may be edited by a fix.
 * @param own what was rendered here, with something missing
 */
export function placeBuilt(
  output: string,
  own: readonly Resource[],
  root: KustomizationFile,
  options: ReadOptions = {},
): readonly Resource[] {
  const byName = new Map(own.map((resource) => [keyOf(resource), resource]));
  const start = root.root.start;
  const nowhere: Place = { file: root.uri, start, end: start };
  return readManifest(root.uri, output, options).resources.map((resource) => {
    const alike = byName.get(keyOf(resource));
    const tree = placed(resource.root, alike?.root, alike ? { ...alike.root, file: alike.file } : nowhere);
    if (tree.type !== 'map') return resource;
    const nameNode = placed(resource.nameNode, alike?.nameNode, alike ? placeOf(alike.nameNode, alike.file) : nowhere);
    const { file, range } = alike ?? { file: root.uri, range: { start, end: start } };
    return { ...resource, root: tree, nameNode, file, range };
  });
}

interface Place extends OffsetRange {
  readonly file: string;
}

function placeOf({ start, end, file }: SourceNode, otherwise: string): Place {
  return { start, end, file: file ?? otherwise };
}

function keyOf({ apiVersion, kind, namespace, name }: Resource): string {
  return JSON.stringify([apiVersion, kind, namespace ?? '', name]);
}

/** The value of one tree at the places of another; what the other does not have is where its surroundings are. */
function placed(node: SourceNode, alike: SourceNode | undefined, around: Place): SourceNode {
  const same = alike?.type === node.type ? alike : undefined;
  const place = same ? placeOf(same, around.file) : around;
  const at = { start: place.start, end: place.end, file: place.file, shared: true } as const;
  switch (node.type) {
    case 'scalar':
      return { ...node, ...at };
    case 'map': {
      const others = new Map(entriesAt(same).map((entry) => [entry.key, entry]));
      return {
        ...node,
        ...at,
        entries: entriesAt(node).map((entry) => placedEntry(entry, others.get(entry.key), place)),
      };
    }
    case 'sequence': {
      const others = itemsAt(same);
      return {
        ...node,
        ...at,
        items: itemsAt(node).map((item, index) => placed(item, partner(item, index, others), place)),
      };
    }
  }
}

/** The item of another list that is meant: the one that says the same, or has the same name, else the one in its place. */
function partner(item: SourceNode, index: number, others: readonly SourceNode[]): SourceNode | undefined {
  const text = JSON.stringify(toPlain(item));
  const name = stringAt(item, 'name')?.value;
  return (
    others.find((other) => JSON.stringify(toPlain(other)) === text) ??
    (name === undefined ? others[index] : others.find((other) => stringAt(other, 'name')?.value === name))
  );
}

function placedEntry(entry: MapEntry, alike: MapEntry | undefined, around: Place): MapEntry {
  const value = placed(entry.value, alike?.value, around);
  const isAlike = alike !== undefined && alike.value.type === entry.value.type;
  return {
    key: entry.key,
    keyStart: isAlike ? alike.keyStart : value.start,
    keyEnd: isAlike ? alike.keyEnd : value.start,
    value,
  };
}
