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
    literals: [LOG_LEVEL=info, "REDIS_URL=redis://redis:6379"]
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
      at(
        `overlays/${environment}/kustomization.yaml`,
        `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${name}-${environment}
nameSuffix: -${environment}
resources:
  - ../../base
  - namespace.yaml
commonLabels:
  environment: ${environment}
patches:
  - path: deployment.yaml
  - target: {kind: Ingress}
    patch: |-
      - op: replace
        path: /spec/rules/0/host
        value: ${name}.${environment}.example.com
images:
  - {name: example/${name}, newTag: "1.2.3"}
replicas:
  - {name: ${name}, count: 3}
configMapGenerator:
  - name: settings
    behavior: merge
    literals: [LOG_LEVEL=debug]
`,
      ),
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

function deployment(name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 1
  selector:
    matchLabels:
      component: web
  template:
    metadata:
      labels:
        component: web
    spec:
      containers:
        - name: web
          image: example/${name}:1.0.0
          ports:
            - name: http
              containerPort: 8080
          envFrom:
            - configMapRef: {name: settings}
          readinessProbe:
            httpGet: {path: /ready, port: http}
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
