import type { LanguageServer } from '../language-server';

/** Kubepath: Restart Server. Panels ask again once the new server has read the workspace. */
export async function restartServer(server: LanguageServer): Promise<void> {
  await server.restart();
}
