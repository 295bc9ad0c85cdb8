import { itemsAt, stringAt } from '../manifest/node';
import type { GatewayRoute, RouteMatch } from '../model/gateway-route';
import type { IngressRoute } from '../model/ingress';

/** How a route compares requests, beside the beginning of their path: `exact`, `GET`, `header x-env`; empty where it does not. */
export type Conditions = readonly string[];

export function conditionsOfIngress({ pathType }: IngressRoute): Conditions {
  return comparisonOf(pathType);
}

export function conditionsOfMatch({ kind }: GatewayRoute, { type, node }: RouteMatch): Conditions {
  // Methods of gRPC are exact as a matter of course.
  const comparison = kind === 'GRPCRoute' && type === 'Exact' ? [] : comparisonOf(type);
  const method = stringAt(node, 'method')?.value;
  const named = (word: string, field: string): Conditions =>
    itemsAt(node, field).flatMap((item) => {
      const name = stringAt(item, 'name')?.value;
      return name === undefined ? [] : [`${word} ${name}`];
    });
  return [
    ...comparison,
    ...(method === undefined ? [] : [method]),
    ...named('header', 'headers'),
    ...named('query', 'queryParams'),
  ];
}

function comparisonOf(type: string | undefined): Conditions {
  return type === 'Exact' ? ['exact'] : type === 'RegularExpression' ? ['regex'] : [];
}

/** ` (exact, header x-env)`, to follow a path; empty where one of all that ask for it sets no condition. */
export function printConditions(all: readonly Conditions[]): string {
  const texts = new Set(all.map((conditions) => conditions.join(', ')));
  return texts.size === 0 || texts.has('') ? '' : ` (${[...texts].join(' or ')})`;
}
