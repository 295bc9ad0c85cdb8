// Files that break the rules of the house on purpose. Each must be caught by the checks it names: a check that lets its canary live has
// gone blind.

export interface Canary {
  readonly name: string;
  /** Where it sits; the file is written into a copy of the tree, never into the tree. */
  readonly file: string;
  readonly text: string;
  readonly caughtBy: {
    /** The core's tsconfig: no types but the language's own. */
    readonly compiler?: true;
    /** The bundle for browsers. */
    readonly bundle?: true;
    /** A rule of .dependency-cruiser.cjs. */
    readonly rule?: string;
  };
}

export const CANARIES: readonly Canary[] = [
  {
    name: 'the core reads a file',
    file: 'server/core/rules/canary-file.ts',
    text: `import { readFileSync } from 'node:fs';\nexport const text: string = readFileSync('services.yaml', 'utf8');\n`,
    caughtBy: { compiler: true, bundle: true, rule: 'core-is-pure' },
  },
  {
    name: 'the core reads a file, by the old name of the module',
    file: 'server/core/model/canary-path.ts',
    text: `import { join } from 'path';\nexport const path: string = join('a', 'b');\n`,
    caughtBy: { compiler: true, bundle: true, rule: 'core-is-pure' },
  },
  ...[
    'process.cwd()',
    'setTimeout(() => undefined, 1)',
    'console.log(1)',
    "Buffer.from('')",
    "fetch('')",
    'document.title',
  ].map((expression, index): Canary => ({
    name: `the core uses a global: ${expression}`,
    file: `server/core/features/canary-global-${index}.ts`,
    text: `export const value: unknown = ${expression};\n`,
    caughtBy: { compiler: true },
  })),
  {
    name: 'the core imports the editor',
    file: 'server/core/features/canary-vscode.ts',
    text: `import * as vscode from 'vscode';\nexport const version: string = vscode.version;\n`,
    caughtBy: { bundle: true, rule: 'only-client-imports-vscode' },
  },
  {
    name: "the core imports the language server's runtime",
    file: 'server/core/features/canary-protocol.ts',
    text: `import { createConnection } from 'vscode-languageserver/node';\nexport const connection = createConnection();\n`,
    caughtBy: { bundle: true, rule: 'core-knows-no-protocol' },
  },
  imports('server/core/manifest/canary-up.ts', 'server/core/model/target.ts', 'manifest-knows-nothing-above'),
  imports('server/core/kustomize/canary-up.ts', 'server/core/rules/target.ts', 'kustomize-knows-nothing-above'),
  imports('server/core/helm/canary-up.ts', 'server/core/model/target.ts', 'helm-knows-nothing-above'),
  imports('server/core/model/canary-up.ts', 'server/core/reach/target.ts', 'model-knows-nothing-above'),
  imports('server/core/reach/canary-up.ts', 'server/core/rules/target.ts', 'reach-knows-nothing-above'),
  imports('server/core/rules/canary-wiring.ts', 'server/core/index.ts', 'only-index-wires'),
  imports('server/core/rules/canary-outside.ts', 'server/workspace/target.ts', 'core-is-alone'),
  imports('server/lsp/canary-client.ts', 'client/src/target.ts', 'server-knows-no-client'),
  imports('client/src/canary-server.ts', 'server/lsp/target.ts', 'client-imports-types-only'),
  imports('diagram/canary-server.ts', 'server/core/target.ts', 'diagram-imports-types-only'),
  imports('server/core/rules/canary-circle.ts', 'server/core/rules/canary-circle-back.ts', 'no-circular'),
  {
    name: 'a part of a circle',
    file: 'server/core/rules/canary-circle-back.ts',
    text: `import { canary } from './canary-circle.js';\nexport const target: unknown = () => canary;\n`,
    caughtBy: { rule: 'no-circular' },
  },
  {
    name: "the panel's page reads a file",
    file: 'client/webview/canary-file.ts',
    text: `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n`,
    caughtBy: { rule: 'webview-is-browser-code' },
  },
];

/** Files that are there to be imported. */
export function targetsOf(canaries: readonly Canary[]): string[] {
  const files = canaries.map(({ file }) => file);
  return canaries.flatMap(({ name }) => name.split(' imports ')[1] ?? []).filter((file) => !files.includes(file));
}

/** An import that goes against the direction. */
function imports(file: string, target: string, rule: string): Canary {
  const up = '../'.repeat(file.split('/').length - 1);
  const text = `import { target } from '${up}${target.replace(/\.ts$/, '.js')}';\nexport const canary: unknown = target;\n`;
  return { name: `${file} imports ${target}`, file, text, caughtBy: { rule } };
}
