import { applySuppressions } from './apply-suppressions';
import {
  byPosition,
  checkModel,
  checkSource,
  checkText,
  fixesFor,
  isHeard,
  locate,
  mayFixAll,
  type ToRange,
} from './check';
import { disableFixes } from './disable-fixes';
import type { FeatureContext } from './features/feature-context';
import { hoverAt } from './features/hover';
import { hoverShared } from './features/hover-shared';
import { networkingFields, type NetworkingObject } from './features/networking-fields';
import { outlineOf, type OutlineItem } from './features/symbols';
import type { Finding, Fix, SourceProblem } from './finding';
import { combineFixes, type CombinedFixes } from './fix-all';
import { readManifest } from './manifest/read-manifest';
import type { Manifest, Resource } from './manifest/resource';
import { placeOfPart } from './manifest/scalar-part';
import { namespaceOf, servicesOf, workloadsOf, type NetworkModel } from './model/network-model';
import { mergeScopes } from './merge-scopes';
import { connectivityOf, pathOf, type Connectivity, type ConnectivityOptions, type PathAnswer } from './reachability';
import type { Question, Unanswered } from './reach/explanation';
import { lineStartsOf, offsetAt, positionAt, type Location, type Position, type Range } from './position';
import type { ScopeDefinition } from './scope';
import { createScopeModels, type FileContent, type ScopeModels } from './scope-models';
import { defaultSettings, type Settings } from './settings';
import { settingsByPlace, type ProjectSettings, type SettingsByPlace } from './settings-by-place';
import { readSuppressions, suppressionMarker, type Suppressions } from './suppressions';
import { diagramOf, policyAloneOf, type DiagramFacts, type ViewRequest } from './diagrams';
import type { DiagramView, PolicyAlone } from './views/view';

export type { Finding, Fix, Severity } from './finding';
export type { CombinedFixes } from './fix-all';
export type { Resource } from './manifest/resource';
export type { ViewRequest } from './diagrams';
export type { DiagramView, PolicyAlone, ViewName } from './views/view';
export { viewNames } from './views/view';
export type { Connection } from './reach/connectivity';
export type { Question, Unanswered, Verdict } from './reach/explanation';
export type { Exposure, ExposedConnection } from './reach/exposure';
export type { Connectivity, ConnectivityOptions, PathAnswer, PathHop } from './reachability';
export type { Location, Position, Range } from './position';
export type { SourceProblem } from './finding';
export type { Rendering, ScopeDefinition } from './scope';
export type { Settings } from './settings';
export type { ProjectSettings } from './settings-by-place';

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
  /**
   * Keeps the text of a file that is no manifest by itself, so that findings and hovers can point into it: a kustomization, a patch, a
   * template. A manifest keeps its text anyway.
   */
  setSource(uri: string, text: string): void;
  /** Every resource of a file, for whoever works out the scopes. Empty for a file that is unknown or holds none. */
  resourcesOf(uri: string): readonly Resource[];
  /** Whether a file holds resources that networking reads, or is too broken to tell. */
  isManifest(uri: string): boolean;
  /** URIs of files that are deployed and hold nothing for a scope: only what is wrong with their text is told. */
  setOthers(uris: readonly string[]): void;
  setScopes(scopes: readonly ScopeDefinition[]): void;
  /** Problems that belong to no scope: those of the project's own settings. In place of the ones before. */
  setProblems(problems: readonly SourceProblem[]): void;
  /** Scopes that a file has a part in, the one that hovers and diagrams speak of first. */
  scopesOf(uri: string): readonly ScopeDefinition[];
  /** Of several scopes that a file is in, hovers and diagrams speak of this one; undefined for the first. */
  prefer(scope: string | undefined): void;
  /** What holds where no project file says otherwise. */
  configure(settings: Settings): void;
  /** What project files say, each for its directory and below. In place of the ones before. Manifests want to be read after it. */
  setProjects(projects: readonly ProjectSettings[]): void;
  /** Findings of every file that has some, keyed by URI; in order of position. Computed for what changed since the last call. */
  check(): ReadonlyMap<string, readonly Finding[]>;
  findingsOf(uri: string): readonly Finding[];
  fixesOf(finding: Finding): readonly Fix[];
  /** Comments that would switch a finding off: for its line, and for the rest of its document. */
  disableFixesOf(finding: Finding): readonly Fix[];
  /**
   * The best fixes of a file's findings, put together, where that is what a careful person would do everywhere. Two that touch the same place
   * do not go together: the later one waits.
   * @param rule of this rule alone; of all when absent
   */
  fixAllOf(uri: string, rule?: string): CombinedFixes;
  hover(uri: string, position: Position): HoverResult | undefined;
  symbols(uri: string): readonly SymbolResult[];
  /** One of the four pictures, of the scope that is meant; undefined when there is none. */
  view(request: ViewRequest): DiagramView | undefined;
  /** What a policy alone admits, by the id of its node; undefined when there is no such policy. */
  policyAlone(request: ViewRequest, policy: string): PolicyAlone | undefined;
  /** Where a resource is written, for links. */
  locate(resource: Resource): Location;
  scopes(): readonly ScopeDefinition[];
  /** The resources of the scope of this name, as they are deployed; empty when there is none. */
  resourcesIn(scope: string): readonly Resource[];
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
  /** Comments that switch rules off, once somebody asks. */
  suppressions?: Suppressions;
}

