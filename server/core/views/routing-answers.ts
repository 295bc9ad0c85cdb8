import { itemsAt, nodeAt, stringAt, type SourceNode } from '../manifest/node';
import type { GatewayRoute, GatewayRouteRule } from '../model/gateway-route';
import type { Ingress } from '../model/ingress';

/** What an Ingress leads to other than Services, one line each: a card from which no edge leads shall say why. */
export function answersOfIngress({ resource: { root } }: Ingress): readonly string[] {
  const paths = itemsAt(root, 'spec', 'rules').flatMap((rule) => itemsAt(rule, 'http', 'paths'));
  const backends = [nodeAt(root, 'spec', 'defaultBackend'), ...paths.map((path) => nodeAt(path, 'backend'))];
  return [...new Set(backends.flatMap((backend) => printReference('to', nodeAt(backend, 'resource'))))];
}

/** What a route of the Gateway API does other than sending requests to Services, one line each. */
export function answersOfRoute({ kind, rules }: GatewayRoute): readonly string[] {
  return kind === 'HTTPRoute' ? [...new Set(rules.flatMap(answersOfRule))] : [...new Set(rules.flatMap(otherBackends))];
}

function answersOfRule(rule: GatewayRouteRule): readonly string[] {
  const filters = itemsAt(rule.node, 'filters');
  const answers = [...(filters.some(isRedirect) ? ['redirects'] : []), ...otherBackends(rule)];
  if (answers.length > 0 || rule.node.type !== 'map' || nodeAt(rule.node, 'backendRefs')) return answers;
  const others = filters.flatMap((filter) => printReference('filter', nodeAt(filter, 'extensionRef')));
  // API reference, HTTPRouteRule.backendRefs.
  return others.length > 0 ? others : ['no backend: answers with an error'];
}

function isRedirect(filter: SourceNode): boolean {
  return stringAt(filter, 'type')?.value === 'RequestRedirect';
}

function otherBackends({ backendRefs }: GatewayRouteRule): readonly string[] {
  return backendRefs
    .filter(({ group, kind }) => group !== '' || kind !== 'Service')
    .map(({ kind, name }) => `to ${kind} ${name.value}`);
}

function printReference(word: string, reference: SourceNode | undefined): readonly string[] {
  const [kind, name] = [stringAt(reference, 'kind'), stringAt(reference, 'name')];
  return kind && name ? [`${word} ${kind.value} ${name.value}`] : [];
}
