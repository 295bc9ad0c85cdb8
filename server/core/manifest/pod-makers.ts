/**
 * What makes pods beside the kinds of Kubernetes itself: kinds with a pod template, and operators whose pods are known by the labels that
 * their documentation promises. docs/pod-makers.md tells how to add one. It stands below the model since a document's kind decides, before
 * anything is parsed, whether it is read at all.
 *
 * In every text `{name}` and `{namespace}` are the resource's; `{spec.team|web}` is the value at a path of the resource, `web` where there
 * is none; `{item.name}` is of the item that `each` speaks of, and `{key}` is its key. Paths are written `spec.groups[].template`, with
 * `[]` for every item of a list, `{}` for every value of a mapping, and `metadata.labels[a.b/c]` for a key with dots.
 */
export interface PodMaker {
  /** API group and kind: `apps.kruise.io/CloneSet`. Several entries with the same kind are several sets of pods. */
  readonly kind: string;
  /** Only then does it make these pods: `spec.x` is written, `!spec.x` is not, `spec.mode = a`, `spec.mode != a`. */
  readonly when?: string;
  /** Every item here is a set of pods of its own. */
  readonly each?: string;
  /** What people read where several sets of pods come from one resource; `{name}` when nothing is said. */
  readonly name?: string;
  /**
   * Where the whole pod template is: labels and containers. Without one only labels are known, and there may be more than those; without
   * labels either, no pods are meant but Services alone.
   */
  readonly template?: string;
  /** Where the selector of the pods is, for kinds that are refused when it does not meet the template's labels. */
  readonly selector?: string;
  /**
   * Labels that are put on the pods, over those that are written. A value `*`, or a `*` at its end, is something that only run time tells;
   * a key with `*` at its end is any key that begins so, and such a label may or may not be there.
   */
  readonly labels?: Readonly<Record<string, string>>;
  /** Where labels are written that the pods get too. */
  readonly labelsFrom?: readonly string[];
  /** The kind of Kubernetes between the operator and its pods: it adds labels of its own. */
  readonly runBy?: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job';
  /** Container ports by name that are there beside those of the template. There may be more. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Where it says how many pods there are. */
  readonly replicas?: string;
  /** Services that it makes, with their ports; none when nobody promises any. A `*` at the end of a name is anything. */
  readonly services?: Readonly<Record<string, readonly number[]>>;
}

const cnpg = { 'cnpg.io/*': '*' };
const crunchy = 'postgres-operator.crunchydata.com';
const elastic = 'k8s.elastic.co';
const managedByStrimzi = { 'app.kubernetes.io/*': '*', 'strimzi.io/*': '*' };
const virtLauncher = { 'kubevirt.io': 'virt-launcher', 'kubevirt.io/*': '*' };
const knative = {
  'serving.knative.dev/revision': '{name}-*',
  'serving.knative.dev/configuration': '{name}',
  'serving.knative.dev/*': '*',
  app: '*',
};
const queueProxy = { 'queue-port': 8012, 'http-autometric': 9090, 'http-usermetric': 9091, 'http-queueadm': 8022 };
const rayNode = {
  'ray.io/is-ray-node': 'yes',
  'app.kubernetes.io/name': 'kuberay',
  'app.kubernetes.io/created-by': 'kuberay-operator',
  'ray.io/*': '*',
};
const rayHead = { 'ray.io/node-type': 'head', 'ray.io/group': 'headgroup' };
const rayWorker = { 'ray.io/node-type': 'worker', 'ray.io/group': '{item.groupName}' };
const rayHeadPorts = { metrics: 8080 };
const stackableTrino = {
  'app.kubernetes.io/name': 'trino',
  'app.kubernetes.io/instance': '{name}',
  'app.kubernetes.io/role-group': '{key}',
  'app.kubernetes.io/*': '*',
  'stackable.tech/*': '*',
};
const jaeger = { app: 'jaeger', 'app.kubernetes.io/instance': '{name}', 'app.kubernetes.io/part-of': 'jaeger' };

