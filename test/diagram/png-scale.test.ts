import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pngScale } from '../../client/webview/export';

test('a small picture has two pixels for one', () => {
  expect(pngScale(1200, 800)).toBe(2);
});

test('no canvas is larger than browsers can draw', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 200_000 }), (width, height) => {
      const scale = pngScale(width, height);
      const [across, down] = [Math.floor(width * scale), Math.floor(height * scale)];
      expect(Math.max(across, down)).toBeLessThanOrEqual(8000);
      expect(across * down).toBeLessThanOrEqual(60_000_000);
    }),
  );
});
