import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import type { Item } from '../../server/core/kustomize/item';
import { declaredVars, kindsReadByVars, resolveVars } from '../../server/core/kustomize/vars';
import { nodeAt, toPlain, type MapNode } from '../../server/core/manifest/node';
import { readTree } from '../../server/core/manifest/read-manifest';
import { contextOf, itemsOf, manifestUri, textAtNode } from './transformers';

const source = `apiVersion: v1
kind: ConfigMap
metadata: {name: src, namespace: ns}
data: {host: www, port: "8080", number: 8081, half: 1.5, yes: true, empty: "", nothing: null, map: {a: b}, list: [x, y]}
`;

/** A Pod with these arguments, behind the resource that variables read. */
const pod = (args: string): string => `${source}---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: $(V), args: ${args}}]}
`;

const ofField = (path: string): string =>
  `- {name: V, objref: {apiVersion: v1, kind: ConfigMap, name: src}, fieldref: {fieldPath: '${path}'}}`;

function resolve(
  vars: string,
  manifest: string,
  items = itemsOf(manifest),
): { readonly items: readonly Item[]; readonly problems: readonly string[] } {
  const kustomization = `vars:\n${vars}\n`;
  const { context, problems } = contextOf(kustomization);
  const declared = declaredVars(context, items);
  const resolved = resolveVars(items, declared, defaultConfig, (file, { start, end }, message) => {
    const text = file === manifestUri ? manifest : kustomization;
    problems.push(`[${text.slice(start, end)}] ${message}`);
  });
  return { items: resolved, problems };
}

const argsOf = ({ items }: { readonly items: readonly Item[] }): unknown => {
  const node = nodeAt(items.at(-1)?.root, 'spec', 'containers', 0, 'args');
  return node && toPlain(node);
};