interface State {
  readonly logger: Logger;
  readonly files: Map<string, FileState>;
  /** Texts of files that are no manifests. */
  readonly sources: Map<string, FileState>;
  readonly scopes: ScopeModels;
  preferred: string | undefined;
  problems: readonly SourceProblem[];
  base: Settings;
  projects: readonly ProjectSettings[];
  /** Of both. */
  settings: SettingsByPlace;
  /** URIs of files that may hold comments which switch rules off. */
  readonly marked: Set<string>;
  /** URIs of deployed files that no scope is made of. */
  others: ReadonlySet<string>;
  /** Undefined after any change: one scope's findings may speak of another's pods, so all are checked again. */
  findings: ReadonlyMap<string, readonly Finding[]> | undefined;
}

/** The only wiring of the core. */
export function createAnalyzer({ logger }: AnalyzerOptions): Analyzer {
  const state: State = {
    logger,
    files: new Map(),
    sources: new Map(),
    scopes: createScopeModels(),
    preferred: undefined,
    problems: [],
    base: defaultSettings,
    projects: [],
    settings: settingsByPlace(defaultSettings, []),
    marked: new Set(),
    others: new Set(),
    findings: new Map(),
  };
  const toRange: ToRange = (uri, range) => rangeIn(sourceOf(state, uri), range);
  const textOf = (uri: string): string => sourceOf(state, uri)?.text ?? '';
  const fixesOf = (finding: Finding): readonly Fix[] =>
    fixesFor(finding, textOf, toRange, (uri) => holdsWherever(state, finding, uri));
  const check = (): ReadonlyMap<string, readonly Finding[]> => (state.findings ??= checkAll(state, toRange));
  return {
    setFile: (uri, text) => setFile(state, uri, text),
    removeFile: (uri) => removeFile(state, uri),
    resourcesOf: (uri) => state.files.get(uri)?.manifest.resources ?? [],
    isManifest: (uri) => isManifest(state.files.get(uri)?.manifest),
    setOthers(uris) {
      if (uris.length === state.others.size && uris.every((uri) => state.others.has(uri))) return;
      state.findings = undefined;
      state.others = new Set(uris);
    },
    setSource: (uri, text) => setSource(state, uri, text),
    setScopes(scopes) {
      if (state.scopes.setScopes(scopes, (uri) => contentOf(state.files.get(uri)?.manifest)))
        state.findings = undefined;
    },
    setProblems(problems) {
      if (JSON.stringify(problems) === JSON.stringify(state.problems)) return;
      state.findings = undefined;
      state.problems = problems;
    },
    scopesOf: (uri) => modelsOf(state, uri).map((model) => model.scope),
    prefer: (scope) => void (state.preferred = scope),
    configure(settings) {
      state.base = settings;
      state.settings = settingsByPlace(settings, state.projects);
      state.findings = undefined;
    },
    setProjects(projects) {
      if (JSON.stringify(projects) === JSON.stringify(state.projects)) return;
      state.projects = projects;
      state.settings = settingsByPlace(state.base, projects);
      state.findings = undefined;
    },
    check,
    findingsOf: (uri) => check().get(uri) ?? [],
    fixesOf,
    disableFixesOf: (finding) => disableFixes(finding, textOf(finding.file)),
    fixAllOf(uri, rule) {
      const findings = check().get(uri) ?? [];
      const wanted = findings.filter((one) => mayFixAll(one.rule) && (rule === undefined || one.rule === rule));
      return combineFixes(wanted.flatMap((finding) => fixesOf(finding).slice(0, 1)));
    },
    hover: (uri, position) => hover(state, uri, position, toRange),
    symbols: (uri) => outlineOf(resourcesWrittenIn(state, uri)).map((item) => toSymbol(item, uri, toRange)),
    view(request) {
      const model = modelFor(state, request);
      return model && diagramOf(contextOf(model, toRange), request.view, factsOf(state, model, check(), request));
    },
    policyAlone(request, policy) {
      const model = modelFor(state, request);
      return model && policyAloneOf(contextOf(model, toRange), policy, factsOf(state, model, check(), request));
    },
    locate: (resource) => locate(resource, undefined, toRange),
    scopes: () => state.scopes.models.map((model) => model.scope),
    resourcesIn(scope) {
      const model = modelNamed(state, scope);
      return model ? resourcesOfScope(state, model.scope) : [];
    },
    scopeResources: () =>
      state.scopes.models.map(({ scope }) => ({ scope, resources: resourcesIn(state, scope, toRange) })),
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
  const manifest = readManifest(uri, text, state.settings.of(uri));
  if (text.includes(suppressionMarker)) state.marked.add(uri);
  for (const note of manifest.notes) state.logger.info(note);
  state.files.set(uri, { manifest, text: hasContent(manifest) ? text : '' });
  state.findings = undefined;
  state.scopes.fileChanged(uri, contentOf(manifest));
}

function setSource(state: State, uri: string, text: string): void {
  const isMarked = text.includes(suppressionMarker);
  // Comments decide about findings without being a part of any resource.
  if (isMarked || state.marked.has(uri)) state.findings = undefined;
  if (isMarked) state.marked.add(uri);
  state.sources.set(uri, { manifest: emptyManifest(uri), text });
}

function contentOf(manifest: Manifest | undefined): FileContent {
  return { resources: manifest?.resources ?? [], broken: manifest !== undefined && isBroken(manifest) };
}

/** The resources of a manifest, or of a patch, which is read for its outline alone. */
function resourcesWrittenIn(state: State, uri: string): readonly Resource[] {
  const manifest = state.files.get(uri)?.manifest;
  const source = state.sources.get(uri);
  return manifest?.resources ?? (source ? readManifest(uri, source.text).resources : []);
}

/** A file with the text that can be pointed at; a manifest's own goes first. */
function sourceOf(state: State, uri: string): FileState | undefined {
  const file = state.files.get(uri);
  return file && file.text !== '' ? file : (state.sources.get(uri) ?? file);
}

function emptyManifest(uri: string): Manifest {
  return { uri, resources: [], problems: [], notes: [], template: false };
}

/** Whether there is something that can be pointed at. */
function hasContent({ resources, problems }: Manifest): boolean {
  return resources.length > 0 || problems.length > 0;
}

function isManifest(manifest: Manifest | undefined): boolean {
  return (
    manifest !== undefined && (manifest.resources.length > 0 || manifest.problems.some(({ elsewhere }) => !elsewhere))
  );
}

function removeFile(state: State, uri: string): void {
  if (!state.files.delete(uri)) return;
  state.findings = undefined;
  state.scopes.fileChanged(uri, contentOf(undefined));
}

function isBroken(manifest: Manifest): boolean {
  return manifest.problems.some(
    ({ rule, severity, elsewhere }) => rule === 'yaml-syntax' && severity === 'error' && !elsewhere,
  );
}

/** Models that a file has a part in, the preferred one first. */
function modelsOf(state: State, uri: string): readonly NetworkModel[] {
  const models = state.scopes.modelsOf(uri);
  const preferred = models.find(({ scope }) => scope.name === state.preferred);
  return preferred ? [preferred, ...models.filter((model) => model !== preferred)] : models;
}

function checkAll(state: State, toRange: ToRange): ReadonlyMap<string, readonly Finding[]> {
  const failed = new Set<string>();
  const onFailure = (rule: string, error: unknown): void => {
    failed.add(rule);
    state.logger.warn(`Rule ${rule} failed: ${String(error)}`);
  };
  const found = [
    ...analysed(state).flatMap((manifest) => checkText(manifest, state.settings, toRange)),
    ...checkSource(state.problems, '', state.settings, toRange),
    ...mergeScopes(
      state.scopes.models.map((model) => ({
        model,
        findings: [
          ...checkSource(model.scope.rendering?.problems ?? [], model.scope.name, state.settings, toRange),
          ...checkModel(model, state.settings, toRange, onFailure),
        ],
      })),
      (uri) => state.scopes.modelsOf(uri).length,
    ),
  ];
  const isProject = (uri: string): boolean => state.projects.some(({ file }) => file === uri);
  const told = applySuppressions(found, {
    files: suppressionsOf(state),
    textOf: (uri) => sourceOf(state, uri)?.text ?? '',
    isRead: (uri) => isProject(uri) || isAnalysed(state, uri),
    isHeard: (rule, uri) =>
      !failed.has(rule) &&
      isHeard(rule, uri, state.settings) &&
      state.scopes.modelsOf(uri).every(({ complete }) => complete),
    report: (problems) => checkSource(problems, '', state.settings, toRange),
  });
  const byFile = new Map<string, Finding[]>();
  for (const finding of told) {
    const list = byFile.get(finding.file) ?? [];
    byFile.set(finding.file, list);
    list.push(finding);
  }
  for (const list of byFile.values()) list.sort(byPosition);
  return byFile;
}

/** Comments of the files that hold some, as their texts are now. */
function suppressionsOf(state: State): ReadonlyMap<string, Suppressions> {
  const found = new Map<string, Suppressions>();
  for (const uri of state.marked) {
    const file = sourceOf(state, uri);
    if (!file?.text.includes(suppressionMarker) || isLeftAlone(state, uri)) continue;
    found.set(uri, (file.suppressions ??= readSuppressions(file.text)));
  }
  return found;
}

/** A template that nothing renders (any more): of its text nothing is known but what a chart made of it earlier. */
function isLeftAlone({ files, scopes }: State, uri: string): boolean {
  const models = scopes.modelsOf(uri);
  return files.get(uri)?.manifest.template === true && models.every(({ scope }) => scope.rendering === undefined);
}

/** Manifests that are deployed. Nothing is said of test data and scaffolding, which nobody deploys. */
function analysed(state: State): readonly Manifest[] {
  return [...state.files].flatMap(([uri, { manifest }]) => (isAnalysed(state, uri) ? [manifest] : []));
}

function isAnalysed({ scopes, others }: State, uri: string): boolean {
  return scopes.modelsOf(uri).length > 0 || others.has(uri);
}

function rangeIn(file: FileState | undefined, place: Parameters<ToRange>[1]): Range {
  if (!file) return { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  file.lineStarts ??= lineStartsOf(file.text);
  const range = (place.part && placeOfPart(file.text, place, place.part)) ?? place;
  return { start: positionAt(file.lineStarts, range.start), end: positionAt(file.lineStarts, range.end) };
}

function contextOf(model: NetworkModel, toRange: ToRange): FeatureContext {
  return { model, locate: (resource, at) => locate(resource, at, toRange) };
}

/** The resource that holds an offset: the innermost, since a list's items lie within one document. */
function resourceAt(file: FileState, offset: number): Resource | undefined {
  return file.manifest.resources.findLast(({ range }) => range.start <= offset && offset <= range.end);
}

function hover(state: State, uri: string, position: Position, toRange: ToRange): HoverResult | undefined {
  const file = sourceOf(state, uri);
  const [model] = modelsOf(state, uri);
  if (!file || !model) return undefined;
  file.lineStarts ??= lineStartsOf(file.text);
  const offset = offsetAt(file.lineStarts, position);
  const context = contextOf(model, toRange);
  const resources = resourcesAt(state, model.scope, uri, offset);
  const elsewhere = resources.filter((resource) => resource.file !== uri);
  const shared = hoverShared(context, elsewhere, uri, offset);
  if (shared) return { markdown: shared.markdown, range: toRange(uri, shared) };
  for (const resource of resources) {
    const found = hoverAt(context, resource, uri, offset);
    if (found) return { markdown: found.markdown, range: toRange(uri, found) };
  }
  return undefined;
}

/**
 * The resources that may have something at an offset of a file. Where the scope is rendered: those written there, then those that took
 * something from the file, as patches and common labels are.
 */
function resourcesAt(state: State, { rendering }: ScopeDefinition, uri: string, offset: number): readonly Resource[] {
  const file = state.files.get(uri);
  if (!rendering) {
    const found = file && resourceAt(file, offset);
    return found ? [found] : [];
  }
  const own = rendering.resources.filter(
    (resource) => resource.file === uri && resource.range.start <= offset && offset <= resource.range.end,
  );
  return own.length > 0 ? own : rendering.resources.filter((resource) => resource.file !== uri);
}

/** Whether a finding holds in every scope that a file is in: else an edit of it would mend one overlay and may break another. */
function holdsWherever(state: State, finding: Finding, uri: string): boolean {
  // What is said of a text holds in every scope.
  if (finding.scope === '') return uri === finding.file;
  const names = finding.scope.split(', ');
  return state.scopes.modelsOf(uri).every(({ scope }) => names.includes(scope.name));
}

function toSymbol(item: OutlineItem, uri: string, toRange: ToRange): SymbolResult {
  return {
    name: item.name,
    detail: item.detail,
    kind: item.kind,
    range: toRange(uri, item.range),
    selectionRange: toRange(uri, item.selection),
    children: item.children.map((child) => toSymbol(child, uri, toRange)),
  };
}

/** The scope that a diagram is wanted of. */
function modelFor(state: State, { at, scope }: ViewRequest): NetworkModel | undefined {
  if (scope !== undefined) return modelNamed(state, scope);
  const size = (model: NetworkModel): number => servicesOf(model).length + workloadsOf(model).length;
  const bySize = [...state.scopes.models].sort((a, b) => size(b) - size(a));
  const preferred = bySize.find((model) => model.scope.name === state.preferred);
  return (at && modelsOf(state, at.uri)[0]) ?? preferred ?? bySize[0];
}

function factsOf(
  state: State,
  { scope }: NetworkModel,
  findings: ReadonlyMap<string, readonly Finding[]>,
  { without, matrix }: ViewRequest,
): DiagramFacts {
  return { findings, settings: state.settings.of(scope.root), without, matrix };
}

function resourcesOfScope(state: State, { rendering, files }: ScopeDefinition): readonly Resource[] {
  return rendering?.resources ?? files.flatMap((uri) => state.files.get(uri)?.manifest.resources ?? []);
}

function resourcesIn(state: State, scope: ScopeDefinition, toRange: ToRange): readonly ScopeResource[] {
  return resourcesOfScope(state, scope).map((resource) => ({
    ...locate(resource, undefined, toRange),
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    name: resource.name,
    namespace: namespaceOf(resource) || undefined,
    object: networkingFields(resource),
  }));
}

function modelNamed(state: State, name: string): NetworkModel | undefined {
  return state.scopes.models.find(({ scope }) => scope.name === name);
}

function count(state: State, findings: ReadonlyMap<string, readonly Finding[]>): Counts {
  const all = [...findings.values()].flat();
  const of = (severity: Finding['severity']): number => all.filter((finding) => finding.severity === severity).length;
  const manifests = analysed(state).filter(hasContent);
  const others = writtenElsewhere(state);
  return {
    files: manifests.length + others.size,
    resources: [...others.values()].reduce(
      (sum, starts) => sum + starts.size,
      manifests.reduce((sum, { resources }) => sum + resources.length, 0),
    ),
    scopes: state.scopes.models.length,
    errors: of('error'),
    warnings: of('warning'),
    information: of('information'),
    hints: of('hint'),
  };
}

/** Resources that stand in no manifest, by file: those of templates and generators, counted once however often they are rendered. */
function writtenElsewhere(state: State): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const { scope } of state.scopes.models) {
    for (const { file, range } of scope.rendering?.resources ?? []) {
      if (isManifest(state.files.get(file)?.manifest)) continue;
      const starts = found.get(file) ?? new Set();
      found.set(file, starts.add(range.start));
    }
  }
  return found;
}
