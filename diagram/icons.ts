import type { ViewNodeKind } from '../server/core/views/view';

/** Outlines on a 16 × 16 grid, drawn with a stroke. Kinds differ by outline, so that colour is never the only sign. */
export const ICONS: Readonly<Record<ViewNodeKind | 'group', string>> = {
  // a globe
  outside: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M1.5 8h13M8 1.5c-4 4-4 9 0 13M8 1.5c4 4 4 9 0 13',
  // a terminal
  client: 'M2 2.5h12v11h-12zM4.5 6l2.5 2l-2.5 2M8.5 10.5h3',
  // a signpost
  ingress: 'M8 1.5v13M5.5 14.5h5M3 3.5h8l2.5 2.25l-2.5 2.25h-8z',
  // one entry, three ends
  service: 'M1.5 8h4M5.5 8l5-5M5.5 8h5M5.5 8l5 5M10.5 1.5h3v3h-3zM10.5 6.5h3v3h-3zM10.5 11.5h3v3h-3z',
  // a box
  workload: 'M8 1.5l6 3.25v6.5l-6 3.25l-6-3.25v-6.5zM2 4.75l6 3.25l6-3.25M8 8v6.5',
  // a target
  endpoints: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M8 8v.01',
  // a way out
  'external-name': 'M7 3h-4.5v10.5h10.5v-4.5M9.5 2h4.5v4.5M14 2l-6.5 6.5',
  // a broken ring with a question
  missing:
    'M3.4 3.4a6.5 6.5 0 0 1 9.2 0M12.6 12.6a6.5 6.5 0 0 1-9.2 0M6 6.3c0-2.8 4-2.8 4 0c0 1.5-2 1.5-2 3M8 11.5v.01',
  // a folder
  group: 'M1.5 3h4.5l1.5 2h7v8.5h-13z',
};

/** What a kind is called in the legend and when it is read aloud. */
export const KIND_NAMES: Readonly<Record<ViewNodeKind, string>> = {
  outside: 'Outside',
  client: 'Client',
  ingress: 'Ingress or route',
  service: 'Service',
  workload: 'Workload',
  endpoints: 'Endpoints',
  'external-name': 'External name',
  missing: 'Missing',
};
