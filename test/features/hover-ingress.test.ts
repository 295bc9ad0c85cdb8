import { describe, expect, it } from 'vitest';
import { analyze } from '../support/analyze';
import { shop } from '../support/shop';

const { hoverOn } = analyze(shop);
const ingress = (text: string): string => hoverOn('ingress.yaml', text)?.markdown ?? '';

describe('hover on an Ingress', () => {
  it('lists its routes, class and TLS hosts', () => {
    const service = '[Service backend](file:///project/services.yaml#L4,9)';
    const pods =
      '[DaemonSet agent](file:///project/workloads.yaml#L25,19), [Deployment backend](file:///project/workloads.yaml#L4,9)';
    expect(ingress('name: shop')).toBe(`**Ingress** \`shop\` · class \`nginx\` · namespace \`shop\`

| Host and path | Service | Port | Pods |
| --- | --- | --- | --- |
| \`shop.example.com/api\` | ${service} | \`http\` | ${pods} |
| \`shop.example.com/bad\` | ${service} | \`8080\` (not there) | ${pods} |
| \`shop.example.com/cart\` | no Service \`cart\` | \`80\` |  |

TLS: \`shop.example.com\``);
  });
});

describe('hover on a backend', () => {
  it('follows it to the pods', () => {
    expect(ingress('name: backend'))
      .toBe(`\`shop.example.com/api\` (\`Prefix\`) → [Service backend](file:///project/services.yaml#L4,9) · NodePort

Port \`80 → http\`, \`80 → 8080 (http)\`

- [DaemonSet agent](file:///project/workloads.yaml#L25,19): no TCP port is named \`http\`, so it gets no traffic
- [Deployment backend](file:///project/workloads.yaml#L4,9): 8080 \`http\` of container \`api\``);
  });

  it('says that there is no such Service, or no such port', () => {
    expect(ingress('name: cart')).toBe(
      '`shop.example.com/cart` (`Prefix`) → no Service named `cart` in namespace `shop`.',
    );
    expect(ingress('number: 8080')).toContain('**No port** `8080`: the Service has `http 80/TCP`, `metrics 9090/TCP`.');
  });

  it('reads the removed form and the default backend', () => {
    const text = `apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: old, namespace: shop}\nspec: {backend: {$0serviceName: legacy, servicePort: 5432}}\n`;
    expect(analyze({ ...shop, 'a.yaml': text }).hover()).toContain('everything else → [Service legacy]');
  });
});
