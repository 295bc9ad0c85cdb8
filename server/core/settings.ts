import type { Severity } from './finding';
import type { PodTemplates } from './manifest/kinds';
import { parseCidr } from './model/cidr';
import { nodePortsIn } from './model/node-ports';
import { podTemplatesSchema, readPodTemplates } from './pod-templates';
import { readScopePatterns, scopePatternsSchema, type ScopePattern } from './scope-patterns';

/** What users can set, in the editor as `kubepath.*`. The one source: package.json and the README's table are generated from it. */
export interface Settings {
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** Those of the command line: they go before what any `.kubepath.yaml` says. */
  readonly forcedRules: Readonly<Record<string, RuleSetting>>;
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

/** How loudly a rule reports. */
export type RuleSetting = Severity | 'off';

/** Settings as one place says them: what it does not speak of is absent. */
export type SettingsPart = Partial<Omit<Settings, 'cluster' | 'forcedRules' | 'filesExclude'>> & {
  readonly cluster?: Partial<ClusterSettings>;
};

/** What the user knows of the cluster. Empty: manifests tell, else nobody knows. */
export interface ClusterSettings {
  /** CIDRs that pods get their addresses from, as written. */
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly nodeCidrs: readonly string[];
  /** The network plugin, one of `networkPlugins`. */
  readonly networkPlugin: string;
  /** Numbers that the API server takes for node ports, e.g. `30000-32767`. */
  readonly nodePortRange: string;
  /** The domain of the cluster's DNS names. */
  readonly domain: string;
}

/** Network plugins that are told apart. */
const networkPlugins = [
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

/** Editors know patterns alone, and those catch most of what is no CIDR; `format` is what we check ourselves. */
const cidrSchema = {
  type: 'string',
  format: 'cidr',
  pattern: '^[0-9A-Fa-f.:]+/[0-9]{1,3}$',
  patternErrorMessage: 'a CIDR, e.g. 10.244.0.0/16',
};

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
    description:
      'Paths to leave alone, in the syntax of .gitignore, relative to the workspace folder or to the .kubepath.yaml that names them.',
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
    schema: { type: 'array', items: cidrSchema, default: [] },
    description:
      'CIDRs that the pods of the cluster get their addresses from, e.g. ["10.244.0.0/16"]. Empty: what manifests say (kubeadm, kind, k0s, OpenShift, Calico, Cilium, Flannel, Weave Net), else unknown.',
  },
  {
    key: 'cluster.serviceCidrs',
    schema: { type: 'array', items: cidrSchema, default: [] },
    description: 'CIDRs that Services get their addresses from, e.g. ["10.96.0.0/12"]. Empty: as above.',
  },
  {
    key: 'cluster.nodeCidrs',
    schema: { type: 'array', items: cidrSchema, default: [] },
    description: 'CIDRs that the nodes of the cluster have their addresses in. Empty: unknown.',
  },
  {
    key: 'cluster.networkPlugin',
    schema: { type: 'string', enum: ['', ...networkPlugins], default: '' },
    description:
      'The network plugin of the cluster, which decides whether policies are enforced, and which parts of them. Empty: as far as manifests tell.',
  },
  {
    key: 'cluster.nodePortRange',
    schema: {
      type: 'string',
      format: 'node-ports',
      pattern: '^([0-9]{1,5}-[0-9]{1,5})?$',
      patternErrorMessage: 'two numbers with a dash between, e.g. 30000-32767',
      default: '',
    },
    description:
      "Numbers that the API server takes for nodePorts, as its flag --service-node-port-range says. Empty: what kubeadm's configuration says, else 30000-32767.",
  },
  {
    key: 'cluster.domain',
    schema: { type: 'string', default: 'cluster.local' },
    description: "The domain of the cluster's DNS names.",
  },
];

export const defaultSettings: Settings = {
  rules: {},
  forcedRules: {},
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
  cluster: {
    podCidrs: [],
    serviceCidrs: [],
    nodeCidrs: [],
    networkPlugin: '',
    nodePortRange: '',
    domain: 'cluster.local',
  },
};

