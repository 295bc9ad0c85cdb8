import type { Severity } from './finding';

/** What users can set, in the editor as `kubepath.*`. The one source: package.json and the README's table are generated from it. */
export interface Settings {
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  readonly unmatchedOutside: 'off' | Severity;
  readonly maxFileSize: number;
  readonly exclude: readonly string[];
}

interface SettingDefinition {
  readonly key: string;
  readonly schema: Readonly<Record<string, unknown>> & { readonly default: unknown };
  readonly description: string;
}

/** Every setting but `kubepath.rules`, whose keys are the rules' ids. */
export const settingDefinitions: readonly SettingDefinition[] = [
  {
    key: 'unmatched.outside',
    schema: { type: 'string', enum: ['off', 'hint', 'information', 'warning', 'error'], default: 'off' },
    description:
      'How loudly to report a selector that matches nothing here when nothing comes close and the scope holds no workload in that namespace: an operator, a chart or another repository may bring the pods.',
  },
  {
    key: 'maxFileSize',
    schema: { type: 'integer', minimum: 1024, default: 4194304 },
    description: 'Largest manifest that is read, in bytes. Larger files are skipped with a note in the log.',
  },
  {
    key: 'exclude',
    schema: { type: 'array', items: { type: 'string' }, default: [] },
    description: 'Paths to leave alone, in the syntax of .gitignore, relative to the workspace folder.',
  },
];

export const defaultSettings: Settings = {
  rules: {},
  unmatchedOutside: 'off',
  maxFileSize: 4 * 1024 * 1024,
  exclude: [],
};

const severities: readonly unknown[] = ['off', 'hint', 'information', 'warning', 'error'];

/**
 * Settings from what an editor or a file holds under `kubepath`. Values of a wrong type are left out, each with a sentence in `problems`.
 */
export function readSettings(raw: unknown): { readonly settings: Settings; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const object = isRecord(raw) ? raw : {};
  const rules: Record<string, Severity | 'off'> = {};
  for (const [id, value] of Object.entries(isRecord(object['rules']) ? object['rules'] : {})) {
    if (severities.includes(value)) rules[id] = value as Severity | 'off';
    else
      problems.push(
        `kubepath.rules: "${id}" is set to ${JSON.stringify(value)}; use off, hint, information, warning or error.`,
      );
  }
  const unmatched = isRecord(object['unmatched']) ? object['unmatched']['outside'] : undefined;
  const size = object['maxFileSize'];
  const exclude = object['exclude'];
  return {
    settings: {
      rules,
      unmatchedOutside: severities.includes(unmatched)
        ? (unmatched as Settings['unmatchedOutside'])
        : defaultSettings.unmatchedOutside,
      maxFileSize: typeof size === 'number' && size >= 1024 ? size : defaultSettings.maxFileSize,
      exclude: Array.isArray(exclude) ? exclude.filter((item) => typeof item === 'string') : defaultSettings.exclude,
    },
    problems,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
