import { byPosition, checkModel, checkText, fixesFor, locate, mergeScopes } from './check';
import type { FeatureContext } from './features/feature-context';
import { hoverAt } from './features/hover';
import { networkingFields, type NetworkingObject } from './features/networking-fields';
import { outlineOf, type OutlineItem } from './features/symbols';
import type { Finding, Fix } from './finding';
import { isClusterScoped } from './manifest/kinds';
import type { OffsetRange } from './manifest/node';
import { readManifest } from './manifest/read-manifest';
import type { Manifest, Resource } from './manifest/resource';
import { createModel, replaceFile, servicesOf, workloadsOf, type NetworkModel } from './model/network-model';
import { connectivityOf, pathOf, type Connectivity, type ConnectivityOptions, type PathAnswer } from './reachability';
import type { Question, Unanswered } from './reach/explanation';
import { lineStartsOf, offsetAt, positionAt, type Location, type Position, type Range } from './position';
import type { ScopeDefinition } from './scope';
import { defaultSettings, type Settings } from './settings';
import { serviceRouting } from './views/service-routing';
import type { DiagramView } from './views/view';

export type { Finding, Fix, Severity } from './finding';
export type { Resource } from './manifest/resource';
export type { Connection } from './reach/connectivity';
export type { Question, Unanswered, Verdict } from './reach/explanation';
export type { Exposure, ExposedConnection } from './reach/exposure';
export type { Connectivity, ConnectivityOptions, PathAnswer, PathHop } from './reachability';
export type { Location, Position, Range } from './position';
export type { ScopeDefinition, ScopeFile } from './scope';
export type { Settings } from './settings';

/** Where the core says what it left alone. Hosts decide where it goes. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

export interface HoverResult {
  /** Markdown; every text that comes from a manifest is escaped. */
  readonly markdown: string;
  readonly range: Range;
}

export interface SymbolResult {
  readonly name: string;
  readonly detail: string;
  readonly kind: string;
  readonly range: Range;
  readonly selectionRange: Range;
  readonly children: readonly SymbolResult[];
}

/** Numbers for the status item and the summary of `kubepath check`. */
export interface Counts {
  readonly files: number;
  readonly resources: number;
  readonly scopes: number;
  readonly errors: number;
  readonly warnings: number;
  readonly information: number;
  readonly hints: number;
}

