import { describe, expect, it } from 'vitest';
import { isBuiltInKind, isRelevant, mayBeRelevant } from '../../server/core/manifest/kinds';
import { podMakers } from '../../server/core/manifest/pod-makers';
import { readManifest, readTree, type ReadOptions } from '../../server/core/manifest/read-manifest';
import { networkingFields } from '../../server/core/features/networking-fields';
import { meansClusterPods } from '../../server/core/model/cluster-pods';
import { readLabelSelector, type Selector } from '../../server/core/model/label';
import { operatorServiceNamed, operatorServicesOf } from '../../server/core/model/made-services';
import {
  createModel,
  replaceFile,
  selectWorkloads,
  workloadsOf,
  type NetworkModel,
} from '../../server/core/model/network-model';
import { printContainerPort } from '../../server/core/model/port-path';
import { createReach } from '../../server/core/reach/reach';
import { hasBit } from '../../server/core/reach/bitset';
import { settingSentences } from '../../server/core/check-settings';
import { readSettings } from '../../server/core/settings';

const uri = 'file:///a.yaml';

function modelOf(text: string, options: ReadOptions = {}): NetworkModel {
  const scope = { name: 'test', kind: 'directory', root: 'file:///', complete: true, files: [uri] } as const;
  const model = createModel(scope, []);
  replaceFile(model, uri, readManifest(uri, text, options).resources, false);
  return model;
}

function selectorOf(labels: string): Selector {
  const found = readLabelSelector(readTree(`{ matchLabels: { ${labels} } }`));
  if (!found) throw new Error(`${labels} is no selector`);
  return found;
}

/** Names of the workloads that labels select in namespace shop. */
function selected(text: string, labels: string, options: ReadOptions = {}): string {
  return selectWorkloads(modelOf(text, options), 'shop', selectorOf(labels))
    .map(({ name }) => name)
    .sort()
    .join(' ');
}

/** A resource called `db` in namespace shop. */
const resource = (apiVersion: string, kind: string, spec: string, labels = ''): string =>
  `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: db, namespace: shop, labels: { ${labels} } }, spec: ${spec} }`;

const template = (labels: string, ports = '[]'): string =>
  `{ metadata: { labels: { ${labels} } }, spec: { containers: [{ name: main, image: i, ports: ${ports} }] } }`;

const list = (...documents: readonly string[]): string => documents.join('\n---\n');

describe('the table', () => {
  it.each([...new Set(podMakers.map(({ kind }) => kind))])('%s is read and is no kind of Kubernetes', (kind) => {
    const [group = '', name = ''] = kind.split('/');
    expect(isRelevant(`${group}/v1`, name)).toBe(true);
    expect(isRelevant(`${group}.other/v1`, name) && !isBuiltInKind(`${group}.other/${name}`)).toBe(false);
    expect(mayBeRelevant(name)).toBe(true);
    expect(mayBeRelevant(`${name}List`)).toBe(true);
    expect(isBuiltInKind(kind)).toBe(false);
  });

  it('tells the sets of pods of one kind apart by their names', () => {
    for (const kind of new Set(podMakers.map((maker) => maker.kind))) {
      const pods = podMakers.filter(({ kind: own, labels, template: path }) => own === kind && (labels ?? path));
      // Conditions that exclude each other may share a name.
      const names = pods.map(({ name, when }) => `${name ?? '{name}'} ${when?.replace(/=.*/, '') ?? ''} ${when ?? ''}`);
      expect(new Set(names).size, kind).toBe(pods.length);
    }
  });

  it('speaks of items only where there are some', () => {
    for (const maker of podMakers)
      if (maker.each === undefined) expect(JSON.stringify(maker), maker.kind).not.toMatch(/\bitem\.|\{key\}/);
  });
});

