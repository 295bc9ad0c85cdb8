import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingsOf, loadFixture, printTexts, type LoadedFixture } from '../support/fixture-run';

const root = new URL('../fixtures/rules/', import.meta.url);

/**
 * Every fixture is edited: lines go, and come back. What rules remember from one check to the next must not show: after each step the
 * findings are those of an analyzer that reads the texts for the first time.
 */
describe('after any edit, what is found is what a fresh reading finds', () => {
  for (const rule of readdirSync(root)) {
    it(rule, () => {
      for (const name of readdirSync(new URL(`${rule}/`, root))) {
        if (name.includes('.fixed')) continue;
        edited(readFileSync(new URL(`${rule}/${name}`, root), 'utf8'), `${rule}/${name}`);
      }
    });
  }
});

function edited(source: string, name: string): void {
  const loaded = loadFixture(source);
  const original = new Map(loaded.texts);
  const before = printed(loaded);
  for (const [uri, text] of [...original].reverse()) change(loaded, uri, text);
  expect(printed(loaded), `${name} read again in another order`).toEqual(before);
  [...original].forEach(([uri, text], index) => {
    for (const part of partsOf(text, name.length + index)) {
      change(loaded, uri, part);
      expect(printed(loaded), `${name}, ${uri} with lines taken out`).toEqual(printed(loadFixture(printTexts(loaded))));
    }
    change(loaded, uri, text);
    expect(printed(loaded), `${name}, ${uri} restored`).toEqual(before);
  });
}

function change({ texts, put }: LoadedFixture, uri: string, text: string): void {
  texts.set(uri, text);
  put(new Map([[uri, text]]));
}

/** The text without its last document, and without some of its lines. */
function partsOf(text: string, seed: number): readonly string[] {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  const last = lines.length - 1;
  const without = (first: number, count: number): string =>
    lines.filter((_, at) => at < first || at >= first + count || at === last).join(end);
  const document = text.lastIndexOf('\n---');
  return [
    ...(document === -1 ? [] : [text.slice(0, document + 1)]),
    without(seed % lines.length, 1),
    without((seed * 7) % lines.length, 3),
    without((seed * 3) % lines.length, 2),
  ];
}

function printed(loaded: LoadedFixture): readonly string[] {
  return findingsOf(loaded)
    .map(({ file, range, rule, severity, message, related }) =>
      JSON.stringify([
        file,
        range,
        rule,
        severity,
        message,
        related.map((place) => [place.file, place.range, place.message]),
      ]),
    )
    .sort();
}
