import { checkGatewayRoutes } from './gateway-route-conflict';
import { checkIngresses } from './ingress-conflict';
import { checkOpenshiftRoutes } from './openshift-route-conflict';
import { defineRule } from './rule';

export const routeConflict = defineRule({
  id: 'route-conflict',
  title: 'The same host and path twice, so that one of the two gets no requests',
  severity: 'warning',
  variants: ['information: two Ingresses for every host whose controller is not known'],
  check(model, report) {
    checkIngresses(model, report);
    checkGatewayRoutes(model, report);
    checkOpenshiftRoutes(model, report);
  },
});
