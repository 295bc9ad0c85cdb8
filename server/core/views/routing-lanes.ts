/** Lanes of the Service Routing diagram, as indexes into its headings. */
export const lanes = { outside: 0, routes: 1, services: 2, workloads: 3 } as const;
