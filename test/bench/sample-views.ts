import { createAnalyzer, type Analyzer, type DiagramView, type ViewName } from '../../server/core/index';
import { generateWorkspace, type GeneratedFile } from './generate-workspace';

/** A generated workspace in an analyzer, as one scope. */
export interface SampleWorkspace {
  readonly analyzer: Analyzer;
  readonly files: readonly GeneratedFile[];
}

/** @param resources about how many Kubernetes objects */
function sampleWorkspace(resources: number): SampleWorkspace {
  const analyzer = createAnalyzer({ logger: { info: () => undefined, warn: () => undefined } });
  const files = generateWorkspace(resources);
  for (const { path, text } of files) analyzer.setFile(uriOf(path), text);
  const uris = files.map(({ path }) => uriOf(path));
  analyzer.setScopes([{ name: 'sample', kind: 'directory', root: 'file:///sample', complete: true, files: uris }]);
  return { analyzer, files };
}

/** A workspace of such a size that the view of it has about so many nodes. */
export function workspaceOfSize(view: ViewName, nodes: number): SampleWorkspace {
  const some = viewOf(sampleWorkspace(500), view).nodes.length;
  return sampleWorkspace(Math.round((500 * nodes) / Math.max(1, some)));
}

export function viewOf({ analyzer }: SampleWorkspace, view: ViewName): DiagramView {
  const found = analyzer.view({ view });
  if (!found) throw new Error(`There is no view of ${view}.`);
  return found;
}

export function uriOf(path: string): string {
  return `file:///sample/${path}`;
}