describe('kinds with a pod template', () => {
  it.each([
    ['Rollout', resource('argoproj.io/v1alpha1', 'Rollout', `{ template: ${template('app: web')} }`), 'app: web', 'db'],
    [
      'Rollout that refers to a Deployment',
      resource('argoproj.io/v1alpha1', 'Rollout', '{ workloadRef: { kind: Deployment, name: web } }'),
      '',
      '',
    ],
    [
      'Rollout, the hash of its pods',
      resource('argoproj.io/v1alpha1', 'Rollout', `{ template: ${template('app: web')} }`),
      'app: web, rollouts-pod-template-hash: abc',
      'db',
    ],
    [
      'DeploymentConfig',
      resource('apps.openshift.io/v1', 'DeploymentConfig', `{ template: ${template('app: web')} }`),
      'app: web, deploymentconfig: db, deployment: db-3',
      'db',
    ],
    [
      'DeploymentConfig of another name',
      resource('apps.openshift.io/v1', 'DeploymentConfig', `{ template: ${template('app: web')} }`),
      'deploymentconfig: other',
      '',
    ],
    [
      'Knative Service, its revision as app',
      resource('serving.knative.dev/v1', 'Service', `{ template: ${template('tier: a')} }`),
      'app: db-00001, tier: a, serving.knative.dev/service: db',
      'db',
    ],
    [
      'Knative Service with an app of its own',
      resource('serving.knative.dev/v1', 'Service', `{ template: ${template('app: mine')} }`),
      'app: db-00001',
      '',
    ],
    [
      'LeaderWorkerSet, its leaders',
      resource(
        'leaderworkerset.x-k8s.io/v1',
        'LeaderWorkerSet',
        `{ leaderWorkerTemplate: { leaderTemplate: ${template('a: x')}, workerTemplate: ${template('a: x')} } }`,
      ),
      "leaderworkerset.sigs.k8s.io/name: db, leaderworkerset.sigs.k8s.io/worker-index: '0', a: x",
      'db db-worker',
    ],
    [
      'LeaderWorkerSet without a template for leaders',
      resource(
        'leaderworkerset.x-k8s.io/v1',
        'LeaderWorkerSet',
        `{ leaderWorkerTemplate: { workerTemplate: ${template('a: x')} } }`,
      ),
      "leaderworkerset.sigs.k8s.io/worker-index: '0'",
      'db-worker',
    ],
    [
      'RayCluster, its head',
      resource(
        'ray.io/v1',
        'RayCluster',
        `{ headGroupSpec: { template: ${template('a: x')} }, workerGroupSpecs: [{ groupName: small, template: ${template('a: x')} }] }`,
      ),
      'ray.io/cluster: db, ray.io/node-type: head, ray.io/identifier: db-head, ray.io/is-ray-node: "yes"',
      'db-head',
    ],
    [
      'RayCluster, each group of workers',
      resource(
        'ray.io/v1',
        'RayCluster',
        `{ workerGroupSpecs: [{ groupName: small, template: ${template('a: x')} }, { groupName: big, template: ${template('a: x')} }] }`,
      ),
      'ray.io/node-type: worker, a: x',
      'db-big-worker db-small-worker',
    ],
    [
      'RayService, whose cluster ends with something random',
      resource('ray.io/v1', 'RayService', `{ rayClusterConfig: { headGroupSpec: { template: ${template('a: x')} } } }`),
      'ray.io/cluster: db-raycluster-abc, a: x',
      'db-head',
    ],
    [
      'RayService, another cluster',
      resource('ray.io/v1', 'RayService', `{ rayClusterConfig: { headGroupSpec: { template: ${template('a: x')} } } }`),
      'ray.io/cluster: other',
      '',
    ],
    [
      'VirtualMachine',
      resource('kubevirt.io/v1', 'VirtualMachine', '{ template: { metadata: { labels: { app: vm } }, spec: {} } }'),
      'app: vm, vm.kubevirt.io/name: db, kubevirt.io: virt-launcher',
      'db',
    ],
    [
      'VirtualMachineInstance',
      resource('kubevirt.io/v1', 'VirtualMachineInstance', '{ domain: {} }', 'app: vm'),
      'app: vm, vm.kubevirt.io/name: db',
      'db',
    ],
    [
      'StatefulSet of OpenKruise',
      resource('apps.kruise.io/v1beta1', 'StatefulSet', `{ template: ${template('app: a')} }`),
      'app: a, statefulset.kubernetes.io/pod-name: db-0',
      'db',
    ],
    [
      'StatefulSet of an API that nobody knows',
      resource('apps.example.com/v1', 'StatefulSet', `{ template: ${template('app: a')} }`),
      'app: a',
      '',
    ],
    [
      'Job of Volcano, which has other labels than a Job',
      resource('batch.volcano.sh/v1alpha1', 'Job', `{ tasks: [{ name: worker, template: ${template('app: a')} }] }`),
      'volcano.sh/job-name: db, volcano.sh/task-spec: worker, app: a',
      'db-worker',
    ],
    [
      'Job of Volcano, the label of a Job',
      resource('batch.volcano.sh/v1alpha1', 'Job', `{ tasks: [{ name: worker, template: ${template('app: a')} }] }`),
      'job-name: db',
      '',
    ],
  ])('%s', (_, text, labels, names) => {
    expect(selected(text, labels)).toBe(names);
  });

  it('takes its ports for all there are, unless the operator adds some', () => {
    const ports = '[{ name: http, containerPort: 8080 }]';
    const known = (apiVersion: string, kind: string): boolean | undefined =>
      workloadsOf(modelOf(resource(apiVersion, kind, `{ template: ${template('app: a', ports)} }`)))[0]?.portsKnown;
    expect(known('argoproj.io/v1alpha1', 'Rollout')).toBe(true);
    expect(known('serving.knative.dev/v1', 'Service')).toBe(false);
    expect(known('kubevirt.io/v1', 'VirtualMachine')).toBe(true);
    const machine = resource('kubevirt.io/v1', 'VirtualMachine', '{ template: { spec: { domain: {} } } }');
    expect(workloadsOf(modelOf(machine))[0]?.portsKnown).toBe(false);
  });

  it('keeps a Knative Service and the Service beside it apart', () => {
    const model = modelOf(
      list(
        resource('serving.knative.dev/v1', 'Service', `{ template: ${template('app: a')} }`),
        resource('v1', 'Service', '{ ports: [{ port: 80 }] }'),
      ),
    );
    expect([...(model.contents.get('shop')?.services.keys() ?? [])]).toEqual(['db']);
    expect(model.contents.get('shop')?.services.get('db')).toHaveLength(1);
    expect(workloadsOf(model)).toHaveLength(1);
  });
});

