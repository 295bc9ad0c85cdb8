import type { DiagramView } from './view';
import type { ViewContext } from './view-context';

export function networkPolicy({ model }: ViewContext): DiagramView {
  return {
    view: 'policies',
    scope: model.scope.name,
    groups: [],
    nodes: [],
    edges: [],
    lanes: [],
    openLanes: [],
    notes: [],
  };
}
