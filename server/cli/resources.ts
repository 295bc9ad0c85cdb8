import type { ScopeResource, ScopeResources } from '../core/index';
import { CannotRun, displayPath, load, print, type Programs } from './load';

export interface ResourcesOptions extends Programs {
  readonly scope?: string;
  readonly format: 'table' | 'json';
}

/** `kubepath resources`: prints what the analysis sees. */
export async function resources(path: string, options: ResourcesOptions): Promise<number> {
  const analyzer = await load([path], options);
  const all = analyzer.scopeResources();
  const shown = options.scope === undefined ? all : all.filter(({ scope }) => scope.name === options.scope);
  if (options.scope !== undefined && shown.length === 0) {
    throw new CannotRun(
      `no scope is named "${options.scope}". There ${all.length === 1 ? 'is' : 'are'}: ${all.map(({ scope }) => scope.name).join(', ') || 'none'}.`,
    );
  }
  await print(options.format === 'json' ? toJson(shown) : toTable(shown));
  return 0;
}

function toJson(scopes: readonly ScopeResources[]): string {
  const plain = scopes.map(({ scope, resources: list }) => ({
    name: scope.name,
    kind: scope.kind,
    root: displayPath(scope.root),
    complete: scope.complete,
    resources: list.map(({ apiVersion, kind, namespace, name, file, range, object }) => ({
      apiVersion,
      kind,
      namespace,
      name,
      file: displayPath(file),
      line: range.start.line,
      object,
    })),
  }));
  return `${JSON.stringify({ scopes: plain }, null, 2)}\n`;
}

/** Lines are one-based here: they are for people and their editors. */
function toTable(scopes: readonly ScopeResources[]): string {
  if (scopes.length === 0) return 'No manifests with networking resources here.\n';
  return scopes
    .map(
      ({ scope, resources: list }) =>
        `${scope.name}  (${scope.kind}${scope.complete ? '' : ', incomplete'}, ${list.length})\n${rows(list)}`,
    )
    .join('\n');
}

function rows(list: readonly ScopeResource[]): string {
  const cells = list.map(({ kind, namespace, name, file, range }) => [
    kind,
    namespace ?? '-',
    name || '(generated)',
    `${displayPath(file)}:${range.start.line + 1}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) => `  ${row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell)).join('  ')}\n`)
    .join('');
}