describe('operators whose pods are known by labels', () => {
  it.each([
    ['postgresql.cnpg.io/v1', 'Cluster', '{}', 'cnpg.io/cluster: db, cnpg.io/podRole: instance', 'db'],
    ['postgresql.cnpg.io/v1', 'Cluster', '{}', 'cnpg.io/cluster: db, cnpg.io/instanceRole: primary', 'db'],
    ['postgresql.cnpg.io/v1', 'Cluster', '{}', 'cnpg.io/cluster: db, role: primary', 'db'],
    ['postgresql.cnpg.io/v1', 'Cluster', '{ inheritedMetadata: { labels: { team: a } } }', 'team: a', 'db'],
    ['postgresql.cnpg.io/v1', 'Pooler', '{ cluster: { name: x } }', 'cnpg.io/poolerName: db', 'db'],
    ['postgresql.cnpg.io/v1', 'Cluster', '{}', 'cnpg.io/cluster: other', ''],
    ['cluster.x-k8s.io/v1beta1', 'Cluster', '{}', '', ''],
    [
      'acid.zalan.do/v1',
      'postgresql',
      '{ teamId: acid }',
      'application: spilo, cluster-name: db, spilo-role: master, team: acid',
      'db',
    ],
    ['acid.zalan.do/v1', 'postgresql', '{ teamId: acid }', 'application: db-connection-pooler', ''],
    [
      'acid.zalan.do/v1',
      'postgresql',
      '{ enableConnectionPooler: true }',
      'application: db-connection-pooler, connection-pooler: db-pooler',
      'db-pooler',
    ],
    [
      'kafka.strimzi.io/v1beta2',
      'Kafka',
      '{ kafka: { replicas: 3 }, zookeeper: {}, entityOperator: {} }',
      'strimzi.io/cluster: db',
      'db-entity-operator db-kafka db-zookeeper',
    ],
    [
      'kafka.strimzi.io/v1beta2',
      'Kafka',
      '{ kafka: { replicas: 3 } }',
      'strimzi.io/name: db-kafka, statefulset.kubernetes.io/pod-name: db-kafka-0',
      'db-kafka',
    ],
    [
      'kafka.strimzi.io/v1beta2',
      'KafkaConnect',
      '{}',
      'strimzi.io/cluster: db, strimzi.io/kind: KafkaConnect, strimzi.io/name: db-connect',
      'db',
    ],
    ['kafka.strimzi.io/v1beta2', 'KafkaMirrorMaker2', '{}', 'strimzi.io/name: db-mirrormaker2', 'db'],
    [
      'elasticsearch.k8s.elastic.co/v1',
      'Elasticsearch',
      '{ nodeSets: [{ name: hot }, { name: cold, podTemplate: { metadata: { labels: { disk: slow } } } }] }',
      'elasticsearch.k8s.elastic.co/cluster-name: db, common.k8s.elastic.co/type: elasticsearch',
      'db-es-cold db-es-hot',
    ],
    [
      'elasticsearch.k8s.elastic.co/v1',
      'Elasticsearch',
      '{ nodeSets: [{ name: hot }, { name: cold, podTemplate: { metadata: { labels: { disk: slow } } } }] }',
      'disk: slow',
      'db-es-cold',
    ],
    ['kibana.k8s.elastic.co/v1', 'Kibana', '{}', 'kibana.k8s.elastic.co/name: db', 'db'],
    ['agent.k8s.elastic.co/v1alpha1', 'Agent', '{}', 'agent.k8s.elastic.co/name: db', 'db'],
    [
      'monitoring.coreos.com/v1',
      'Prometheus',
      '{ podMetadata: { labels: { team: a } } }',
      'app.kubernetes.io/name: prometheus, app.kubernetes.io/instance: db, prometheus: db, team: a',
      'db',
    ],
    ['monitoring.coreos.com/v1', 'Alertmanager', '{}', 'alertmanager: db', 'db'],
    [
      'databases.spotahome.com/v1',
      'RedisFailover',
      '{}',
      'app.kubernetes.io/component: redis, redisfailovers-role: master',
      'rfr-db',
    ],
    ['databases.spotahome.com/v1', 'RedisFailover', '{}', 'app.kubernetes.io/name: db', 'rfr-db rfs-db'],
    ['rabbitmq.com/v1beta1', 'RabbitmqCluster', '{}', 'app.kubernetes.io/name: db', 'db'],
    [
      'trino.stackable.tech/v1alpha1',
      'TrinoCluster',
      '{ coordinators: { roleGroups: { default: { replicas: 1 } } }, workers: { roleGroups: { a: {}, b: {} } } }',
      'app.kubernetes.io/name: trino, app.kubernetes.io/component: worker',
      'db-worker-a db-worker-b',
    ],
    [
      'opentelemetry.io/v1beta1',
      'OpenTelemetryCollector',
      '{ config: {} }',
      'app.kubernetes.io/component: opentelemetry-collector, app.kubernetes.io/instance: shop.db',
      'db',
    ],
    [
      'opentelemetry.io/v1beta1',
      'OpenTelemetryCollector',
      '{ mode: daemonset }',
      'app.kubernetes.io/name: db-collector, pod-template-generation: "1"',
      'db',
    ],
    ['opentelemetry.io/v1beta1', 'OpenTelemetryCollector', '{ mode: sidecar }', '', ''],
    [
      'postgres-operator.crunchydata.com/v1beta1',
      'PostgresCluster',
      '{}',
      'postgres-operator.crunchydata.com/cluster: db, postgres-operator.crunchydata.com/role: master',
      'db',
    ],
    ['minio.min.io/v2', 'Tenant', '{ pools: [{ name: p }] }', 'v1.min.io/tenant: db', 'db-p'],
    ['grafana.integreatly.org/v1beta1', 'Grafana', '{}', 'app: db', 'db'],
    ['grafana.integreatly.org/v1beta1', 'Grafana', '{ external: { url: x } }', '', ''],
  ])('%s %s %s: %s', (apiVersion, kind, spec, labels, names) => {
    expect(selected(resource(apiVersion, kind, spec), labels)).toBe(names);
  });

  it('knows the cluster of a node pool by its label', () => {
    const pool = resource('kafka.strimzi.io/v1beta2', 'KafkaNodePool', '{ replicas: 3 }', 'strimzi.io/cluster: k');
    expect(selected(pool, 'strimzi.io/cluster: k, strimzi.io/name: k-kafka, strimzi.io/pool-name: db')).toBe('db');
    const stray = resource('kafka.strimzi.io/v1beta2', 'KafkaNodePool', '{ replicas: 3 }');
    expect(selected(stray, 'strimzi.io/cluster: anything, strimzi.io/pool-name: db')).toBe('db');
  });

  it('says so when there are ports and labels that nobody documents', () => {
    const [pods] = workloadsOf(modelOf(resource('postgresql.cnpg.io/v1', 'Cluster', '{ instances: 3 }')));
    expect(pods?.ports.map(printContainerPort)).toEqual(['postgresql 5432/TCP', 'metrics 9187/TCP', 'status 8000/TCP']);
    expect(pods).toMatchObject({ portsKnown: false, labelsKnown: false, replicas: 3, kind: 'Cluster' });
  });

  it('points at the name for what is written nowhere, and lets no fix edit that', () => {
    const text = resource('postgresql.cnpg.io/v1', 'Cluster', '{}');
    const [pods] = workloadsOf(modelOf(text));
    const label = pods?.podLabels.find(({ key }) => key === 'cnpg.io/cluster');
    expect(label?.entry.value.shared).toBe(true);
    expect(text.slice(label?.entry.keyStart, label?.entry.keyEnd)).toBe('db');
    expect(text.slice(pods?.ports[0]?.node.start, pods?.ports[0]?.node.end)).toBe('db');
  });

  it('takes labels that are put on the pods over those that are written', () => {
    const text = resource(
      'monitoring.coreos.com/v1',
      'Prometheus',
      '{ podMetadata: { labels: { prometheus: mine } } }',
    );
    expect(selected(text, 'prometheus: db')).toBe('db');
    expect(selected(text, 'prometheus: mine')).toBe('');
    expect(selected(text, 'statefulset.kubernetes.io/pod-name: prometheus-db-0')).toBe('db');
    expect(selected(text, 'statefulset.kubernetes.io/pod-name: db-0')).toBe('');
  });

  it('goes with its file', () => {
    const model = modelOf(resource('postgresql.cnpg.io/v1', 'Cluster', '{}'));
    replaceFile(model, uri, [], false);
    expect(workloadsOf(model)).toEqual([]);
    expect(operatorServicesOf(model, 'shop')).toEqual([]);
    expect(selectWorkloads(model, 'shop', selectorOf('role: primary, app: x'))).toEqual([]);
  });

  it('finds its pods by labels that no index holds, beside others that have them written', () => {
    const text = list(
      resource('postgresql.cnpg.io/v1', 'Cluster', '{}'),
      `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { template: ${template('role: primary')} } }`,
    );
    expect(selected(text, 'role: primary')).toBe('db web');
  });
});

