// The direction of imports (docs/architecture.md): manifest <- model <- reach <- rules, features, views <- index <- workspace, lsp, cli.
const layers = [
  ['manifest', ['kustomize', 'helm', 'model', 'reach', 'rules', 'features', 'views']],
  ['kustomize', ['helm', 'reach', 'rules', 'features', 'views']],
  ['helm', ['kustomize', 'model', 'reach', 'rules', 'features', 'views']],
  ['model', ['kustomize', 'helm', 'reach', 'rules', 'features', 'views']],
  ['reach', ['rules', 'features', 'views']],
];
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...layers.map(([from, above]) => ({
      name: `${from}-knows-nothing-above`,
      severity: 'error',
      from: { path: `^server/core/${from}/` },
      to: { path: `^server/core/(${above.join('|')}|index)` },
    })),
    {
      name: 'core-is-alone',
      severity: 'error',
      from: { path: '^server/core/' },
      to: { path: '^(server/(workspace|lsp|cli)|client|diagram|test|scripts)/' },
    },
    { name: 'core-is-pure', severity: 'error', from: { path: '^server/core/' }, to: { dependencyTypes: ['core'] } },
    { name: 'core-knows-no-protocol', severity: 'error', from: { path: '^server/core/' }, to: { path: 'vscode' } },
    {
      name: 'only-index-wires',
      severity: 'error',
      from: { path: '^server/core/(rules|features|views|reach|model|manifest|kustomize|helm)/' },
      to: { path: '^server/core/index' },
    },
    {
      name: 'server-knows-no-client',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(client|test|scripts)/' },
    },
    {
      name: 'only-client-imports-vscode',
      severity: 'error',
      from: { path: '^(server|diagram)/' },
      to: { path: '^vscode$|/@types/vscode/' },
    },
    {
      name: 'client-imports-types-only',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'diagram-imports-types-only',
      severity: 'error',
      from: { path: '^diagram/' },
      to: { path: '^(server|client)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'webview-is-browser-code',
      severity: 'error',
      from: { path: '^client/webview/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
