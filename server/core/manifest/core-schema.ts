/**
 * What a plain scalar means in the core schema (YAML 1.2.2, 10.3.2), as the `yaml` package reads it. The package tries a list of
 * patterns on every scalar, a tenth of its time; most texts are told to be no number or word by their first character.
 */
export function coreValue(text: string): string | number | boolean | null {
  const first = text[0];
  if (first === undefined) return null;
  if (wordStarts.has(first)) return words.has(text) ? (words.get(text) ?? null) : text;
  return numberStarts.has(first) ? (numberOf(text) ?? text) : text;
}

const words: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const wordStarts: ReadonlySet<string> = new Set([...words.keys()].map((word) => word.charAt(0)));
const numberStarts: ReadonlySet<string> = new Set('+-.0123456789');

function numberOf(text: string): number | undefined {
  if (/^[-+]?[0-9]+$/.test(text)) return Number(text);
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? NaN : undefined;
}
