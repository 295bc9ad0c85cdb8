import type { Severity } from './finding';
import type { PodTemplates } from './manifest/kinds';
import { podTemplatesSchema, readPodTemplates } from './pod-templates';
import { readScopePatterns, scopePatternsSchema, type ScopePattern } from './scope-patterns';

/** What users can set, in the editor as `kubepath.*`. The one source: package.json and the README's table are generated from it. */
export interface Settings {
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  readonly unmatchedOutside: 'off' | Severity;
  readonly maxFileSize: number;
  readonly exclude: readonly string[];
  /** What the editor itself hides (`files.exclude` of VS Code), as it is written there. */
  readonly filesExclude: unknown;
  readonly scopes: readonly ScopePattern[];
  /** API group and kind → where its pod template is, for kinds that are not built in. */
  readonly podTemplates: PodTemplates;
  /** The helm that renders charts; empty: the one on the PATH. */
  readonly helmPath: string;
  /** Values files of a chart that make a scope each: patterns, relative to the chart. */
  readonly helmValuesFiles: readonly string[];
  /** Program and arguments that render what Kubepath cannot, the directory comes last; empty: none. */
  readonly kustomizeCommand: readonly string[];
  /** Longest time that one rendering by helm or kustomize may take, in milliseconds. */
  readonly renderTimeout: number;
  /** What the user knows of the cluster; it goes before what manifests tell. */
  readonly cluster: ClusterSettings;
}

/** What the user knows of the cluster. Empty: manifests tell, else nobody knows. */
export interface ClusterSettings {
  /** CIDRs that pods get their addresses from, as written. */
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly nodeCidrs: readonly string[];
  /** The network plugin, one of `networkPlugins`. */
  readonly networkPlugin: string;
  /** The domain of the cluster's DNS names. */
  readonly domain: string;
}

/** Network plugins that are told apart. */
export const networkPlugins = [
  'antrea',
  'aws-vpc-cni',
  'azure-cni',
  'calico',
  'canal',
  'cilium',
  'flannel',
  'gke-dataplane',
  'kindnet',
  'kube-router',
  'openshift-sdn',
  'ovn-kubernetes',
  'weave-net',
] as const;

interface SettingDefinition {
  readonly key: string;
  readonly schema: Readonly<Record<string, unknown>> & { readonly default: unknown };
  readonly description: string;
  /** It decides which programs run: the user's own settings say it, never a file of the project, and a workspace only when it is trusted. */
  readonly runsPrograms?: true;
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
  {
    key: 'scopes',
    schema: scopePatternsSchema,
    description:
      'Files that are analysed together where Kubepath does not see it by itself: patterns, relative to the workspace folder, with the name of a scope or a list of several, e.g. { "deploy/prod/**": "prod", "deploy/common/**": ["prod", "staging"] }. A .kubepath.yaml goes before this setting.',
  },
  {
    key: 'podTemplates',
    schema: podTemplatesSchema,
    description:
      'Kinds of your own that make pods: API group and kind, with the path of the pod template, e.g. { "apps.example.com/Widget": "spec.template" }; `[]` goes through a list ("spec.groups[].template"). Well-known operators are built in.',
  },
  {
    key: 'helm.path',
    schema: { type: 'string', default: '' },
    description:
      'The helm that renders charts in trusted workspaces. Empty: the one on the PATH; "off": none. Without helm, charts are left alone.',
    runsPrograms: true,
  },
  {
    key: 'helm.valuesFiles',
    schema: { type: 'array', items: { type: 'string' }, default: ['values-*.yaml', 'ci/*.yaml'] },
    description:
      'Values files of a chart, as patterns relative to the chart. It is rendered with its values.yaml alone, and once more with each of these files, each a scope of its own.',
  },
  {
    key: 'kustomize.command',
    schema: { type: 'array', items: { type: 'string' }, default: [] },
    description:
      'Program and arguments that render kustomizations with remote bases, plugins or charts, which Kubepath cannot render itself, in trusted workspaces, e.g. ["kubectl", "kustomize"]. The directory is added as the last argument. Empty: none is run.',
    runsPrograms: true,
  },
  {
    key: 'renderTimeout',
    schema: { type: 'integer', minimum: 1, default: 30 },
    description: 'Longest time that one rendering by helm or kustomize may take, in seconds.',
  },
  {
    key: 'cluster.podCidrs',
    schema: { type: 'array', items: { type: 'string' }, default: [] },
    description:
      'CIDRs that the pods of the cluster get their addresses from, e.g. ["10.244.0.0/16"]. Empty: what manifests say (kubeadm, kind, k3s, Calico, Cilium, Flannel, Weave Net), else unknown.',
  },
  {
    key: 'cluster.serviceCidrs',
    schema: { type: 'array', items: { type: 'string' }, default: [] },
    description: 'CIDRs that Services get their addresses from, e.g. ["10.96.0.0/12"]. Empty: as above.',
  },
  {
    key: 'cluster.nodeCidrs',
    schema: { type: 'array', items: { type: 'string' }, default: [] },
    description: 'CIDRs that the nodes of the cluster have their addresses in. Empty: unknown.',
  },
  {
    key: 'cluster.networkPlugin',
    schema: { type: 'string', enum: ['', ...networkPlugins], default: '' },
    description:
      'The network plugin of the cluster, which decides whether policies are enforced, and which parts of them. Empty: as far as manifests tell.',
  },
  {
    key: 'cluster.domain',
    schema: { type: 'string', default: 'cluster.local' },
    description: "The domain of the cluster's DNS names.",
  },
];

