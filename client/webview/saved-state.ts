import { NO_FILTER, type DiagramFilter } from '../../diagram/filter';
import type { PanelPlace } from '../../diagram/messages';
import { VIEW_NAMES, isViewName } from '../../diagram/view-names';
import type { ViewName } from '../../server/core/views/view';

/** The zoom and pan of the picture: screen = picture × k + (x, y). */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

/** How one of the four views is looked at. */
export interface ViewState {
  readonly mode: 'picture' | 'table' | 'matrix';
  /** Laid out by ELK instead of in lanes. */
  readonly arranged: boolean;
  /** Folded groups; a group that is not named is new. */
  readonly folds: Readonly<Record<string, boolean>>;
  /** Ids of nodes that show their parts. */
  readonly expanded: readonly string[];
  readonly filter: DiagramFilter;
  /** Where the filter's hops count from. */
  readonly focus: string | null;
  readonly query: string;
  readonly selected: string | null;
  readonly viewport: Viewport | null;
}

/** What survives a reload of the window. The host reads `name` and `at`. */
export interface SavedState {
  readonly version: 2;
  readonly name: ViewName;
  readonly scope: string;
  readonly at: PanelPlace | null;
  readonly follow: boolean;
  readonly legend: boolean;
  readonly views: Readonly<Record<ViewName, ViewState>>;
}

export const FRESH_VIEW: ViewState = {
  mode: 'picture',
  arranged: false,
  folds: {},
  expanded: [],
  filter: NO_FILTER,
  focus: null,
  query: '',
  selected: null,
  viewport: null,
};

export const FRESH: SavedState = {
  version: 2,
  name: 'services',
  scope: '',
  at: null,
  follow: true,
  legend: false,
  views: { pods: FRESH_VIEW, services: FRESH_VIEW, policies: FRESH_VIEW, ingress: FRESH_VIEW },
};

/** The state from what an earlier panel saved, or a fresh one when that is of another shape. */
export function restoreState(raw: unknown): SavedState {
  if (!isRecord(raw) || raw['version'] !== 2 || !isRecord(raw['views'])) return FRESH;
  const { views, ...rest } = raw;
  const saved = { ...FRESH, ...rest } as SavedState;
  const isSound =
    isViewName(saved.name) &&
    typeof saved.scope === 'string' &&
    typeof saved.follow === 'boolean' &&
    (saved.at === null || isPlace(saved.at)) &&
    VIEW_NAMES.every((name) => isViewState((views as Record<string, unknown>)[name]));
  return isSound ? { ...saved, views: views as unknown as SavedState['views'] } : FRESH;
}

function isViewState(value: unknown): value is ViewState {
  if (!isRecord(value) || !isRecord(value['filter'])) return false;
  const { filter } = value;
  return (
    isRecord(value['folds']) &&
    typeof value['arranged'] === 'boolean' &&
    [value['expanded'], filter['hiddenKinds'], filter['hiddenNamespaces'], filter['hiddenStates']].every(isTexts) &&
    [value['query'], filter['label']].every((text) => typeof text === 'string') &&
    [value['selected'], value['focus']].every((id) => id === null || typeof id === 'string') &&
    [0, 1, 2].some((hops) => hops === filter['hops']) &&
    ['picture', 'table', 'matrix'].some((mode) => mode === value['mode']) &&
    (value['viewport'] === null || isViewport(value['viewport']))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isViewport(value: unknown): value is Viewport {
  return isRecord(value) && [value['x'], value['y'], value['k']].every((each) => Number.isFinite(each));
}

function isPlace(value: unknown): value is PanelPlace {
  return isRecord(value) && typeof value['uri'] === 'string' && Number.isInteger(value['line']);
}
