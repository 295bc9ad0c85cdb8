import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ExportFormat, PanelPlace, ToHost } from '../../diagram/messages';
import { isViewName } from '../../diagram/view-names';
import type { ViewName } from '../../server/lsp/protocol';

/** What the page may do and load: scripts, and files of the extension. */
export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')] };
}

/** The page: two files of the extension, and no room for any other script, style or address. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `img-src data: blob:`,
    `font-src ${webview.cspSource}`,
    `worker-src blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Kubepath</title>
    <link rel="stylesheet" href="${file('panel.css')}">
  </head>
  <body>
    <div id="root"></div>
    <script nonce="${nonce}" src="${file('panel.js')}"></script>
  </body>
</html>`;
}

/** Where the panel was before a reload, from the state that its page saved. */
export function savedPlace(state: unknown): {
  readonly view: ViewName | undefined;
  readonly at: PanelPlace | undefined;
} {
  const { name, at } = isRecord(state) ? state : {};
  return {
    view: isViewName(name) ? name : undefined,
    at:
      isRecord(at) && isText(at['uri']) && Number.isInteger(at['line'])
        ? { uri: at['uri'], line: Number(at['line']) }
        : undefined,
  };
}

type Test = (value: unknown) => boolean;

const isText = (value: unknown): value is string => typeof value === 'string';
const isBoolean: Test = (value) => typeof value === 'boolean';
const isIndex: Test = (value) => Number.isInteger(value);
const isFormat: Test = (value) => isText(value) && Object.hasOwn(FORMATS, value);
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);

const FORMATS: Readonly<Record<ExportFormat, true>> = { svg: true, png: true, mermaid: true, dot: true, json: true };

const MESSAGES: Readonly<Record<ToHost['type'], Readonly<Record<string, Test>>>> = {
  ready: { follow: isBoolean, view: orNull(isViewName) },
  follow: { follow: isBoolean },
  show: { view: isViewName, without: orNull(isText) },
  matrix: { on: isBoolean },
  reveal: { node: isText, go: isBoolean },
  revealProblem: { node: isText, problem: isIndex },
  revealHop: { hop: isIndex },
  revealRange: { range: isText },
  path: { source: isText, target: isText },
  alone: { policy: isText },
  fixes: { node: isText },
  fix: { node: isText, problem: isIndex, title: isText },
  export: { format: isFormat, to: (value) => value === 'file' || value === 'clipboard', content: isText },
};

/** Whether the page said something that the host understands. */
export function isToHost(message: unknown): message is ToHost {
  if (!isRecord(message) || !isText(message['type']) || !Object.hasOwn(MESSAGES, message['type'])) return false;
  return Object.entries(MESSAGES[message['type'] as ToHost['type']]).every(([field, test]) => test(message[field]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
