import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../server/core/kustomize/item';
import { pathSteps } from '../../server/core/kustomize/replacement-paths';
import { applyReplacements, kindsReadBy } from '../../server/core/kustomize/replacements';
import { nodeAt, toPlain, type MapNode, type SourceNode } from '../../server/core/manifest/node';
import { readTree } from '../../server/core/manifest/read-manifest';
import { uriOf, type Files } from './fake-source';
import { contextOf, itemsOf, textAtNode } from './transformers';

const manifest = `apiVersion: v1
kind: ConfigMap
metadata: {name: src, annotations: {a.b/c: "noted"}}
data:
  host: www.example.com
  port: "8080"
  number: 1.10
  hex: 0x1F
  url: http://a.b:80/c
  empty: ""
  nothing: null
  map: {k: v}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: ns, labels: {app: d}}
spec:
  replicas: 3
  paused: false
  nothing: null
  quoted: "text"
  template:
    spec:
      containers:
      - name: c1
        image: nginx:1.2
        args: [--a=b, --c]
        env: [{name: "E", value: v1}, {name: F, value: v2}]
      - name: c-1b
        image: redis:1
---
apiVersion: v1
kind: Service
metadata: {name: svc, labels: {app: svc, parts: a.b.c}}
spec: {ports: [{port: 80, targetPort: http}], clusterIP: None}
`;
const files = { 'r.yaml': manifest };

interface Applied {
  readonly items: readonly Item[];
  readonly problems: readonly string[];
  readonly context: ReturnType<typeof contextOf>['context'];
}

function apply(replacements: string, more: Files = {}, items = itemsOf(manifest)): Applied {
  const { context, problems } = contextOf(`replacements:\n${replacements}\n`, { ...files, ...more });
  return { items: applyReplacements(items, context), problems, context };
}

/** One field of the ConfigMap copied into one field of a kind. */
function copy(from: string, kind: string, to: string, options = ''): Applied {
  return apply(`- source: {kind: ConfigMap, fieldPath: '${from}'}
  targets: [{select: {kind: ${kind}}, fieldPaths: ['${to}'], options: {${options}}}]`);
}

const [configMap, deployment, service] = [0, 1, 2];

const at = ({ items }: Applied, index: number, ...path: readonly (string | number)[]): SourceNode | undefined =>
  nodeAt(items[index]?.root, ...path);

const valueAt = (applied: Applied, index: number, ...path: readonly (string | number)[]): unknown => {
  const node = at(applied, index, ...path);
  return node && toPlain(node);
};

