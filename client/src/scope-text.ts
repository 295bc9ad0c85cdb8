import type { ScopeSummary } from '../../server/lsp/protocol';
import { commands, plain, plural, type Look } from './status-text';

/** Names of VS Code's icons. */
const icons: Record<ScopeSummary['kind'], string> = { kustomize: 'layers', helm: 'package', directory: 'folder' };

/**
 * What the scope item shows for a file.
 *
 * @param scopes those that the file is in, the one that hovers and diagrams speak of first
 * @param isManifest whether the file looks like one at all
 */
export function lookOfScopes(scopes: readonly ScopeSummary[], isManifest: boolean): Look {
  const [first] = scopes;
  if (first === undefined) {
    const detail = isManifest ? 'in no scope: a patch, template, test data or ignored' : 'no manifest';
    return { text: '$(circle-slash) not analysed', detail };
  }
  const among = scopes.length > 1 ? ` · 1 of ${scopes.length} scopes` : '';
  return {
    text: scopeTitle(first),
    detail: `${describeScope(first)}${among}`,
    command: scopes.length > 1 ? commands.selectScope : commands.routing,
  };
}

/** A scope's name with the icon of its kind. */
export function scopeTitle({ kind, name }: ScopeSummary): string {
  return `$(${icons[kind]}) ${name === '.' ? 'the whole folder' : plain(name)}`;
}

/** "kustomize · 34 resources, incomplete" */
export function describeScope({ kind, resources, complete }: ScopeSummary): string {
  return `${kind} · ${plural(resources, 'resource')}${complete ? '' : ', incomplete'}`;
}
