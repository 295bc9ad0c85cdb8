import { ingressFlow } from './ingress-flow';
import { networkPolicy } from './network-policy';
import { podNetworking } from './pod-networking';
import { serviceRouting } from './service-routing';
import type { DiagramView, ViewName } from './view';
import type { ViewContext } from './view-context';

/** What draws up each view. The same manifests give the same view, in whatever order they were read and edited. */
export const views: Readonly<Record<ViewName, (context: ViewContext) => DiagramView>> = {
  pods: podNetworking,
  services: serviceRouting,
  policies: networkPolicy,
  ingress: ingressFlow,
};
