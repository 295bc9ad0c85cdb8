/** Texts that try to become markup, links or commands where a manifest's text is shown. */
export const hostileTexts: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '[x](command:evil)',
  '](command:evil)',
  '![x](https://evil.example/x.png)',
  '`code` and ``more``',
  '```',
  'https://evil.example',
  'www.evil.example',
  'a@evil.example',
  'a|b\\|c\\\\|d',
  '**bold** _it_ ~~gone~~',
  '$(rocket)',
  '&lt;b&gt;',
  '# heading',
  '- item',
  '1. item',
  'ends with \\',
  '\u202egnp.exe',
  'two\nlines\n\n<b>',
];

/** One manifest of every kind with a text wherever users may write one. */
export function manifestOf(text: string): string {
  const q = JSON.stringify(text);
  const pod = `{metadata: {labels: {${q}: ${q}}}, spec: {containers: [{name: ${q}, image: ${q}, ports: [{name: ${q}, containerPort: 80}]}]}}`;
  const selector = `{matchLabels: {${q}: ${q}}, matchExpressions: [{key: ${q}, operator: In, values: [${q}]}]}`;
  const resource = (apiVersion: string, kind: string, body: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${q}, namespace: ${q}, labels: {${q}: ${q}}}\n${body}\n`;
  return [
    resource('v1', 'Namespace', ''),
    resource(
      'v1',
      'Service',
      `spec: {type: ${q}, selector: {${q}: ${q}}, ports: [{name: ${q}, port: 80, targetPort: ${q}}]}`,
    ),
    resource('v1', 'Service', `spec: {type: ExternalName, externalName: ${q}}`),
    resource('v1', 'Service', `spec: {selector: {${q}: none}, ports: [{name: ${q}, port: 80}]}`),
    resource('apps/v1', 'Deployment', `spec: {selector: ${selector}, template: ${pod}}`),
    resource('apps/v1', 'StatefulSet', `spec: {selector: ${selector}, template: ${pod}}`),
    resource(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      `spec: {podSelector: ${selector}, ingress: [{from: [{podSelector: ${selector}, namespaceSelector: ${selector}}, {ipBlock: {cidr: ${q}, except: [${q}]}}], ports: [{port: ${q}}]}]}`,
    ),
    resource(
      'networking.k8s.io/v1',
      'Ingress',
      `spec: {ingressClassName: ${q}, tls: [{hosts: [${q}]}], rules: [{host: ${q}, http: {paths: [{path: ${q}, pathType: ${q}, backend: {service: {name: ${q}, port: {name: ${q}}}}}, {path: ${q}, backend: {service: {name: ${JSON.stringify(`no ${text}`)}, port: {number: 1}}}}]}}]}`,
    ),
  ].join('---\n');
}
