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
  // a shield
  policy: 'M8 1.5l5.5 2v4.5c0 3.2-2.3 5.4-5.5 6.5c-3.2-1.1-5.5-3.3-5.5-6.5v-4.5zM5.5 8l1.8 1.8l3.2-3.6',
  // a hexagon
  addresses: 'M4.5 2h7l3.5 6l-3.5 6h-7l-3.5-6zM5 8h6M5 5.5h6M5 10.5h6',
  // a dashed box
  undeclared: 'M2 4.5v-2.5h2.5M7 2h2M11.5 2h2.5v2.5M14 7v2M14 11.5v2.5h-2.5M9 14h-2M4.5 14h-2.5v-2.5M2 9v-2',
  // boxes
  several: 'M1.5 5.5h9v9h-9zM3.5 5.5v-2h9v9h-2M5.5 3.5v-2h9v9h-2',
  // a gate with a wheel
  controller: 'M2 14v-8l6-4l6 4v8M5.5 14v-5h5v5M8 5.5v.01',
  // a gate
  gateway: 'M2 14v-12M14 14v-12M2 4.5h12M5 14v-6.5h6v6.5M8 7.5v6.5',
  // a name
  host: 'M1.5 4h13v8h-13zM4 8h2M7.5 8h4.5',
  // a bus
  network: 'M1.5 8h13M4 8v-4M8 8v-4M12 8v-4M6 8v4M10 8v4',
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
  policy: 'Policy',
  addresses: 'Addresses',
  undeclared: 'Pods not declared here',
  several: 'Several workloads',
  controller: 'Ingress controller',
  gateway: 'Gateway',
  host: 'Host name',
  network: 'Network',
};