describe('what is copied', () => {
  it.each([
    ['a text', 'data.host', 'spec.quoted', 'www.example.com'],
    ['digits into a text', 'data.port', 'spec.quoted', '8080'],
    ['digits into a number', 'data.port', 'spec.replicas', 8080],
    ['a number into a text, as it is written', 'data.number', 'spec.quoted', '1.10'],
    ['another number into a text', 'data.hex', 'spec.quoted', '0x1F'],
    ['an empty text', 'data.empty', 'spec.quoted', ''],
    ['a mapping over a mapping', 'data.map', 'spec.template', { k: 'v' }],
    ['a key with dots, in brackets', 'metadata.annotations.[a.b/c]', 'spec.quoted', 'noted'],
    ['a key with dots, escaped', 'metadata.annotations.a\\.b/c', 'spec.quoted', 'noted'],
    ['the name, where nothing is said', '', 'spec.quoted', 'src'],
  ])('%s', (_, from, to, expected) => {
    const applied = copy(from, 'Deployment', to);
    expect(valueAt(applied, deployment, ...to.split('.'))).toEqual(expected);
    expect(applied.problems).toEqual([]);
  });

  it.each([
    ['a text into a number', 'data.host', 'spec.replicas', '"www.example.com" is not of the type that stands there'],
    ['a fraction into a whole number', 'data.number', 'spec.replicas', '"1.10" is not of the type that stands there'],
    ['digits into a boolean', 'data.port', 'spec.paused', '"8080" is not of the type that stands there'],
    ['a text into null', 'data.host', 'spec.nothing', '"www.example.com" is not of the type that stands there'],
    ['a field that is not there', 'data.host', 'spec.nope', 'it is not there, and `create` is not set'],
    [
      'an item that is not there',
      'data.host',
      'spec.template.spec.containers.9',
      'the list has 2 items, and none at 9',
    ],
    ['a step into a text', 'data.host', 'spec.quoted.deeper', 'there is no mapping where deeper is looked for'],
    ['a wildcard for a mapping', 'data.host', 'spec.*', 'there is no list where * is looked for'],
  ])('not %s', (_, from, to, why) => {
    const applied = copy(from, 'Deployment', to);
    expect(applied.problems).toEqual([
      `invalid ['${to}'] ${to} of Deployment d cannot be replaced: ${why}. kustomize refuses to build.`,
    ]);
    expect(applied.items).toEqual(itemsOf(manifest));
  });

  it.each([
    ['data.nothing', 'there is nothing'],
    ['data.nope', 'there is nothing'],
    ['data.host.deeper', 'there is no mapping where deeper is looked for'],
    ['data.*', 'the wildcard * is not allowed here'],
  ])('not from %s', (from, why) => {
    const applied = copy(from, 'Deployment', 'spec.quoted');
    expect(applied.problems).toEqual([
      `invalid ['${from}'] ${from} of ConfigMap cannot be copied: ${why}. kustomize refuses to build.`,
    ]);
  });

  it('keeps the place where it is written', () => {
    const text = at(copy('data.host', 'Service', 'spec.clusterIP'), service, 'spec', 'clusterIP');
    expect(textAtNode(text, files)).toBe('www.example.com');
    expect(text?.shared).toBeUndefined();
    const number = at(copy('data.port', 'Deployment', 'spec.replicas'), deployment, 'spec', 'replicas');
    expect(textAtNode(number, files)).toBe('"8080"');
    expect(number?.shared).toBe(true);
    const inner = at(copy('data.map', 'Deployment', 'spec.template'), deployment, 'spec', 'template', 'k');
    expect(textAtNode(inner, files)).toBe('v');
  });

  it('is a node of its own at each place, and leaves all else as it was read', () => {
    const before = itemsOf(manifest);
    const { items } = apply(
      `- source: {kind: ConfigMap, fieldPath: data.port}
  targets: [{select: {kind: Service}, fieldPaths: [metadata.labels.app, metadata.labels.parts]}]`,
      {},
      before,
    );
    const labels = nodeAt(items[service]?.root, 'metadata', 'labels');
    expect(nodeAt(labels, 'app')).toEqual(nodeAt(labels, 'parts'));
    expect(nodeAt(labels, 'app')).not.toBe(nodeAt(labels, 'parts'));
    expect(items[deployment]).toBe(before[deployment]);
    expect(items[service]?.written).toBeUndefined();
  });

  it('may come from what an earlier replacement brought', () => {
    const applied = apply(`- source: {kind: ConfigMap, fieldPath: data.host}
  targets: [{select: {kind: Service}, fieldPaths: [spec.clusterIP]}]
- source: {kind: Service, fieldPath: spec.clusterIP}
  targets: [{select: {kind: Deployment}, fieldPaths: [spec.quoted, metadata.labels.app]}]`);
    const node = at(applied, deployment, 'spec', 'quoted');
    expect(textAtNode(node, files)).toBe('www.example.com');
    expect(applied.problems).toEqual([]);
  });

  it('may be given', () => {
    const kustomization = `- sourceValue: given\n  targets: [{select: {kind: Service}, fieldPaths: [spec.clusterIP]}]`;
    const node = at(apply(kustomization), service, 'spec', 'clusterIP');
    expect(textAtNode(node, { 'kustomization.yaml': `replacements:\n${kustomization}\n` })).toBe('given');
  });
});