export const podMakers: readonly PodMaker[] = [
  // --- Kinds with a pod template ---------------------------------------------------------------------------------------------------

  {
    // With spec.workloadRef the Deployment that it names holds the template: that one stands for the pods.
    kind: 'argoproj.io/Rollout',
    template: 'spec.template',
    selector: 'spec.selector',
    labels: { 'rollouts-pod-template-hash': '*' },
    replicas: 'spec.replicas',
  },
  {
    kind: 'apps.openshift.io/DeploymentConfig',
    template: 'spec.template',
    selector: 'spec.selector',
    labels: { deploymentconfig: '{name}', deployment: '{name}-*' },
    replicas: 'spec.replicas',
  },
  {
    kind: 'serving.knative.dev/Service',
    template: 'spec.template',
    labels: { 'serving.knative.dev/service': '{name}', ...knative },
    ports: queueProxy,
    services: { '{name}': [], '{name}-0*': [] },
  },
  {
    kind: 'serving.knative.dev/Configuration',
    template: 'spec.template',
    labels: knative,
    ports: queueProxy,
    services: { '{name}-0*': [] },
  },
  {
    kind: 'leaderworkerset.x-k8s.io/LeaderWorkerSet',
    when: 'spec.leaderWorkerTemplate.leaderTemplate',
    template: 'spec.leaderWorkerTemplate.leaderTemplate',
    labels: {
      'leaderworkerset.sigs.k8s.io/name': '{name}',
      'leaderworkerset.sigs.k8s.io/worker-index': '0',
      'leaderworkerset.sigs.k8s.io/*': '*',
    },
    runBy: 'StatefulSet',
    replicas: 'spec.replicas',
    services: { '{name}': [], '{name}-*': [] },
  },
  {
    // Without a template for leaders these are the leaders too, with index 0.
    kind: 'leaderworkerset.x-k8s.io/LeaderWorkerSet',
    name: '{name}-worker',
    template: 'spec.leaderWorkerTemplate.workerTemplate',
    labels: {
      'leaderworkerset.sigs.k8s.io/name': '{name}',
      'leaderworkerset.sigs.k8s.io/worker-index': '*',
      'leaderworkerset.sigs.k8s.io/*': '*',
      'controller-revision-hash': '*',
      'statefulset.kubernetes.io/*': '*',
      'apps.kubernetes.io/*': '*',
    },
    services: { '{name}': [], '{name}-*': [] },
  },
  {
    kind: 'ray.io/RayCluster',
    name: '{name}-head',
    template: 'spec.headGroupSpec.template',
    labels: { 'ray.io/cluster': '{name}', 'ray.io/identifier': '{name}-head', ...rayHead, ...rayNode },
    ports: rayHeadPorts,
    services: { '{name}-head-svc': [], '{name}-serve-svc': [8000], '{name}-headless*': [] },
  },
  {
    kind: 'ray.io/RayCluster',
    each: 'spec.workerGroupSpecs[]',
    name: '{name}-{item.groupName}-worker',
    template: 'item.template',
    labels: { 'ray.io/cluster': '{name}', 'ray.io/identifier': '{name}-worker', ...rayWorker, ...rayNode },
    ports: rayHeadPorts,
    replicas: 'item.replicas',
  },
  ...['RayService', 'RayJob'].flatMap((kind): readonly PodMaker[] => {
    const path = kind === 'RayService' ? 'spec.rayClusterConfig' : 'spec.rayClusterSpec';
    // The name of its cluster ends with something random.
    return [
      {
        kind: `ray.io/${kind}`,
        name: '{name}-head',
        template: `${path}.headGroupSpec.template`,
        labels: { 'ray.io/cluster': '{name}-*', ...rayHead, ...rayNode },
        ports: rayHeadPorts,
        services: { '{name}-head-svc': [], '{name}-serve-svc': [8000] },
      },
      {
        kind: `ray.io/${kind}`,
        each: `${path}.workerGroupSpecs[]`,
        name: '{name}-{item.groupName}-worker',
        template: 'item.template',
        labels: { 'ray.io/cluster': '{name}-*', ...rayWorker, ...rayNode },
        ports: rayHeadPorts,
        replicas: 'item.replicas',
      },
    ];
  }),
  {
    // Its template is of a virtual machine: the pods get its labels, and their containers are KubeVirt's.
    kind: 'kubevirt.io/VirtualMachine',
    template: 'spec.template',
    labels: { ...virtLauncher, 'vm.kubevirt.io/name': '{name}' },
  },
  {
    kind: 'kubevirt.io/VirtualMachineInstance',
    labelsFrom: ['metadata.labels'],
    labels: { ...virtLauncher, 'vm.kubevirt.io/name': '{name}' },
  },
  {
    kind: 'kubevirt.io/VirtualMachineInstanceReplicaSet',
    template: 'spec.template',
    selector: 'spec.selector',
    labels: { ...virtLauncher, 'vm.kubevirt.io/name': '{name}*' },
    replicas: 'spec.replicas',
  },
  {
    kind: 'pool.kubevirt.io/VirtualMachinePool',
    template: 'spec.virtualMachineTemplate.spec.template',
    labels: { ...virtLauncher, 'vm.kubevirt.io/name': '{name}-*' },
    replicas: 'spec.replicas',
  },
  {
    kind: 'apps.kruise.io/CloneSet',
    template: 'spec.template',
    selector: 'spec.selector',
    labels: { 'apps.kruise.io/*': '*', 'controller-revision-hash': '*', 'pod-template-hash*': '*' },
    replicas: 'spec.replicas',
  },
  {
    kind: 'apps.kruise.io/StatefulSet',
    template: 'spec.template',
    selector: 'spec.selector',
    labels: { 'apps.kruise.io/*': '*' },
    runBy: 'StatefulSet',
    replicas: 'spec.replicas',
  },
  {
    kind: 'apps.kruise.io/DaemonSet',
    template: 'spec.template',
    selector: 'spec.selector',
    labels: { 'apps.kruise.io/*': '*' },
    runBy: 'DaemonSet',
  },
  {
    kind: 'batch.volcano.sh/Job',
    each: 'spec.tasks[]',
    name: '{name}-{item.name}',
    template: 'item.template',
    labels: { 'volcano.sh/job-name': '{name}', 'volcano.sh/task-spec': '{item.name}', 'volcano.sh/*': '*' },
    replicas: 'item.replicas',
    services: { '{name}': [] },
  },

  // --- Operators whose pods are known by labels ------------------------------------------------------------------------------------

  {
    kind: 'postgresql.cnpg.io/Cluster',
    labels: { 'cnpg.io/cluster': '{name}', 'cnpg.io/podRole': 'instance', role: '*', ...cnpg },
    labelsFrom: ['spec.inheritedMetadata.labels'],
    ports: { postgresql: 5432, metrics: 9187, status: 8000 },
    replicas: 'spec.instances',
    services: { '{name}-rw': [5432], '{name}-ro': [5432], '{name}-r': [5432], '{name}-any': [5432] },
  },
  {
    kind: 'postgresql.cnpg.io/Cluster',
    each: 'spec.managed.services.additional[]',
    services: { '{item.serviceTemplate.metadata.name}': [5432] },
  },
  {
    kind: 'postgresql.cnpg.io/Pooler',
    labels: { 'cnpg.io/poolerName': '{name}', ...cnpg },
    labelsFrom: ['spec.template.metadata.labels'],
    runBy: 'Deployment',
    ports: { pgbouncer: 5432, metrics: 9127 },
    replicas: 'spec.instances',
    services: { '{name}': [5432] },
  },
  {
    // The names of these labels can be set for the operator; here they have their defaults.
    kind: 'acid.zalan.do/postgresql',
    labels: { application: 'spilo', 'cluster-name': '{name}', 'spilo-role': '*', team: '{spec.teamId}' },
    runBy: 'StatefulSet',
    replicas: 'spec.numberOfInstances',
    services: { '{name}': [5432], '{name}-repl': [5432], '{name}-config': [] },
  },
  ...['', '-repl'].map((suffix): PodMaker => ({
    kind: 'acid.zalan.do/postgresql',
    when: suffix === '' ? 'spec.enableConnectionPooler = true' : 'spec.enableReplicaConnectionPooler = true',
    name: `{name}-pooler${suffix}`,
    labels: {
      application: 'db-connection-pooler',
      'cluster-name': '{name}',
      'connection-pooler': `{name}-pooler${suffix}`,
      team: '{spec.teamId}',
      'spilo-role': '*',
    },
    runBy: 'Deployment',
    services: { [`{name}-pooler${suffix}`]: [5432] },
  })),
  {
    kind: `${crunchy}/PostgresCluster`,
    labels: {
      [`${crunchy}/cluster`]: '{name}',
      [`${crunchy}/patroni`]: '{name}-ha',
      [`${crunchy}/role`]: '*',
      [`${crunchy}/*`]: '*',
    },
    labelsFrom: ['spec.metadata.labels', 'spec.instances[].metadata.labels'],
    runBy: 'StatefulSet',
    ports: { postgres: 5432 },
    services: { '{name}-primary': [5432], '{name}-replicas': [5432], '{name}-ha': [5432], '{name}-*': [] },
  },
  {
    kind: `${crunchy}/PostgresCluster`,
    when: 'spec.proxy.pgBouncer',
    name: '{name}-pgbouncer',
    labels: { [`${crunchy}/cluster`]: '{name}', [`${crunchy}/role`]: 'pgbouncer', [`${crunchy}/*`]: '*' },
    labelsFrom: ['spec.metadata.labels', 'spec.proxy.pgBouncer.metadata.labels'],
    runBy: 'Deployment',
    ports: { pgbouncer: 5432 },
    services: { '{name}-pgbouncer': [5432] },
  },
  {
    kind: 'pgv2.percona.com/PerconaPGCluster',
    labels: { [`${crunchy}/cluster`]: '{name}', [`${crunchy}/*`]: '*' },
    services: { '{name}-primary': [5432], '{name}-replicas': [5432], '{name}-ha': [5432], '{name}-*': [] },
  },
  ...(
    [
      ['pxc', 'spec.pxc', 'StatefulSet'],
      ['haproxy', 'spec.haproxy.enabled = true', 'StatefulSet'],
      ['proxysql', 'spec.proxysql.enabled = true', 'StatefulSet'],
    ] as const
  ).map(([component, when, runBy]): PodMaker => ({
    kind: 'pxc.percona.com/PerconaXtraDBCluster',
    when,
    name: `{name}-${component}`,
    labels: {
      'app.kubernetes.io/name': 'percona-xtradb-cluster',
      'app.kubernetes.io/instance': '{name}',
      'app.kubernetes.io/component': component,
      'app.kubernetes.io/*': '*',
    },
    labelsFrom: [`spec.${component}.labels`],
    runBy,
    replicas: `spec.${component}.size`,
    services: { [`{name}-${component}`]: [], [`{name}-${component}-*`]: [] },
  })),
  {
    kind: 'psmdb.percona.com/PerconaServerMongoDB',
    each: 'spec.replsets[]',
    name: '{name}-{item.name}',
    labels: {
      'app.kubernetes.io/name': 'percona-server-mongodb',
      'app.kubernetes.io/instance': '{name}',
      'app.kubernetes.io/replset': '{item.name}',
      'app.kubernetes.io/*': '*',
    },
    labelsFrom: ['item.labels'],
    runBy: 'StatefulSet',
    replicas: 'item.size',
    services: { '{name}-{item.name}': [27017], '{name}-mongos': [27017] },
  },
  {
    kind: 'mongodbcommunity.mongodb.com/MongoDBCommunity',
    labels: { app: '{name}-svc' },
    labelsFrom: ['spec.statefulSet.spec.template.metadata.labels'],
    runBy: 'StatefulSet',
    replicas: 'spec.members',
    services: { '{name}-svc': [27017] },
  },
  {
    // Pods of a cluster without node pools; those of a pool belong to the pool.
    kind: 'kafka.strimzi.io/Kafka',
    when: 'spec.kafka.replicas',
    name: '{name}-kafka',
    labels: {
      'strimzi.io/cluster': '{name}',
      'strimzi.io/kind': 'Kafka',
      'strimzi.io/name': '{name}-kafka',
      'statefulset.kubernetes.io/pod-name': '{name}-kafka-*',
      ...managedByStrimzi,
    },
    labelsFrom: ['metadata.labels', 'spec.kafka.template.pod.metadata.labels'],
    replicas: 'spec.kafka.replicas',
  },
  {
    kind: 'kafka.strimzi.io/KafkaNodePool',
    labels: {
      'strimzi.io/cluster': '{metadata.labels[strimzi.io/cluster]}',
      'strimzi.io/kind': 'Kafka',
      'strimzi.io/name': '{metadata.labels[strimzi.io/cluster]}-kafka',
      'strimzi.io/pool-name': '{name}',
      'statefulset.kubernetes.io/*': '*',
      ...managedByStrimzi,
    },
    labelsFrom: ['metadata.labels', 'spec.template.pod.metadata.labels'],
    replicas: 'spec.replicas',
    services: { '{metadata.labels[strimzi.io/cluster]}-kafka-*': [] },
  },
  ...(
    [
      ['zookeeper', 'spec.zookeeper', 'spec.zookeeper.template.pod.metadata.labels', undefined],
      ['entity-operator', 'spec.entityOperator', 'spec.entityOperator.template.pod.metadata.labels', 'Deployment'],
      ['kafka-exporter', 'spec.kafkaExporter', 'spec.kafkaExporter.template.pod.metadata.labels', 'Deployment'],
      ['cruise-control', 'spec.cruiseControl', 'spec.cruiseControl.template.pod.metadata.labels', 'Deployment'],
    ] as const
  ).map(([component, when, labels, runBy]): PodMaker => ({
    kind: 'kafka.strimzi.io/Kafka',
    when,
    name: `{name}-${component}`,
    labels: {
      'strimzi.io/cluster': '{name}',
      'strimzi.io/kind': 'Kafka',
      'strimzi.io/name': `{name}-${component}`,
      ...managedByStrimzi,
    },
    labelsFrom: ['metadata.labels', labels],
    ...(runBy ? { runBy } : {}),
  })),
  {
    // Whoever makes its pods; listeners add Services of their own.
    kind: 'kafka.strimzi.io/Kafka',
    services: { '{name}-kafka-*': [], '{name}-zookeeper-*': [], '{name}-cruise-control': [9090] },
  },
  ...(
    [
      ['KafkaConnect', 'connect', 'connect-api', 8083],
      ['KafkaBridge', 'bridge', 'bridge-service', 8080],
      ['KafkaMirrorMaker2', 'mirrormaker2', 'mirrormaker2-api', 8083],
    ] as const
  ).map(([kind, component, service, port]): PodMaker => ({
    kind: `kafka.strimzi.io/${kind}`,
    labels: {
      'strimzi.io/cluster': '{name}',
      'strimzi.io/kind': kind,
      'strimzi.io/name': `{name}-${component}`,
      ...managedByStrimzi,
    },
    labelsFrom: ['metadata.labels', 'spec.template.pod.metadata.labels'],
    replicas: 'spec.replicas',
    services: { [`{name}-${service}`]: [port], [`{name}-${component}`]: [] },
  })),
  {
    kind: `elasticsearch.${elastic}/Elasticsearch`,
    each: 'spec.nodeSets[]',
    name: '{name}-es-{item.name}',
    labels: {
      [`common.${elastic}/type`]: 'elasticsearch',
      [`elasticsearch.${elastic}/cluster-name`]: '{name}',
      [`elasticsearch.${elastic}/statefulset-name`]: '{name}-es-{item.name}',
      [`elasticsearch.${elastic}/*`]: '*',
    },
    labelsFrom: ['item.podTemplate.metadata.labels'],
    runBy: 'StatefulSet',
    ports: { transport: 9300 },
    replicas: 'item.count',
    services: {
      '{name}-es-http': [9200],
      '{name}-es-internal-http': [9200],
      '{name}-es-transport': [9300],
      '{name}-es-{item.name}': [9200],
    },
  },
  ...(
    [
      ['kibana', 'Kibana', 'kibana', 'kb', 5601],
      ['apm', 'ApmServer', 'apm-server', 'apm', 8200],
      ['enterprisesearch', 'EnterpriseSearch', 'enterprise-search', 'ent', 3002],
      ['maps', 'ElasticMapsServer', 'maps', 'ems', 8080],
    ] as const
  ).map(([group, kind, type, short, port]): PodMaker => ({
    kind: `${group}.${elastic}/${kind}`,
    labels: {
      [`common.${elastic}/type`]: type,
      [`${group}.${elastic}/name`]: '{name}',
      [`${group}.${elastic}/*`]: '*',
    },
    labelsFrom: ['spec.podTemplate.metadata.labels'],
    runBy: 'Deployment',
    replicas: 'spec.count',
    services: { [`{name}-${short}-http`]: [port] },
  })),
  ...(
    [
      ['logstash', 'Logstash', 'logstash', 'ls', ['spec.podTemplate.metadata.labels']],
      ['beat', 'Beat', 'beat', 'beat', ['deployment', 'daemonSet']],
      ['agent', 'Agent', 'agent', 'agent', ['deployment', 'daemonSet', 'statefulSet']],
    ] as const
  ).map(([group, kind, type, short, labels]): PodMaker => ({
    kind: `${group}.${elastic}/${kind}`,
    labels: {
      [`common.${elastic}/type`]: type,
      [`${group}.${elastic}/name`]: '{name}',
      [`${group}.${elastic}/*`]: '*',
      'controller-revision-hash': '*',
      'pod-template-*': '*',
    },
    labelsFrom: labels.map((at) => (at.includes('.') ? at : `spec.${at}.podTemplate.metadata.labels`)),
    services: { [`{name}-${short}-*`]: [] },
  })),
  ...(
    [
      ['Prometheus', 'prometheus', 'prometheus', 9090],
      ['Alertmanager', 'alertmanager', 'alertmanager', 9093],
      ['ThanosRuler', 'thanos-ruler', 'thanos-ruler', 10902],
    ] as const
  ).map(([kind, application, label, port]): PodMaker => ({
    kind: `monitoring.coreos.com/${kind}`,
    labels: {
      'statefulset.kubernetes.io/pod-name': `${application}-{name}-*`,
      'app.kubernetes.io/name': application,
      'app.kubernetes.io/instance': '{name}',
      'app.kubernetes.io/managed-by': 'prometheus-operator',
      'app.kubernetes.io/version': '*',
      [label]: '{name}',
      'operator.prometheus.io/*': '*',
    },
    labelsFrom: ['spec.podMetadata.labels'],
    runBy: 'StatefulSet',
    ports: { '{spec.portName|web}': port, 'reloader-web': 8080 },
    replicas: 'spec.replicas',
    services: { [`${application}-operated`]: [port] },
  })),
  {
    kind: 'monitoring.coreos.com/PrometheusAgent',
    labels: {
      'statefulset.kubernetes.io/pod-name': 'prom-agent-{name}-*',
      'app.kubernetes.io/name': 'prometheus-agent',
      'app.kubernetes.io/instance': '{name}',
      'app.kubernetes.io/managed-by': 'prometheus-operator',
      'app.kubernetes.io/version': '*',
      'operator.prometheus.io/*': '*',
    },
    labelsFrom: ['spec.podMetadata.labels'],
    runBy: 'StatefulSet',
    ports: { '{spec.portName|web}': 9090, 'reloader-web': 8080 },
    replicas: 'spec.replicas',
    services: { 'prometheus-agent-operated': [9090] },
  },
  ...(
    [
      ['redis', 'rfr', 'StatefulSet', 6379],
      ['sentinel', 'rfs', 'Deployment', 26379],
    ] as const
  ).map(([component, prefix, runBy, port]): PodMaker => ({
    kind: 'databases.spotahome.com/RedisFailover',
    name: `${prefix}-{name}`,
    labels: {
      'app.kubernetes.io/component': component,
      'app.kubernetes.io/name': '{name}',
      'app.kubernetes.io/part-of': 'redis-failover',
      'app.kubernetes.io/managed-by': 'redis-operator',
      'redisfailovers.databases.spotahome.com/name': '{name}',
      ...(component === 'redis' ? { 'redisfailovers-role': '*' } : {}),
    },
    labelsFrom: ['metadata.labels'],
    runBy,
    ports: { [component]: port },
    replicas: `spec.${component}.replicas`,
    services:
      component === 'redis'
        ? { 'rfr-{name}': [], 'rfrm-{name}': [6379], 'rfrs-{name}': [6379] }
        : { 'rfs-{name}': [26379] },
  })),
  {
    kind: 'rabbitmq.com/RabbitmqCluster',
    labels: {
      'statefulset.kubernetes.io/pod-name': '{name}-server-*',
      'app.kubernetes.io/name': '{name}',
      'app.kubernetes.io/component': 'rabbitmq',
      'app.kubernetes.io/part-of': '*',
    },
    labelsFrom: ['metadata.labels', 'spec.override.statefulSet.spec.template.metadata.labels'],
    runBy: 'StatefulSet',
    ports: { amqp: 5672, management: 15672, prometheus: 15692 },
    replicas: 'spec.replicas',
    services: { '{name}': [], '{name}-nodes': [] },
  },
  ...(['coordinator', 'worker'] as const).map((component): PodMaker => ({
    kind: 'trino.stackable.tech/TrinoCluster',
    each: `spec.${component}s.roleGroups{}`,
    name: `{name}-${component}-{key}`,
    labels: { ...stackableTrino, 'app.kubernetes.io/component': component },
    labelsFrom: [`spec.${component}s.podOverrides.metadata.labels`, 'item.podOverrides.metadata.labels'],
    runBy: 'StatefulSet',
    replicas: 'item.replicas',
    services: { [`{name}-${component}*`]: [] },
  })),
  ...(['deployment', 'daemonset', 'statefulset'] as const).map((mode): PodMaker => ({
    // Mode `sidecar` makes no pods of its own: the collector goes into those of others.
    kind: 'opentelemetry.io/OpenTelemetryCollector',
    when: mode === 'deployment' ? 'spec.mode|deployment = deployment' : `spec.mode = ${mode}`,
    labels: {
      'app.kubernetes.io/managed-by': 'opentelemetry-operator',
      'app.kubernetes.io/part-of': 'opentelemetry',
      'app.kubernetes.io/component': 'opentelemetry-collector',
      'app.kubernetes.io/instance': '{namespace}.{name}',
      'app.kubernetes.io/name': '{name}-collector*',
      'app.kubernetes.io/version': '*',
    },
    labelsFrom: ['metadata.labels'],
    runBy: mode === 'deployment' ? 'Deployment' : mode === 'daemonset' ? 'DaemonSet' : 'StatefulSet',
    replicas: 'spec.replicas',
    services: {
      '{name}-collector': [],
      '{name}-collector-headless': [],
      '{name}-collector-monitoring': [],
      '{name}-targetallocator': [80],
    },
  })),
  {
    kind: 'minio.min.io/Tenant',
    each: 'spec.pools[]',
    name: '{name}-{item.name}',
    labels: { 'v1.min.io/tenant': '{name}', 'v1.min.io/*': '*' },
    labelsFrom: ['item.labels'],
    runBy: 'StatefulSet',
    replicas: 'item.servers',
    services: { minio: [], '{name}-hl': [9000], '{name}-console': [] },
  },
  {
    kind: 'grafana.integreatly.org/Grafana',
    when: '!spec.external',
    labels: { app: '{name}' },
    labelsFrom: ['spec.deployment.spec.template.metadata.labels'],
    runBy: 'Deployment',
    ports: { 'grafana-http': 3000 },
    replicas: 'spec.deployment.spec.replicas',
    services: { '{name}-service': [3000], '{name}-alerting': [] },
  },
  {
    // One set of pods or several, as its strategy says: which is which only the component's label tells.
    kind: 'jaegertracing.io/Jaeger',
    labels: { ...jaeger, 'app.kubernetes.io/managed-by': 'jaeger-operator', 'app.kubernetes.io/*': '*' },
    labelsFrom: ['spec.labels', 'spec.allInOne.labels'],
    services: { '{name}-query': [], '{name}-collector': [], '{name}-collector-headless': [], '{name}-agent': [] },
  },
  {
    // With spec.deployment.namespace its pods are elsewhere.
    kind: 'kiali.io/Kiali',
    when: '!spec.deployment.namespace',
    labels: { 'app.kubernetes.io/name': 'kiali', app: '*', 'app.kubernetes.io/*': '*' },
    labelsFrom: ['spec.deployment.pod_labels'],
    runBy: 'Deployment',
    services: { '{spec.deployment.instance_name|kiali}': [] },
  },
];

/** Labels of pods that every cluster has, though no manifest declares them: `*` is any value. */
interface ClusterPods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

const inKubeSystem = (labels: ClusterPods['labels']): ClusterPods => ({ namespace: 'kube-system', labels });

/** Static pods of the control plane (kubeadm; kOps says `k8s-app`) and what distributions add to every cluster. */
export const clusterPods: readonly ClusterPods[] = [
  ...['kube-apiserver', 'kube-scheduler', 'kube-controller-manager', 'etcd'].flatMap((component) => [
    inKubeSystem({ component, tier: 'control-plane' }),
    inKubeSystem({ 'k8s-app': component }),
  ]),
  ...['kube-dns', 'coredns', 'node-local-dns', 'kube-proxy', 'metrics-server'].map((app) =>
    inKubeSystem({ 'k8s-app': app }),
  ),
  inKubeSystem({ 'app.kubernetes.io/name': 'metrics-server' }),
  { namespace: 'openshift-dns', labels: { 'dns.operator.openshift.io/daemonset-dns': '*' } },
];
