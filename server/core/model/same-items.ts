/** Whether two lists hold the same objects in the same order: what was worked out from the one then holds for the other. */
export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
