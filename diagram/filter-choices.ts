import type { DiagramView, EdgeState } from '../server/core/views/view';
import { kindOf } from './filter';
import { KIND_NAMES } from './icons';
import { cleanText } from './text';

/** Something that can be hidden, and how much of it there is. */
export interface FilterChoice<Id extends string = string> {
  readonly id: Id;
  readonly label: string;
  readonly count: number;
}

export interface FilterChoices {
  readonly kinds: readonly FilterChoice[];
  readonly namespaces: readonly FilterChoice[];
  readonly states: readonly FilterChoice<EdgeState>[];
}

const STATE_NAMES: Readonly<Record<EdgeState, string>> = {
  ok: 'Connects',
  broken: 'Leads nowhere',
  denied: 'Denied',
  'half-open': 'Admitted by one side only',
  unknown: 'Cannot be told',
  plain: 'Belongs together',
};

/** What a view has to hide, in the view's order. */
export function filterChoices(view: DiagramView): FilterChoices {
  const kindNames = new Map(view.nodes.map((node) => [kindOf(node), node.resourceKind ?? KIND_NAMES[node.kind]]));
  const groupNames = new Map(view.groups.map((group) => [group.id, group.label]));
  const groups = view.nodes.flatMap(({ group }) => (group !== undefined && groupNames.has(group) ? group : []));
  return {
    kinds: counted(view.nodes.map(kindOf), (kind) => cleanText(kindNames.get(kind) ?? kind)),
    namespaces: counted(groups, (group) => cleanText(groupNames.get(group) ?? group)),
    states: counted(
      view.edges.map((edge) => edge.state),
      (state) => STATE_NAMES[state],
    ),
  };
}

const LABEL_KEY = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/u;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/u;

/** Why a label filter cannot be read, in a sentence; undefined when it can. */
export function labelProblem(text: string): string | undefined {
  const term = text
    .split(',')
    .map((each) => each.trim())
    .find((each) => each !== '' && !isReadable(each));
  if (term === undefined) return undefined;
  const shown = term.length > 60 ? `${term.slice(0, 60)}…` : term;
  return cleanText(`"${shown}" cannot be read: write app=web, app!=web, app or !app, with commas for "and".`);
}

function isReadable(term: string): boolean {
  const [, absent, key = '', value] = /^(!?)\s*([^!=\s]+)\s*(?:!?==?\s*(.*))?$/u.exec(term) ?? [];
  if (!LABEL_KEY.test(key)) return false;
  return value === undefined || (absent === '' && LABEL_VALUE.test(value));
}

function counted<Id extends string>(ids: readonly Id[], labelOf: (id: Id) => string): readonly FilterChoice<Id>[] {
  const counts = new Map<Id, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].map(([id, count]) => ({ id, label: labelOf(id), count }));
}
