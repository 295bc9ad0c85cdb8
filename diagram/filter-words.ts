import type { DiagramView, EdgeState } from '../server/core/views/view';
import type { DiagramFilter } from './filter';
import { KIND_NAMES } from './icons';
import { cleanText } from './text';

const STATE_WORDS: Readonly<Record<EdgeState, string>> = {
  ok: 'connections that work',
  broken: 'connections that lead nowhere',
  denied: 'denied connections',
  'half-open': 'connections that one side admits only',
  unknown: 'connections that cannot be told',
  plain: 'what only belongs together',
};

/** Longer lists are counted. */
const MOST_NAMED = 3;

/** What the filter hides, in words: "kind Service, namespace kube-system". Empty when it hides nothing. */
export function filterWords(filter: DiagramFilter, view: DiagramView, focus: string | null): string {
  const { hiddenKinds, hiddenNamespaces, hiddenStates, label, problemsOnly, hops } = filter;
  const kindNames: Readonly<Record<string, string>> = KIND_NAMES;
  const groups = new Map(view.groups.map((group) => [group.id, group.label]));
  const center = view.nodes.find((node) => node.id === focus)?.title;
  const parts = [
    ...named(
      'kind',
      'kinds',
      hiddenKinds.map((kind) => kindNames[kind] ?? kind),
    ),
    // Namespaces that were hidden in another scope hide nothing here.
    ...named(
      'namespace',
      'namespaces',
      hiddenNamespaces.flatMap((id) => groups.get(id) ?? []),
    ),
    ...hiddenStates.map((state) => STATE_WORDS[state]),
    ...(label.trim() === '' ? [] : [`what is not ${label.trim()}`]),
    ...(problemsOnly ? ['what has no problem'] : []),
    ...(hops === 0 || center === undefined
      ? []
      : [`what is more than ${hops === 1 ? '1 connection' : '2 connections'} from ${center}`]),
  ];
  return cleanText(parts.join(', '));
}

function named(one: string, many: string, names: readonly string[]): readonly string[] {
  if (names.length > MOST_NAMED) return [`${names.length} ${many}`];
  return names.length === 0 ? [] : [`${names.length === 1 ? one : many} ${names.join(', ')}`];
}
