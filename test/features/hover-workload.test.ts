import { describe, expect, it } from 'vitest';
import { analyze } from '../support/analyze';
import { shop } from '../support/shop';

const { hoverOn } = analyze(shop);
const workloads = (text: string): string | undefined => hoverOn('workloads.yaml', text)?.markdown;

describe('hover on a workload', () => {
  it('says which Services lead to it and which policies govern it', () => {
    expect(workloads('name: backend')).toBe(`**Deployment** \`backend\` · ×3 · namespace \`shop\`

Pod labels: \`app=backend, tier=api\`

Container ports: \`http 8080/TCP\`, \`9090/TCP\`

**Services**

- [Service backend](file:///project/services.yaml#L4,9) · \`80 → 8080 (http)\`, \`9090\`

**Policies**

- Ingress: [NetworkPolicy backend](file:///project/policies.yaml#L3,19), [NetworkPolicy deny](file:///project/policies.yaml#L21,19)
- Egress: [NetworkPolicy backend](file:///project/policies.yaml#L3,19)`);
  });

  it('says the same on the pod labels, and nothing on an image', () => {
    expect(workloads('tier: api')).toBe(workloads('name: backend'));
    expect(workloads('image: api')).toBeUndefined();
  });

  it('says that it is open, behind no Service, or on the node', () => {
    expect(workloads('name: canary')).toContain('none selects its pods, so they are open in both directions');
    expect(workloads('name: frontend')).toContain('**Services**: none selects its pods.');
    expect(workloads('name: frontend')).toContain('- Egress: open, no policy');
    expect(workloads('name: agent')).toContain('most network plugins apply no policy to it');
  });

  it('says which Services lead to a container port', () => {
    expect(workloads('name: http')).toContain(
      '- [Service backend](file:///project/services.yaml#L4,9) · `80 → 8080 (http)`',
    );
    expect(workloads('name: web, containerPort: 8000')).toContain('No Service leads here.');
  });
});

describe('hover on a Namespace', () => {
  it('counts what is in it and shows the labels that selectors see', () => {
    expect(hoverOn('namespace.yaml', 'name: shop')?.markdown).toBe(
      '**Namespace** `shop` · 3 workloads · 4 Services · 2 policies\n\nLabels: `kubernetes.io/metadata.name=shop, team=a`',
    );
  });
});
