import type { Analyzer } from '../core/index';
import { parseCidr } from '../core/model/cidr';

/**
 * Whether a policy of a scope tells IPv6 addresses apart. Results leave them out otherwise, so that two results can only be compared
 * when neither side does or both.
 */
export function speaksOfIpv6(analyzer: Analyzer, scope: string): boolean {
  const resources = analyzer.scopeResources().find((one) => one.scope.name === scope)?.resources ?? [];
  return resources.some(({ kind, object }) => kind.endsWith('Policy') && cidrsIn(object).some(isIpv6));
}

/** Makes a scope's results speak of IPv6, by a policy that holds for no pod and names all of its addresses. */
export function askForIpv6(analyzer: Analyzer, scope: string): void {
  const namespace = analyzer
    .scopeResources()
    .find((one) => one.scope.name === scope)
    ?.resources.find((resource) => resource.namespace !== undefined)?.namespace;
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'speaks-of-ipv6', namespace: namespace ?? 'default' },
    spec: {
      podSelector: { matchLabels: { 'kubepath/speaks-of-ipv6': 'nobody' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }] }],
    },
  };
  const uri = 'file:///kubepath/speaks-of-ipv6.yaml';
  analyzer.setFile(uri, JSON.stringify(policy));
  const extended = analyzer
    .scopes()
    .map((one) => (one.name === scope ? { ...one, files: [...one.files, { uri }] } : one));
  analyzer.setScopes(extended);
}

function cidrsIn(object: object): readonly string[] {
  return [...JSON.stringify(object).matchAll(/"([0-9a-f:.]+\/\d+)"/gi)].flatMap(([, cidr]) => cidr ?? []);
}

function isIpv6(text: string): boolean {
  return parseCidr(text)?.family === 6;
}