describe('the Services that operators make', () => {
  const name = (text: string, service: string): string | undefined =>
    operatorServiceNamed(modelOf(text), 'shop', service)?.resource.kind;

  it.each([
    ['postgresql.cnpg.io/v1', 'Cluster', '{}', 'db-rw'],
    [
      'postgresql.cnpg.io/v1',
      'Cluster',
      '{ managed: { services: { additional: [{ serviceTemplate: { metadata: { name: lb } } }] } } }',
      'lb',
    ],
    ['acid.zalan.do/v1', 'postgresql', '{}', 'db-repl'],
    ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', '{ nodeSets: [{ name: a }] }', 'db-es-http'],
    ['kibana.k8s.elastic.co/v1', 'Kibana', '{}', 'db-kb-http'],
    ['monitoring.coreos.com/v1', 'Prometheus', '{}', 'prometheus-operated'],
    ['monitoring.coreos.com/v1', 'Alertmanager', '{}', 'alertmanager-operated'],
    ['kafka.strimzi.io/v1beta2', 'Kafka', '{}', 'db-kafka-bootstrap'],
    ['kafka.strimzi.io/v1beta2', 'Kafka', '{}', 'db-kafka-external-bootstrap'],
    ['rabbitmq.com/v1beta1', 'RabbitmqCluster', '{}', 'db'],
    ['ray.io/v1', 'RayService', '{}', 'db-serve-svc'],
    ['opentelemetry.io/v1beta1', 'OpenTelemetryCollector', '{}', 'db-collector'],
    ['kiali.io/v1alpha1', 'Kiali', '{}', 'kiali'],
    ['kiali.io/v1alpha1', 'Kiali', '{ deployment: { instance_name: k } }', 'k'],
    ['serving.knative.dev/v1', 'Service', '{}', 'db-00001'],
  ])('%s %s %s: %s', (apiVersion, kind, spec, service) => {
    expect(name(resource(apiVersion, kind, spec), service)).toBe(kind);
    expect(name(resource(apiVersion, kind, spec), `other-${service}`)).toBeUndefined();
    expect(operatorServiceNamed(modelOf(resource(apiVersion, kind, spec)), 'default', service)).toBeUndefined();
  });

  it('tells their ports where somebody does', () => {
    const services = operatorServicesOf(modelOf(resource('postgresql.cnpg.io/v1', 'Pooler', '{}')), 'shop');
    expect(services.map(({ name: own, ports }) => [own, ports])).toEqual([['db', [5432]]]);
  });
});

