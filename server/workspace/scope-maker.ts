import type { SourceProblem } from '../core/index';
import { createChartScopes } from './chart-scopes';
import type { ExternalRenders, RenderAnswer } from './external-renders';
import { folderOf, isWithin, type ScopeRoot } from './folders';
import { createKustomizeScopes, type KustomizeInput } from './kustomize-scopes';
import { plainScopes, type PlainScopes } from './plain-scopes';
import { drop, type Reading } from './reading';
import { nameScopes } from './scope-names';
import { testDataIn, type TestData } from './test-data';

/** Works out the scopes of a workspace (docs/scopes.md), again and again, with as little work as the changes ask for. */
export interface ScopeMaker {
  /**
   * Gives the analyzer its scopes: kustomizations and charts as they are rendered, application directories, and foreign documents, each
   * alone; and what is wrong with the project's settings.
   * @param renders runs the user's programs; undefined where none may run
   */
  update(roots: readonly ScopeRoot[], renders: ExternalRenders | undefined): void;
  /** Whether a file or directory is left alone unless somebody looks at it. */
  isTestData(uri: string): boolean;
  /** Whether a kustomization ever looked for a file or directory, there or not. */
  isUsed(uri: string): boolean;
  /** All such below a directory. */
  usedBelow(directory: string): readonly string[];
  /** Renderings that the last scopes wait for. */
  pending(): number;
  /** Sentences for people about what was left alone. */
  notes(): readonly string[];
}

export function createScopeMaker(reading: Reading): ScopeMaker {
  const kustomize = createKustomizeScopes(reading);
  const charts = createChartScopes(reading);
  let testData: TestData = testDataIn([], []);
  let plain: PlainScopes = { scopes: [], others: [], note: undefined };
  let pending = 0;
  return {
    update(roots, renders) {
      const stale = reading.stale;
      if (stale)
        testData = testDataIn(
          roots.map(({ uri }) => uri),
          filesOf(reading),
        );
      const trusted = renders !== undefined;
      const inputs = kustomize.inputs();
      settle({ roots, testData, trusted });
      const jobs = [
        ...kustomize.jobs(),
        ...charts.jobs({ roots, testData, touched: reading.touched, trusted, stale: stale || reading.stale }),
      ];
      const answers = renders?.answers(jobs) ?? new Map<string, RenderAnswer>();
      pending = [...answers.values()].filter(({ state }) => state === 'pending').length;
      // Rendering reads what kustomizations name, wherever it lies: plain files are known only after it.
      if (stale || reading.stale || inputs !== kustomize.inputs()) plain = plainOf(roots);
      reading.stale = false;
      reading.renewed = false;
      reading.touched.clear();
      const all = [...kustomize.scopes(answers), ...charts.scopes(answers), ...plain.scopes];
      reading.analyzer.setScopes(nameScopes(all, roots.map(folderOf)));
      reading.analyzer.setOthers(plain.others);
      reading.analyzer.setProblems([...projectProblems(reading), ...charts.problems(answers)]);
    },
    isTestData: (uri) => testData.has(uri),
    isUsed: (uri) => kustomize.asked.has(uri),
    usedBelow: (directory) => [...kustomize.asked].filter((uri) => isWithin(uri, directory)),
    pending: () => pending,
    notes: () => [charts.note() ?? []].flat(),
  };

  /** What a kustomization names outside of the folders may say itself what is deployed. */
  function settle(input: KustomizeInput): void {
    for (let round = 0; round < maxRounds; round++) {
      const before = [...reading.deployers.values()];
      kustomize.update(input);
      for (const uri of reading.borrowed) if (!kustomize.inputs().has(uri)) drop(reading, uri);
      const after = [...reading.deployers.values()];
      if (after.length === before.length && after.every((some, index) => some === before[index])) return;
    }
  }

  function plainOf(roots: readonly ScopeRoot[]): PlainScopes {
    const before = plain.note;
    const next = plainScopes({
      reading,
      roots,
      isTaken: (uri) => kustomize.isTaken(uri),
      rendered: kustomize.inputs(),
      kustomized: kustomize.known(),
      testData,
    });
    if (next.note !== undefined && next.note !== before) reading.logger.info(next.note);
    return next;
  }
}

const maxRounds = 3;

/** Of what is there: `others` holds what was looked for in vain, too. */
function* filesOf({ manifests, others }: Reading): Iterable<string> {
  yield* manifests;
  for (const [uri, reason] of others) if (!reason) yield uri;
}

function projectProblems({ projectFiles, editorSettings }: Reading): readonly SourceProblem[] {
  return [...[...projectFiles.values()].flatMap(({ problems }) => problems), ...[...editorSettings.values()].flat()];
}
