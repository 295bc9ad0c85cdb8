import { itemsAt, stringAt, type MapNode, type SourceNode } from '../manifest/node';
import { applyAnnotations } from './annotations';
import type { Context, KustomizePlace, KustomizeProblem } from './context';
import { defaultConfig } from './default-config';
import type { TransformerConfig } from './field-specs';
import { reportDuplicateKeys } from './duplicate-keys';
import { applyGenerators } from './generators';
import { applyImages } from './images';
import { currentIdentity, itemOf, type Item } from './item';
import { checkShape } from './kustomization-shape';
import { applyLabels } from './labels';
import { applyNamePrefix, applyNameSuffix } from './name-affixes';
import { applyNamespace, effectiveNamespace } from './namespace';
import { applyJson6902Patches, applyPatches, applyStrategicMergePatches } from './patches';
import { generatorPlugins, transformerPlugins } from './plugins';
import { isRemote } from './remote';
import { applyReplacements } from './replacements';
import { applyReplicas } from './replicas';
import { isUnavailable, type KustomizationFile, type KustomizeSource } from './source';
import { configOf, mergeConfigs } from './transformer-config';
import { declaredVars, type Var } from './vars';

/** What a kustomization makes before names are settled, which happens once, at the root (kustomize, ResAccumulator). */
export interface Accumulated {
  readonly items: readonly Item[];
  readonly config: TransformerConfig;
  readonly vars: readonly Var[];
  readonly problems: readonly KustomizeProblem[];
}

export const nothing: Accumulated = { items: [], config: defaultConfig, vars: [], problems: [] };

/** Accumulates a base; whoever renders keeps the answer, so that a thousand overlays run theirs once. */
export type AccumulateBase = (base: KustomizationFile, ancestors: readonly string[]) => Accumulated;

/** What a kustomization is worked out with, beside itself. */
export interface AccumulateInput {
  readonly source: KustomizeSource;
  /** Directories that are being accumulated: one that turns up again is a loop. */
  readonly ancestors: readonly string[];
  readonly accumulateBase: AccumulateBase;
  /** What a component finds and changes; `nothing` for a kustomization. */
  readonly start: Accumulated;
  /** Whether what a component finds is not all there is. */
  readonly incomplete?: boolean;
  /** Counts the components of one kustomization, which run anew wherever they are named. */
  readonly components: { count: number };
}

/** Beyond these a kustomization doubles itself at every level: nobody deploys that, and kustomize would never end. */
const maxComponents = 5_000;
const maxItems = 20_000;

/** Runs one kustomization: resources, generators, components, transformers, in kustomize's order (kustomize, KustTarget). */
export function accumulate(kustomization: KustomizationFile, input: AccumulateInput): Accumulated {
  // What is wrong with a base is told once, however often it is included.
  const problems = new Set(input.start.problems);
  const context = contextOf(kustomization, input, problems);
  const own = kustomization.deployer !== undefined ? [] : [kustomization.directory];
  const below = { ...input, ancestors: [...input.ancestors, ...own] };
  const { root, problem } = kustomization;
  if (problem) context.invalid(problem.range, problem.message);
  else if (kustomization.deployer === undefined) {
    checkShape(root, context);
    reportDuplicateKeys(root, context);
    if (isEmpty(root)) context.invalid(root, 'This kustomization says nothing: kustomize refuses to build it.');
  }

  let { items, config, vars } = input.start;
  for (const node of [...itemsAt(root, 'resources'), ...itemsAt(root, 'bases')]) {
    const part = resourceAt(node, context, below);
    for (const one of part.problems) problems.add(one);
    items = appendItems(items, part.items, node, context);
    config = mergeConfigs(config, part.config);
    vars = [...vars, ...part.vars.filter((one) => !isTwiceIn(vars, one))];
  }
  config = mergeConfigs(config, configOf(context));
  items = [context, ...generatorPlugins(context)].reduce(applyGenerators, items);
  for (const node of itemsAt(root, 'components')) {
    const component = componentAt(node, context, below);
    if (!component || !mayRun(node, context, below)) continue;
    const after = accumulate(component, {
      ...below,
      start: { items, config, vars, problems: [] },
      incomplete: isIncomplete(problems),
    });
    for (const one of after.problems) problems.add(one);
    ({ config, vars } = after);
    items = appendItems([], after.items, node, context);
  }
  items = transform(items, context, config);
  for (const plugin of transformerPlugins(context)) items = transform(items, plugin.context, plugin.config);
  return { items, config, vars: [...vars, ...declaredVars(context, items)], problems: [...problems] };
}

/** A variable that comes along twice is one too many, which is told in the end; more of it says no more. */
function isTwiceIn(vars: readonly Var[], one: Var): boolean {
  return vars.indexOf(one) !== vars.lastIndexOf(one);
}

function mayRun(node: SourceNode, context: Context, { components }: AccumulateInput): boolean {
  if (++components.count <= maxComponents) return true;
  if (components.count === maxComponents + 1)
    context.incomplete(
      node,
      `More than ${maxComponents} components come together here: the rest of them are left out.`,
    );
  return false;
}

/** Lists and mappings count even when they are empty themselves. */
function isEmpty({ entries }: MapNode): boolean {
  return entries.every(
    ({ key, value }) =>
      key === 'apiVersion' || key === 'kind' || (value.type === 'scalar' && (value.value ?? '') === ''),
  );
}

