import type { Resource } from './manifest/resource';
import { createModel, replaceFile, replaceScope, type NetworkModel } from './model/network-model';
import type { Rendering, ScopeDefinition } from './scope';

/** What a file says, as far as models are concerned. */
export interface FileContent {
  readonly resources: readonly Resource[];
  /** Its text could not be read whole: what seems absent may be there. */
  readonly broken: boolean;
}

export type ContentOf = (uri: string) => FileContent;

/** The models of a workspace's scopes. */
export interface ScopeModels {
  /** In the order of the definitions. The list itself stays the same object: every model knows its neighbours by it. */
  readonly models: readonly NetworkModel[];
  /** Models that a file has a part in, be it as a patch only. */
  modelsOf(uri: string): readonly NetworkModel[];
  /** Takes new definitions; models whose scope did not change stay as they are. True when anything changed. */
  setScopes(scopes: readonly ScopeDefinition[], contentOf: ContentOf): boolean;
  /** A file says something else. Scopes that are rendered wait for their next rendering. */
  fileChanged(uri: string, content: FileContent): void;
}

export function createScopeModels(): ScopeModels {
  const models: NetworkModel[] = [];
  let byFile: ReadonlyMap<string, readonly NetworkModel[]> = new Map();
  const modelsOf = (uri: string): readonly NetworkModel[] => byFile.get(uri) ?? [];
  return {
    models,
    modelsOf,
    setScopes(scopes, contentOf) {
      const known = new Map(models.map((model) => [keyOf(model.scope), model]));
      let changed = scopes.length !== models.length;
      const next = scopes.map((scope, index) => {
        const model = known.get(keyOf(scope));
        changed ||= model === undefined || model !== models[index] || model.scope.rendering !== scope.rendering;
        return model ? updated(model, scope, contentOf) : filled(createModel(scope, models), contentOf);
      });
      if (!changed) return false;
      models.splice(0, models.length, ...next);
      byFile = indexByFile(models);
      return true;
    },
    fileChanged(uri, { resources, broken }) {
      for (const model of modelsOf(uri)) if (!model.scope.rendering) replaceFile(model, uri, resources, broken);
    },
  };
}

/** Everything that makes it the same scope; a rendering may differ, and so may the files that it was made of. */
function keyOf({ rendering, files, ...scope }: ScopeDefinition): string {
  return JSON.stringify(rendering ? [scope, 'rendered'] : [scope, files]);
}

function filled(model: NetworkModel, contentOf: ContentOf): NetworkModel {
  const { rendering, files } = model.scope;
  if (rendering) replaceRendered(model, undefined, rendering, contentOf);
  else for (const uri of new Set(files)) putFile(model, uri, contentOf(uri));
  return model;
}

function putFile(model: NetworkModel, uri: string, { resources, broken }: FileContent): void {
  replaceFile(model, uri, resources, broken);
}

function updated(model: NetworkModel, scope: ScopeDefinition, contentOf: ContentOf): NetworkModel {
  const before = model.scope.rendering;
  const after = scope.rendering;
  if (!before || !after || before === after) return model;
  replaceScope(model, scope);
  replaceRendered(model, before, after, contentOf);
  return model;
}

/** Only files whose resources come out differently are replaced. */
function replaceRendered(
  model: NetworkModel,
  before: Rendering | undefined,
  after: Rendering,
  contentOf: ContentOf,
): void {
  const old = byOrigin(before?.resources ?? []);
  const fresh = byOrigin(after.resources);
  for (const uri of new Set([...(before?.inputs ?? []), ...after.inputs, ...old.keys(), ...fresh.keys()])) {
    const resources = fresh.get(uri) ?? [];
    // What is broken and not used any more is no loss.
    const broken = after.inputs.has(uri) && contentOf(uri).broken;
    if (broken || model.brokenFiles.has(uri) || !sameItems(old.get(uri) ?? [], resources))
      replaceFile(model, uri, resources, broken);
  }
}

function byOrigin(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const result = new Map<string, Resource[]>();
  for (const resource of resources) {
    const list = result.get(resource.file);
    if (list) list.push(resource);
    else result.set(resource.file, [resource]);
  }
  return result;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function indexByFile(models: readonly NetworkModel[]): ReadonlyMap<string, readonly NetworkModel[]> {
  const byFile = new Map<string, NetworkModel[]>();
  for (const model of models) {
    const { files, rendering } = model.scope;
    for (const uri of new Set([...files, ...(rendering?.inputs ?? [])])) {
      const list = byFile.get(uri);
      if (list) list.push(model);
      else byFile.set(uri, [model]);
    }
  }
  return byFile;
}