describe('a variable', () => {
  it.each([
    ['data.host', 'www', 'xwwwy'],
    ['data.port', '8080', 'x8080y'],
    ['data.number', 8081, 'x8081y'],
    ['data.half', 1.5, 'x1.5y'],
    ['data.yes', true, 'xtruey'],
    ['data.empty', '', 'xy'],
    ['data.nothing', 'null', 'xnully'],
    ['data.list[1]', 'y', 'xyy'],
    ['data.list.0', 'x', 'xxy'],
    ['data.map', '$(V)', 'x$(V)y'],
    ['', 'src', 'xsrcy'],
  ])('of %s keeps its type alone, and is text among text', (path, alone, within) => {
    const resolved = resolve(ofField(path), pod('[$(V), "x$(V)y"]'));
    expect(argsOf(resolved)).toEqual([alone, within]);
    expect(resolved.problems).toEqual([]);
  });

  it.each([
    ['$(V)$(V)', 'wwwwww'],
    ['$$(V)', '$(V)'],
    ['$$$(V)', '$www'],
    ['$$', '$'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$(V', '$(V'],
    ['$V', '$V'],
    ['$', '$'],
    ['$()', '$()'],
    ['$(A$(V))', '$(A$(V))'],
  ])('in %s', (text, expected) => {
    expect(argsOf(resolve(ofField('data.host'), pod(`['${text}']`)))).toEqual([expected]);
  });

  it('goes into texts, lists and mappings of the fields that may hold it, no deeper and nowhere else', () => {
    const { items } = resolve(
      ofField('data.host'),
      `${pod('{a: $(V), b: {c: $(V)}, n: 5}')}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, labels: {l: $(V), n: 5}}
spec: {rules: [{host: a.$(V), http: {paths: [{path: /$(V)}]}}], tls: [{hosts: [$(V)]}]}
`,
    );
    expect(nodeAt(items[1]?.root, 'spec', 'containers', 0, 'image')).toMatchObject({ value: '$(V)' });
    expect(argsOf({ items: items.slice(0, 2) })).toEqual({ a: 'www', b: { c: '$(V)' }, n: 5 });
    const ingress = items[2] && (toPlain(items[2].root) as object);
    expect(ingress).toMatchObject({
      metadata: { labels: { l: 'www', n: 5 } },
      spec: { rules: [{ host: 'a.www', http: { paths: [{ path: '/$(V)' }] } }], tls: [{ hosts: ['www'] }] },
    });
  });

  it('stands where it is used', () => {
    const manifest = pod('["x$(V)"]');
    const { items } = resolve(ofField('data.host'), manifest);
    const node = nodeAt(items[1]?.root, 'spec', 'containers', 0, 'args', 0);
    expect(node).toMatchObject({ value: 'xwww', shared: true });
    expect(node && manifest.slice(node.start, node.end)).toBe('"x$(V)"');
  });

  it('leaves what does not use it as it was read', () => {
    const items = itemsOf(pod('[a]'));
    expect(resolve(ofField('data.host'), '', items).items).toEqual(items);
    expect(resolve(ofField('data.host'), '', items).items[0]).toBe(items[0]);
    expect(resolve('', pod('["$$(V)"]')).items[1]?.written).toBeDefined();
  });
});

describe('the resource a variable means', () => {
  const manifest = pod('[$(V)]');

  it.each([
    'apiVersion: v1, kind: ConfigMap, name: src',
    'version: v1, kind: ConfigMap, name: src',
    'apiVersion: v1, kind: ConfigMap, name: src, namespace: ns',
  ])('is found by {%s}', (objref) => {
    const resolved = resolve(`- {name: V, objref: {${objref}}, fieldref: {fieldPath: data.host}}`, manifest);
    expect(argsOf(resolved)).toEqual(['www']);
    expect(resolved.problems).toEqual([]);
  });

  it.each([
    [
      'kind: ConfigMap, name: src',
      'There is no ConfigMap src for V, so kustomize refuses to build. Say its `apiVersion` as well.',
    ],
    ['apiVersion: v1, kind: ConfigMap, name: nope', 'There is no ConfigMap nope for V, so kustomize refuses to build.'],
    [
      'apiVersion: v1, kind: ConfigMap, name: src, namespace: other',
      'There is no ConfigMap src for V, so kustomize refuses to build.',
    ],
    [
      'apiVersion: v1, group: apps, kind: ConfigMap, name: src',
      'There is no ConfigMap src for V, so kustomize refuses to build.',
    ],
  ])('is not found by {%s}', (objref, problem) => {
    const resolved = resolve(`- {name: V, objref: {${objref}}}`, manifest);
    expect(argsOf(resolved)).toEqual(['$(V)']);
    expect(resolved.problems).toEqual([expect.stringMatching(/^\[\{name: V, .*\}\] /)]);
    expect(resolved.problems[0]).toContain(problem);
  });

  it('may be of a kind that networking does not read', () => {
    const resolved = resolve('- {name: V, objref: {apiVersion: example.com/v1, kind: Widget, name: c}}', manifest);
    expect(argsOf(resolved)).toEqual(['$(V)']);
    expect(resolved.problems).toEqual([]);
  });

  it('must have the field', () => {
    const resolved = resolve(ofField('data.nope'), manifest);
    expect(resolved.problems).toEqual([expect.stringContaining('ConfigMap src has no data.nope')]);
  });

  it('is known by every name it had', () => {
    const items = itemsOf(manifest).map((item): Item => {
      const identity = item.identities[0];
      return { ...item, identities: [identity, { ...identity, name: `p-${identity.name}` }] };
    });
    const vars =
      '- {name: V, objref: {apiVersion: v1, kind: ConfigMap, name: p-src}, fieldref: {fieldPath: data.host}}';
    expect(argsOf(resolve(vars, manifest, items))).toEqual(['www']);
  });

  it('is the one it was when the variable was declared, not another of that name', () => {
    const [own] = itemsOf(manifest);
    const [other] = itemsOf(source.replace('host: www', 'host: other')).map((item) => ({ ...item, file: 'other' }));
    const user = itemsOf(manifest)[1];
    if (!own || !other || !user) throw new Error('no items');
    const { context } = contextOf(`vars:\n${ofField('data.host')}\n`);
    const vars = declaredVars(context, [own]);
    const items = resolveVars([other, own, user], vars, defaultConfig, () => undefined);
    expect(argsOf({ items })).toEqual(['www']);
  });

  it('must be one', () => {
    const resolved = resolve(ofField('data.host'), `${source.replace('ns}', 'other}')}---\n${manifest}`);
    expect(resolved.problems).toEqual([
      expect.stringMatching(/^invalid .* More than one ConfigMap src could be meant by V/),
    ]);
  });
});

describe('declarations', () => {
  it('say where they stand', () => {
    const kustomization = `vars:\n${ofField('data.host')}\n`;
    const { context } = contextOf(kustomization);
    const [variable] = declaredVars(context);
    expect(variable).toMatchObject({
      name: 'V',
      objref: { group: '', version: 'v1', kind: 'ConfigMap', name: 'src', namespace: undefined },
      fieldPath: 'data.host',
      source: undefined,
    });
    expect(
      variable &&
        textAtNode(
          { type: 'sequence', items: [], file: variable.file, ...variable.range },
          { 'kustomization.yaml': kustomization },
        ),
    ).toBe(ofField('data.host').slice(2));
  });

  it('may write their keys in any case, and leave the field out', () => {
    const { context } = contextOf(
      'vars:\n- {name: V, objRef: {kind: ConfigMap, name: a}, fieldRef: {fieldPath: x}}\n- {name: W}\n- {}\n',
    );
    expect(declaredVars(context).map(({ name, fieldPath, objref }) => [name, fieldPath, objref.kind])).toEqual([
      ['V', 'x', 'ConfigMap'],
      ['W', 'metadata.name', ''],
    ]);
  });

  it('cannot be two of one name', () => {
    const resolved = resolve(`${ofField('data.host')}\n${ofField('data.port')}`, pod('[$(V)]'));
    expect(argsOf(resolved)).toEqual(['www']);
    expect(resolved.problems).toEqual([expect.stringContaining('V is declared twice')]);
  });

  it('tell which kinds are read', () => {
    const root = readTree(
      'vars: [{name: V, objref: {kind: Certificate}}, {name: W, objRef: {kind: Issuer}}, {name: X}]',
    );
    expect(kindsReadByVars(root as MapNode)).toEqual([{ kind: 'Certificate' }, { kind: 'Issuer' }]);
  });
});

it('numbers among texts of a list are refused, and the rest is resolved', () => {
  const resolved = resolve(ofField('data.host'), pod('[$(V), 5]'));
  expect(argsOf(resolved)).toEqual(['www', 5]);
  expect(resolved.problems).toEqual([expect.stringMatching(/^\[5\] Variables can only be replaced in texts/)]);
});
