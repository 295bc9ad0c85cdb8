import { computed, withEntry } from '../manifest/edit-tree';
import { entriesAt, type SourceNode } from '../manifest/node';
import type { Context } from './context';
import { changeFields, mapItems } from './field-paths';
import type { FieldSpec, TransformerConfig } from './field-specs';
import { currentIdentity, withRoot, type Item } from './item';
import { checkKeys, listAt, textAt } from './kustomization-values';

/** Gives the images that `images` names other names, tags or digests. */
export function applyImages(items: readonly Item[], context: Context, config: TransformerConfig): readonly Item[] {
  return listAt(context, context.kustomization.root, 'images').reduce((current, node) => {
    const image = imageOf(node, context);
    return image.name === '' ? current : current.map((item) => withImage(item, image, config.images));
  }, items);
}

/** An entry of `images`; the empty text where it says nothing. */
interface Image {
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
  readonly tagSuffix: string;
  readonly digest: string;
}

function imageOf(node: SourceNode, context: Context): Image {
  checkKeys(context, node, ['name', 'newName', 'newTag', 'tagSuffix', 'digest'], 'images');
  const text = (field: string): string => textAt(context, node, field, `images ${field}`)?.value ?? '';
  return {
    name: text('name'),
    newName: text('newName'),
    newTag: text('newTag'),
    tagSuffix: text('tagSuffix'),
    digest: text('digest'),
  };
}

/** kustomize changes the containers that it finds anywhere, and then those that field specs lead to once more (ImageTagTransformer). */
function withImage(item: Item, image: Image, specs: readonly FieldSpec[]): Item {
  if (currentIdentity(item).kind === 'CustomResourceDefinition') return item;
  const change = (node: SourceNode): SourceNode => changedImage(node, image);
  const everywhere = holdsContainers(item.root) ? inContainers(item.root, change) : item.root;
  return everywhere.type === 'map' ? withRoot(item, changeFields(everywhere, specs, { change })) : item;
}

/** Most resources hold none, and this is told without a copy of anything. */
function holdsContainers(node: SourceNode): boolean {
  if (node.type === 'sequence') return node.items.some(holdsContainers);
  return node.type === 'map' && node.entries.some(({ key, value }) => isContainers(key) || holdsContainers(value));
}

function isContainers(key: string): boolean {
  return key === 'containers' || key === 'initContainers';
}

function inContainers(node: SourceNode, change: (image: SourceNode) => SourceNode): SourceNode {
  if (node.type === 'sequence') return mapItems(node, (item) => inContainers(item, change));
  if (node.type === 'scalar') return node;
  return entriesAt(node).reduce((map, entry) => {
    const walked = inContainers(entry.value, change);
    const value = isContainers(entry.key) ? mapItems(walked, (container) => inContainer(container, change)) : walked;
    return value === entry.value ? map : withEntry(map, { ...entry, value });
  }, node);
}

function inContainer(container: SourceNode, change: (image: SourceNode) => SourceNode): SourceNode {
  const entry = entriesAt(container).find(({ key }) => key === 'image');
  if (container.type !== 'map' || !entry) return container;
  const value = change(entry.value);
  return value === entry.value ? container : withEntry(container, { ...entry, value });
}

function changedImage(node: SourceNode, image: Image): SourceNode {
  if (node.type !== 'scalar' || typeof node.value !== 'string') return node;
  const parts = partsOf(node.value, image.name);
  if (!parts) return node;
  const { tag, digest } = versionOf(parts, image);
  const name = image.newName || image.name;
  const value = `${name}${tag && `:${tag}`}${digest && `@${digest}`}`;
  return value === node.value ? node : computed(node, value);
}

interface ImageParts {
  readonly tag: string;
  readonly digest: string;
}

/**
 * Tag and digest of an image with this very name, which may hold a registry's port; undefined when it has another one. kustomize takes
 * the name for a regular expression, which nobody means: here it is plain text.
 */
function partsOf(text: string, name: string): ImageParts | undefined {
  if (!text.startsWith(name)) return undefined;
  const match = /^(?::(?<tag>[\w.{}-]*))?(?:@(?<digest>sha256:[\w.{}-]*))?$/.exec(text.slice(name.length));
  return match ? { tag: match.groups?.['tag'] ?? '', digest: match.groups?.['digest'] ?? '' } : undefined;
}

/** A new tag or digest takes the place of both old ones. */
function versionOf(old: ImageParts, { newTag, digest, tagSuffix }: Image): ImageParts {
  if (newTag || digest) return { tag: newTag, digest };
  return tagSuffix ? { tag: old.tag + tagSuffix, digest: '' } : old;
}
