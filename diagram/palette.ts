/** The colours of an exported picture. All are `#rrggbb`, which every viewer knows. */
export interface Palette {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly card: string;
  readonly frame: string;
  readonly border: string;
  // Outlines by what a node is.
  readonly outside: string;
  readonly route: string;
  readonly service: string;
  readonly workload: string;
  // Lines by what becomes of the traffic.
  readonly ok: string;
  readonly denied: string;
  readonly unknown: string;
  // Badges.
  readonly error: string;
  readonly onError: string;
  readonly warning: string;
  readonly information: string;
}

const light: Palette = {
  background: '#ffffff',
  foreground: '#0f172a',
  muted: '#475569',
  card: '#ffffff',
  frame: '#f8fafc',
  border: '#94a3b8',
  outside: '#c2410c',
  route: '#7e22ce',
  service: '#1d4ed8',
  workload: '#15803d',
  ok: '#475569',
  denied: '#b91c1c',
  unknown: '#92400e',
  error: '#b91c1c',
  onError: '#ffffff',
  warning: '#b45309',
  information: '#1d4ed8',
};

const dark: Palette = {
  background: '#1f1f1f',
  foreground: '#e8e8e8',
  muted: '#b0b0b0',
  card: '#2a2a2a',
  frame: '#242424',
  border: '#6b6b6b',
  outside: '#f0a070',
  route: '#c9a0f0',
  service: '#7db7ff',
  workload: '#85cf8a',
  ok: '#b0b0b0',
  denied: '#ff8a80',
  unknown: '#e5c07b',
  error: '#ff8a80',
  onError: '#1f1f1f',
  warning: '#e5c07b',
  information: '#7db7ff',
};

export const PALETTES = {
  light,
  dark,
  /** White paper, and little ink on it. */
  print: {
    ...light,
    foreground: '#000000',
    muted: '#333333',
    frame: '#ffffff',
    border: '#666666',
    ok: '#333333',
  },
  contrast: {
    ...dark,
    background: '#000000',
    foreground: '#ffffff',
    muted: '#ffffff',
    card: '#000000',
    frame: '#000000',
    border: '#ffffff',
    ok: '#ffffff',
    onError: '#000000',
  },
} satisfies Readonly<Record<string, Palette>>;

export type PaletteName = keyof typeof PALETTES;

/** What texts need against what they stand on (WCAG 2.1 AA), and lines that carry a meaning. */
const TEXT_CONTRAST = 4.5;
const LINE_CONTRAST = 3;

/**
 * The palette of the theme that the user sees. Themes leave variables out, write them with an alpha, or in words that only a browser knows: what cannot
 * be read, or could not be read on the background, is replaced.
 * @param read gives the value of a CSS variable such as `--vscode-editor-background`; empty where there is none
 */
export function paletteFrom(read: (cssVariable: string) => string): Palette {
  const background = solid(read('--vscode-editor-background'), light.background) ?? light.background;
  const base = luminance(background) > 0.18 ? light : dark;
  const first = (names: readonly string[], fallback: string): string => {
    for (const name of names) {
      const colour = solid(read(`--vscode-${name}`), background);
      if (colour !== undefined) return colour;
    }
    return fallback;
  };
  const card = first(['editorWidget-background'], background);
  const grounds = [background, card];
  const extreme = luminance(background) > 0.18 ? '#000000' : '#ffffff';
  const foreground = legible(first(['editor-foreground', 'foreground'], base.foreground), grounds, extreme);
  const pick = (names: readonly string[], fallback: string, contrast: number): string =>
    legible(first(names, fallback), grounds, foreground, contrast);
  const text = (names: readonly string[], fallback: string): string => pick(names, fallback, TEXT_CONTRAST);
  const line = (names: readonly string[], fallback: string): string => pick(names, fallback, LINE_CONTRAST);
  const muted = text(['descriptionForeground'], foreground);
  const error = text(['editorError-foreground', 'charts-red'], base.error);
  const warning = line(['editorWarning-foreground', 'charts-yellow'], base.warning);
  return {
    background,
    foreground,
    muted,
    card,
    frame: mixed(background, foreground, 0.035),
    border: first(['contrastBorder', 'editorWidget-border', 'panel-border'], base.border),
    outside: line(['symbolIcon-classForeground', 'charts-orange'], base.outside),
    route: line(['charts-purple'], base.route),
    service: line(['charts-blue'], base.service),
    workload: line(['charts-green'], base.workload),
    ok: muted,
    denied: error,
    unknown: text(['charts-yellow'], base.unknown),
    error,
    onError: background,
    warning,
    information: line(['editorInfo-foreground', 'charts-blue'], base.information),
  };
}

/** How two colours stand out from each other, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((first, second) => first - second);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** The colour, moved towards another until it can be read on all grounds. */
function legible(colour: string, grounds: readonly string[], towards: string, least: number = TEXT_CONTRAST): string {
  const shares = [0, 0.2, 0.4, 0.6, 0.8];
  const candidates = shares.map((share) => mixed(colour, towards, share));
  return candidates.find((each) => grounds.every((ground) => contrast(each, ground) >= least)) ?? towards;
}

/** A CSS colour as `#rrggbb`, seen on a ground; undefined for what is not written as numbers. */
function solid(css: string, ground: string): string | undefined {
  const [, hex] = /^\s*#([\da-f]{3,8})\s*$/i.exec(css) ?? [];
  const numbers = hex === undefined ? rgbOf(css) : hexOf(hex);
  if (numbers === undefined) return undefined;
  const [red = 0, green = 0, blue = 0, alpha = 1] = numbers;
  return mixed(ground, toHex([red, green, blue]), Math.min(1, alpha));
}

function hexOf(hex: string): readonly number[] | undefined {
  const isShort = hex.length === 3 || hex.length === 4;
  if (!isShort && hex.length !== 6 && hex.length !== 8) return undefined;
  const digits = isShort ? hex.replace(/./g, '$&$&') : hex;
  return channels(digits).map((value, index) => (index === 3 ? value / 255 : value));
}

function rgbOf(css: string): readonly number[] | undefined {
  const [, inside] = /^\s*rgba?\(([\d.,/%\s]+)\)\s*$/i.exec(css) ?? [];
  const parts = inside?.split(/[\s,/]+/).filter((part) => part !== '') ?? [];
  if (parts.length < 3 || parts.length > 4) return undefined;
  const values = parts.map((part, index) =>
    part.endsWith('%') ? (parseFloat(part) / 100) * (index === 3 ? 1 : 255) : Number(part),
  );
  return values.every(Number.isFinite) ? values : undefined;
}

function mixed(from: string, to: string, share: number): string {
  const target = channels(to.slice(1));
  return toHex(channels(from.slice(1)).map((value, index) => value + ((target[index] ?? 0) - value) * share));
}

function toHex(values: readonly number[]): string {
  const bytes = values.map((value) => Math.min(255, Math.max(0, Math.round(value))));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function channels(hex: string): readonly number[] {
  return (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
}

/** Relative luminance (WCAG 2.1). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour.slice(1)).map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