describe('kubepath.podTemplates', () => {
  const podTemplates = { 'example.com/Widget': 'spec.template', 'example.com/Fleet': 'spec.groups[].pod.template' };
  const widget = resource(
    'example.com/v1',
    'Widget',
    `{ selector: { matchLabels: { app: a } }, template: ${template('app: a', '[{ containerPort: 80 }]')} }`,
  );
  const fleet = resource(
    'example.com/v1',
    'Fleet',
    `{ groups: [{ pod: { template: ${template('app: a')} } }, { pod: {} }, { pod: { template: ${template('app: b')} } }] }`,
  );

  it('reads such kinds only when it says so', () => {
    expect(readManifest(uri, widget).resources).toEqual([]);
    expect(readManifest(uri, widget, { podTemplates }).resources).toHaveLength(1);
    const mapped = `apiVersion: example.com/v2\nkind: Widget\nmetadata: { name: a }\n`;
    expect(readManifest(uri, mapped, { podTemplates }).resources).toHaveLength(1);
    expect(readManifest(uri, mapped.replace('example.com', 'other.com'), { podTemplates }).resources).toEqual([]);
  });

  it('makes workloads of them, with all that a template says', () => {
    expect(selected(widget, 'app: a', { podTemplates })).toBe('db');
    const [pods] = workloadsOf(modelOf(widget, { podTemplates }));
    expect(pods).toMatchObject({ kind: 'Widget', portsKnown: true, labelsKnown: true, addedLabels: [] });
    expect(pods?.selector?.requirements).toMatchObject([{ key: 'app', values: ['a'] }]);
  });

  it('goes through lists', () => {
    expect(selected(fleet, 'app: a', { podTemplates })).toBe('db-0');
    expect(selected(fleet, 'app: b', { podTemplates })).toBe('db-2');
  });

  it('goes before what is built in', () => {
    const own = { 'argoproj.io/Rollout': 'spec.pods' };
    const rollout = resource('argoproj.io/v1alpha1', 'Rollout', `{ pods: ${template('app: a')} }`);
    expect(selected(rollout, 'app: a')).toBe('');
    expect(selected(rollout, 'app: a', { podTemplates: own })).toBe('db');
  });

  it('is read from settings, with a sentence for everything that is left out', () => {
    const raw = {
      podTemplates: {
        'example.com/Widget': 'spec.groups[].template',
        '/Thing': 'spec',
        'example.com/v1/Widget': 'spec.template',
        Widget: 'spec.template',
        'apps/Deployment': 'spec.template',
        'example.com/Empty': '',
        'example.com/Number': 3,
        'example.com/Dots': 'spec..template',
      },
    };
    expect(readSettings(raw).podTemplates).toEqual({
      'example.com/Widget': 'spec.groups[].template',
      '/Thing': 'spec',
    });
    expect(settingSentences(raw)).toEqual([
      expect.stringContaining('"example.com/v1/Widget" is no kind'),
      expect.stringContaining('"Widget" is no kind'),
      expect.stringContaining('apps/Deployment is a kind that Kubepath reads anyway'),
      expect.stringContaining('"example.com/Empty" is set to ""'),
      expect.stringContaining('"example.com/Number" is set to 3'),
      expect.stringContaining('"example.com/Dots" is set to "spec..template"'),
    ]);
    expect(readSettings({}).podTemplates).toEqual({});
    expect(settingSentences({ podTemplates: [] })).toEqual([expect.stringContaining('write a mapping such as')]);
  });
});

