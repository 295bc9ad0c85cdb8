import type { WorkspaceFolder, WorkspaceFoldersChangeEvent } from 'vscode-languageserver/node';
import type { Session } from '../session';
import { normaliseUri } from '../uris';

/** workspace/didChangeWorkspaceFolders. The caller starts the scan. */
export function changeFolders(session: Session, event: WorkspaceFoldersChangeEvent): void {
  session.changeRoots(urisOf(event.added), urisOf(event.removed));
}

function urisOf(folders: readonly WorkspaceFolder[]): readonly string[] {
  return folders.map((folder) => normaliseUri(folder.uri)).filter((uri) => uri !== undefined);
}
