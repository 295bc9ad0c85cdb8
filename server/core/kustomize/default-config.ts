import type { FieldSpec, NameReferenceSpec, TransformerConfig } from './field-specs';
import { parseFieldPath } from './field-paths';

/**
 * kustomize's field specs (v5.5.0, api/internal/konfig/builtinpluginconsts) for the kinds that networking reads, and for the kinds that
 * they mention. Left out: roles and accounts, volumes and their NFS servers, storage and priority classes, webhooks. An Ingress' class is never renamed:
 * kustomize's own spec for it names a group that matches nothing. It has none for the Gateway API.
 */
export const defaultConfig: TransformerConfig = {
  namePrefix: [spec('metadata/name')],
  nameSuffix: [spec('metadata/name')],
  namespace: [spec('metadata/name', { kind: 'Namespace', create: true })],
  commonLabels: [...selectorLabels(), ...templateMetadata('labels')],
  labels: [],
  templateLabels: templateMetadata('labels'),
  commonAnnotations: templateMetadata('annotations'),
  nameReference: nameReferences(),
  varReference: varReferences(),
  images: ['spec', 'spec/template/spec'].flatMap((path) => [
    spec(`${path}/containers[]/image`, { create: true }),
    spec(`${path}/initContainers[]/image`, { create: true }),
  ]),
  replicas: ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) =>
    spec('spec/replicas', { kind, create: true }),
  ),
};

type Selector = Partial<Pick<FieldSpec, 'group' | 'version' | 'kind' | 'create'>>;

function spec(path: string, selector: Selector = {}): FieldSpec {
  return { create: false, ...selector, path: parseFieldPath(path) };
}

function selectorLabels(): readonly FieldSpec[] {
  const created: readonly [string, Selector][] = [
    ['spec/selector', { kind: 'Service', version: 'v1' }],
    ['spec/selector', { kind: 'ReplicationController', version: 'v1' }],
    ['spec/selector/matchLabels', { kind: 'Deployment' }],
    ['spec/selector/matchLabels', { kind: 'ReplicaSet' }],
    ['spec/selector/matchLabels', { kind: 'DaemonSet' }],
    ['spec/selector/matchLabels', { kind: 'StatefulSet', group: 'apps' }],
  ];
  const changed: readonly [string, Selector][] = [
    ...['Deployment', 'StatefulSet'].flatMap((kind) =>
      selectorsOfPodSpec().map((path): [string, Selector] => [`spec/template/spec/${path}`, { kind, group: 'apps' }]),
    ),
    ['spec/selector/matchLabels', { kind: 'Job', group: 'batch' }],
    ['spec/jobTemplate/spec/selector/matchLabels', { kind: 'CronJob', group: 'batch' }],
    ['spec/selector/matchLabels', { kind: 'PodDisruptionBudget', group: 'policy' }],
    ...['spec', 'spec/ingress/from', 'spec/egress/to'].map((path): [string, Selector] => [
      `${path}/podSelector/matchLabels`,
      { kind: 'NetworkPolicy', group: 'networking.k8s.io' },
    ]),
  ];
  return [
    ...created.map(([path, selector]) => spec(path, { ...selector, create: true })),
    ...changed.map(([path, selector]) => spec(path, selector)),
  ];
}

function selectorsOfPodSpec(): readonly string[] {
  return [
    ...['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
      `affinity/${affinity}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
      `affinity/${affinity}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
    ]),
    'topologySpreadConstraints/labelSelector/matchLabels',
  ];
}

