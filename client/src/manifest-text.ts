const apiVersion = /^["']?apiVersion["']?\s*:|"apiVersion"\s*:/m;
const kind = /^["']?kind["']?\s*:|"kind"\s*:/m;

/** File names that may hold manifests. */
export const manifestGlob = '**/*.{yaml,yml,json}';

/** A cheap look: whether a text may hold a Kubernetes resource. The server decides; this only says whether it is worth starting. */
export function looksLikeManifest(text: string): boolean {
  return apiVersion.test(text) && kind.test(text);
}

/** The likeliest manifests first, so that looking for one ends early. Stable. */
export function likeliestFirst<T>(items: readonly T[], pathOf: (item: T) => string): T[] {
  const ranked = items.map((item) => ({ item, rank: rankOf(pathOf(item)) }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

function rankOf(path: string): number {
  if (/kustomization\.ya?ml$/i.test(path)) return 0;
  if (/(k8s|kube|manifest|deploy|service|ingress|polic|base|overlay|release)/i.test(path)) return 1;
  return path.endsWith('.json') ? 3 : 2;
}
