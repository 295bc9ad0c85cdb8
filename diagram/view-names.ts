import type { ViewName } from '../server/core/views/view';

/** What the four views are called, in the order of their tabs. */
export const VIEW_TITLES: Readonly<Record<ViewName, string>> = {
  pods: 'Pod Networking',
  services: 'Service Routing',
  policies: 'Network Policy',
  ingress: 'Ingress Flow',
};

export const VIEW_NAMES = Object.keys(VIEW_TITLES) as readonly ViewName[];

export function isViewName(value: unknown): value is ViewName {
  return VIEW_NAMES.some((name) => name === value);
}
