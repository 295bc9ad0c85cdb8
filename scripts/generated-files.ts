import { rules } from '../server/core/rules/index';
import type { Rule } from '../server/core/rules/rule';
import { settingDefinitions } from '../server/core/settings';

/** Reads a file of the project by its path from the root; undefined when there is none. */
export type ReadFile = (path: string) => string | undefined;

/** Every file that is generated, wholly or in parts, as it should be. */
export function generatedFiles(read: ReadFile): ReadonlyMap<string, string> {
  const files = new Map([
    ['package.json', packageJson(read('package.json') ?? '{}')],
    ['kubepath.schema.json', print(fileSchema())],
    ['README.md', readme(read('README.md') ?? emptyReadme)],
  ]);
  for (const rule of rules) {
    const path = `docs/rules/${rule.id}.md`;
    files.set(path, replaceRegion(read(path) ?? region('header', ''), 'header', header(rule)));
  }
  return files;
}

/** The paths of those that differ from what is there. */
export function staleFiles(read: ReadFile): readonly string[] {
  return [...generatedFiles(read)].filter(([path, text]) => read(path) !== text).map(([path]) => path);
}

const severities = ['off', 'hint', 'information', 'warning', 'error'];

/** Only `contributes.configuration` is ours; everything else stays as it is written. */
function packageJson(text: string): string {
  const manifest = JSON.parse(text) as Record<string, unknown>;
  const contributes = manifest['contributes'] as Record<string, unknown> | undefined;
  return print({ ...manifest, contributes: { ...contributes, configuration: configuration() } });
}

/** The server asks for its settings once and not per resource, so all of them belong to the window. */
function configuration(): unknown {
  const properties: Record<string, unknown> = {
    'kubepath.rules': { scope: 'window', ...rulesSchema('markdownDescription') },
  };
  for (const { key, schema, description, runsPrograms } of settingDefinitions) {
    const scope = runsPrograms ? 'machine-overridable' : 'window';
    properties[`kubepath.${key}`] = { scope, ...schema, description };
  }
  return { title: 'Kubepath', properties };
}

/** The schema of `.kubepath.yaml`, where `a.b` of the editor's settings is `b` within `a`. */
function fileSchema(): unknown {
  const root: SchemaObject = {
    type: 'object',
    additionalProperties: false,
    properties: { rules: rulesSchema('description') },
  };
  for (const { key, schema, description } of settingDefinitions.filter(({ runsPrograms }) => !runsPrograms)) {
    const names = key.split('.');
    const last = names.pop() ?? key;
    const parent = names.reduce(
      (object, name) =>
        ((object.properties[name] as SchemaObject | undefined) ??= {
          type: 'object',
          additionalProperties: false,
          properties: {},
        }),
      root,
    );
    parent.properties[last] = { ...schema, description };
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Kubepath',
    description: 'Settings of Kubepath for one project: .kubepath.yaml.',
    ...root,
  };
}

interface SchemaObject {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly properties: Record<string, unknown>;
}

function rulesSchema(description: 'description' | 'markdownDescription'): Record<string, unknown> {
  const plain = description === 'description';
  const properties = rules.map((rule) => [
    rule.id,
    { type: 'string', enum: severities, default: defaultOf(rule), [description]: describe(rule, plain) },
  ]);
  return {
    type: 'object',
    [description]: `How loudly each rule reports, by its id${plain ? '' : `, e.g. \`{ "${rules[0]?.id ?? ''}": "error" }\``}. A rule that is not listed reports at its own severity.`,
    additionalProperties: false,
    default: {},
    properties: Object.fromEntries(properties),
  };
}

function defaultOf(rule: Rule): string {
  return rule.optIn ? 'off' : rule.severity;
}

function describe(rule: Rule, plain: boolean): string {
  const variants = (rule.variants ?? []).map((variant) =>
    plain ? `- ${variant}` : `- *${variant.replace(':', '*:')}`,
  );
  return [
    `${rule.title}.`,
    ...(variants.length > 0
      ? ['', `${plain ? defaultOf(rule) : `*${defaultOf(rule)}*`}, or quieter:`, ...variants]
      : []),
  ].join('\n');
}

function header(rule: Rule): string {
  const variants = rule.variants ?? [];
  const severity = variants.length === 0 ? `**${defaultOf(rule)}**` : `**${defaultOf(rule)}**, or`;
  return [
    `# ${rule.id}`,
    '',
    `${rule.title}.`,
    '',
    `Reported as: ${severity}`,
    ...(variants.length > 0 ? ['', ...variants.map((variant) => `- **${variant.replace(':', '**:')}`)] : []),
    '',
    `Quick fix: ${rule.fixes ? 'yes' : 'none'}`,
  ].join('\n');
}

function readme(text: string): string {
  return replaceRegion(replaceRegion(text, 'rules', rulesTable()), 'settings', settingsTable());
}

function rulesTable(): string {
  return table(
    ['rule', 'default', 'reports', 'fix'],
    rules.map((rule) => [
      `[\`${rule.id}\`](docs/rules/${rule.id}.md)`,
      [defaultOf(rule), ...(rule.variants ?? []).map((variant) => variant.split(':')[0] ?? '')].join(', '),
      rule.title,
      rule.fixes ? 'yes' : '',
    ]),
  );
}

function settingsTable(): string {
  const rulesRow = [
    '`kubepath.rules`',
    '`{}`',
    'How loudly each rule reports, by its id: `off`, `hint`, `information`, `warning` or `error`.',
  ];
  const rows = settingDefinitions.map(({ key, schema, description }) => [
    `\`kubepath.${key}\``,
    `\`${JSON.stringify(schema.default)}\``,
    description,
  ]);
  return table(['setting', 'default', 'what it does'], [rulesRow, ...rows]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function region(name: string, content: string): string {
  return `<!-- generated:${name} -->\n${content === '' ? '' : `${content}\n`}<!-- end -->\n`;
}

/** What stands between the markers, replaced. A text without them is wrong, and said to be. */
function replaceRegion(text: string, name: string, content: string): string {
  const start = text.indexOf(`<!-- generated:${name} -->\n`);
  const end = text.indexOf('<!-- end -->', start);
  if (start === -1 || end === -1)
    throw new Error(`The markers <!-- generated:${name} --> and <!-- end --> are missing.`);
  return text.slice(0, start) + region(name, content).trimEnd() + text.slice(end + '<!-- end -->'.length);
}

const emptyReadme = `# Kubepath\n\n${region('rules', '')}\n${region('settings', '')}`;

function print(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
