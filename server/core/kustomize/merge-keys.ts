/** How strategic merge patches treat the lists of one kind of object: what kustomize reads off the API's schema, as far as lists go. */
export interface MergeSchema {
  /** The fields that are lists to be merged, or lead to some. */
  readonly fields?: Readonly<Record<string, MergeSchema>>;
  /** For a list that is merged: the fields that tell its items apart; none when the items are plain values. Other lists are replaced. */
  readonly mergeKeys?: readonly string[];
  /** For a list that is merged: its items. */
  readonly items?: MergeSchema;
}

/**
 * The schema of a kind; undefined for those that kustomize 5.5 has none of (custom resources, Gateway API, old versions such as
 * `extensions/v1beta1`): there a patch replaces every list.
 */
export function mergeSchemaOf(apiVersion: string, kind: string): MergeSchema | undefined {
  return schemas.get(`${apiVersion} ${kind}`);
}

/** The schema of a field. */
export function fieldSchema(schema: MergeSchema | undefined, key: string): MergeSchema | undefined {
  return schema?.fields && Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
}

function object(fields: Readonly<Record<string, MergeSchema>>): MergeSchema {
  return { fields };
}

function listBy(mergeKeys: readonly string[], items: MergeSchema = {}): MergeSchema {
  return { mergeKeys, items };
}

const metadata = object({ finalizers: listBy([]), ownerReferences: listBy(['uid']) });

/** Without `ports`: the schema that kustomize carries says nothing of those of ephemeral containers. */
const ephemeralContainer = {
  env: listBy(['name']),
  volumeDevices: listBy(['devicePath']),
  volumeMounts: listBy(['mountPath']),
};
const container = object({ ...ephemeralContainer, ports: listBy(['containerPort', 'protocol']) });

const podSpec = object({
  containers: listBy(['name'], container),
  ephemeralContainers: listBy(['name'], object(ephemeralContainer)),
  hostAliases: listBy(['ip']),
  imagePullSecrets: listBy(['name']),
  initContainers: listBy(['name'], container),
  topologySpreadConstraints: listBy(['topologyKey', 'whenUnsatisfiable']),
  volumes: listBy(['name']),
});

const podTemplate = object({ metadata, spec: podSpec });
const workload = object({ metadata, spec: object({ template: podTemplate }) });
const cronJob = object({ metadata, spec: object({ jobTemplate: workload }) });
const service = object({ metadata, spec: object({ ports: listBy(['port', 'protocol']) }) });

const schemas: ReadonlyMap<string, MergeSchema> = new Map([
  ['v1 Pod', podTemplate],
  ['v1 ReplicationController', workload],
  ['v1 Service', service],
  ['apps/v1 DaemonSet', workload],
  ['apps/v1 Deployment', workload],
  ['apps/v1 ReplicaSet', workload],
  ['apps/v1 StatefulSet', workload],
  ['batch/v1 CronJob', cronJob],
  ['batch/v1 Job', workload],
  ['batch/v1beta1 CronJob', cronJob],
]);
