import { groupKind } from '../manifest/kinds';
import { entriesAt, itemsAt, nodeAt, type SourceNode } from '../manifest/node';
import { podMakers, type PodMaker } from '../manifest/pod-makers';
import type { Resource } from '../manifest/resource';

/** One set of pods that a resource makes, with everything of its entry in `pod-makers` filled in. */
export interface MadePods {
  readonly name: string;
  readonly template: SourceNode | undefined;
  /** Whether the template is all there is to say of the containers and labels, but for what is said here. */
  readonly hasTemplate: boolean;
  readonly selector: SourceNode | undefined;
  /** With `*`, also at the end, for what only run time tells. */
  readonly labels: readonly (readonly [key: string, value: string])[];
  /** Mappings of labels that the pods get too. */
  readonly writtenLabels: readonly SourceNode[];
  readonly runBy: string | undefined;
  readonly ports: readonly (readonly [name: string, number: number])[];
  readonly replicas: number | undefined;
}

/** A Service that an operator makes. */
export interface MadeService {
  /** With a `*` at its end where the rest only run time tells. */
  readonly name: string;
  /** Empty when nobody tells. */
  readonly ports: readonly number[];
  /** Who makes it. */
  readonly resource: Resource;
}

const makersByKind: ReadonlyMap<string, readonly PodMaker[]> = new Map(
  podMakers.map(({ kind }) => [kind, podMakers.filter((maker) => maker.kind === kind)]),
);

/** Whether a resource is of a kind that makes pods, beside those of Kubernetes itself. */
export function isPodMaker(resource: Resource): boolean {
  return resource.podTemplate !== undefined || makersByKind.has(groupKind(resource.apiVersion, resource.kind));
}

/** What a resource's kind makes: as the setting says, else as `pod-makers` does. */
export function makersOf(resource: Resource): readonly PodMaker[] {
  const { apiVersion, kind, podTemplate } = resource;
  const name = groupKind(apiVersion, kind);
  if (podTemplate === undefined) return makersByKind.get(name) ?? [];
  const isSeveral = podTemplate.includes('[]');
  return [
    {
      kind: name,
      ...(isSeveral
        ? { each: podTemplate, name: '{name}-{key}', template: 'item' }
        : { template: podTemplate, selector: 'spec.selector' }),
      replicas: 'spec.replicas',
    },
  ];
}

/** The sets of pods that a resource makes. */
export function madePodsOf(resource: Resource, namespace: string): readonly MadePods[] {
  return makersOf(resource)
    .filter(({ template, labels }) => template !== undefined || labels !== undefined)
    .flatMap((maker) => placesOf(maker, resource, namespace).map((place) => fill(maker, place)));
}

/** The Services that a resource makes, as their operator documents them. */
export function servicesMadeBy(resource: Resource, namespace: string): readonly MadeService[] {
  return makersOf(resource).flatMap((maker) => {
    const services = Object.entries(maker.services ?? {});
    if (services.length === 0) return [];
    return placesOf(maker, resource, namespace).flatMap((place) =>
      services.map(([name, ports]) => ({ name: filledIn(name, place), ports, resource })),
    );
  });
}

