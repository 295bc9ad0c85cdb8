import type { Resource } from '../manifest/resource';
import { cursorAt } from './cursor';
import type { FeatureContext, Hover } from './feature-context';
import { bulletList, code, counted, link } from './markdown';

/**
 * What is known about a text that several resources of a rendered scope took over: a label, a namespace, a patch of many targets. Undefined
 * where one or none did.
 * @param resources those that may hold something of the file, and are written elsewhere
 */
export function hoverShared(
  context: FeatureContext,
  resources: readonly Resource[],
  file: string,
  offset: number,
): Hover | undefined {
  const found = resources.flatMap((resource) => {
    const cursor = cursorAt(resource, file, offset);
    return cursor ? [{ resource, range: cursor.range }] : [];
  });
  const [first, second] = found;
  if (!first || !second) return undefined;
  const list = found.map(({ resource }) => link(`${resource.kind} ${resource.name}`, context.locate(resource)));
  return {
    markdown: `In **${counted(found.length, 'resource')}** of ${code(context.model.scope.name)}:\n\n${bulletList(list)}`,
    ...first.range,
  };
}