describe('what controllers of Kubernetes add', () => {
  const workload = (apiVersion: string, kind: string, metadata: string): string =>
    kind === 'CronJob'
      ? `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { ${metadata}, namespace: shop }, spec: { jobTemplate: { spec: { template: ${template('app: a')} } } } }`
      : `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { ${metadata}, namespace: shop }, spec: { template: ${template('app: a')} } }`;

  it.each([
    ['Job', workload('batch/v1', 'Job', 'name: db'), 'job-name: db', true],
    ['Job', workload('batch/v1', 'Job', 'name: db'), 'batch.kubernetes.io/job-name: db, app: a', true],
    ['Job', workload('batch/v1', 'Job', 'name: db'), 'batch.kubernetes.io/job-name: other', false],
    ['generated Job', workload('batch/v1', 'Job', 'generateName: db-'), 'job-name: db-x7k2p', true],
    ['generated Job', workload('batch/v1', 'Job', 'generateName: db-'), 'job-name: other-x7k2p', false],
    ['CronJob', workload('batch/v1', 'CronJob', 'name: db'), 'job-name: db-28999000', true],
    ['CronJob', workload('batch/v1', 'CronJob', 'name: db'), 'batch.kubernetes.io/job-name: db-28999000', true],
    ['CronJob', workload('batch/v1', 'CronJob', 'name: db'), 'job-name: db', false],
    ['StatefulSet', workload('apps/v1', 'StatefulSet', 'name: db'), "apps.kubernetes.io/pod-index: '2', app: a", true],
    ['StatefulSet', workload('apps/v1', 'StatefulSet', 'name: db'), 'statefulset.kubernetes.io/pod-name: db-2', true],
    ['StatefulSet', workload('apps/v1', 'StatefulSet', 'name: db'), 'statefulset.kubernetes.io/pod-name: db-x', false],
    ['Deployment', workload('apps/v1', 'Deployment', 'name: db'), "apps.kubernetes.io/pod-index: '2'", false],
  ])('%s: a selector, a policy and a peer on %s %s', (_, text, labels, isMet) => {
    expect(selected(text, labels) !== '' || selectWorkloads(modelOf(text), 'shop', selectorOf(labels)).length > 0).toBe(
      isMet,
    );
    expect(answerFor(text, labels)).toEqual(isMet ? 'unsure' : 'no');
  });
});

