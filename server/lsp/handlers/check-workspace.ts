import type { CancellationToken } from 'vscode-languageserver/node';
import type { StatusParams } from '../protocol';
import type { Session } from '../session';

/** kubepath/checkWorkspace: reads and checks everything again. The client shows the progress of what it asked for itself. */
export async function checkWorkspace(
  session: Session,
  _params: undefined,
  token: CancellationToken,
): Promise<StatusParams> {
  const cancellation = new AbortController();
  const cancelled = new Promise<void>((resolve) => {
    token.onCancellationRequested(() => {
      cancellation.abort();
      // Another scan may have taken this one's place: it goes on, its end is not waited for.
      resolve();
    });
  });
  await Promise.race([session.scan({ signal: cancellation.signal }), cancelled]);
  return session.status();
}
