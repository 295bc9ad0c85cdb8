import { describe, expect, test } from 'vitest';
import { headingRooms } from '../../diagram/headings';

describe('headings of lanes', () => {
  test('reach to the middle of the nearer gutter, so that no two meet', () => {
    const columns = [
      { x: 0, width: 160 },
      { x: 200, width: 200 },
      { x: 500, width: 180 },
    ];
    const rooms = headingRooms(columns);
    expect(rooms).toEqual([200, 240, 236]);
    const ends = columns.map(({ x, width }, index) => {
      const [middle, room] = [x + width / 2, rooms[index] ?? 0];
      return { start: middle - room / 2, end: middle + room / 2 };
    });
    ends.slice(1).forEach(({ start }, index) => expect(start).toBeGreaterThanOrEqual(ends[index]?.end ?? Infinity));
  });

  test('a single column has some room at both sides', () => {
    expect(headingRooms([{ x: 40, width: 200 }])).toEqual([256]);
  });
});
