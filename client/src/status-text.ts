import type * as vscode from 'vscode';
import type { StatusParams } from '../../server/lsp/protocol';
import type { ServerChange } from './language-server';

/** What an entry behind `{}` in the status bar shows. */
export interface Look {
  readonly text: string;
  readonly detail: string;
  readonly busy?: boolean;
  readonly failed?: boolean;
  readonly command?: vscode.Command;
}

/** What the entries behind `{}` can be clicked for. */
export const commands = {
  log: { command: 'kubepath.showLog', title: 'Show Log' },
  check: { command: 'kubepath.checkWorkspace', title: 'Check Workspace' },
  problems: { command: 'workbench.actions.view.problems', title: 'Show Problems' },
  routing: { command: 'kubepath.showServiceRouting', title: 'Show Service Routing' },
  selectScope: { command: 'kubepath.selectScope', title: 'Select Scope' },
} satisfies Record<string, vscode.Command>;

/** How the server fares, for the status item. */
export function lookOfServer({ server, status }: ServerChange): Look {
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
      return lookOfCheck(status);
  }
}

function lookOfCheck(status: StatusParams): Look {
  const { files, resources, scopes, rendering } = status;
  if (files === 0) {
    const detail = rendering > 0 ? `rendering ${rendering}` : 'none in this workspace';
    return { text: 'Kubepath: no manifest', detail, busy: rendering > 0, command: commands.log };
  }
  const counted = [
    plural(files, 'file'),
    plural(resources, 'resource'),
    // How many scopes there will be is not known before helm and kustomize are done.
    rendering > 0 ? `rendering ${rendering}` : plural(scopes, 'scope'),
  ];
  return {
    text: `Kubepath: ${findingsOf(status)}`,
    detail: counted.join(', '),
    busy: rendering > 0,
    command: status.errors + status.warnings > 0 ? commands.problems : commands.routing,
  };
}

/** What was left alone, a line for each entry: nothing breaks lines there, and the end of a longer one is out of sight. */
export function notesOf({ server, status }: ServerChange): readonly string[] {
  return server === 'running' && status ? status.notes.map((note) => `$(info) ${plain(note)}`) : [];
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

/**
 * A text with names out of the workspace in it, for places where VS Code takes `$(name)` for an icon and `[text](command:name)` for a link
 * to click: a directory may be named like that.
 */
export function plain(text: string): string {
  return text.replaceAll('$(', '$ (').replaceAll('](', '] (');
}
