import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyAnnotations } from '../../server/core/kustomize/annotations';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import { applyLabels } from '../../server/core/kustomize/labels';
import { entryOf, nodeAt, toPlain, type SourceNode } from '../../server/core/manifest/node';
import { accumulated, contextOf, itemsOf, plain, textAtNode } from './transformers';

function labelled(kustomization: string, manifest: string): Readonly<Record<string, unknown>> {
  const { context, problems } = contextOf(kustomization);
  const [item] = applyLabels(itemsOf(manifest), context, defaultConfig);
  expect(problems).toEqual([]);
  return item ? (toPlain(item.root) as Record<string, unknown>) : {};
}

const head = (apiVersion: string, kind: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: n}\n`;
const metadata = { name: 'n', labels: { app: 'x' } };
const common = 'commonLabels: {app: x}\n';

describe('commonLabels', () => {
  // What `kubectl kustomize` makes of each.
  it.each<readonly [string, string, string, unknown]>([
    ['v1', 'Service', 'spec: {type: ExternalName}', { type: 'ExternalName', selector: { app: 'x' } }],
    ['v1', 'Service', 'spec: {selector: {a: b}}', { selector: { a: 'b', app: 'x' } }],
    ['v1', 'Service', 'spec: {selector: {app: old}}', { selector: { app: 'x' } }],
    ['v1', 'Service', 'spec:', { selector: { app: 'x' } }],
    ['v1', 'Pod', '', undefined],
    ['networking.k8s.io/v1', 'NetworkPolicy', 'spec: {podSelector: {}}', { podSelector: {} }],
    [
      'networking.k8s.io/v1',
      'NetworkPolicy',
      'spec: {podSelector: {matchLabels: null}}',
      { podSelector: { matchLabels: null } },
    ],
    [
      'networking.k8s.io/v1',
      'NetworkPolicy',
      'spec: {ingress: [{from: [{podSelector: {}}, {podSelector: {matchLabels: {}}}]}, {from: null}], egress: [{to: [{podSelector: {matchLabels: {a: b}}, namespaceSelector: {matchLabels: {}}}]}]}',
      {
        ingress: [{ from: [{ podSelector: {} }, { podSelector: { matchLabels: { app: 'x' } } }] }, { from: null }],
        egress: [
          { to: [{ podSelector: { matchLabels: { a: 'b', app: 'x' } }, namespaceSelector: { matchLabels: {} } }] },
        ],
      },
    ],
    [
      'apps/v1',
      'Deployment',
      'spec: {template: {spec: {topologySpreadConstraints: [{labelSelector: {matchLabels: {a: b}}}, {labelSelector: {}}]}}}',
      {
        selector: { matchLabels: { app: 'x' } },
        template: {
          metadata: { labels: { app: 'x' } },
          spec: {
            topologySpreadConstraints: [
              { labelSelector: { matchLabels: { a: 'b', app: 'x' } } },
              { labelSelector: {} },
            ],
          },
        },
      },
    ],
    [
      'apps/v1',
      'StatefulSet',
      'spec: {volumeClaimTemplates: [{metadata: {name: d}}]}',
      {
        selector: { matchLabels: { app: 'x' } },
        template: { metadata: { labels: { app: 'x' } } },
        volumeClaimTemplates: [{ metadata: { name: 'd', labels: { app: 'x' } } }],
      },
    ],
    ['batch/v1', 'Job', 'spec: {}', { template: { metadata: { labels: { app: 'x' } } } }],
    [
      'batch/v1',
      'Job',
      'spec: {selector: {matchLabels: {a: b}}}',
      { selector: { matchLabels: { a: 'b', app: 'x' } }, template: { metadata: { labels: { app: 'x' } } } },
    ],
    [
      'batch/v1',
      'CronJob',
      'spec: {}',
      {
        jobTemplate: { metadata: { labels: { app: 'x' } }, spec: { template: { metadata: { labels: { app: 'x' } } } } },
      },
    ],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute', 'spec: {rules: []}', { rules: [] }],
  ])('on a %s %s with %j', (apiVersion, kind, spec, expected) => {
    const result = labelled(common, `${head(apiVersion, kind)}${spec}\n`);
    expect(result['metadata']).toEqual(metadata);
    expect(result['spec']).toEqual(expected);
  });

  it('stand where the kustomization says them, and so does what is made to hold them', () => {
    const kustomization = 'resources: [r.yaml]\ncommonLabels:\n  app: x\n';
    const { context } = contextOf(kustomization);
    const [item] = applyLabels(itemsOf(`${head('v1', 'Service')}spec: {}\n`), context, defaultConfig);
    const files = { 'kustomization.yaml': kustomization };
    for (const path of [
      ['metadata', 'labels'],
      ['spec', 'selector'],
    ]) {
      const holder = nodeAt(item?.root, ...path);
      const entry = entryOf(holder, 'app');
      expect(textAtNode(holder, files)?.trim()).toBe('app: x');
      expect(textAtNode(entry?.value, files)).toBe('x');
      expect(kustomization.slice(entry?.keyStart, entry?.keyEnd)).toBe('app');
      expect(entry?.value.shared).toBe(true);
    }
    const made = entryOf(nodeAt(item?.root, 'spec'), 'selector');
    expect(kustomization.slice(made?.keyStart, made?.keyEnd)).toBe('commonLabels');
  });

  it('take null for the empty text', () => {
    expect(labelled('commonLabels: {a: , b: ""}\n', head('v1', 'Pod'))['metadata']).toEqual({
      name: 'n',
      labels: { a: '', b: '' },
    });
  });

  it.each([
    ['{a: 1}', '[1] The value of `a` is a number'],
    ['{a: yes}', '[yes] The value of `a` is a boolean'],
    ['{a: n}', '[n] The value of `a` is a boolean'],
    ['{a: 1_000}', '[1_000] The value of `a` is a number'],
    ['{a: [b]}', '[[b]] The value of `a` must be a text'],
    ['[a]', '[[a]] `commonLabels` must be a mapping'],
  ])('are refused when they are no texts, and the others go on: %s', (value, problem) => {
    const { context, problems } = contextOf(`commonLabels: ${value}\nlabels: [{pairs: {fine: f}}]\n`);
    const items = applyLabels(itemsOf(head('v1', 'Pod')), context, defaultConfig);
    expect(problems).toEqual([expect.stringContaining(`invalid ${problem}`)]);
    expect(plain(items)).toMatchObject([{ metadata: { labels: { fine: 'f' } } }]);
  });

  it.each(['spec: text', 'spec: {selector: [a]}', 'spec: [text]'])('are refused where they do not fit: %s', (spec) => {
    const { context, problems } = contextOf(common);
    applyLabels(itemsOf(`${head('v1', 'Service')}${spec}\n`), context, defaultConfig);
    expect(problems).toEqual([
      'invalid [manifest] `commonLabels` is to change a mapping here in Service n, and this is none: kustomize refuses to build.',
    ]);
  });

  it('change nothing when they are empty', () => {
    const items = itemsOf(head('v1', 'Pod'));
    expect(
      applyLabels(items, contextOf('commonLabels: {}\nlabels: [{includeSelectors: true}]\n').context, defaultConfig),
    ).toBe(items);
  });
});

describe('labels', () => {
  const deployment = `${head('apps/v1', 'Deployment')}spec: {template: {}}\n`;

  it.each([
    ['the resource alone', '{pairs: {app: x}}', { template: {} }],
    [
      'pod templates too',
      '{pairs: {app: x}, includeTemplates: true}',
      { template: { metadata: { labels: { app: 'x' } } } },
    ],
    [
      'selectors and templates too',
      '{pairs: {app: x}, includeSelectors: true}',
      { template: { metadata: { labels: { app: 'x' } } }, selector: { matchLabels: { app: 'x' } } },
    ],
    [
      'selectors and templates too, by a word of YAML 1.1',
      '{pairs: {app: x}, includeSelectors: yes}',
      { template: { metadata: { labels: { app: 'x' } } }, selector: { matchLabels: { app: 'x' } } },
    ],
    [
      'further fields',
      '{pairs: {app: x}, fields: [{path: spec/made/here, create: true, kind: Deployment}, {path: spec/not, create: true, kind: Pod}]}',
      { template: {}, made: { here: { app: 'x' } } },
    ],
  ])('go on %s', (_, entry, spec) => {
    const result = labelled(`labels: [${entry}]\n`, deployment);
    expect(result['metadata']).toEqual(metadata);
    expect(result['spec']).toEqual(spec);
  });

  it('lose the labels of all resources to a field spec of the same path for one kind, as in kustomize', () => {
    const entry = '{pairs: {app: x}, fields: [{path: metadata/labels, create: true, kind: Service}]}';
    expect(labelled(`labels: [${entry}]\n`, deployment)['metadata']).toEqual({ name: 'n' });
    expect(labelled(`labels: [${entry}]\n`, head('v1', 'Service'))['metadata']).toEqual(metadata);
  });

  it('come before commonLabels', () => {
    const result = labelled(
      'commonLabels: {a: "2"}\nlabels: [{pairs: {a: "1"}}, {pairs: {b: "3"}}]\n',
      head('v1', 'Pod'),
    );
    expect(result['metadata']).toEqual({ name: 'n', labels: { a: '2', b: '3' } });
  });

  it.each([
    [
      '[{pairs: {a: b}, includeSelector: true}]',
      '[includeSelector] kustomize knows no `includeSelector` under `labels`',
    ],
    ['[{pairs: {a: b}, includeSelectors: "true"}]', '["true"] `includeSelectors` must be true or false'],
    ['[{pairs: [a]}]', '[[a]] `pairs` must be a mapping'],
    ['{a: b}', '[{a: b}] `labels` must be a list'],
    ['[a]', '[a] An entry of `labels` must be a mapping'],
    [
      '[{pairs: {a: b}, fields: [{path: metadata/labels}]}]',
      '[[{path: metadata/labels}]] `fields` says of metadata/labels',
    ],
  ])('are refused: %s', (value, problem) => {
    const { context, problems } = contextOf(`labels: ${value}\n`);
    applyLabels(itemsOf(deployment), context, defaultConfig);
    expect(problems).toEqual([expect.stringContaining(`invalid ${problem}`)]);
  });
});

it('commonAnnotations go on resources and pod templates', () => {
  const { context, problems } = contextOf('commonAnnotations: {a: b}\n');
  const items = applyAnnotations(itemsOf(`${head('batch/v1', 'CronJob')}spec: {}\n`), context, defaultConfig);
  const annotated = { metadata: { annotations: { a: 'b' } } };
  expect(problems).toEqual([]);
  expect(plain(items)).toEqual([
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'n', annotations: { a: 'b' } },
      spec: { jobTemplate: { ...annotated, spec: { template: annotated } } },
    },
  ]);
});

describe('a label that was put at several places at once is one for kustomize', () => {
  const files = (outer: string, template = ''): Record<string, string> => ({
    'base/kustomization.yaml': 'resources: [r.yaml]\ncommonLabels: {app: x}\n',
    'base/r.yaml': `${head('apps/v1', 'Deployment')}spec: {template: {${template}}}\n`,
    'kustomization.yaml': `resources: [base]\n${outer}\n`,
  });
  const appsOf = (texts: Record<string, string>): readonly unknown[] => {
    const [item] = accumulated(texts).items;
    return [
      ['metadata', 'labels', 'app'],
      ['spec', 'selector', 'matchLabels', 'app'],
      ['spec', 'template', 'metadata', 'labels', 'app'],
    ].map((path) => {
      const node = nodeAt(item?.root, ...path);
      return node && toPlain(node);
    });
  };

  it('so that a change of it reaches selectors', () => {
    expect(appsOf(files('labels: [{pairs: {app: z}}]'))).toEqual(['z', 'z', 'z']);
  });

  it('over any number of kustomizations', () => {
    const texts = files('commonLabels: {app: v}');
    const all = { ...texts, 'up/kustomization.yaml': 'resources: [../]\nlabels: [{pairs: {app: w}}]\n' };
    const [item] = accumulated(all, 'up').items;
    expect(nodeAt(item?.root, 'spec', 'selector', 'matchLabels', 'app')).toMatchObject({ value: 'w' });
  });

  it('but not where the manifest had one of its own', () => {
    expect(appsOf(files('labels: [{pairs: {app: z}}]', 'metadata: {labels: {app: own}}'))).toEqual(['z', 'z', 'x']);
  });
});

describe('whatever the labels are', () => {
  const key = fc.constantFrom('app', 'tier', 'zone', 'a.b/c');
  const pairs = fc.dictionary(key, fc.stringMatching(/^[a-z]{3,6}$/), { minKeys: 1 });
  const manifest = `${head('apps/v1', 'Deployment')}spec: {selector: {matchLabels: {app: own}}, template: {metadata: {labels: {app: own}}}}\n`;

  it('putting them on twice is putting them on once, and selectors go on to match', () => {
    fc.assert(
      fc.property(pairs, pairs, (one, other) => {
        const text = `commonLabels: ${JSON.stringify(one)}\nlabels: [{pairs: ${JSON.stringify(other)}, includeSelectors: true}]\n`;
        const { context } = contextOf(text);
        const once = applyLabels(itemsOf(manifest), context, defaultConfig);
        expect(plain(applyLabels(once, context, defaultConfig))).toEqual(plain(once));
        const selector = nodeAt(once[0]?.root, 'spec', 'selector', 'matchLabels');
        const labels = nodeAt(once[0]?.root, 'spec', 'template', 'metadata', 'labels');
        expect(selector && toPlain(selector)).toEqual(labels && toPlain(labels));
        expect(labels && toPlain(labels)).toEqual({ app: 'own', ...other, ...one });
      }),
      { numRuns: 30 },
    );
  });

  it('every value lands in the text that says it', () => {
    fc.assert(
      fc.property(pairs, (labels) => {
        const text = `commonLabels: ${JSON.stringify(labels)}\n`;
        const [item] = applyLabels(itemsOf(manifest), contextOf(text).context, defaultConfig);
        const map = nodeAt(item?.root, 'spec', 'template', 'metadata', 'labels');
        for (const [name, value] of Object.entries(labels)) {
          const node: SourceNode | undefined = nodeAt(map, name);
          expect(textAtNode(node, { 'kustomization.yaml': text })).toBe(JSON.stringify(value));
        }
      }),
      { numRuns: 30 },
    );
  });
});