/** A resource as its scope sees it. */
export interface ScopeResource extends Location {
  readonly apiVersion: string;
  readonly kind: string;
  /** The namespace it lands in; undefined for kinds that have none. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly object: NetworkingObject;
}

export interface ScopeResources {
  readonly scope: ScopeDefinition;
  readonly resources: readonly ScopeResource[];
}

/** The product: texts and scopes in, plain answers out. No call throws on bad manifests. */
export interface Analyzer {
  /** Reads a manifest, in place of what this URI held before. */
  setFile(uri: string, text: string): void;
  removeFile(uri: string): void;
  /** Every resource of a file, for whoever works out the scopes. Empty for a file that is unknown or holds none. */
  resourcesOf(uri: string): readonly Resource[];
  /** Whether a file holds resources that networking reads, or is too broken to tell. */
  isManifest(uri: string): boolean;
  setScopes(scopes: readonly ScopeDefinition[]): void;
  configure(settings: Settings): void;
  /** Findings of every file that has some, keyed by URI; in order of position. Computed for what changed since the last call. */
  check(): ReadonlyMap<string, readonly Finding[]>;
  findingsOf(uri: string): readonly Finding[];
  fixesOf(finding: Finding): readonly Fix[];
  hover(uri: string, position: Position): HoverResult | undefined;
  symbols(uri: string): readonly SymbolResult[];
  /** The Service Routing diagram of the scope that holds the place, or of the scope with most Services and workloads. */
  serviceRouting(at?: { readonly uri: string; readonly line?: number }): DiagramView | undefined;
  /** Where a resource is written, for links. */
  locate(resource: Resource): Location;
  scopes(): readonly ScopeDefinition[];
  /** What the analysis sees of each scope. */
  scopeResources(): readonly ScopeResources[];
  counts(): Counts;
  /** Who may talk to whom in the scope of this name; undefined when there is none. */
  connectivity(scope: string, options?: ConnectivityOptions): Connectivity | undefined;
  /** The path of one connection, hop by hop; undefined when there is no such scope. */
  explain(scope: string, question: Question): PathAnswer | Unanswered | undefined;
}

export interface AnalyzerOptions {
  readonly logger: Logger;
}

/** A file as it was last read. Its text stays for as long as something in it can be pointed at. */
interface FileState {
  readonly manifest: Manifest;
  readonly text: string;
  lineStarts?: readonly number[];
}

interface State {
  readonly logger: Logger;
  readonly files: Map<string, FileState>;
  readonly models: NetworkModel[];
  modelsByFile: ReadonlyMap<string, readonly NetworkModel[]>;
  settings: Settings;
  /** Undefined after any change: one scope's findings may speak of another's pods, so all are checked again. */
  findings: ReadonlyMap<string, readonly Finding[]> | undefined;
}

/** The only wiring of the core. */
export function createAnalyzer({ logger }: AnalyzerOptions): Analyzer {
  const state: State = {
    logger,
    files: new Map(),
    models: [],
    modelsByFile: new Map(),
    settings: defaultSettings,
    findings: new Map(),
  };
  const toRange = (uri: string, range: OffsetRange): Range => rangeIn(state.files.get(uri), range);
  const check = (): ReadonlyMap<string, readonly Finding[]> => (state.findings ??= checkAll(state, toRange));
  return {
    setFile: (uri, text) => setFile(state, uri, text),
    removeFile: (uri) => removeFile(state, uri),
    resourcesOf: (uri) => state.files.get(uri)?.manifest.resources ?? [],
    isManifest: (uri) => isManifest(state.files.get(uri)?.manifest),
    setScopes: (scopes) => setScopes(state, scopes),
    configure(settings) {
      state.settings = settings;
      state.findings = undefined;
    },
    check,
    findingsOf: (uri) => check().get(uri) ?? [],
    fixesOf: (finding) => fixesFor(finding, (uri) => state.files.get(uri)?.text ?? '', toRange),
    hover: (uri, position) => hover(state, uri, position, toRange),
    symbols: (uri) =>
      outlineOf(state.files.get(uri)?.manifest.resources ?? []).map((item) => toSymbol(item, uri, toRange)),
    serviceRouting: (at) => routing(state, at, check, toRange),
    locate: (resource) => locate(resource, undefined, toRange),
    scopes: () => state.models.map((model) => model.scope),
    scopeResources: () =>
      state.models.map((model) => ({ scope: model.scope, resources: resourcesIn(state, model.scope, toRange) })),
    counts: () => count(state, check()),
    connectivity(scope, options) {
      const model = modelNamed(state, scope);
      return model && connectivityOf(model, options ?? {});
    },
    explain(scope, question) {
      const model = modelNamed(state, scope);
      return model && pathOf(model, question, toRange);
    },
  };
}

function setFile(state: State, uri: string, text: string): void {
  const manifest = readManifest(uri, text);
  for (const note of manifest.notes) state.logger.info(note);
  state.files.set(uri, { manifest, text: isManifest(manifest) ? text : '' });
  state.findings = undefined;
  for (const model of modelsOf(state, uri)) replaceFile(model, uri, manifest.resources, isBroken(manifest));
}

function isManifest(manifest: Manifest | undefined): boolean {
  return manifest !== undefined && (manifest.resources.length > 0 || manifest.problems.length > 0);
}

function removeFile(state: State, uri: string): void {
  if (!state.files.delete(uri)) return;
  state.findings = undefined;
  for (const model of modelsOf(state, uri)) replaceFile(model, uri, [], false);
}

function isBroken(manifest: Manifest): boolean {
  return manifest.problems.some((problem) => problem.rule === 'yaml-syntax' && problem.severity === 'error');
}

/** Models of scopes that did not change stay as they are. */
function setScopes(state: State, scopes: readonly ScopeDefinition[]): void {
  const known = new Map(state.models.map((model) => [JSON.stringify(model.scope), model]));
  const models = scopes.map((scope) => known.get(JSON.stringify(scope)) ?? modelOf(state, scope));
  if (models.length === state.models.length && models.every((model, index) => model === state.models[index])) return;
  state.models.splice(0, state.models.length, ...models);
  const byFile = new Map<string, NetworkModel[]>();
  for (const model of models) {
    for (const uri of new Set(model.scope.files.map((file) => file.uri)))
      byFile.set(uri, [...(byFile.get(uri) ?? []), model]);
  }
  state.modelsByFile = byFile;
  state.findings = undefined;
}

function modelOf(state: State, scope: ScopeDefinition): NetworkModel {
  const model = createModel(scope, state.models);
  for (const uri of new Set(scope.files.map((file) => file.uri))) {
    const file = state.files.get(uri);
    if (file) replaceFile(model, uri, file.manifest.resources, isBroken(file.manifest));
  }
  return model;
}

function modelsOf(state: State, uri: string): readonly NetworkModel[] {
  return state.modelsByFile.get(uri) ?? [];
}

function checkAll(
  state: State,
  toRange: (uri: string, range: OffsetRange) => Range,
): ReadonlyMap<string, readonly Finding[]> {
  const failed = (rule: string, error: unknown): void => state.logger.warn(`Rule ${rule} failed: ${String(error)}`);
  const found = [
    ...[...state.files.values()].flatMap(({ manifest }) => checkText(manifest, state.settings, toRange)),
    ...mergeScopes(state.models.flatMap((model) => checkModel(model, state.settings, toRange, failed))),
  ];
  const byFile = new Map<string, Finding[]>();
  for (const finding of found) {
    const list = byFile.get(finding.file) ?? [];
    byFile.set(finding.file, list);
    list.push(finding);
  }
  for (const list of byFile.values()) list.sort(byPosition);
  return byFile;
}

function rangeIn(file: FileState | undefined, range: OffsetRange): Range {
  if (!file) return { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  file.lineStarts ??= lineStartsOf(file.text);
  return { start: positionAt(file.lineStarts, range.start), end: positionAt(file.lineStarts, range.end) };
}

function contextOf(model: NetworkModel, toRange: (uri: string, range: OffsetRange) => Range): FeatureContext {
  return { model, locate: (resource, at) => locate(resource, at, toRange) };
}

/** The resource that holds an offset: the innermost, since a list's items lie within one document. */
function resourceAt(file: FileState, offset: number): Resource | undefined {
  return file.manifest.resources.findLast(({ range }) => range.start <= offset && offset <= range.end);
}

function hover(
  state: State,
  uri: string,
  position: Position,
  toRange: (uri: string, range: OffsetRange) => Range,
): HoverResult | undefined {
  const file = state.files.get(uri);
  const [model] = modelsOf(state, uri);
  if (!file || !model) return undefined;
  file.lineStarts ??= lineStartsOf(file.text);
  const offset = offsetAt(file.lineStarts, position);
  const resource = resourceAt(file, offset);
  const found = resource && hoverAt(contextOf(model, toRange), resource, offset);
  return found && { markdown: found.markdown, range: toRange(uri, found) };
}

function toSymbol(item: OutlineItem, uri: string, toRange: (uri: string, range: OffsetRange) => Range): SymbolResult {
  return {
    name: item.name,
    detail: item.detail,
    kind: item.kind,
    range: toRange(uri, item.range),
    selectionRange: toRange(uri, item.selection),
    children: item.children.map((child) => toSymbol(child, uri, toRange)),
  };
}

function routing(
  state: State,
  at: { readonly uri: string } | undefined,
  check: () => ReadonlyMap<string, readonly Finding[]>,
  toRange: (uri: string, range: OffsetRange) => Range,
): DiagramView | undefined {
  const size = (model: NetworkModel): number => servicesOf(model).length + workloadsOf(model).length;
  const bySize = [...state.models].sort((a, b) => size(b) - size(a));
  const model = (at && modelsOf(state, at.uri)[0]) ?? bySize[0];
  if (!model) return undefined;
  const findings = check();
  return serviceRouting(contextOf(model, toRange), (resource) => {
    const range = toRange(resource.file, resource.range);
    return (findings.get(resource.file) ?? []).filter(
      (finding) => finding.range.start.line >= range.start.line && finding.range.start.line <= range.end.line,
    );
  });
}

function resourcesIn(
  state: State,
  scope: ScopeDefinition,
  toRange: (uri: string, range: OffsetRange) => Range,
): readonly ScopeResource[] {
  return scope.files.flatMap(({ uri, namespace: override }) =>
    (state.files.get(uri)?.manifest.resources ?? []).map((resource) => {
      const clusterScoped = isClusterScoped(resource.kind);
      return {
        ...locate(resource, undefined, toRange),
        apiVersion: resource.apiVersion,
        kind: resource.kind,
        name: resource.name,
        namespace: clusterScoped ? undefined : (override ?? resource.namespace ?? 'default'),
        object: networkingFields(resource, clusterScoped ? undefined : override),
      };
    }),
  );
}

function modelNamed(state: State, name: string): NetworkModel | undefined {
  return state.models.find(({ scope }) => scope.name === name);
}

function count(state: State, findings: ReadonlyMap<string, readonly Finding[]>): Counts {
  const all = [...findings.values()].flat();
  const of = (severity: Finding['severity']): number => all.filter((finding) => finding.severity === severity).length;
  const manifests = [...state.files.values()].filter(({ manifest }) => isManifest(manifest));
  return {
    files: manifests.length,
    resources: manifests.reduce((sum, { manifest }) => sum + manifest.resources.length, 0),
    scopes: state.models.length,
    errors: of('error'),
    warnings: of('warning'),
    information: of('information'),
    hints: of('hint'),
  };
}
