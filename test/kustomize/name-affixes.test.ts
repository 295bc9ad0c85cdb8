import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import type { Item } from '../../server/core/kustomize/item';
import { applyNamePrefix, applyNameSuffix } from '../../server/core/kustomize/name-affixes';
import { nodeAt } from '../../server/core/manifest/node';
import { contextOf, itemsOf } from './transformers';

const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n';
const nameOf = (item: Item | undefined): unknown => {
  const node = nodeAt(item?.root, 'metadata', 'name');
  return node?.type === 'scalar' ? node.value : undefined;
};

describe('name prefixes and suffixes', () => {
  it('are put to names, the innermost first', () => {
    const inner = contextOf('namePrefix: a-\nnameSuffix: -y\n').context;
    const outer = contextOf('namePrefix: b-\nnameSuffix: -z\n').context;
    const [item] = [inner, outer].reduce(
      (items, context) => applyNameSuffix(applyNamePrefix(items, context, defaultConfig), context, defaultConfig),
      itemsOf(service),
    );
    expect(nameOf(item)).toBe('b-a-web-y-z');
    expect(item?.prefixes).toEqual(['a-', 'b-']);
    expect(item?.suffixes).toEqual(['-y', '-z']);
    expect(item?.identities.map(({ name }) => name)).toEqual(['web', 'a-web', 'a-web-y', 'b-a-web-y', 'b-a-web-y-z']);
  });

  it('leave the name at its place, worked out, so that no fix edits it', () => {
    const [item] = applyNamePrefix(itemsOf(service), contextOf('namePrefix: a-\n').context, defaultConfig);
    const node = nodeAt(item?.root, 'metadata', 'name');
    expect(service.slice(node?.start, node?.end)).toBe('web');
    expect(node?.file).toBeUndefined();
    expect(node?.shared).toBe(true);
  });

  it.each([
    ['v1', 'Namespace'],
    ['x.io/v1', 'Namespace'],
  ])('are not put to a %s %s', (apiVersion, kind) => {
    const items = itemsOf(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: web}\n`);
    expect(applyNamePrefix(items, contextOf('namePrefix: a-\n').context, defaultConfig)).toEqual(items);
  });

  it.each(['resources: []\n', 'namePrefix: ""\n', 'namePrefix:\n'])('leave no trace where none is said: %j', (text) => {
    const items = itemsOf(service);
    expect(applyNamePrefix(items, contextOf(text).context, defaultConfig)).toBe(items);
  });

  it('make a text of a name that is a number', () => {
    const items = itemsOf('apiVersion: v1\nkind: Service\nmetadata: {name: 12}\n');
    expect(nameOf(applyNamePrefix(items, contextOf('namePrefix: p-\n').context, defaultConfig)[0])).toBe('p-12');
  });

  it('go into further fields that are configured, and are recorded for names alone', () => {
    const config = {
      ...defaultConfig,
      namePrefix: [
        { kind: 'Service', path: ['spec', 'externalName'], create: false },
        { path: ['spec', 'made'], create: true },
      ],
    };
    const items = itemsOf(`${service}spec: {externalName: web}\n`);
    const [item] = applyNamePrefix(items, contextOf('namePrefix: p-\n').context, config);
    expect(nameOf(item)).toBe('web');
    expect(nodeAt(item?.root, 'spec', 'externalName')).toMatchObject({ value: 'p-web' });
    expect(nodeAt(item?.root, 'spec', 'made')).toMatchObject({ value: 'p-' });
    expect(item?.prefixes).toEqual([]);
  });

  it.each(['1', 'yes', '[a]'])('are refused when they are no text: %s', (value) => {
    const { context, problems } = contextOf(`namePrefix: ${value}\n`);
    const items = itemsOf(service);
    expect(applyNamePrefix(items, context, defaultConfig)).toBe(items);
    expect(problems).toEqual([expect.stringContaining(`invalid [${value}] \`namePrefix\``)]);
  });
});
