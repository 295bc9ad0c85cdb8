import {
  DidChangeConfigurationNotification,
  MessageType,
  ShowMessageNotification,
  type Connection,
} from 'vscode-languageserver/node';
import { settingSentences } from '../../core/check-settings';
import { readSettings } from '../../core/settings';
import { sentencesInFolders } from '../editor-settings';
import type { Log } from '../guard';
import type { Session } from '../session';

const section = 'kubepath';

/** Asks to be told about changed settings, where the client wants to be asked. */
export async function followConfiguration(connection: Connection, session: Session): Promise<void> {
  if (!session.features.registersConfiguration) return;
  await connection.client.register(DidChangeConfigurationNotification.type, { section: [section, 'files.exclude'] });
}

/**
 * Fetches the settings and applies them. What cannot be is told in the log and, once, to the user.
 *
 * @param pushed what `workspace/didChangeConfiguration` carried: all that clients without `workspace/configuration` tell
 * @returns true when a scan is due
 */
export async function applyConfiguration(
  connection: Connection,
  session: Session,
  log: Log,
  pushed?: unknown,
): Promise<boolean> {
  const [raw, filesExclude] = session.features.configuration
    ? ((await connection.workspace.getConfiguration([{ section }, { section: 'files.exclude' }])) as readonly unknown[])
    : [(pushed as { readonly [section]?: unknown } | null | undefined)?.[section]];
  const known = sentencesInFolders(session.roots());
  for (const sentence of settingSentences(raw)) {
    log.warn(sentence);
    // What stands in a folder's settings is a finding there.
    if (!known.has(sentence) && session.isNews(sentence)) warn(connection, `Kubepath: ${sentence}`);
  }
  return session.configure(readSettings(raw, filesExclude ?? {}));
}

/** Asks nothing: a client that cannot show it passes it over. */
function warn(connection: Connection, message: string): void {
  void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message });
}