describe('paths of targets', () => {
  const images = (applied: Applied): unknown =>
    [0, 1].map((index) => valueAt(applied, deployment, 'spec', 'template', 'spec', 'containers', index, 'image'));

  it.each([
    ['an index', '0', ['www.example.com', 'redis:1']],
    ['every item', '*', ['www.example.com', 'www.example.com']],
    ['a field of the item', '[name=c1]', ['www.example.com', 'redis:1']],
    ['a pattern of it', '[name=c.*1]', ['www.example.com', 'www.example.com']],
    ['a part of it', '[name=1]', ['www.example.com', 'www.example.com']],
    ['a value with dots', '[image=nginx:1.2]', ['www.example.com', 'redis:1']],
    ['without regard to case', '[name=(?i)C1]', ['www.example.com', 'redis:1']],
  ])('%s', (_, step, expected) => {
    const applied = copy('data.host', 'Deployment', `spec.template.spec.containers.${step}.image`);
    expect(images(applied)).toEqual(expected);
    expect(applied.problems).toEqual([]);
  });

  it.each([
    ['[name=nope]', 'it is not there, and `create` is not set'],
    ['[name]', '[name] must have the form [field=value]'],
    ['[name=(]', '( is no regular expression'],
    ['name', 'there is no mapping where name is looked for'],
  ])('%s leads nowhere', (step, why) => {
    const to = `spec.template.spec.containers.${step}.image`;
    const applied = copy('data.host', 'Deployment', to);
    expect(applied.problems).toEqual([expect.stringContaining(`cannot be replaced: ${why}.`)]);
    expect(images(applied)).toEqual(['nginx:1.2', 'redis:1']);
  });

  it('see quotes in patterns', () => {
    const env = 'spec.template.spec.containers.0.env';
    expect(copy('data.host', 'Deployment', `${env}.[name=^"E"$].value`).problems).toEqual([]);
    expect(copy('data.host', 'Deployment', `${env}.[name=^E$].value`).problems).toHaveLength(1);
    expect(copy('data.host', 'Deployment', `${env}.[name=^F$].value`).problems).toEqual([]);
  });

  it('may be texts in a list', () => {
    const applied = copy('data.host', 'Deployment', 'spec.template.spec.containers.0.args.[=--c]');
    expect(valueAt(applied, deployment, 'spec', 'template', 'spec', 'containers', 0, 'args')).toEqual([
      '--a=b',
      'www.example.com',
    ]);
  });

  it('are the name where none is said, and references to it do not follow', () => {
    const applied = apply(`- source: {kind: ConfigMap, fieldPath: data.host}\n  targets: [{select: {kind: Service}}]`);
    expect(valueAt(applied, service, 'metadata', 'name')).toBe('www.example.com');
    expect(applied.items[service]?.identities).toEqual([expect.objectContaining({ name: 'www.example.com' })]);
  });

  it.each([
    ['a.b', ['a', 'b']],
    ['a.[x=y.z].b', ['a', '[x=y.z]', 'b']],
    ['a.[x.y/z].b', ['a', 'x.y/z', 'b']],
    ['a.[x]', ['a', '[x]']],
    ['a\\.b.c', ['a.b', 'c']],
    ['a.[x.y', ['a', 'x.y']],
    ['', ['']],
  ])('%s', (path, steps) => {
    expect(pathSteps(path)).toEqual(steps);
  });
});

