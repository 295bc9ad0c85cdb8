import type { JSX } from 'preact';
import type { ExportFormat } from '../../diagram/messages';
import { Menu, type MenuSection } from './menu';

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly format: ExportFormat;
  readonly to: 'file' | 'clipboard';
  readonly print?: true;
}

const FILES: readonly Choice[] = [
  { id: 'svg', label: 'SVG', note: 'colours of the theme', format: 'svg', to: 'file' },
  { id: 'svg-print', label: 'SVG for print', note: 'on white', format: 'svg', to: 'file', print: true },
  { id: 'png', label: 'PNG', note: 'colours of the theme', format: 'png', to: 'file' },
  { id: 'mermaid', label: 'Mermaid', format: 'mermaid', to: 'file' },
  { id: 'dot', label: 'DOT', note: 'Graphviz', format: 'dot', to: 'file' },
  { id: 'json', label: 'JSON', note: 'the data of the diagram', format: 'json', to: 'file' },
];

const COPIES: readonly Choice[] = [
  { id: 'copy-svg', label: 'SVG', format: 'svg', to: 'clipboard' },
  { id: 'copy-mermaid', label: 'Mermaid', format: 'mermaid', to: 'clipboard' },
  { id: 'copy-dot', label: 'DOT', format: 'dot', to: 'clipboard' },
  { id: 'copy-json', label: 'JSON', format: 'json', to: 'clipboard' },
];

const SECTIONS: readonly MenuSection[] = [
  { label: 'Save as', items: FILES },
  { label: 'Copy as', items: COPIES },
];

interface ExportMenuProps {
  /** `print`: on white, whatever the theme. */
  readonly onExport: (format: ExportFormat, to: 'file' | 'clipboard', print: boolean) => void;
  readonly onClose: () => void;
}

export function ExportMenu({ onExport, onClose }: ExportMenuProps): JSX.Element {
  const choose = (id: string): void => {
    const choice = [...FILES, ...COPIES].find((each) => each.id === id);
    if (choice !== undefined) onExport(choice.format, choice.to, choice.print === true);
  };
  return <Menu label="Export" sections={SECTIONS} onChoose={choose} onClose={onClose} />;
}