export const defaultSettings: Settings = {
  rules: {},
  unmatchedOutside: 'off',
  maxFileSize: 4 * 1024 * 1024,
  exclude: [],
  filesExclude: {},
  scopes: [],
  podTemplates: {},
  helmPath: '',
  helmValuesFiles: ['values-*.yaml', 'ci/*.yaml'],
  kustomizeCommand: [],
  renderTimeout: 30_000,
  cluster: { podCidrs: [], serviceCidrs: [], nodeCidrs: [], networkPlugin: '', domain: 'cluster.local' },
};

const severities: readonly unknown[] = ['off', 'hint', 'information', 'warning', 'error'];

/**
 * Settings from what an editor or a file holds under `kubepath`. Values of a wrong type are left out, each with a sentence in `problems`.
 * @param filesExclude the editor's own `files.exclude`
 */
export function readSettings(
  raw: unknown,
  filesExclude: unknown = {},
): { readonly settings: Settings; readonly problems: readonly string[] } {
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
  const scopes = readScopePatterns(object['scopes']);
  problems.push(...scopes.problems);
  const templates = readPodTemplates(object['podTemplates']);
  problems.push(...templates.problems);
  return {
    settings: {
      rules,
      unmatchedOutside: severities.includes(unmatched)
        ? (unmatched as Settings['unmatchedOutside'])
        : defaultSettings.unmatchedOutside,
      maxFileSize: typeof size === 'number' && size >= 1024 ? size : defaultSettings.maxFileSize,
      exclude: strings(object['exclude']) ?? defaultSettings.exclude,
      filesExclude,
      scopes: scopes.patterns,
      podTemplates: templates.podTemplates,
      ...readRendering(object),
      cluster: readCluster(object['cluster']),
    },
    problems,
  };
}

function readRendering(
  object: Record<string, unknown>,
): Pick<Settings, 'helmPath' | 'helmValuesFiles' | 'kustomizeCommand' | 'renderTimeout'> {
  const helm = isRecord(object['helm']) ? object['helm'] : {};
  const kustomize = isRecord(object['kustomize']) ? object['kustomize'] : {};
  const seconds = object['renderTimeout'];
  return {
    helmPath: typeof helm['path'] === 'string' ? helm['path'] : defaultSettings.helmPath,
    helmValuesFiles: strings(helm['valuesFiles']) ?? defaultSettings.helmValuesFiles,
    kustomizeCommand: strings(kustomize['command']) ?? defaultSettings.kustomizeCommand,
    renderTimeout: typeof seconds === 'number' && seconds >= 1 ? seconds * 1000 : defaultSettings.renderTimeout,
  };
}

function readCluster(value: unknown): ClusterSettings {
  const object = isRecord(value) ? value : {};
  const { podCidrs, serviceCidrs, nodeCidrs, networkPlugin, domain } = object;
  const defaults = defaultSettings.cluster;
  return {
    podCidrs: strings(podCidrs) ?? defaults.podCidrs,
    serviceCidrs: strings(serviceCidrs) ?? defaults.serviceCidrs,
    nodeCidrs: strings(nodeCidrs) ?? defaults.nodeCidrs,
    networkPlugin: networkPlugins.find((name) => name === networkPlugin) ?? defaults.networkPlugin,
    domain: typeof domain === 'string' && domain !== '' ? domain : defaults.domain,
  };
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