describe('create', () => {
  it.each([
    ['a field', 'data.host', 'spec.a', { a: 'www.example.com' }],
    ['what is on the way to it', 'data.host', 'spec.a.b.c', { a: { b: { c: 'www.example.com' } } }],
    ['a list', 'data.host', 'spec.a.0.b', { a: [{ b: 'www.example.com' }] }],
    ['an item with a field', 'data.host', 'spec.a.[name=x].b', { a: [{ name: 'x', b: 'www.example.com' }] }],
    ['a text in a list', 'data.host', 'spec.a.[=x]', { a: ['www.example.com'] }],
    ['a number of digits', 'data.port', 'spec.a', { a: 8080 }],
    ['a mapping', 'data.map', 'spec.a', { a: { k: 'v' } }],
    [
      'the item behind the last',
      'data.host',
      'spec.ports.1.name',
      { ports: [{ port: 80, targetPort: 'http' }, { name: 'www.example.com' }] },
    ],
  ])('makes %s', (_, from, to, expected) => {
    const applied = copy(from, 'Service', to, 'create: true');
    expect(valueAt(applied, service, 'spec')).toMatchObject(expected);
    expect(applied.problems).toEqual([]);
  });

  it.each([
    ['spec.ports.2.name', 'the list has 1 items, and none at 2'],
    ['spec.a.*.b', 'there is no list where * is looked for'],
    ['spec..a', 'a step of its path is empty'],
    ['spec.a.[name=^x]', 'nothing matches [name=^x], and no item can be made of a pattern'],
  ])('cannot make %s', (to, why) => {
    const applied = copy('data.host', 'Service', to, 'create: true');
    expect(applied.problems).toEqual([expect.stringContaining(`cannot be replaced: ${why}.`)]);
    expect(applied.items).toEqual(itemsOf(manifest));
  });

  it('gives all that it makes the place of what is copied', () => {
    const applied = copy('data.host', 'Service', 'spec.a.b', 'create: true');
    expect(textAtNode(at(applied, service, 'spec', 'a'), files)).toBe('www.example.com');
    expect(textAtNode(at(applied, service, 'spec', 'a', 'b'), files)).toBe('www.example.com');
  });
});

