import type { GeneratedFile } from './generate-workspace';

/** Environments of each application: with its base, four kustomizations. */
const environments = ['dev', 'staging', 'prod'] as const;

/** Applications as teams keep them: a base of six manifests, and an overlay for each environment that changes some of it. */
export function generateOverlays(kustomizations: number): readonly GeneratedFile[] {
  const count = kustomizations / (environments.length + 1);
  return Array.from({ length: count }, (_, index) => application(`app-${index}`)).flat();
}

function application(name: string): readonly GeneratedFile[] {
  const at = (path: string, text: string): GeneratedFile => ({ path: `apps/${name}/${path}`, text });
  return [
    at(
      'base/kustomization.yaml',
      `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - deployment.yaml
  - service.yaml
  - ingress.yaml
  - policy.yaml
  - redis.yaml
labels:
  - includeSelectors: true
    pairs:
      app.kubernetes.io/name: ${name}
configMapGenerator:
  - name: settings
    literals: [LOG_LEVEL=info, "REDIS_URL=redis://cache.example.com:6379"]
`,
    ),
    at('base/deployment.yaml', deployment(name)),
    at('base/service.yaml', service(name, 'http')),
    at(
      'base/ingress.yaml',
      `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}}
spec:
  rules:
    - host: ${name}.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: ${name}, port: {name: http}}}}
`,
    ),
    at(
      'base/policy.yaml',
      `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: redis}
spec:
  podSelector: {matchLabels: {component: redis}}
  ingress:
    - from: [{podSelector: {matchLabels: {component: web}}}]
      ports: [{port: 6379}]
`,
    ),
    at(
      'base/redis.yaml',
      `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: redis}
spec:
  serviceName: redis
  selector: {matchLabels: {component: redis}}
  template:
    metadata: {labels: {component: redis}}
    spec:
      containers:
        - name: redis
          image: redis:7
          ports: [{name: redis, containerPort: 6379}]
---
apiVersion: v1
kind: Service
metadata: {name: redis}
spec:
  clusterIP: None
  selector: {component: redis}
  ports: [{name: redis, port: 6379, targetPort: redis}]
`,
    ),
    ...environments.flatMap((environment) => [
      at(`overlays/${environment}/kustomization.yaml`, overlay(name, environment)),
      at(
        `overlays/${environment}/namespace.yaml`,
        `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}-${environment}}\n`,
      ),
      at(
        `overlays/${environment}/deployment.yaml`,
        `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  template:
    spec:
      containers:
        - name: web
          env:
            - {name: ENVIRONMENT, value: ${environment}}
          resources:
            requests: {cpu: 100m, memory: 128Mi}
`,
      ),
    ]),
  ];
}

/** Every overlay has a namespace, a patch and an image of its own; further ones of what kustomize offers come with every environment. */
function overlay(name: string, environment: (typeof environments)[number]): string {
  const patch = `  - target: {kind: Ingress}
    patch: |-
      - op: replace
        path: /spec/rules/0/host
        value: ${name}.${environment}.example.com
`;
  const settings = `configMapGenerator:
  - name: settings
    behavior: merge
    literals: [LOG_LEVEL=debug]
`;
  const further = `nameSuffix: -${environment}
commonLabels:
  environment: ${environment}
replicas:
  - {name: ${name}, count: 3}
`;
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${name}-${environment}
resources:
  - ../../base
  - namespace.yaml
patches:
  - path: deployment.yaml
${environment === 'dev' ? '' : patch}images:
  - {name: example/${name}, newTag: "1.2.3"}
${environment === 'dev' ? settings : ''}${environment === 'prod' ? further : ''}`;
}

/** As long as they are in real repositories: most of a Deployment does not concern the network. */
function deployment(name: string): string {
  return `# ${name}: what customers see first.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  annotations:
    team: shop
    runbook: https://runbooks.example.com/${name}
spec:
  replicas: 1
  revisionHistoryLimit: 3
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      component: web
  template:
    metadata:
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
      labels:
        component: web
    spec:
      serviceAccountName: ${name}
      terminationGracePeriodSeconds: 30
      securityContext:
        fsGroup: 1000
        runAsGroup: 1000
        runAsNonRoot: true
        runAsUser: 1000
      containers:
        - name: web
          image: example/${name}:1.0.0
          imagePullPolicy: IfNotPresent
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop:
                - ALL
            privileged: false
            readOnlyRootFilesystem: true
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
          envFrom:
            - configMapRef:
                name: settings
          env:
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
            - name: JAVA_OPTS
              value: "-XX:MaxRAMPercentage=75 -Djava.security.egd=file:/dev/./urandom"
            - name: OTEL_SERVICE_NAME
              value: ${name}
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              cpu: 500m
              memory: 256Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            initialDelaySeconds: 5
            periodSeconds: 10
          livenessProbe:
            httpGet:
              path: /healthy
              port: http
            initialDelaySeconds: 30
            periodSeconds: 20
          volumeMounts:
            - name: tmp
              mountPath: /tmp
            - name: certificates
              mountPath: /etc/certificates
              readOnly: true
      volumes:
        - name: tmp
          emptyDir: {}
        - name: certificates
          secret:
            secretName: ${name}-certificates
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              component: web
`;
}

function service(name: string, port: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    component: web
  ports:
    - name: http
      port: 80
      targetPort: ${port}
`;
}
