/** Characters are collected up to about this many before they are written. */
const chunkSize = 64 * 1024;

/**
 * Writes texts to standard output one after the other, each time waiting until they are taken, so that a result of any length needs no
 * more memory than a chunk. Ends early when nobody reads any more (`| head`).
 */
export async function printAll(texts: Iterable<string>): Promise<void> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length < chunkSize) continue;
    if (!(await write(chunk))) return;
    chunk = '';
  }
  if (chunk !== '') await write(chunk);
}

/** Says something to people beside the result, on standard error. */
export function printWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) process.stderr.write(`kubepath: warning: ${oneLine(warning)}\n`);
}

/** Control characters, and those that reorder or break the text around them. */
// eslint-disable-next-line no-control-regex -- these are the characters to find
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const unsafeAll = new RegExp(unsafe, 'gu');

/** A text that stays on its line and gives a terminal no orders: a line break is shown as `\u000a`. */
export function oneLine(text: string): string {
  if (!unsafe.test(text)) return text;
  return text.replace(unsafeAll, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function write(text: string): Promise<boolean> {
  return new Promise((done) => process.stdout.write(text, (error) => done(!error)));
}
