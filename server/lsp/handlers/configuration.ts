import { DidChangeConfigurationNotification, type Connection } from 'vscode-languageserver/node';
import { readSettings } from '../../core/settings';
import type { Log } from '../guard';
import type { Session } from '../session';

const section = 'kubepath';

/** Asks to be told about changed settings, where the client wants to be asked. */
export async function followConfiguration(connection: Connection, session: Session): Promise<void> {
  if (!session.features.registersConfiguration) return;
  await connection.client.register(DidChangeConfigurationNotification.type, { section: [section, 'files.exclude'] });
}

/**
 * Fetches the settings and applies them.
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
  const { settings, problems } = readSettings(raw, filesExclude ?? {});
  for (const problem of problems) log.warn(problem);
  return session.configure(settings);
}
