import { describe, expect, it } from 'vitest';
import { deployersIn } from '../../server/workspace/deployers';
import { releasesOf, type ChartRelease } from '../../server/workspace/helm/releases';

function releases(text: string): readonly ChartRelease[] {
  return deployersIn('file:///app.yaml', text).flatMap(({ root }) => releasesOf(root));
}

const flux = (spec: string, chart = '') => `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: apps
spec:
  chart:
    spec:
      chart: ./charts/web
      sourceRef: { kind: GitRepository, name: repo }
${chart}
${spec}
`;

const argo = (source: string, kind = 'Application', rest = '') => `
apiVersion: argoproj.io/v1alpha1
kind: ${kind}
metadata: { name: shop, namespace: argocd }
spec:
  destination: { namespace: prod }
  source:
    repoURL: https://git.example/shop.git
${source}
${rest}
`;

describe('releases', () => {
  it('are found in HelmReleases', () => {
    expect(releases(flux('  values: { replicas: 2, image: { tag: "1.10" } }'))).toEqual([
      {
        label: 'HelmRelease apps/web',
        chart: 'charts/web',
        valuesFiles: [],
        values: '{"replicas":2,"image":{"tag":"1.10"}}',
        parameters: [],
        release: 'web',
        namespace: 'apps',
        complete: true,
      },
    ]);
  });

  it.each([
    ['  targetNamespace: prod', '', { release: 'prod-web', namespace: 'prod' }],
    ['  targetNamespace: prod\n  releaseName: w', '', { release: 'w', namespace: 'prod' }],
    [
      '',
      '      valuesFiles: [./charts/web/values.yaml, env/prod.yaml]',
      { valuesFiles: ['charts/web/values.yaml', 'env/prod.yaml'] },
    ],
    ['  valuesFrom: [{ kind: ConfigMap, name: x }]', '', { complete: false }],
    ['  postRenderers: [{ kustomize: {} }]', '', { complete: false }],
    ['', '      valuesFiles: [../../x.yaml]', { valuesFiles: [], complete: false }],
  ])('of Flux with %j %j', (spec, chart, expected) => {
    expect(releases(flux(spec, chart))).toMatchObject([expected]);
  });

  it.each([
    ['a chart repository', flux('').replace('GitRepository', 'HelmRepository')],
    ['another kind', flux('').replace('HelmRelease', 'HelmChart')],
    ['another group', flux('').replace('helm.toolkit', 'other')],
    ['a path that leads out', flux('').replace('./charts/web', '../web')],
    ['a chart by name', argo('    chart: web\n    path: charts/web')],
    ['a kustomization', argo('    path: overlays/prod\n    kustomize: { namePrefix: x }')],
    ['what a generator fills in', argo('    path: "charts/{{name}}"')],
    ['values that a generator fills in', argo('    path: charts/web\n    helm: { values: "a: {{b}}" }')],
    ['nothing', 'kind: HelmRelease\n  : {'],
    ['no deployment', 'apiVersion: v1\nkind: Service'],
  ])('are not those of %s', (_, text) => {
    expect(releases(text)).toEqual([]);
  });

  it('are found in Applications', () => {
    const source = `
    path: ./charts/web/
    helm:
      valueFiles: [values-prod.yaml, ../../env/prod.yaml, /env/all.yaml, https://x.example/v.yaml]
      values: "a: 1"
      parameters: [{ name: a.b, value: "1", forceString: true }, { name: c, value: d }]`;
    expect(releases(argo(source))).toEqual([
      {
        label: 'Application argocd/shop',
        chart: 'charts/web',
        valuesFiles: ['charts/web/values-prod.yaml', 'env/prod.yaml', 'env/all.yaml'],
        values: 'a: 1',
        parameters: [
          { name: 'a.b', value: '1', isText: true },
          { name: 'c', value: 'd', isText: false },
        ],
        release: 'shop',
        namespace: 'prod',
        complete: false,
      },
    ]);
  });

  it.each([
    [
      '    path: charts/web\n    helm: { releaseName: r, valuesObject: { a: 1 }, values: "a: 2" }',
      { release: 'r', values: '{"a":1}', complete: true },
    ],
    ['    path: .', { chart: '' }],
    ['    path: charts/web\n    helm: { valueFiles: [$vals/env/x.yaml] }', { valuesFiles: ['env/x.yaml'] }],
    ['    path: charts/web\n    helm: { fileParameters: [{ name: a, path: b }] }', { complete: false }],
  ])('of Argo CD with %j', (source, expected) => {
    expect(releases(argo(source))).toMatchObject([expected]);
  });

  it('are found in several sources and several documents', () => {
    const several = argo(
      '',
      'Application',
      '  sources:\n    - path: charts/a\n    - { chart: b }\n    - path: charts/c',
    ).replace(/ {2}source:\n.*\n/, '');
    expect(releases(`${several}\n---\n${flux('')}\n---\nkind: Service\n`).map(({ chart }) => chart)).toEqual([
      'charts/a',
      'charts/c',
      'charts/web',
    ]);
  });

  it('are found in the template of an ApplicationSet, named after the chart where a generator names them', () => {
    const text = `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: all }
spec:
  generators: [{ list: { elements: [{ env: dev }] } }]
  template:
    metadata: { name: "web-{{env}}" }
    spec:
      source: { repoURL: x, path: charts/web }
      destination: { namespace: "{{env}}" }
`;
    expect(releases(text)).toMatchObject([
      { label: 'ApplicationSet all', chart: 'charts/web', release: undefined, namespace: 'default', complete: true },
    ]);
    expect(releases(`${text}  templatePatch: "x"\n`)).toMatchObject([{ complete: false }]);
  });
});