/** How the first workload stands to a selector, as the subject of a policy and as a peer in it. */
function answerFor(text: string, labels: string): string {
  const policy = `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p, namespace: shop }, spec: { podSelector: { matchLabels: { ${labels} } }, ingress: [{ from: [{ podSelector: { matchLabels: { ${labels} } } }] }] } }`;
  const reach = createReach(modelOf(list(text, policy)));
  const [compiled] = reach.policies;
  const matches = [compiled?.subject, compiled?.rules.Ingress[0]?.peers].map((match) =>
    !match ? 'none' : hasBit(match.unsure, 0) ? 'unsure' : hasBit(match.met, 0) ? 'yes' : 'no',
  );
  const [subject = '', peer] = matches;
  return subject === peer ? subject : matches.join(' ');
}

describe('policies over the pods of operators', () => {
  const cluster = resource('postgresql.cnpg.io/v1', 'Cluster', '{}');

  it.each([
    ['a label that is documented', 'cnpg.io/cluster: db', 'yes'],
    ['another value of it', 'cnpg.io/cluster: other', 'no'],
    ['a value that only run time tells', 'cnpg.io/cluster: db, cnpg.io/instanceRole: primary', 'unsure'],
    ['the same alone', 'role: primary', 'unsure'],
    ['a label that nobody documents, beside one that is', 'cnpg.io/cluster: db, team: a', 'unsure'],
    ['a label that nobody documents, alone', 'app: web', 'no'],
    ['nothing', '', 'yes'],
  ])('%s', (_, labels, answer) => {
    expect(answerFor(cluster, labels)).toBe(answer);
  });

  it('knows all labels of a template', () => {
    const rollout = resource('argoproj.io/v1alpha1', 'Rollout', `{ template: ${template('app: web')} }`);
    expect(answerFor(rollout, 'app: web')).toBe('yes');
    expect(answerFor(rollout, 'app: web, team: a')).toBe('no');
    expect(answerFor(rollout, 'app: web, rollouts-pod-template-hash: x')).toBe('unsure');
  });

  it('tells the sets of pods of one resource apart', () => {
    const reach = createReach(modelOf(resource('databases.spotahome.com/v1', 'RedisFailover', '{}')));
    expect(reach.peers.classes.map(({ pods }) => pods.name).sort()).toEqual(['rfr-db', 'rfs-db']);
  });
});

