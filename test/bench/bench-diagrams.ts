import { layoutDiagram } from '../../diagram/layout';
import { viewNames, type DiagramView, type ViewName } from '../../server/core/index';
import { uriOf, viewOf, workspaceOfSize, type SampleWorkspace } from './sample-views';

/** What one picture costs, in milliseconds; the median of several. */
export interface DiagramCost {
  readonly view: ViewName;
  readonly nodes: number;
  readonly edges: number;
  /** The view's data, after an edit of one file, with all rules. */
  readonly data: number;
  /** The places of all nodes and edges, for the first time. */
  readonly layout: number;
  /** The same after one node came, with what is known of the one before. */
  readonly again: number;
}

const rounds = 7;

/** The four pictures of workspaces with about so many nodes. */
export function measureDiagrams(nodes: number): readonly DiagramCost[] {
  return viewNames.map((name) => {
    const workspace = workspaceOfSize(name, nodes);
    const view = viewOf(workspace, name);
    const layout = layoutDiagram(view);
    return {
      view: name,
      nodes: view.nodes.length,
      edges: view.edges.length,
      data: editCost(name, workspace),
      layout: median(() => layoutDiagram(view)),
      again: median((round) => layoutDiagram(withOneMore(view, round), { previous: layout })),
    };
  });
}

function editCost(name: ViewName, workspace: SampleWorkspace): number {
  const [file] = workspace.files.slice(workspace.files.length / 2);
  if (!file) throw new Error('There is nothing to edit.');
  return median((round) => {
    workspace.analyzer.setFile(uriOf(file.path), `${file.text}# ${round}\n`);
    viewOf(workspace, name);
  });
}

function withOneMore(view: DiagramView, round: number): DiagramView {
  const [sample] = view.nodes.slice(view.nodes.length / 2);
  return sample ? { ...view, nodes: [...view.nodes, { ...sample, id: `new/${round}` }] } : view;
}

function median(work: (round: number) => unknown): number {
  const times = Array.from({ length: rounds }, (_, round) => {
    const start = performance.now();
    work(round);
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}
