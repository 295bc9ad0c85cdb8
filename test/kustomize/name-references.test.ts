import { describe, expect, it } from 'vitest';
import { currentIdentity } from '../../server/core/kustomize/item';
import { fixNameReferences } from '../../server/core/kustomize/name-references';
import { nodeAt, toPlain } from '../../server/core/manifest/node';
import { accumulated } from './transformers';
import type { Files } from './fake-source';

const configMap = (name: string, namespace = ''): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\n`;
const service = (name: string): string => `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\n`;
const pod = (name: string, configMapName: string, namespace = ''): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\n` +
  `spec: {containers: [{name: c, envFrom: [{configMapRef: {name: ${configMapName}}}]}]}\n`;
const ingress = (serviceName: string): string =>
  `---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {rules: [{http: {paths: [{backend: {service: {name: ${serviceName}}}}]}}]}\n`;

function build(files: Files): {
  /** What resources of a kind say at a path, by their names as they are in the end. */
  readonly at: (kind: string, ...path: readonly (string | number)[]) => Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
} {
  const { items, config, problems } = accumulated(files);
  const reported = [...problems];
  const fixed = fixNameReferences(items, config, (_file, _range, message) => reported.push(message));
  return {
    problems: reported,
    at: (kind, ...path) =>
      Object.fromEntries(
        fixed.flatMap((item) => {
          const { kind: own, name, namespace } = currentIdentity(item);
          const node = nodeAt(item.root, ...path);
          return own === kind && node ? [[namespace ? `${namespace}/${name}` : name, toPlain(node)]] : [];
        }),
      ),
  };
}

const envFrom = ['spec', 'containers', 0, 'envFrom', 0, 'configMapRef', 'name'] as const;
const backend = ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'name'] as const;

// Every result here is what `kubectl kustomize` gives.
describe('which renamed item a reference means', () => {
  it('is the one of the same base, told by the prefix that both have', () => {
    const base = (prefix: string): string => `resources: [r.yaml]\nnamePrefix: ${prefix}\n`;
    const { at, problems } = build({
      'kustomization.yaml': 'resources: [a, b]\n',
      'a/kustomization.yaml': base('a-'),
      'a/r.yaml': configMap('cm') + pod('p', 'cm'),
      'b/kustomization.yaml': base('b-'),
      'b/r.yaml': configMap('cm') + pod('p', 'cm'),
    });
    expect(at('Pod', ...envFrom)).toEqual({ 'a-p': 'a-cm', 'b-p': 'b-cm' });
    expect(problems).toEqual([]);
  });

  it('is found through layers of prefixes and suffixes', () => {
    const { at } = build({
      'kustomization.yaml': 'resources: [mid]\nnamePrefix: o-\nnameSuffix: -s\n',
      'mid/kustomization.yaml': 'resources: [base, r.yaml]\nnamePrefix: m-\n',
      'mid/r.yaml': ingress('web'),
      'mid/base/kustomization.yaml': 'resources: [r.yaml]\n',
      'mid/base/r.yaml': service('web'),
    });
    expect(at('Ingress', ...backend)).toEqual({ 'o-m-i-s': 'o-m-web-s' });
  });

  it('is found by any name that it had', () => {
    const { at } = build({
      'kustomization.yaml': 'resources: [base, r.yaml]\nnamePrefix: o-\n',
      'r.yaml': ingress('b-web') + pod('p', 'web'),
      'base/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: b-\n',
      'base/r.yaml': service('web'),
    });
    expect(at('Ingress', ...backend)).toEqual({ 'o-i': 'o-b-web' });
    expect(at('Pod', ...envFrom)).toEqual({ 'o-p': 'web' });
  });

  it('is in the same namespace', () => {
    const { at } = build({
      'kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: o-\n',
      'r.yaml': configMap('cm', 'x') + configMap('cm', 'y') + pod('p', 'cm', 'x') + pod('p', 'cm', 'z'),
    });
    expect(at('Pod', ...envFrom)).toEqual({ 'x/o-p': 'o-cm', 'z/o-p': 'cm' });
  });

  it('is in the namespace that both came to', () => {
    const { at } = build({
      'kustomization.yaml': 'resources: [a, r.yaml]\nnamespace: prod\n',
      'r.yaml': pod('p', 'cm', 'x'),
      'a/kustomization.yaml': 'resources: [r.yaml]\nnamespace: dev\nnamePrefix: a-\n',
      'a/r.yaml': configMap('cm'),
    });
    expect(at('Pod', ...envFrom)).toEqual({ 'prod/p': 'a-cm' });
  });

  it('is never one that nothing changed: even a renamed one of another base is taken before it', () => {
    const files = {
      'a/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: a-\n',
      'a/r.yaml': configMap('cm', 'x'),
      'b/kustomization.yaml': 'resources: [r.yaml]\n',
      'b/r.yaml': configMap('cm', 'x') + pod('p', 'cm', 'x'),
    };
    const bare = build({ ...files, 'kustomization.yaml': 'resources: [a, b]\n' });
    expect(bare.at('Pod', ...envFrom)).toEqual({ 'x/p': 'a-cm' });
    // Even the namespace that it has already makes kustomize remember it.
    const placed = build({ ...files, 'kustomization.yaml': 'resources: [a, b]\nnamespace: x\n' });
    expect(placed.at('Pod', ...envFrom)).toEqual({ 'x/p': 'cm' });
  });

  it('cannot be told among several without a common prefix', () => {
    const { at, problems } = build({
      'kustomization.yaml': 'resources: [a, b, r.yaml]\nnamePrefix: o-\n',
      'r.yaml': pod('p', 'cm'),
      'a/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: a-\n',
      'a/r.yaml': configMap('cm'),
      'b/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: b-\n',
      'b/r.yaml': configMap('cm'),
    });
    expect(at('Pod', ...envFrom)).toEqual({ 'o-p': 'cm' });
    expect(problems).toEqual([expect.stringContaining('This may mean the ConfigMap o-a-cm or o-b-cm')]);
  });
});

