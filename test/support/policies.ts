/** A NetworkPolicy over the pods with one value of the label app, as JSON, which is YAML too. */
export function policy(
  name: string,
  app: string | undefined,
  rules: { readonly ingress?: readonly object[]; readonly egress?: readonly object[] },
  namespace = 'default',
): string {
  const { ingress, egress } = rules;
  const policyTypes = [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])];
  const podSelector = app === undefined ? {} : { matchLabels: { app } };
  const spec = { podSelector, policyTypes, ...rules };
  return `${JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec })}\n`;
}

/** `from` or `to` pods of the same namespace with one value of the label app. */
export function pods(app: string): object {
  return { podSelector: { matchLabels: { app } } };
}