/** Whether a text is of the form that a setting's schema names as `format`. */
export const settingFormats: ReadonlyMap<unknown, (text: string) => boolean> = new Map<
  unknown,
  (text: string) => boolean
>([
  ['cidr', (text) => parseCidr(text) !== undefined],
  ['node-ports', (text) => text === '' || nodePortsIn(text) !== undefined],
]);

/** What a rule can be set to, from silence to the loudest. */
export const ruleSettings: readonly RuleSetting[] = ['off', 'hint', 'information', 'warning', 'error'];

/**
 * Settings from what an editor holds under `kubepath`. Values that cannot be are left out: `checkSettings` says which.
 * @param filesExclude the editor's own `files.exclude`
 */
export function readSettings(raw: unknown, filesExclude: unknown = {}): Settings {
  return { ...mergeSettings(defaultSettings, readPart(raw)), filesExclude };
}

/** What a part says goes before the base, key by key; rules, kinds and what is known of the cluster one by one. */
export function mergeSettings(base: Settings, part: SettingsPart): Settings {
  return {
    ...base,
    ...part,
    rules: { ...base.rules, ...part.rules, ...base.forcedRules },
    podTemplates: { ...base.podTemplates, ...part.podTemplates },
    cluster: { ...base.cluster, ...part.cluster },
  };
}

/** Only what is said, and can be so. */
export function readPart(raw: unknown): SettingsPart {
  const object = recordOf(raw);
  const outside = recordOf(object['unmatched'])['outside'];
  const helm = recordOf(object['helm']);
  const exclude = strings(object['exclude']);
  const valuesFiles = strings(helm['valuesFiles']);
  const command = strings(recordOf(object['kustomize'])['command']);
  const { maxFileSize: size, renderTimeout: seconds } = object;
  return {
    ...('rules' in object ? { rules: readRules(object['rules']) } : {}),
    ...(isRuleSetting(outside) ? { unmatchedOutside: outside } : {}),
    ...(typeof size === 'number' && size >= 1024 ? { maxFileSize: size } : {}),
    ...(exclude ? { exclude } : {}),
    ...('scopes' in object ? { scopes: readScopePatterns(object['scopes']) } : {}),
    ...('podTemplates' in object ? { podTemplates: readPodTemplates(object['podTemplates']) } : {}),
    ...(typeof helm['path'] === 'string' ? { helmPath: helm['path'] } : {}),
    ...(valuesFiles ? { helmValuesFiles: valuesFiles } : {}),
    ...(command ? { kustomizeCommand: command } : {}),
    ...(typeof seconds === 'number' && seconds >= 1 ? { renderTimeout: seconds * 1000 } : {}),
    ...('cluster' in object ? { cluster: readCluster(object['cluster']) } : {}),
  };
}

function readRules(value: unknown): Readonly<Record<string, RuleSetting>> {
  return Object.fromEntries(
    Object.entries(recordOf(value)).filter((entry): entry is [string, RuleSetting] => isRuleSetting(entry[1])),
  );
}

/** A CIDR or range that is none is left out: nothing may be concluded from it. */
function readCluster(value: unknown): Partial<ClusterSettings> {
  const object = recordOf(value);
  const cidrs = (key: 'podCidrs' | 'serviceCidrs' | 'nodeCidrs'): Partial<ClusterSettings> => {
    const written = strings(object[key]);
    return written ? { [key]: written.filter((text) => parseCidr(text) !== undefined) } : {};
  };
  const { networkPlugin, nodePortRange, domain } = object;
  const plugin = networkPlugins.find((name) => name === networkPlugin);
  const isRange = typeof nodePortRange === 'string' && nodePortsIn(nodePortRange) !== undefined;
  return {
    ...cidrs('podCidrs'),
    ...cidrs('serviceCidrs'),
    ...cidrs('nodeCidrs'),
    ...(plugin ? { networkPlugin: plugin } : {}),
    ...(isRange ? { nodePortRange } : {}),
    ...(typeof domain === 'string' && domain !== '' ? { domain } : {}),
  };
}

function isRuleSetting(value: unknown): value is RuleSetting {
  return (ruleSettings as readonly unknown[]).includes(value);
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
