import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PALETTES, contrast, paletteFrom, type Palette } from '../../diagram/palette';

const grounds = ['background', 'card', 'frame'] as const;
const texts = ['foreground', 'muted', 'denied'] as const;
const lines = [
  'outside',
  'route',
  'service',
  'workload',
  'ok',
  'denied',
  'unknown',
  'error',
  'warning',
  'information',
] as const;

/** Pairs of colours that cannot be told apart well enough. */
function tooFaint(palette: Palette): readonly string[] {
  const pairs = [
    ...grounds.flatMap((ground) => texts.map((text) => [text, ground, 4.5] as const)),
    ['onError', 'error', 4.5] as const,
    ...grounds.flatMap((ground) => lines.map((line) => [line, ground, 3] as const)),
  ];
  return pairs
    .filter(([front, back, least]) => contrast(palette[front], palette[back]) < least)
    .map(([front, back]) => `${front} on ${back}`);
}

test('contrast is that of WCAG', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

test.each(Object.entries(PALETTES))('%s can be read', (_, palette) => {
  expect(tooFaint(palette)).toEqual([]);
});

test('print is on white', () => {
  expect(PALETTES.print).toMatchObject({ background: '#ffffff', card: '#ffffff', frame: '#ffffff' });
});

describe('the palette of a theme', () => {
  const from = (variables: Readonly<Record<string, string>>): Palette =>
    paletteFrom((name) => variables[name.replace('--vscode-', '')] ?? '');

  test('takes its colours, with what shines through', () => {
    const palette = from({
      'editor-background': ' #1F1F1F',
      'editor-foreground': 'rgb(204, 204, 204)',
      'charts-green': '#8f8',
      descriptionForeground: '#ffffff80',
      'editorError-foreground': 'rgba(255, 0, 0, 0.9)',
      'charts-blue': 'rgb(59 142 234 / 50%)',
    });
    expect(palette).toMatchObject({ background: '#1f1f1f', foreground: '#cccccc', card: '#1f1f1f' });
    expect(palette.workload).toBe('#88ff88');
    expect(palette.muted).toBe('#8f8f8f');
    expect(palette.service).not.toBe('#3b8eea');
  });

  test.each([
    ['#ffffff', PALETTES.light],
    ['#101010', PALETTES.dark],
  ])('falls back to what suits the background %s', (background, { outside, route }) => {
    expect(from({ 'editor-background': background })).toMatchObject({ background, outside, route });
  });

  test('is plain and can be read, whatever the theme says', () => {
    const value = fc.oneof(
      fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`),
      fc.constantFrom(
        '',
        '#fff',
        '#12345',
        'red',
        'color-mix(in srgb, red, blue)',
        'rgb(1,2)',
        'rgba(9, 8, 7, .5)',
        'rgb(1e3,0,0)',
        'red}</style><script>',
      ),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 20, maxLength: 20 }), (values) => {
        let asked = 0;
        const palette = paletteFrom(() => values[asked++ % values.length] ?? '');
        for (const colour of Object.values(palette)) expect(colour).toMatch(/^#[\da-f]{6}$/);
        // Background and card may differ so much that no colour suits both.
        expect(contrast(palette.foreground, palette.background)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(palette.onError, palette.error)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });
});
