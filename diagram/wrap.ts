import { cleanText, textWidth, type TextStyle } from './text';

/** A sentence in lines of at most this width; a word that is wider alone stays whole. */
export function wrapped(sentence: string, width: number, style: TextStyle): readonly string[] {
  const lines: string[] = [];
  for (const word of cleanText(sentence).split(/(?<=[ ,])/)) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last + word, style) <= width) lines[lines.length - 1] = last + word;
    else lines.push(word);
  }
  return lines.map((line) => line.trim());
}