describe('delimiter', () => {
  it.each([
    [0, 'www.b.c'],
    [1, 'a.www.c'],
    [2, 'a.b.www'],
    [9, 'a.b.c.www'],
    [-1, 'www.a.b.c'],
  ])('puts a part in at %i', (index, expected) => {
    const applied = apply(`- source: {kind: ConfigMap, fieldPath: data.host, options: {delimiter: ., index: 0}}
  targets: [{select: {kind: Service}, fieldPaths: [metadata.labels.parts], options: {delimiter: '.', index: ${index}}}]`);
    const node = at(applied, service, 'metadata', 'labels', 'parts');
    expect(node).toMatchObject({ value: expected, shared: true });
    expect(textAtNode(node, files)).toBe('www.example.com');
  });

  it.each([
    ['data.url', 'delimiter: /, index: 2', 'a.b:80'],
    ['data.url', 'delimiter: "://"', 'http'],
    ['data.number', 'delimiter: ., index: 1', '10'],
    ['data.host', 'index: 7', 'www.example.com'],
    ['data.host', 'encoding: base64', 'www.example.com'],
  ])('takes a part out of %s {%s}', (from, options, expected) => {
    const applied = apply(`- source: {kind: ConfigMap, fieldPath: ${from}, options: {${options}}}
  targets: [{select: {kind: Service}, fieldPaths: [spec.clusterIP]}]`);
    expect(valueAt(applied, service, 'spec', 'clusterIP')).toBe(expected);
    expect(applied.problems).toEqual([]);
  });

  it.each([
    ['data.host', 'delimiter: ., index: 3', '"www.example.com" has no part 3 between "."'],
    ['data.host', 'delimiter: ., index: -1', '"www.example.com" has no part -1 between "."'],
    ['data.map', 'delimiter: .', '`delimiter` needs a text, and there is none'],
  ])('cannot take one out of %s {%s}', (from, options, why) => {
    const { problems } = apply(`- source: {kind: ConfigMap, fieldPath: ${from}, options: {${options}}}
  targets: [{select: {kind: Service}, fieldPaths: [spec.clusterIP]}]`);
    expect(problems).toEqual([expect.stringContaining(`cannot be copied: ${why}.`)]);
  });

  it('joins again what it splits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z0-9]{1,3}$/), { minLength: 1, maxLength: 4 }),
        fc.nat(5),
        (parts, index) => {
          const { items } = apply(
            `- sourceValue: "new"\n  targets: [{select: {}, fieldPaths: [data.x], options: {delimiter: "-", index: ${index}}}]`,
            {},
            itemsOf(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {x: "${parts.join('-')}"}\n`),
          );
          const expected = index < parts.length ? parts.with(index, 'new') : [...parts, 'new'];
          expect(nodeAt(items[0]?.root, 'data', 'x')).toMatchObject({ value: expected.join('-') });
        },
      ),
    );
  });
});

describe('selectors', () => {
  const renamed = (): readonly Item[] =>
    itemsOf(manifest).map((item) => {
      const identity = item.identities[0];
      return { ...item, identities: [identity, { ...identity, name: `p-${identity.name}`, namespace: 'prod' }] };
    });
  const hits = (target: string, items = itemsOf(manifest)): readonly string[] => {
    const applied = apply(
      `- source: {kind: ConfigMap, fieldPath: data.host}\n  targets: [{${target}, fieldPaths: [hit], options: {create: true}}]`,
      {},
      items,
    );
    expect(applied.problems).toEqual([]);
    return applied.items.filter(({ root }) => nodeAt(root, 'hit')).map((item) => item.identities[0].name);
  };

  it.each([
    ['everything', 'select: {}', ['src', 'd', 'svc']],
    ['a kind', 'select: {kind: Service}', ['svc']],
    ['a pattern of kinds', 'select: {kind: "Serv.*|Deployment"}', ['d', 'svc']],
    ['a part of a kind, which is none', 'select: {kind: Serv}', []],
    ['a name that is no pattern', 'select: {name: "s(vc"}', []],
    ['a group', 'select: {group: apps}', ['d']],
    ['a version', 'select: {version: v1, kind: Service}', ['svc']],
    ['another version', 'select: {version: v2}', []],
    ['a namespace', 'select: {namespace: ns}', ['d']],
    ['the namespace that is not written', 'select: {namespace: default}', ['src', 'svc']],
    ['labels', 'select: {labelSelector: "app in (svc, d),!parts"}', ['d']],
    ['annotations', 'select: {annotationSelector: a.b/c=noted}', ['src']],
    ['all but a kind', 'select: {}, reject: [{kind: Service}]', ['src', 'd']],
    ['all but labels', 'select: {}, reject: [{labelSelector: app}]', ['src']],
    ['all but a name or labels', 'select: {}, reject: [{name: src, labelSelector: app=d}]', ['svc']],
    ['all but nothing', 'select: {}, reject: [{}]', ['src', 'd', 'svc']],
  ])('select %s', (_, target, expected) => {
    expect(hits(target)).toEqual(expected);
  });

  it.each([
    ['select: {name: svc}', ['svc']],
    ['select: {name: p-svc}', ['svc']],
    ['select: {name: p-svc, namespace: default}', []],
    ['select: {name: p-svc, namespace: prod}', ['svc']],
    ['select: {kind: Service}, reject: [{name: p-svc}]', []],
  ])('know every name a resource had: %s', (target, expected) => {
    expect(hits(target, renamed())).toEqual(expected);
  });

  it('refuse what is no selector', () => {
    const { problems } = apply(
      `- source: {kind: ConfigMap}\n  targets: [{select: {labelSelector: "app in svc"}, fieldPaths: [spec.clusterIP]}]`,
    );
    expect(problems).toEqual([expect.stringContaining('invalid ["app in svc"] The selector "app in svc"')]);
  });
});

describe('sources', () => {
  const target = 'targets: [{select: {kind: Service}, fieldPaths: [spec.clusterIP]}]';

  it.each([
    ['{name: svc}', 'svc'],
    ['{kind: Deployment, namespace: ns}', 'd'],
    ['{group: apps, version: v1}', 'd'],
    ['{kind: Deployment, fieldPath: spec.template.spec.containers.-.name}', 'c-1b'],
    ["{kind: Deployment, fieldPath: 'spec.template.spec.containers.[name=c-1b].image'}", 'redis:1'],
  ])('%s', (source, expected) => {
    const applied = apply(`- source: ${source}\n  ${target}`);
    expect(valueAt(applied, service, 'spec', 'clusterIP')).toBe(expected);
    expect(applied.problems).toEqual([]);
  });

  it.each([
    ['{kind: Service, name: "s.*"}', 'There is no Service s.* to copy from'],
    ['{kind: Service, namespace: other}', 'There is no Service in namespace other to copy from'],
    ['{version: v1}', 'This means 3 resources'],
    ['{kind: Widget, name: c}', 'Widget c is not known here'],
  ])('%s is reported', (source, problem) => {
    const { problems, items } = apply(`- source: ${source}\n  ${target}`);
    expect(problems).toEqual([expect.stringContaining(`[${source}] ${problem}`)]);
    expect(items).toEqual(itemsOf(manifest));
  });

  it('of kinds that are not read do not matter where nothing is selected', () => {
    const { problems } = apply('- source: {kind: Widget}\n  targets: [{select: {kind: Secret}}]');
    expect(problems).toEqual([]);
  });

  it.each([
    [`- ${target}`, 'A replacement needs a `source`'],
    ['- source: {kind: Service}', 'A replacement needs a `source`'],
    ['- source: {kind: Service}\n  targets: []', 'A replacement needs a `source`'],
    ['- source: {kind: Service}\n  targets: [{fieldPaths: [a]}]', 'A target needs `select`'],
    [`- source: {kind: Service}\n  sourceValue: a\n  ${target}`, 'A replacement has either'],
    [`- path: r\n  ${target}`, 'An entry of `replacements` is either'],
  ])('must be said: %j', (replacement, problem) => {
    const { problems } = apply(replacement);
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^invalid .*${problem}`, 's'))]);
  });

  it.each([
    [
      'one',
      'source: {kind: ConfigMap, fieldPath: data.host}\ntargets: [{select: {kind: Service}, fieldPaths: [spec.nope]}]\n',
    ],
    [
      'a list',
      '- source: {kind: ConfigMap, fieldPath: data.host}\n  targets: [{select: {kind: Service}, fieldPaths: [spec.nope]}]\n',
    ],
  ])('may be in a file of their own, which is to blame then: %s', (_, text) => {
    const { problems } = apply('- path: sub/r.yaml', { 'sub/r.yaml': text });
    expect(problems).toEqual([expect.stringMatching(/^invalid \[spec\.nope\] spec\.nope of Service svc/)]);
  });

  it('may be in a file that is not there', () => {
    expect(apply('- path: nope.yaml').problems).toEqual([
      'incomplete [nope.yaml] nope.yaml does not exist, so its replacements are not made here.',
    ]);
  });

  it('tell which kinds are read', () => {
    const root = readTree('replacements: [{source: {kind: Widget}}, {path: x}, {source: {name: a}}]') as MapNode;
    expect(kindsReadBy(root)).toEqual([{ kind: 'Widget' }]);
  });
});

it('never throws, whatever is written', () => {
  const text = fc.constantFrom('', '*', '-1', '0', '[', '[]', '[=]', '[a=(]', 'a', '.', '\\', 'null');
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), fc.boolean(), (steps, create) => {
      const path = JSON.stringify(steps.join('.'));
      const { items } = apply(`- source: {kind: ConfigMap, fieldPath: ${path}}
  targets: [{select: {}, fieldPaths: [${path}], options: {create: ${String(create)}}}]
- {source: ${path}, targets: ${path}}
- ${path}`);
      expect(items).toHaveLength(3);
    }),
  );
  expect(uriOf('')).toBe('file:///repo');
});

it('leaves the ConfigMap as it was read', () => {
  const applied = copy('data.host', 'Service', 'spec.clusterIP');
  expect(applied.items[configMap]?.written).toBeDefined();
});
