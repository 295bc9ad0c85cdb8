// What the tests share: the folder that is open, and waiting for what VS Code will say about it.
import * as vscode from 'vscode';

/** Shorter than mocha's limit, so that a failure says what was waited for. */
const LIMIT = 20_000;

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('kubepath.kubepath');
  if (!found) throw new Error('kubepath.kubepath is not installed');
  return found;
}

export function fileUri(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('no folder is open');
  return vscode.Uri.joinPath(folder.uri, path);
}

/** Where `text` stands in a file of the folder. */
export async function locate(
  path: string,
  text: string,
): Promise<{ document: vscode.TextDocument; range: vscode.Range }> {
  const document = await vscode.workspace.openTextDocument(fileUri(path));
  const offset = document.getText().indexOf(text);
  if (offset < 0) throw new Error(`${path} holds no ${JSON.stringify(text)}`);
  return { document, range: new vscode.Range(document.positionAt(offset), document.positionAt(offset + text.length)) };
}

/** What the hovers over the first `text` of a file say. */
export async function hover(path: string, text: string): Promise<string> {
  const { document, range } = await locate(path, text);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    ...[document.uri, range.start.translate(0, 1)],
  );
  const contents = hovers.flatMap((one) => one.contents);
  return contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')).join('\n');
}

/** Kubepath's findings of one rule in one file. */
function findings(uri: vscode.Uri, rule: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((one) => one.source === 'kubepath' && codeOf(one) === rule);
}

export function codeOf({ code }: vscode.Diagnostic): string | number | undefined {
  return typeof code === 'object' ? code.value : code;
}

/** Waits until the findings of a rule in a file are as wanted. */
export function waitForFindings(
  uri: vscode.Uri,
  rule: string,
  wanted: (findings: vscode.Diagnostic[]) => boolean,
): Promise<vscode.Diagnostic[]> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      const now = findings(uri, rule);
      if (!wanted(now)) return;
      stop();
      resolve(now);
    };
    const timer = setTimeout(() => {
      stop();
      const all = vscode.languages.getDiagnostics(uri).map((one) => `${String(codeOf(one))}: ${one.message}`);
      reject(new Error(`waited for ${rule} in ${uri.path}; it has: ${all.join(' | ') || 'nothing'}`));
    }, LIMIT);
    const listener = vscode.languages.onDidChangeDiagnostics(settle);
    const stop = (): void => {
      clearTimeout(timer);
      listener.dispose();
    };
    settle();
  });
}

export const some = (findings: readonly unknown[]): boolean => findings.length > 0;
export const none = (findings: readonly unknown[]): boolean => findings.length === 0;