/** The metadata of everything and of its templates. For annotations, StatefulSets of any group and no volume claim templates. */
function templateMetadata(field: 'labels' | 'annotations'): readonly FieldSpec[] {
  const ofLabels = field === 'labels';
  const templates: readonly [string, Selector][] = [
    ['', {}],
    ['spec/template/', { kind: 'ReplicationController', version: 'v1' }],
    ['spec/template/', { kind: 'Deployment' }],
    ['spec/template/', { kind: 'ReplicaSet' }],
    ['spec/template/', { kind: 'DaemonSet' }],
    ['spec/template/', { kind: 'StatefulSet', ...(ofLabels ? { group: 'apps' } : {}) }],
    ...(ofLabels
      ? [['spec/volumeClaimTemplates[]/', { kind: 'StatefulSet', group: 'apps' }] as [string, Selector]]
      : []),
    ['spec/template/', { kind: 'Job', group: 'batch' }],
    ['spec/jobTemplate/', { kind: 'CronJob', group: 'batch' }],
    ['spec/jobTemplate/spec/template/', { kind: 'CronJob', group: 'batch' }],
  ];
  return templates.map(([path, selector]) => spec(`${path}metadata/${field}`, { ...selector, create: true }));
}

/** The same fields of the pods of every kind. kustomize follows no references of a ReplicationController's pods. */
function inPodSpecs(paths: readonly string[]): readonly FieldSpec[] {
  const templated = ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job'];
  const starts: readonly (readonly [kind: string, path: string])[] = [
    ['Pod', 'spec'],
    ...templated.map((kind) => [kind, 'spec/template/spec'] as const),
    ['CronJob', 'spec/jobTemplate/spec/template/spec'],
  ];
  return starts.flatMap(([kind, start]) => paths.map((path) => spec(`${start}/${path}`, { kind })));
}

function inIngresses(paths: readonly string[]): readonly FieldSpec[] {
  return paths.map((path) => spec(path, { kind: 'Ingress' }));
}

/** In the order in which kustomize follows them, which sorts by kind (kustomize, Gvk.IsLessThan). */
function nameReferences(): readonly NameReferenceSpec[] {
  return [
    {
      kind: 'ConfigMap',
      version: 'v1',
      fields: [
        ...inPodSpecs([
          'volumes/configMap/name',
          'containers/env/valueFrom/configMapKeyRef/name',
          'initContainers/env/valueFrom/configMapKeyRef/name',
          'containers/envFrom/configMapRef/name',
          'initContainers/envFrom/configMapRef/name',
          'volumes/projected/sources/configMap/name',
        ]),
        ...inIngresses(['metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap']),
      ],
    },
    {
      kind: 'Secret',
      version: 'v1',
      fields: [
        ...inPodSpecs([
          'volumes/secret/secretName',
          'containers/env/valueFrom/secretKeyRef/name',
          'initContainers/env/valueFrom/secretKeyRef/name',
          'containers/envFrom/secretRef/name',
          'initContainers/envFrom/secretRef/name',
          'imagePullSecrets/name',
          'volumes/projected/sources/secret/name',
        ]),
        ...inIngresses([
          // Twice, as in kustomize: what the first one renamed may be an earlier name of another Secret.
          'spec/tls/secretName',
          'spec/tls/secretName',
          'metadata/annotations/ingress.kubernetes.io\\/auth-secret',
          'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret',
          'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret',
        ]),
      ],
    },
    {
      kind: 'Service',
      version: 'v1',
      fields: [
        spec('spec/serviceName', { kind: 'StatefulSet', group: 'apps' }),
        ...inIngresses([
          'spec/rules/http/paths/backend/serviceName',
          'spec/backend/serviceName',
          'spec/rules/http/paths/backend/service/name',
          'spec/defaultBackend/service/name',
        ]),
      ],
    },
    ...['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].map((kind) => ({
      kind,
      fields: [spec('spec/scaleTargetRef/name', { kind: 'HorizontalPodAutoscaler' })],
    })),
  ];
}

/** Where `$(NAME)` of `vars` is replaced. */
function varReferences(): readonly FieldSpec[] {
  const ofContainers = ['args', 'command', 'env/value', 'volumeMounts/mountPath'];
  return [
    ...inPodSpecs(['containers', 'initContainers'].flatMap((list) => ofContainers.map((path) => `${list}/${path}`))),
    spec('spec/template/metadata/annotations', { kind: 'Deployment' }),
    ...inIngresses(['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName']),
    spec('spec/ports/port', { kind: 'Service' }),
    spec('spec/ports/targetPort', { kind: 'Service' }),
    spec('metadata/labels'),
    spec('metadata/annotations'),
  ];
}
