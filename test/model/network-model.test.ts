import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../server/core/manifest/read-manifest';
import {
  createModel,
  knownNamespaces,
  policiesOf,
  replaceFile,
  selectWorkloads,
  servicesOf,
  workloadsOf,
  type NetworkModel,
} from '../../server/core/model/network-model';
import { readLabelSelector, type Selector } from '../../server/core/model/label';
import { readTree } from '../../server/core/manifest/read-manifest';
import { selectsPods } from '../../server/core/model/workload';

const files = ['a', 'b', 'c'].map((name) => `file:///${name}.yaml`);

function emptyModel(): NetworkModel {
  return createModel({ name: 'test', kind: 'directory', root: 'file:///', complete: true, files }, []);
}

function put(model: NetworkModel, uri: string, text: string): void {
  replaceFile(model, uri, readManifest(uri, text).resources, false);
}

const key = fc.constantFrom('app', 'tier', 'pod-template-hash', '__proto__');
const value = fc.constantFrom('a', 'b', 'c');
const labels = fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: false });
const namespace = fc.constantFrom('default', 'shop');
const workload = fc
  .record({ kind: fc.constantFrom('Deployment', 'StatefulSet', 'Job'), namespace, labels })
  .map(({ kind, namespace: own, labels: podLabels }) =>
    JSON.stringify({
      apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
      kind,
      metadata: { name: 'w', namespace: own },
      spec: { template: { metadata: { labels: podLabels }, spec: {} } },
    }),
  );
const file = fc.array(workload, { maxLength: 4 }).map((items) => items.join('\n---\n'));
const selector = fc
  .record({
    matchLabels: labels,
    matchExpressions: fc.array(
      fc.record({
        key,
        operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
        values: fc.array(value, { minLength: 1, maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
  })
  .map((object) => readLabelSelector(readTree(JSON.stringify(object))))
  .filter((found): found is Selector => found !== undefined);

describe('selectWorkloads', () => {
  it('finds through its index what going through all pods finds', () => {
    fc.assert(
      fc.property(file, selector, namespace, (text, wanted, where) => {
        const model = emptyModel();
        put(model, 'file:///a.yaml', text);
        const plain = workloadsOf(model, where).filter((candidate) => selectsPods(wanted, candidate));
        expect(new Set(selectWorkloads(model, where, wanted))).toEqual(new Set(plain));
      }),
      { numRuns: 300 },
    );
  });
});

describe('replaceFile', () => {
  it('leaves what a new model of the last texts would hold', () => {
    const step = fc.tuple(fc.constantFrom(...files), file);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const changed = emptyModel();
        for (const [uri, text] of steps) put(changed, uri, text);
        const fresh = emptyModel();
        for (const [uri, text] of new Map(steps)) put(fresh, uri, text);
        const printed = (model: NetworkModel) =>
          workloadsOf(model)
            .map(({ resource }) => JSON.stringify(resource))
            .sort();
        expect(printed(changed)).toEqual(printed(fresh));
      }),
      { numRuns: 100 },
    );
  });

  it('takes out everything', () => {
    const model = emptyModel();
    put(model, 'file:///a.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }');
    put(
      model,
      'file:///b.yaml',
      'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }',
    );
    for (const uri of files) put(model, uri, '');
    expect([servicesOf(model), policiesOf(model), model.namespaceDeclarations.size]).toEqual([[], [], 0]);
    expect(knownNamespaces(model).filter(({ declaration }) => declaration)).toEqual([]);
  });
});

describe('readPolicy', () => {
  const policyOf = (spec: string) => {
    const model = emptyModel();
    put(
      model,
      'file:///a.yaml',
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\nspec: ${spec}`,
    );
    return policiesOf(model)[0];
  };

  it.each([
    ['{ podSelector: {} }', ['Ingress']],
    ['{ podSelector: {}, egress: [] }', ['Ingress']],
    ['{ podSelector: {}, egress: [{}] }', ['Ingress', 'Egress']],
    ['{ podSelector: {}, policyTypes: [], egress: [{}] }', ['Ingress', 'Egress']],
    ['{ podSelector: {}, policyTypes: [Egress], ingress: [{}] }', ['Egress']],
  ])('%s isolates in %s', (spec, directions) => {
    expect(policyOf(spec)?.directions).toEqual(directions);
  });

  it.each(['{}', '{ podSelector: }', '{ podSelector: {} }'])('%s selects every pod', (spec) => {
    expect(policyOf(spec)?.podSelector).toMatchObject({ requirements: [], valid: true });
  });
});
