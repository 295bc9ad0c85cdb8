import type { Finding } from './finding';
import type { FeatureContext } from './features/feature-context';
import type { Settings } from './settings';
import type { DiagramView, PolicyAlone, ViewName, ViewProblem } from './views/view';
import { aloneOf } from './views/policy-alone';
import type { ViewContext } from './views/view-context';
import { views } from './views/views';

/** What a view is wanted of. */
export interface ViewRequest {
  readonly view: ViewName;
  /** The scope that holds this file; without it, and without a name, the one with most Services and workloads. Lines are zero-based. */
  readonly at?: { readonly uri: string; readonly line?: number } | undefined;
  /** The scope of this name. */
  readonly scope?: string | undefined;
  /** Id of a policy's node that the view of policies shall do without. */
  readonly without?: string | undefined;
  /** Whether the view of policies shall hold its matrix, which takes as long as all the rest. */
  readonly matrix?: boolean | undefined;
}

/** What the views of a scope stand on, beside its model. */
export interface DiagramFacts {
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly settings: Settings;
  readonly without?: string | undefined;
  readonly matrix?: boolean | undefined;
}

/** One of the four pictures of a scope, as data. */
export function diagramOf(context: FeatureContext, view: ViewName, facts: DiagramFacts): DiagramView {
  return views[view](viewContext(context, facts));
}

/** What one policy alone admits; undefined when no node of the view of policies has this id. */
export function policyAloneOf(context: FeatureContext, policy: string, facts: DiagramFacts): PolicyAlone | undefined {
  return aloneOf(viewContext(context, facts), policy);
}

function viewContext(context: FeatureContext, { findings, settings, without, matrix }: DiagramFacts): ViewContext {
  const { scope } = context.model;
  // A finding belongs to the resource whose lines it stands in.
  const byFile = new Map<string, readonly Finding[]>();
  const findingsIn = (file: string): readonly Finding[] => {
    const known = byFile.get(file);
    if (known) return known;
    const own = (findings.get(file) ?? []).filter(
      (finding) => finding.scope === '' || finding.scope.split(', ').includes(scope.name),
    );
    byFile.set(file, own);
    return own;
  };
  return {
    ...context,
    settings,
    without,
    matrix,
    problemsOf(resource) {
      const own = findingsIn(resource.file);
      if (own.length === 0) return [];
      const { range } = context.locate(resource, resource.range);
      return own
        .filter(({ range: { start } }) => start.line >= range.start.line && start.line <= range.end.line)
        .map(toProblem);
    },
  };
}

function toProblem({ rule, severity, message, file, range }: Finding): ViewProblem {
  return { rule, severity, message, location: { file, range } };
}
