import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KustomizeRendering } from '../../server/core/kustomize/render';
import { toPlain } from '../../server/core/manifest/node';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { readTrees } from '../../server/core/manifest/read-trees';
import { wrongPlaces } from './places';
import { randomTree, type RandomTree } from './random-kustomizations';
import { renderTree, type Files } from './render-tree';

interface Damage {
  /** Chooses a file that is no manifest, then a line. */
  readonly file: number;
  readonly line: number;
  readonly what: 'delete' | 'cut' | 'indent' | 'value' | 'insert';
  readonly text: string;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  file: fc.nat(1000),
  line: fc.nat(1000),
  what: fc.constantFrom('delete', 'cut', 'indent', 'value', 'insert'),
  text: fc.oneof(
    fc.constantFrom(
      '[]',
      '{}',
      '7',
      'true',
      'null',
      '"',
      "'",
      '|',
      '>-',
      '&a',
      '*a',
      '<<: *b',
      '---',
      '- -',
      '? x',
      '%',
      '\t',
      '[{',
      '}]',
    ),
    fc.constantFrom(
      '$patch: delete',
      '- $patch: replace',
      'path: /',
      'resources: [.]',
      'namespace: [a]',
      '{{ .Values.x }}',
      '\u0000\uFEFF',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  ),
});

function damaged({ files, root }: RandomTree, damages: readonly Damage[]): RandomTree {
  const changed: Record<string, string> = { ...files };
  const candidates = Object.keys(files).filter((path) => !/\/(r\d|all|list)\./.test(path));
  for (const { file, line, what, text } of damages) {
    const path = candidates[file % candidates.length] ?? '';
    const lines = (changed[path] ?? '').split('\n');
    const at = line % lines.length;
    const old = lines[at] ?? '';
    const replaced = {
      delete: [],
      cut: [old.slice(0, old.length / 2)],
      indent: [` ${old}`],
      value: [old.replace(/([:-]) .*$/, `$1 ${text.replaceAll('$', '$$$$')}`)],
      insert: [old, `${/^\s*/.exec(old)?.[0] ?? ''}${text}`],
    }[what];
    changed[path] = lines.toSpliced(at, 1, ...replaced).join('\n');
  }
  return { root, files: changed };
}

/** Beside the damaged tree stands a good one. */
function besideGood({ files, root }: RandomTree): Files {
  return {
    ...files,
    'good/kustomization.yaml': 'namePrefix: good-\ncommonLabels: { good: "yes" }\nresources: [service.yaml]\n',
    'good/service.yaml':
      'apiVersion: v1\nkind: Service\nmetadata: { name: stays }\nspec: { selector: { app: stays } }\n',
    'wrap/kustomization.yaml': `resources: [../${root}, ../good]\n`,
  };
}

function objectsOf({ resources }: KustomizeRendering): readonly unknown[] {
  return resources.map(({ root }) => toPlain(root));
}

describe('damaged kustomizations', () => {
  it('never throw or hang, and leave what stands beside them', () => {
    fc.assert(
      fc.property(randomTree, fc.array(damage, { minLength: 1, maxLength: 4 }), (tree, damages) => {
        const files = besideGood(damaged(tree, damages));
        const began = performance.now();
        const rendering = renderTree(files, 'wrap');
        expect(performance.now() - began).toBeLessThan(2000);
        expect(objectsOf(rendering)).toContainEqual({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'good-stays', labels: { good: 'yes' } },
          spec: { selector: { app: 'stays', good: 'yes' } },
        });
        expect(wrongPlaces(files, rendering.resources)).toEqual([]);
        for (const { file, range } of rendering.problems) {
          const text = files[file.slice('file:///tree/'.length)];
          expect([text !== undefined, range.start >= 0, range.end <= (text?.length ?? 0)]).toEqual([true, true, true]);
        }
      }),
      {
        seed: Number(process.env['KUBEPATH_ORACLE_SEED'] ?? 1),
        numRuns: Number(process.env['KUBEPATH_ORACLE_RUNS'] ?? 250),
      },
    );
  });
});

/** The times hold on an idle machine; what grows too fast is told even with so much patience. */
const patience = 3;