describe('the places of references', () => {
  const podSpec =
    '{imagePullSecrets: [{name: r}], volumes: [{configMap: {name: r}}, {secret: {secretName: r}}, {projected: {sources: [{configMap: {name: r}}, {secret: {name: r}}]}}], ' +
    'initContainers: [{env: [{valueFrom: {secretKeyRef: {name: r}}}]}], containers: [{env: [{valueFrom: {configMapKeyRef: {name: r}}}], envFrom: [{secretRef: {name: r}}, {configMapRef: {name: r}}]}]}';
  const targets = configMap('r') + configMap('r').replace('ConfigMap', 'Secret') + service('r');

  it.each([
    ['v1', 'Pod', `spec: ${podSpec}`],
    ['apps/v1', 'Deployment', `spec: {template: {spec: ${podSpec}}}`],
    ['apps/v1', 'StatefulSet', `spec: {serviceName: r, template: {spec: ${podSpec}}}`],
    ['apps/v1', 'DaemonSet', `spec: {template: {spec: ${podSpec}}}`],
    ['apps/v1', 'ReplicaSet', `spec: {template: {spec: ${podSpec}}}`],
    ['batch/v1', 'Job', `spec: {template: {spec: ${podSpec}}}`],
    ['batch/v1', 'CronJob', `spec: {jobTemplate: {spec: {template: {spec: ${podSpec}}}}}`],
    [
      'networking.k8s.io/v1',
      'Ingress',
      'spec: {tls: [{secretName: r}], defaultBackend: {service: {name: r}}, rules: [{http: {paths: [{backend: {service: {name: r}}}]}}]}',
    ],
    [
      'extensions/v1beta1',
      'Ingress',
      'spec: {tls: [{secretName: r}], backend: {serviceName: r}, rules: [{http: {paths: [{backend: {serviceName: r}}]}}]}',
    ],
  ])('are all found in a %s %s', (apiVersion, kind, spec) => {
    const { at } = build({
      'kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: o-\n',
      'r.yaml': `${targets}---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: n}\n${spec}\n`,
    });
    const text = JSON.stringify(at(kind, 'spec'));
    expect(text).toContain('"o-r"');
    expect(text).not.toContain('"r"');
  });

  it.each([
    ['v1', 'ReplicationController', `spec: {template: {spec: ${podSpec}}}`],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute', 'spec: {rules: [{backendRefs: [{name: r}]}]}'],
  ])('are none in a %s %s', (apiVersion, kind, spec) => {
    const { at } = build({
      'kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: o-\n',
      'r.yaml': `${targets}---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: n}\n${spec}\n`,
    });
    expect(JSON.stringify(at(kind, 'spec'))).not.toContain('"o-r"');
  });

  it.each([
    ['a name', 'spec/rules/backendRefs/name', [{ name: 'o-r' }, { name: 'o-r', namespace: 'x' }]],
    [
      'a mapping with a name and a namespace',
      'spec/rules/backendRefs',
      [{ name: 'o-r' }, { name: 'r', namespace: 'x' }],
    ],
  ])('can be configured as %s', (_, path, expected) => {
    const { at } = build({
      'kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: o-\nconfigurations: [c.yaml]\n',
      'c.yaml': `nameReference: [{kind: Service, fieldSpecs: [{kind: HTTPRoute, path: ${path}}]}]\n`,
      'r.yaml': `${targets}---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: n}\nspec: {rules: [{backendRefs: [{name: r}, {name: r, namespace: x}]}]}\n`,
    });
    expect(at('HTTPRoute', 'spec', 'rules', 0, 'backendRefs')).toEqual({ 'o-n': expected });
  });
});

it('a renamed reference keeps its place, worked out; what refers to nothing stays the same item', () => {
  const files = {
    'kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: o-\n',
    'r.yaml': service('web') + ingress('web') + pod('p', 'cm'),
  };
  const { items, config } = accumulated(files);
  const [, fixed, untouched] = fixNameReferences(items, config);
  const node = nodeAt(fixed?.root, ...backend);
  expect(files['r.yaml'].slice(node?.start, node?.end)).toBe('web');
  expect(node).toMatchObject({ value: 'o-web', shared: true });
  expect(untouched).toBe(items[2]);
});

it('nothing is done where nothing was renamed', () => {
  const { items, config } = accumulated({ 'kustomization.yaml': 'resources: [r.yaml]\n', 'r.yaml': ingress('web') });
  expect(fixNameReferences(items, config)).toBe(items);
});
