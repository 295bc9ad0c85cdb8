import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  DidChangeWatchedFilesNotification,
  FileChangeType,
  WatchKind,
  type Connection,
  type DidChangeWatchedFilesParams,
} from 'vscode-languageserver/node';
import type { Session } from '../session';
import { baseName, normaliseUri } from '../uris';

const namesThatMatter = /\.(ya?ml|json)$|^kustomization$|^\.(gitignore|kubepathignore)$/i;

/** What generators and charts read beside YAML, as people name it: only what is used gets through, but all of it is told. */
const mayBeUsed = 'tpl,txt,env,properties,conf,cfg,cnf,ini,toml,xml,lua,sh,sql,pem,crt,key,tgz';
const namesThatMayBeUsed = '.helmignore,Chart.lock,requirements.lock,Caddyfile,Corefile';

/** Asks the client to watch what the workspace reads. */
export async function watchFiles(connection: Connection, session: Session): Promise<void> {
  if (!session.features.registersWatchers) return;
  await connection.client.register(DidChangeWatchedFilesNotification.type, {
    watchers: [
      { globPattern: '**/*.{yaml,yml,json}' },
      { globPattern: '**/{.gitignore,.kubepathignore,kustomization,Kustomization}' },
      { globPattern: `**/*.{${mayBeUsed}}`, kind: WatchKind.Change },
      { globPattern: `**/{${namesThatMayBeUsed}}`, kind: WatchKind.Change },
      // A folder that is deleted, or moved in from elsewhere, is told as one event; nothing is said of the files in it.
      { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
    ],
  });
}

/** workspace/didChangeWatchedFiles. A build writes and deletes thousands of files that are no manifests: they start no check. */
export async function watchedFilesChanged(session: Session, params: DidChangeWatchedFilesParams): Promise<void> {
  let folders: ReadonlySet<string> | undefined;
  const uris = new Set<string>();
  for (const change of params.changes) {
    const uri = normaliseUri(change.uri);
    if (uri === undefined) continue;
    if (namesThatMatter.test(baseName(uri)) || session.isUsed(uri)) uris.add(uri);
    else if (change.type === FileChangeType.Created && isFolder(uri)) uris.add(uri);
    else if (change.type === FileChangeType.Deleted && (folders ??= session.directories()).has(uri)) uris.add(uri);
  }
  if (uris.size > 0) await session.filesChanged([...uris]);
}

function isFolder(uri: string): boolean {
  return statSync(fileURLToPath(uri), { throwIfNoEntry: false })?.isDirectory() ?? false;
}
