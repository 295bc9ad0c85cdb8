import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import { applyNamePrefix } from '../../server/core/kustomize/name-affixes';
import { applyReplicas } from '../../server/core/kustomize/replicas';
import { nodeAt, type SourceNode } from '../../server/core/manifest/node';
import { contextOf, itemsOf, textAtNode } from './transformers';

const workloads = ['Deployment', 'StatefulSet', 'DaemonSet']
  .map((kind) => `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: web}\nspec: {replicas: 9}\n`)
  .join('---\n');

function replicasAfter(kustomization: string): {
  readonly nodes: readonly (SourceNode | undefined)[];
  readonly problems: readonly string[];
} {
  const { context, problems } = contextOf(kustomization);
  const prefixed = applyNamePrefix(itemsOf(workloads), context, defaultConfig);
  const items = applyReplicas(prefixed, context, defaultConfig);
  return { nodes: items.map(({ root }) => nodeAt(root, 'spec', 'replicas')), problems };
}

describe('replicas', () => {
  it.each(['web', 'p-web'])('are set by any name a workload had: %s', (name) => {
    const kustomization = `namePrefix: p-\nreplicas: [{name: ${name}, count: 3}]\n`;
    const { nodes, problems } = replicasAfter(kustomization);
    expect(problems).toEqual([]);
    expect(nodes).toMatchObject([{ value: 3 }, { value: 3 }, { value: 9 }]);
    expect(textAtNode(nodes[0], { 'kustomization.yaml': kustomization })).toBe('3');
  });

  it('are made where they are missing, and zero where no count is said', () => {
    const { context } = contextOf('replicas: [{name: web}]\n');
    const items = itemsOf('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n');
    const [item] = applyReplicas(items, context, defaultConfig);
    expect(nodeAt(item?.root, 'spec', 'replicas')).toMatchObject({ value: 0 });
  });

  it.each([
    ['{name: db, count: 3}', '[db] None of the kinds Deployment, ReplicationController, ReplicaSet, StatefulSet is'],
    ['{name: web, count: "3"}', '["3"] The `count`'],
    ['{name: web, count: 3.5}', '[3.5] The `count`'],
    ['{name: web, amount: 3}', '[amount] kustomize knows no `amount`'],
    ['{name: 5, count: 3}', '[5] `replicas name` is a number'],
  ])('are refused: %s', (entry, problem) => {
    const { problems } = replicasAfter(`replicas: [${entry}]\n`);
    expect(problems).toEqual([expect.stringContaining(`invalid ${problem}`)]);
  });

  it('may name kinds that are not read here', () => {
    const { context, problems } = contextOf('replicas: [{name: db, count: 3}]\n');
    const replicas = [...defaultConfig.replicas, { kind: 'Rollout', path: ['spec', 'replicas'], create: true }];
    applyReplicas(itemsOf(workloads), context, { ...defaultConfig, replicas });
    expect(problems).toEqual([]);
  });
});