function contextOf(
  kustomization: KustomizationFile,
  { source, incomplete = false }: AccumulateInput,
  problems: Set<KustomizeProblem>,
): Context {
  const report = (rule: KustomizeProblem['rule'], at: KustomizePlace, message: string): void => {
    const { file = kustomization.uri, start, end } = at;
    problems.add({ rule, file, range: { start, end }, message });
  };
  return {
    kustomization,
    source,
    invalid: (at, message) => report('kustomization-invalid', at, message),
    missing(at, message) {
      if (!incomplete && !isIncomplete(problems)) report('kustomization-invalid', at, message);
    },
    incomplete: (at, message) => report('kustomization-incomplete', at, message),
    duplicate: (at, message) => report('yaml-duplicate-key', at, message),
  };
}

function isIncomplete(problems: ReadonlySet<KustomizeProblem>): boolean {
  for (const { rule } of problems) if (rule === 'kustomization-incomplete') return true;
  return false;
}

/** In the order in which kustomize runs them (kustomize, configureBuiltinTransformers). */
const transformers = [
  applyStrategicMergePatches,
  applyPatches,
  applyNamespace,
  applyNamePrefix,
  applyNameSuffix,
  applyLabels,
  applyAnnotations,
  applyJson6902Patches,
  applyReplicas,
  applyImages,
  applyReplacements,
];

function transform(items: readonly Item[], context: Context, config: TransformerConfig): readonly Item[] {
  return transformers.reduce((current, apply) => apply(current, context, config), items);
}

/** What one entry of `resources` brings: a file's resources, or all of a base. */
function resourceAt(node: SourceNode, context: Context, input: AccumulateInput): Accumulated {
  const entry = pathOf(node);
  if (entry === undefined) return nothing;
  const { kustomization, source } = context;
  if (isRemote(entry)) {
    context.incomplete(node, `${entry} is remote: Kubepath fetches nothing, so what it deploys is missing here.`);
    return nothing;
  }
  const uri = source.resolve(kustomization.directory, entry);
  const base = source.kustomizationIn(uri);
  if (base) {
    if (isLoop(base, node, entry, context, input)) return nothing;
    if (isComponent(base)) {
      context.invalid(node, `${entry} is a Component, which only \`components\` can name: kustomize refuses it here.`);
      return nothing;
    }
    return input.accumulateBase(base, input.ancestors);
  }
  const resources = source.resourcesIn(uri);
  if (isUnavailable(resources)) {
    const message = `${entry} ${resources.unavailable}.`;
    if (resources.refused) context.invalid(node, message);
    else context.incomplete(node, message);
    return nothing;
  }
  for (const { name, kind, file, range } of resources)
    if (name === '')
      context.invalid(
        { ...range, file },
        `This ${kind} has no \`metadata.name\`, without which kustomize refuses to build, \`generateName\` or not.`,
      );
  return { ...nothing, items: resources.map(itemOf) };
}

function componentAt(node: SourceNode, context: Context, input: AccumulateInput): KustomizationFile | undefined {
  const entry = pathOf(node);
  if (entry === undefined) return undefined;
  if (isRemote(entry)) {
    context.incomplete(
      node,
      `${entry} is remote: Kubepath fetches nothing, so what this component changes is missing here.`,
    );
    return undefined;
  }
  const { kustomization, source } = context;
  const component = source.kustomizationIn(source.resolve(kustomization.directory, entry));
  if (!component) {
    context.incomplete(
      node,
      `${entry} is no directory with a kustomization, so what this component changes is missing here.`,
    );
    return undefined;
  }
  if (isLoop(component, node, entry, context, input)) return undefined;
  if (isComponent(component)) return component;
  context.invalid(node, `${entry} is no Component (\`kind: Component\`): name it under \`resources\`.`);
  return undefined;
}

function isLoop(
  next: KustomizationFile,
  node: SourceNode,
  entry: string,
  context: Context,
  { ancestors }: AccumulateInput,
): boolean {
  if (!ancestors.includes(next.directory)) return false;
  context.invalid(
    node,
    `${entry} leads back to this kustomization: kustomize refuses such a loop. Take it out of one of the two.`,
  );
  return true;
}

export function isComponent({ root }: KustomizationFile): boolean {
  return stringAt(root, 'kind')?.value === 'Component';
}

function pathOf(node: SourceNode): string | undefined {
  return node.type === 'scalar' && typeof node.value === 'string' && node.value !== '' ? node.value : undefined;
}

/** Adds items to what is there. kustomize takes no second one of the same group, kind, namespace and name. */
function appendItems(
  items: readonly Item[],
  added: readonly Item[],
  node: SourceNode,
  context: Context,
): readonly Item[] {
  if (added.length === 0) return items;
  if (items.length + added.length > maxItems) {
    context.incomplete(node, `More than ${maxItems} resources come together here: those of this entry are left out.`);
    return items;
  }
  const known = new Set(items.map(keyOf));
  const fresh = added.filter((item) => {
    const key = keyOf(item);
    // What has no name at all is reported where it is read.
    if (!known.has(key) || !stringAt(item.root, 'metadata', 'name')) return known.add(key);
    const { kind, name } = currentIdentity(item);
    context.invalid(
      node,
      `${kind} ${name} comes with this entry and with an earlier one: kustomize refuses to build. Keep one.`,
    );
    return false;
  });
  return items.length === 0 ? fresh : [...items, ...fresh];
}

/** Kustomize takes an unwritten namespace and `default` for the same (resid, IsNsEquals). */
function keyOf(item: Item): string {
  const identity = currentIdentity(item);
  return `${identity.group}/${identity.kind}/${effectiveNamespace(identity)}/${identity.name}`;
}