describe('hostile kustomizations', () => {
  it('a patch of ten thousand lines', () => {
    const entries = Array.from({ length: 10_000 }, (_, index) => `        - { name: v${index}, value: "${index}" }`);
    const container = (lines: readonly string[]): string =>
      [
        'spec:',
        '  template:',
        '    spec:',
        '      containers:',
        '      - name: main',
        '        env:',
        ...lines,
        '',
      ].join('\n');
    const head = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n';
    const files = {
      'kustomization.yaml': 'resources: [web.yaml]\npatches: [{ path: patch.yaml }]\n',
      'web.yaml': head + container(entries.slice(5000)),
      'patch.yaml': head + container(entries),
    };
    const { rendering, time } = timed(files, '');
    expect(rendering.problems).toEqual([]);
    expect(JSON.stringify(objectsOf(rendering)).match(/"value"/g)).toHaveLength(10_000);
    const read = quickest(() => [readTrees(files['patch.yaml']), readManifest('file:///web.yaml', files['web.yaml'])]);
    expect(time - read.time).toBeLessThan(patience * 200);
  });

  it('three hundred nested bases', () => {
    const depth = 300;
    const files: Record<string, string> = {
      'b0/kustomization.yaml': 'resources: [web.yaml]\n',
      'b0/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n',
    };
    for (let index = 1; index < depth; index++)
      files[`b${index}/kustomization.yaml`] =
        `namePrefix: a\nlabels: [{ pairs: { l${index}: x } }]\nresources: [../b${index - 1}]\n`;
    const { rendering, time } = timed(files, `b${depth - 1}`);
    expect(rendering.resources.map(({ name }) => name)).toEqual([`${'a'.repeat(depth - 1)}web`]);
    expect(time).toBeLessThan(patience * 1000);
  });

  it('five thousand resources with labels and a prefix', () => {
    const resources = Array.from(
      { length: 5000 },
      (_, index) =>
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d${index} }\nspec: { template: { spec: { containers: [{ name: a, envFrom: [{ configMapRef: { name: c${index} } }] }] } } }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${index} }\n`,
    ).slice(0, 2500);
    const files = {
      'kustomization.yaml': 'namePrefix: x-\ncommonLabels: { team: shop }\nresources: [all.yaml]\n',
      'all.yaml': resources.join('---\n'),
    };
    const read = timed({ ...files, 'kustomization.yaml': 'resources: [all.yaml]\n' }, '');
    const { rendering, time } = timed(files, '');
    expect([rendering.problems, rendering.resources.length]).toEqual([[], 5000]);
    expect(time - read.time).toBeLessThan(1000);
  });

  it.each([
    [
      'a loop of three',
      {
        'a/kustomization.yaml': 'resources: [../b]\n',
        'b/kustomization.yaml': 'resources: [../c]\n',
        'c/kustomization.yaml': 'resources: [../a, web.yaml]\n',
        'c/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n',
      },
    ],
    [
      'a component that includes itself',
      {
        'a/kustomization.yaml': 'components: [../b]\nresources: [web.yaml]\n',
        'a/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n',
        'b/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncomponents: [../b]\n',
      },
    ],
    [
      'a component and a base that include each other',
      {
        'a/kustomization.yaml': 'components: [../b]\nresources: [web.yaml]\n',
        'a/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n',
        'b/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [../a]\n',
      },
    ],
  ])('%s is told once, and what it holds is there', (_, files) => {
    const { problems, resources } = renderTree(files, 'a');
    expect(problems.map(({ rule }) => rule)).toEqual(['kustomization-invalid']);
    expect(resources.map(({ name }) => name)).toEqual(['web']);
  });

  it('overlays and components that double what they include', () => {
    const files: Record<string, string> = {
      'a0/kustomization.yaml': 'resources: [web.yaml]\n',
      'a0/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n',
      'c0/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonLabels: { a: b }\n',
    };
    for (let index = 1; index < 18; index++) {
      for (const side of ['l', 'r'])
        files[`${side}${index}/kustomization.yaml`] = `namePrefix: ${side}\nresources: [../a${index - 1}]\n`;
      files[`a${index}/kustomization.yaml`] = `resources: [../l${index}, ../r${index}]\n`;
      files[`c${index}/kustomization.yaml`] =
        `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncomponents: [../c${index - 1}, ../c${index - 1}]\n`;
    }
    files['top/kustomization.yaml'] = 'resources: [../a0]\ncomponents: [../c17]\n';
    for (const root of ['a17', 'top']) {
      const began = performance.now();
      const { problems } = renderTree(files, root);
      expect(problems.some(({ rule }) => rule === 'kustomization-incomplete')).toBe(true);
      expect(performance.now() - began).toBeLessThan(patience * 10_000);
    }
  });

  it('a base that every one of forty overlays includes twice', () => {
    const files: Record<string, string> = {
      'b0/kustomization.yaml': 'resources: [web.yaml]\n',
      'b0/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n',
    };
    for (let index = 1; index < 40; index++)
      files[`b${index}/kustomization.yaml`] = `resources: [../b${index - 1}, ../b${index - 1}]\n`;
    const { rendering, time } = timed(files, 'b39');
    expect(rendering.resources).toHaveLength(1);
    expect(time).toBeLessThan(patience * 1000);
  });
});

function timed(files: Files, root: string): { readonly rendering: KustomizeRendering; readonly time: number } {
  const { value, time } = quickest(() => renderTree(files, root));
  return { rendering: value, time };
}

/** The quickest of three, since other work runs beside. */
function quickest<T>(work: () => T): { readonly value: T; readonly time: number } {
  const times = [0, 1, 2].map(() => {
    const began = performance.now();
    const value = work();
    return { value, time: performance.now() - began };
  });
  return times.reduce((a, b) => (a.time < b.time ? a : b));
}
