/** Lanes of the Service Routing diagram, as indexes into its headings. */
export const lanes = { outside: 0, clients: 1, routes: 1, services: 2, workloads: 3 } as const;

/** A few texts as one label; the start of a long list. */
export function shorten(texts: readonly string[]): string {
  return texts.length > 3 ? `${texts.slice(0, 2).join(', ')} and ${texts.length - 2} more` : texts.join(', ');
}
