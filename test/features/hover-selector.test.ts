import { describe, expect, it } from 'vitest';
import { analyze } from '../support/analyze';
import { shop } from '../support/shop';

const { hoverOn } = analyze(shop);
const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: many}}\nspec: {containers: [{name: x}]}\n`;

describe('hover on a selector', () => {
  it('lists the pods, and what one label catches alone', () => {
    expect(hoverOn('services.yaml', 'app: backend')?.markdown)
      .toBe(`\`app=backend, tier=api\` selects pods of **2 workloads** in namespace \`shop\`

- [DaemonSet agent](file:///project/workloads.yaml#L25,19) one per node · \`web 8081/TCP\`
- [Deployment backend](file:///project/workloads.yaml#L4,9) ×3 · \`http 8080/TCP\`, \`9090/TCP\`

\`app=backend\` alone: 2 workloads.`);
  });

  it('says that no pod matches', () => {
    expect(hoverOn('services.yaml', 'app: fronted')?.markdown).toBe(
      'No pod in namespace `shop` matches `app=fronted`.',
    );
  });

  it('shows ten pods and how many more', () => {
    const pods = Array.from({ length: 12 }, (_, index) => pod(`p${index}`));
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {$0app: many}}\n';
    const markdown = analyze({ 'a.yaml': [service, ...pods].join('---\n') }).hover() ?? '';
    expect(markdown.match(/^- \[Pod /gm)).toHaveLength(10);
    expect(markdown).toContain('- and 2 more');
  });

  it("lists a workload's own pods", () => {
    expect(hoverOn('workloads.yaml', 'matchLabels')?.markdown).toContain('selects pods of **2 workloads**');
  });

  it('selects every pod with an empty podSelector', () => {
    expect(hoverOn('policies.yaml', 'podSelector: {}')?.markdown).toContain(
      'Selects **every pod** in namespace `shop`: 3 workloads',
    );
  });

  it('reads expressions', () => {
    const selector = '{matchExpressions: [{key: app, operator: NotIn, values: [$0frontend]}]}';
    const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: ${selector}}\n`;
    expect(analyze({ ...shop, 'a.yaml': text }).hover()).toContain(
      '`app notin (frontend)` selects pods of **2 workloads**',
    );
  });

  it('concludes nothing from a selector that it cannot read', () => {
    const selector = '{matchExpressions: [{key: app, $0operator: Near}]}';
    const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: ${selector}}\n`;
    expect(analyze({ 'a.yaml': text }).hover()).toContain('could not be read');
  });
});

describe('hover on a namespaceSelector', () => {
  const peer = (selector: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}, ingress: [{from: [${selector}]}]}\n`;

  it('says which namespaces it catches, and which are unknown', () => {
    const { hover } = analyze({ ...shop, 'a.yaml': peer('{namespaceSelector: {matchLabels: {$0team: a}}}') });
    expect(hover()).toBe(`\`team=a\` selects

- [Namespace shop](file:///project/namespace.yaml#L4,9)

Unknown: \`default\`. No manifest declares their labels.`);
  });

  it('knows every namespace by its name', () => {
    const selector = '{matchLabels: {$0kubernetes.io/metadata.name: default}}';
    const { hover } = analyze({ ...shop, 'a.yaml': peer(`{namespaceSelector: ${selector}}`) });
    expect(hover()).toContain('- namespace `default`');
    expect(hover()).not.toContain('Unknown');
  });

  it('needs both selectors of one peer', () => {
    const both = '{namespaceSelector: {matchLabels: {team: a}}, $0podSelector: {matchLabels: {app: frontend}}}';
    const { hover } = analyze({ ...shop, 'a.yaml': peer(both) });
    expect(hover()).toContain('Catches pods with `app=frontend` in namespaces with `team=a`: **1 workload**');
  });
});
