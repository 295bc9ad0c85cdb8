import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Colour on a terminal only. `styleText` looks at the stream itself from Node 22 on; here it is asked only where colour is wanted. */
export function paint(style: Style, text: string): string {
  const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
  return colour ? styleText(style, text) : text;
}
