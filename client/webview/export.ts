import { exporters, type TextFormat } from '../../diagram/export';
import type { Layout } from '../../diagram/layout';
import type { ExportFormat } from '../../diagram/messages';
import { PALETTES, paletteFrom, type Palette } from '../../diagram/palette';
import type { DiagramView } from '../../server/core/views/view';

/** Screens of today have two pixels for one; canvases beyond these limits stay empty without an error. */
const PNG_SCALE = 2;
const MAX_SIDE = 8000;
const MAX_PIXELS = 60_000_000;

export interface Exported {
  /** A text, or for PNG the bytes in base64. */
  readonly content: string;
  /** A sentence to say aloud; empty where nothing is to be said. */
  readonly note: string;
}

/** The picture as a file's content. It is drawn from the whole view, not from what happens to be on the screen. */
export async function exportContent(
  format: ExportFormat,
  view: DiagramView,
  layout: Layout,
  { print }: { readonly print: boolean },
): Promise<Exported> {
  const palette = print ? PALETTES.print : themePalette();
  const write = (text: TextFormat): string => exporters[text].write(view, palette, layout);
  return format === 'png' ? pngOf(write('svg')) : { content: write(format), note: '' };
}

/** How many pixels a PNG has for one of the picture. */
export function pngScale(width: number, height: number): number {
  return Math.min(PNG_SCALE, MAX_SIDE / width, MAX_SIDE / height, Math.sqrt(MAX_PIXELS / (width * height)));
}

function themePalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return paletteFrom((name) => style.getPropertyValue(name));
}

async function pngOf(svg: string): Promise<Exported> {
  const image = new Image();
  image.src = await dataUrlOf(new Blob([svg], { type: 'image/svg+xml' }));
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = pngScale(width, height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(width * scale);
  canvas.height = Math.floor(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (png === null) throw new Error('The picture is too large for a PNG. Export it as SVG.');
  const url = await dataUrlOf(png);
  return {
    content: url.slice(url.indexOf(',') + 1),
    note:
      scale < 1 ? `The picture is large: the PNG shows it at ${Math.floor(scale * 100)}%. SVG has every detail.` : '',
  };
}

function dataUrlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The picture cannot be read.'));
    reader.readAsDataURL(blob);
  });
}
