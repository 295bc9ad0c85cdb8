import type { DiagramView } from './view';
import type { ViewContext } from './view-context';

export function ingressFlow({ model }: ViewContext): DiagramView {
  return {
    view: 'ingress',
    scope: model.scope.name,
    groups: [],
    nodes: [],
    edges: [],
    lanes: [],
    openLanes: [],
    notes: [],
  };
}