/** The paths that an entry reads, taken apart, from the resource on: that of the template, and all the others. */
export function fieldsReadBy(maker: PodMaker): {
  readonly template: readonly string[] | undefined;
  readonly paths: readonly (readonly string[])[];
} {
  const { each, when, name, template, selector, labels, labelsFrom, ports, replicas, services } = maker;
  const absolute = (path: string): readonly string[] => {
    const [first, ...rest] = stepsOf(path);
    return first === 'item' ? [...stepsOf(each ?? ''), ...rest] : stepsOf(path);
  };
  const texts = [name ?? '', ...[ports, services].flatMap((table) => Object.keys(table ?? {}))];
  const mentioned = [...texts, ...Object.values(labels ?? {})].flatMap((text) =>
    [...text.matchAll(/\{([^{}|]+)/g)].map(([, path = '']) => path),
  );
  // Whether something is there is told without showing what it is.
  const condition = when?.includes(' ') ? [when.replace(/[ |].*$/, '')] : [];
  const paths = [...condition, ...mentioned, ...(labelsFrom ?? []), replicas ?? [], selector ?? []].flat();
  return {
    template: template === undefined ? undefined : absolute(template),
    paths: paths.filter((path) => !['name', 'namespace', 'key'].includes(path)).map(absolute),
  };
}

/** Where the texts of an entry are looked up. */
interface Place {
  readonly resource: Resource;
  readonly namespace: string;
  readonly item: SourceNode | undefined;
  readonly key: string;
}

function placesOf({ each, when }: PodMaker, resource: Resource, namespace: string): readonly Place[] {
  const place: Place = { resource, namespace, item: undefined, key: '' };
  if (when !== undefined && !holds(when, place)) return [];
  if (each === undefined) return [place];
  return foundAt(resource.root, stepsOf(each)).map(({ node, key }) => ({ ...place, item: node, key }));
}

/** `spec.x`, `!spec.x`, `spec.mode = a`, `spec.mode|a != b`. */
function holds(condition: string, place: Place): boolean {
  const [, path = '', operator, value] = /^(.*?)(?: (=|!=) (.*))?$/.exec(condition) ?? [];
  if (operator === undefined)
    return path.startsWith('!') ? nodesAt(path.slice(1), place).length === 0 : nodesAt(path, place).length > 0;
  return (valueAt(path, place) === value) === (operator === '=');
}

function fill(maker: PodMaker, place: Place): MadePods {
  const first = (path: string | undefined): SourceNode | undefined =>
    path === undefined ? undefined : nodesAt(path, place)[0];
  const replicas = first(maker.replicas);
  return {
    name: filledIn(maker.name ?? '{name}', place),
    template: first(maker.template),
    hasTemplate: maker.template !== undefined,
    selector: first(maker.selector),
    labels: Object.entries(maker.labels ?? {}).map(([key, value]) => [key, filledIn(value, place)]),
    writtenLabels: (maker.labelsFrom ?? []).flatMap((path) => nodesAt(path, place)),
    runBy: maker.runBy,
    ports: Object.entries(maker.ports ?? {}).map(([name, number]) => [filledIn(name, place), number]),
    replicas: replicas?.type === 'scalar' && typeof replicas.value === 'number' ? replicas.value : undefined,
  };
}

/** A text with its placeholders filled in. What stands at a path that is not there nobody tells: the text ends there with a `*`. */
function filledIn(text: string, place: Place): string {
  const parts = text.split(/\{([^{}]+)\}/);
  let filled = '';
  for (const [index, part] of parts.entries()) {
    const value = index % 2 === 0 ? part : valueAt(part, place);
    if (value === undefined) return `${filled}*`;
    filled += value;
  }
  return filled;
}

/** The text at `name`, `namespace`, `key`, or a path with a default after `|`. */
function valueAt(pathAndDefault: string, place: Place): string | undefined {
  const [path = '', otherwise] = pathAndDefault.split('|');
  if (path === 'name') return place.resource.name === '' ? undefined : place.resource.name;
  if (path === 'namespace') return place.namespace;
  if (path === 'key') return place.key;
  const [node] = nodesAt(path, place);
  return node?.type === 'scalar' && node.value !== null ? String(node.value) : otherwise;
}

/** Everything at a path of the resource, or of the item when it begins with `item`. */
function nodesAt(path: string, { resource, item }: Place): readonly SourceNode[] {
  const steps = stepsOf(path);
  const found = steps[0] === 'item' ? foundAt(item, steps.slice(1)) : foundAt(resource.root, steps);
  return found.map(({ node }) => node).filter((node) => node.type !== 'scalar' || node.value !== null);
}

interface Found {
  readonly node: SourceNode;
  /** Key or number of the last item on the way. */
  readonly key: string;
}

function foundAt(root: SourceNode | undefined, steps: readonly string[]): readonly Found[] {
  let found: readonly Found[] = root ? [{ node: root, key: '' }] : [];
  for (const step of steps) found = found.flatMap((at) => stepFrom(at, step));
  return found;
}

function stepFrom({ node, key }: Found, step: string): readonly Found[] {
  if (step === '[]') return itemsAt(node).map((item, index) => ({ node: item, key: String(index) }));
  if (step === '{}') return entriesAt(node).map((entry) => ({ node: entry.value, key: entry.key }));
  const next = nodeAt(node, step);
  return next ? [{ node: next, key }] : [];
}

/** `spec.groups[].template` → spec, groups, [], template; `metadata.labels[a.b/c]` → metadata, labels, a.b/c. */
function stepsOf(path: string): readonly string[] {
  return [...path.matchAll(/\[\]|\{\}|\[([^\]]+)\]|[^.[\]{}]+/g)].map(([step, key]) => key ?? step);
}
