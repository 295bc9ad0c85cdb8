import * as vscode from 'vscode';
import type { ExportFormat, ToHost } from '../../diagram/messages';
import { VIEW_TITLES } from '../../diagram/view-names';
import type { DiagramView } from '../../server/lsp/protocol';

const FORMATS: Readonly<Record<ExportFormat, { readonly name: string; readonly ending: string }>> = {
  svg: { name: 'SVG', ending: 'svg' },
  png: { name: 'PNG', ending: 'png' },
  mermaid: { name: 'Mermaid', ending: 'mmd' },
  dot: { name: 'DOT', ending: 'dot' },
  json: { name: 'JSON', ending: 'json' },
};

type Export = Extract<ToHost, { readonly type: 'export' }>;

/** Saves what the page drew, or copies it. Returns a sentence to say, or undefined when the user changed their mind. */
export async function exportDiagram(view: DiagramView, { format, to, content }: Export): Promise<string | undefined> {
  const { name, ending } = FORMATS[format];
  if (to === 'clipboard') {
    // The editor's clipboard holds text only.
    if (format === 'png') return 'A PNG cannot be copied. Save it as a file.';
    await vscode.env.clipboard.writeText(content);
    return `Copied as ${name}.`;
  }
  const target = await vscode.window.showSaveDialog({
    title: 'Save the diagram',
    filters: { [name]: [ending] },
    ...defaultPlace(view, ending),
  });
  if (target === undefined) return undefined;
  try {
    await vscode.workspace.fs.writeFile(target, Buffer.from(content, format === 'png' ? 'base64' : 'utf8'));
    return `Saved as ${vscode.workspace.asRelativePath(target)}.`;
  } catch (error) {
    const sentence = `The diagram could not be saved: ${error instanceof Error ? error.message : String(error)}`;
    void vscode.window.showErrorMessage(`Kubepath: ${sentence}`);
    return sentence;
  }
}

/** `shop-network-policy.svg` in the workspace. */
function defaultPlace(view: DiagramView, ending: string): { readonly defaultUri?: vscode.Uri } {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) return {};
  const scope = view.scope === '.' ? folder.name : (view.scope.split('/').at(-1) ?? '');
  const words = `${scope} ${VIEW_TITLES[view.view]}`.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return { defaultUri: vscode.Uri.joinPath(folder.uri, `${words.join('-')}.${ending}`) };
}
