import { createChartScopes } from './chart-scopes';
import type { ExternalRenders } from './external-renders';
import { folderOf, type ScopeRoot } from './folders';
import { createKustomizeScopes } from './kustomize-scopes';
import { plainScopes, type PlainScopes } from './plain-scopes';
import type { Reading } from './reading';
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
  /** Renderings that the last scopes wait for. */
  pending(): number;
  /** Sentences for people about what was left alone. */
  notes(): readonly string[];
}

export function createScopeMaker(reading: Reading): ScopeMaker {
  const kustomize = createKustomizeScopes(reading);
  const charts = createChartScopes(reading);
  let testData: TestData = testDataIn([], []);
  let plain: PlainScopes = { scopes: [], note: undefined };
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
      kustomize.update({ roots, testData, trusted });
      const jobs = [...kustomize.jobs(), ...charts.jobs({ roots, testData, touched: reading.touched, trusted })];
      const answers = renders?.answers(jobs) ?? new Map();
      pending = [...answers.values()].filter(({ state }) => state === 'pending').length;
      // Rendering reads what kustomizations name, wherever it lies: plain files are known only after it.
      if (stale || reading.stale) plain = plainOf(roots);
      reading.stale = false;
      reading.touched.clear();
      const all = [...kustomize.scopes(answers), ...charts.scopes(answers), ...plain.scopes];
      reading.analyzer.setScopes(nameScopes(all, roots.map(folderOf)));
      reading.analyzer.setProblems([...reading.projectFiles.values()].flatMap(({ problems }) => problems));
    },
    pending: () => pending,
    notes: () => [charts.note() ?? []].flat(),
  };

  function plainOf(roots: readonly ScopeRoot[]): PlainScopes {
    const before = plain.note;
    const next = plainScopes({ reading, roots, taken: kustomize.taken(), kustomized: kustomize.known(), testData });
    if (next.note !== undefined && next.note !== before) reading.logger.info(next.note);
    return next;
  }
}

function* filesOf({ manifests, others, kustomizations }: Reading): Iterable<string> {
  yield* manifests;
  yield* others.keys();
  yield* kustomizations.keys();
}
