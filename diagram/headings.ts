/** What a heading stands above. */
interface Headed {
  readonly x: number;
  readonly width: number;
}

/** Beside the first and the last column nothing else needs the room. */
const OUTER_ROOM = 28;

/** Room for a heading in the middle above each column: as far as the middle of the nearer gutter, so that no two headings meet. */
export function headingRooms(columns: readonly Headed[]): readonly number[] {
  return columns.map(({ x, width }, index) => {
    const [before, after] = [columns[index - 1], columns[index + 1]];
    const left = before === undefined ? OUTER_ROOM : (x - before.x - before.width) / 2;
    const right = after === undefined ? OUTER_ROOM : (after.x - x - width) / 2;
    return width + 2 * Math.min(left, right);
  });
}
