import * as vscode from 'vscode';
import type { StatusParams } from '../../server/lsp/protocol';
import { documentSelector, type LanguageServer, type ServerChange } from './language-server';

/** The item behind `{}` in the status bar: counts, progress, and what to do about a failure. */
export function createStatusItem(server: LanguageServer): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('kubepath.status', documentSelector);
  item.name = 'Kubepath';
  const show = (change: ServerChange): void => {
    const look = lookOf(change);
    item.text = look.text;
    item.detail = look.detail;
    item.busy = look.busy ?? false;
    item.severity = look.failed ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    item.command = look.command;
  };
  show({ server: 'off', status: undefined });
  return vscode.Disposable.from(item, server.onChange(show));
}

interface Look {
  readonly text: string;
  readonly detail: string;
  readonly busy?: boolean;
  readonly failed?: boolean;
  readonly command: vscode.Command;
}

const commands = {
  log: { command: 'kubepath.showLog', title: 'Show Log' },
  check: { command: 'kubepath.checkWorkspace', title: 'Check Workspace' },
  problems: { command: 'workbench.actions.view.problems', title: 'Show Problems' },
  routing: { command: 'kubepath.showServiceRouting', title: 'Show Service Routing' },
} satisfies Record<string, vscode.Command>;

function lookOf({ server, status }: ServerChange): Look {
  if (server === 'off') return { text: 'Kubepath', detail: 'no manifest found yet', command: commands.check };
  if (server === 'failed') {
    return { text: 'Kubepath: stopped', detail: 'the server failed', failed: true, command: commands.log };
  }
  if (server === 'starting' || status === undefined) {
    return { text: 'Kubepath', detail: 'starting', busy: true, command: commands.log };
  }
  switch (status.state) {
    case 'scanning':
      return { text: 'Kubepath: reading manifests', detail: progressOf(status), busy: true, command: commands.log };
    case 'cancelled':
      return { text: 'Kubepath: scan cancelled', detail: 'nothing is checked', command: commands.check };
    case 'failed':
      return { text: 'Kubepath: check failed', detail: 'see the log', failed: true, command: commands.log };
    case 'ready':
      if (status.files === 0)
        return { text: 'Kubepath: no manifest', detail: 'none in this workspace', command: commands.log };
      return {
        text: `Kubepath: ${findingsOf(status)}`,
        detail: [
          plural(status.files, 'file'),
          plural(status.resources, 'resource'),
          plural(status.scopes, 'scope'),
        ].join(', '),
        command: status.errors + status.warnings > 0 ? commands.problems : commands.routing,
      };
  }
}

function progressOf({ done, total }: StatusParams): string {
  return total === 0 ? 'looking for files' : `${done} of ${total} files`;
}

/** "2 errors, 1 warning", or that there is none. */
export function findingsOf({ errors, warnings, information, hints }: StatusParams): string {
  const parts = [
    errors > 0 ? plural(errors, 'error') : '',
    warnings > 0 ? plural(warnings, 'warning') : '',
    information + hints > 0 ? plural(information + hints, 'note') : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(', ') : 'no findings';
}

/** "1 file", "2 files". */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
