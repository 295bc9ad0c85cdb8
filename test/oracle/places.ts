import { keyRange, toPlain, type SourceNode } from '../../server/core/manifest/node';
import { readTree } from '../../server/core/manifest/read-manifest';
import type { Resource } from '../../server/core/manifest/resource';
import { textIn, type Files } from './render-tree';

/**
 * Nodes of what a tree renders to that do not stand where they say. A scalar that fixes may edit stands there with that very value, and
 * everything lies within its file.
 */
export function wrongPlaces(files: Files, resources: readonly Resource[]): readonly string[] {
  return resources.flatMap((resource) => {
    const wrong: string[] = [];
    const visit = (node: SourceNode, path: string, above: boolean): void => {
      const uri = node.file ?? resource.file;
      const text = textIn(files, uri);
      const isShared = above || node.shared === true;
      const report = (what: string): void =>
        void wrong.push(`${resource.kind} ${resource.name} ${path} in ${uri} at ${node.start}..${node.end} ${what}`);
      if (text === undefined) report('is in no file');
      else if (node.start < 0 || node.start > node.end || node.end > text.length) report('is out of the file');
      else if (
        node.type === 'scalar' &&
        !isShared &&
        !standsIn(text.slice(node.start, node.end), node.value, node.style === 'alias')
      )
        report(`should be ${JSON.stringify(node.value)} and is ${JSON.stringify(text.slice(node.start, node.end))}`);
      if (node.type === 'sequence') node.items.forEach((item, index) => visit(item, `${path}/${index}`, isShared));
      if (node.type === 'map') {
        for (const entry of node.entries) {
          const { start, end, file = resource.file } = keyRange(entry);
          const keyText = textIn(files, file)?.slice(start, end);
          // What nobody wrote is put where something asks for it: only what holds a value has a key to point at.
          const isWritten = !isShared && entry.value.shared !== true && entry.value.type === 'scalar';
          if (keyText === undefined || start > end || end > (textIn(files, file)?.length ?? 0))
            wrong.push(`${resource.kind} ${resource.name} ${path}/${entry.key}: the key is out of the file`);
          else if (isWritten && !isKey(keyText, entry.key))
            wrong.push(
              `${resource.kind} ${resource.name} ${path}/${entry.key}: the key is ${JSON.stringify(keyText)} in ${file}`,
            );
          visit(entry.value, `${path}/${entry.key}`, isShared);
        }
      }
    };
    visit(resource.root, '', false);
    return wrong;
  });
}

function standsIn(slice: string, value: unknown, isAlias: boolean): boolean {
  return isAlias ? slice.startsWith('*') : plainOf(slice) === value;
}

/** A key, the pointer that ends with it, or nothing where nobody wrote one. */
function isKey(slice: string, key: string): boolean {
  if (slice === '') return true;
  const text = JSON.stringify(plainOf(slice)).replace(/^"|"$/g, '');
  return text === key || text.endsWith(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

function plainOf(text: string): unknown {
  const tree = readTree(text);
  return tree ? toPlain(tree) : null;
}
