import type * as vscode from 'vscode';
import type { LanguageServer } from './language-server';

const key = 'kubepath.scope';

/** The scope that hovers and diagrams speak of where a file is in several. The workspace remembers it. */
export type ChosenScope = vscode.Disposable & {
  /** Undefined until somebody chose. */
  current(): string | undefined;
  choose(scope: string): Promise<void>;
};

/** Tells every new server of the choice, and forgets a scope that is not there any more. */
export function keepChosenScope(workspaceState: vscode.Memento, server: LanguageServer): ChosenScope {
  const current = (): string | undefined => workspaceState.get<string>(key);
  let runs = false;
  let isConfirmed = false;

  /** Once for each server, when it has read everything. Later a scope may be gone for the time of a typing error. */
  async function confirm(): Promise<void> {
    isConfirmed = true;
    const scope = current();
    const answer = scope === undefined ? undefined : await server.ask('kubepath/scopes', {});
    if (!answer || scope !== current() || answer.scopes.some(({ name }) => name === scope)) return;
    await workspaceState.update(key, undefined);
    await server.ask('kubepath/selectScope', { scope: null });
  }

  const listener = server.onChange(({ server: state, status }) => {
    if (state !== 'running') {
      runs = isConfirmed = false;
      return;
    }
    const scope = current();
    if (!runs && scope !== undefined) void server.ask('kubepath/selectScope', { scope });
    runs = true;
    if (!isConfirmed && status?.state === 'ready' && status.rendering === 0) void confirm();
  });
  return Object.assign(listener, {
    current,
    async choose(scope: string) {
      await workspaceState.update(key, scope);
      await server.request('kubepath/selectScope', { scope });
    },
  });
}
