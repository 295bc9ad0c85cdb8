import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A generated manifest: its path from the workspace's folder and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * A workspace as platform teams have them: applications in directories of their own, in 20 namespaces, one file an application
 * with Deployment, Service, NetworkPolicy, ConfigMap and now and then an Ingress; comments, probes, resources, environment.
 * @param resources about how many Kubernetes objects
 */
export function generateWorkspace(resources: number): readonly GeneratedFile[] {
  const files: GeneratedFile[] = [];
  // Every third application has an Ingress beside the four others.
  const apps = Math.ceil((resources * 3) / 13);
  for (let index = 0; index < apps; index++) {
    const app = `app-${index}`;
    const namespace = `team-${index % 20}`;
    const documents = [
      deployment(app, namespace, index),
      service(app, namespace),
      policy(app, namespace, index, apps),
      configMap(app, namespace),
    ];
    if (index % 3 === 0) documents.push(ingress(app, namespace));
    files.push({
      path: `${namespace}/${app}/manifests.yaml`,
      text: `# Application ${app}\n${documents.join('---\n')}`,
    });
  }
  return files;
}

/** Writes generated files below a folder. */
export function writeWorkspace(folder: string, files: readonly GeneratedFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function deployment(app: string, namespace: string, index: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
  namespace: ${namespace}
  labels:
    app.kubernetes.io/name: ${app}
    app.kubernetes.io/part-of: generated
spec:
  replicas: ${(index % 5) + 1}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${app}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${app}
        app.kubernetes.io/part-of: generated
        tier: ${index % 2 ? 'backend' : 'frontend'}
    spec:
      serviceAccountName: ${app}
      containers:
        - name: server
          image: example/${app}:1.${index % 30}.0 # pinned
          args: ["--listen=:8080", "--metrics=:9090"]
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
          env:
            - name: NEXT_URL
              value: http://app-${index >= 20 ? index - 20 : index}.${namespace}.svc.cluster.local:80/api
            - name: LOG_LEVEL
              valueFrom:
                configMapKeyRef:
                  name: ${app}
                  key: log-level
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
          resources:
            requests: { cpu: 100m, memory: 128Mi }
            limits:
              memory: 256Mi
`;
}

function service(app: string, namespace: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${app}
  namespace: ${namespace}
spec:
  selector:
    app.kubernetes.io/name: ${app}
  ports:
    - name: http
      port: 80
      targetPort: http
    - name: metrics
      port: 9090
      targetPort: metrics
`;
}

/** Each application calls the one before it in its namespace, and is called by the one after it. */
function policy(app: string, namespace: string, index: number, apps: number): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${app}
  namespace: ${namespace}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: ${app}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: app-${index + 20 < apps ? index + 20 : index}
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ingress-nginx
      ports:
        - port: http
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - port: 53
          protocol: UDP
        - port: 53
    - to:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: app-${index >= 20 ? index - 20 : index}
      ports:
        - port: http
    - to:
        - ipBlock:
            cidr: 10.${index % 200}.0.0/16
            except: ["10.${index % 200}.1.0/24"]
`;
}

function configMap(app: string, namespace: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${app}
  namespace: ${namespace}
data:
  log-level: info
  application.yaml: |
    server:
      port: 8080
    upstream:
      url: http://${app}.${namespace}.svc:80
`;
}

function ingress(app: string, namespace: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${app}
  namespace: ${namespace}
spec:
  ingressClassName: nginx
  rules:
    - host: ${app}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${app}
                port:
                  name: http
`;
}
