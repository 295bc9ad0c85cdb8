import type { DiagramView } from './view';
import type { ViewContext } from './view-context';

export function podNetworking({ model }: ViewContext): DiagramView {
  return {
    view: 'pods',
    scope: model.scope.name,
    groups: [],
    nodes: [],
    edges: [],
    lanes: [],
    openLanes: [],
    notes: [],
  };
}