describe('pods that every cluster has', () => {
  it.each([
    ['kube-system', 'k8s-app: kube-dns', true],
    ['kube-system', 'component: kube-scheduler', true],
    ['kube-system', 'component: kube-apiserver, tier: control-plane', true],
    ['kube-system', 'component: kube-apiserver, tier: frontend', false],
    ['kube-system', 'k8s-app: kube-dns, some: more', true],
    ['kube-system', 'tier: backend', false],
    ['kube-system', 'app: web', false],
    ['shop', 'k8s-app: kube-dns', false],
    ['openshift-dns', 'dns.operator.openshift.io/daemonset-dns: default', true],
    [undefined, 'k8s-app: kube-dns', true],
  ])('in %s: %s %s', (namespace, labels, isMeant) => {
    expect(meansClusterPods(selectorOf(labels), namespace)).toBe(isMeant);
  });
});

describe('the fields that are shown', () => {
  const fieldsOf = (text: string, options: ReadOptions = {}): unknown => {
    const [found] = readManifest(uri, text, options).resources;
    return found && networkingFields(found)['spec'];
  };

  it('are those that the pods are known by', () => {
    const group = `{ groupName: small, template: ${template('a: x')}, rayStartParams: { x: y } }`;
    const ray = resource('ray.io/v1', 'RayCluster', `{ rayVersion: x, workerGroupSpecs: [${group}] }`);
    expect(fieldsOf(ray)).toEqual({
      workerGroupSpecs: [
        {
          groupName: 'small',
          template: { metadata: { labels: { a: 'x' } }, spec: { containers: [{ name: 'main', ports: [] }] } },
        },
      ],
    });
    const prometheus = '{ replicas: 2, podMetadata: { labels: { a: x }, annotations: { b: y } }, retention: 1d }';
    expect(fieldsOf(resource('monitoring.coreos.com/v1', 'Prometheus', prometheus))).toEqual({
      replicas: 2,
      podMetadata: { labels: { a: 'x' } },
    });
  });

  it('hold nothing of a Secret but its name', () => {
    const text =
      '{ apiVersion: v1, kind: Secret, metadata: { name: a }, stringData: { password: x }, data: { b: eA== } }';
    const [secret] = readManifest(uri, text).resources;
    expect(secret && networkingFields(secret)).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } });
  });
});

describe('templates', () => {
  it('takes quoted braces in a resource of an operator for a value of its own', () => {
    const text = (value: string): string =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: db\nspec:\n  steps:\n    - value: ${value}\n`;
    expect(readManifest(uri, text('"{{args.host}}"')).resources).toHaveLength(1);
    expect(readManifest(uri, text('x{{ .Values.host }}')).template).toBe(true);
  });
});
