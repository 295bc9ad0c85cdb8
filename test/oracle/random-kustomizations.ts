import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { pick, type Known } from './random-patches';
import { sometimes } from './random-resources';
import { level, type LevelSpec } from './random-specs';
import type { Files } from './render-tree';
import {
  has,
  hasTwins,
  knownOf,
  renamed,
  writeConfiguration,
  writeGenerators,
  writePatches,
  writePlugins,
  writeReplacements,
  writeReplicas,
  writeResources,
  writeVars,
  type Writer,
} from './write-fields';

/** A tree of kustomizations in a tree of files. */
export interface RandomTree {
  readonly files: Files;
  /** The folder that is built. */
  readonly root: string;
}

/** A workspace of one to three bases, one or two overlays over them and over each other, up to two components. */
export const randomTree: fc.Arbitrary<RandomTree> = fc
  .record({
    bases: fc.array(level, { minLength: 1, maxLength: 3 }),
    overlays: fc.array(level, { minLength: 1, maxLength: 2 }),
    components: fc.array(level, { maxLength: 2 }),
    style: fc.record({
      crlf: sometimes(fc.constant(true), 12),
      anchors: sometimes(fc.constant(true), 6),
      json: sometimes(fc.constant(true), 12),
      quotes: fc.constantFrom('PLAIN', 'PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
      indentSeq: fc.boolean(),
      flow: sometimes(fc.constant(true), 8),
    }),
  })
  .map(writeTree);

interface Style {
  readonly crlf: true | undefined;
  readonly anchors: true | undefined;
  readonly json: true | undefined;
  readonly quotes: string;
  readonly indentSeq: boolean;
  readonly flow: true | undefined;
}

interface Workspace {
  readonly bases: readonly LevelSpec[];
  readonly overlays: readonly LevelSpec[];
  readonly components: readonly LevelSpec[];
  readonly style: Style;
}

/** A kustomization that is written, and what comes out of it as far as that is easily told. */
interface Level {
  readonly folder: string;
  readonly known: readonly Known[];
}

function writeTree({ bases, overlays, components, style }: Workspace): RandomTree {
  const files: Record<string, string> = {};
  const writer: Writer = { files, text: (value) => written(value, style), components };
  const below = bases.map((spec, index) => writeLevel(`base${index}`, spec, [], writer));
  const levels = [...below];
  for (const [index, spec] of overlays.entries()) levels.push(writeLevel(`overlay${index}`, spec, levels, writer));
  const root = `overlay${overlays.length - 1}`;
  const texts = Object.entries(files).map(([path, content]) => [
    path,
    style.crlf ? content.replaceAll('\n', '\r\n') : content,
  ]);
  return { root, files: Object.fromEntries(texts) as Files };
}

function written(value: unknown, { anchors, json, quotes, indentSeq, flow }: Style): string {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  if (json) return `${JSON.stringify(plain, null, 2)}\n`;
  return stringify(anchors ? interned(plain, new Map()) : plain, {
    aliasDuplicateObjects: anchors === true,
    defaultStringType: quotes as 'PLAIN',
    defaultKeyType: 'PLAIN',
    indentSeq,
    collectionStyle: flow ? 'flow' : 'any',
    lineWidth: 0,
  });
}

/** Equal mappings become one and the same, for which the writer makes anchors. */
function interned(value: unknown, seen: Map<string, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const key = JSON.stringify(value);
  const known = seen.get(key);
  if (known !== undefined) return known;
  const own = Array.isArray(value)
    ? value.map((item) => interned(item, seen))
    : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, interned(item, seen)]));
  seen.set(key, own);
  return own;
}

function writeLevel(
  folder: string,
  spec: LevelSpec,
  others: readonly Level[],
  writer: Writer,
  found?: readonly Known[],
): Level {
  let known: readonly Known[] = found ?? [];
  const isTaken = (added: readonly Known[]): boolean => !spec.careless && added.some((one) => has(known, one));

  const resources: string[] = [];
  for (const other of new Set(spec.includes.map((index) => pick(others, index)))) {
    if (!other || isTaken(other.known)) continue;
    known = [...known, ...other.known];
    resources.push(`../${other.folder}`);
  }
  const own: Known[] = [];
  for (const object of spec.resources) {
    const one = knownOf(object);
    if (!isTaken([one]) && !has(own, one)) own.push(one);
  }
  known = [...known, ...own];
  resources.push(...writeResources(folder, own, spec, writer));

  const generated = writeGenerators(folder, spec, known, writer);
  known = [...known, ...generated.added];

  const components: string[] = [];
  if (!found) {
    for (const index of new Set(spec.components.map((at) => at % Math.max(1, writer.components.length)))) {
      const component = writer.components[index];
      if (!component) continue;
      const path = `${folder}-component${index}`;
      known = writeLevel(path, { ...component, components: [], includes: [] }, others, writer, known).known;
      components.push(`../${path}`);
    }
  }

  const patches = writePatches(folder, spec, known, writer);
  const before = known;
  known = known.map((one) => renamed(one, spec));
  if (spec.namespace !== undefined && hasTwins(known) && !spec.careless) {
    known = before.map((one) => renamed(one, { ...spec, namespace: undefined }));
  }
  const isMoved = known.every((one) => one.identities.at(-1)?.namespace === spec.namespace || one.kind === 'Namespace');

  writer.files[`${folder}/kustomization.yaml`] = writer.text({
    ...(found ? { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' } : {}),
    namespace: isMoved ? spec.namespace : undefined,
    namePrefix: spec.namePrefix,
    nameSuffix: spec.nameSuffix,
    labels: spec.labels,
    commonLabels: spec.commonLabels,
    commonAnnotations: spec.commonAnnotations,
    ...patches,
    ...generated.fields,
    generatorOptions: spec.generatorOptions,
    images: spec.images,
    replicas: writeReplicas(spec, before),
    vars: writeVars(folder, spec, known),
    replacements: writeReplacements(spec, known),
    configurations: writeConfiguration(folder, spec, writer),
    transformers: writePlugins(folder, spec, writer),
    ...(components.length > 0 ? { components } : {}),
    ...(resources.length > 0 || known.length === 0 ? { resources } : {}),
  });
  return { folder, known };
}
