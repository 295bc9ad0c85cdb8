/** A shop with most of what hovers, outlines and diagrams speak of, and with a few mistakes. */
export const shop = {
  'namespace.yaml': `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: { team: a }
`,
  'services.yaml': `apiVersion: v1
kind: Service
metadata:
  name: backend
  namespace: shop
spec:
  type: NodePort
  selector:
    app: backend
    tier: api
  ports:
    - name: http
      port: 80
      targetPort: http
      nodePort: 30080
    - name: metrics
      port: 9090
---
apiVersion: v1
kind: Service
metadata: { name: frontend, namespace: shop }
spec:
  selector: { app: fronted }
  ports: [{ port: 80, targetPort: web }]
---
apiVersion: v1
kind: Service
metadata: { name: database, namespace: shop }
spec: { type: ExternalName, externalName: db.example.com }
---
apiVersion: v1
kind: Service
metadata: { name: legacy, namespace: shop }
spec: { ports: [{ port: 5432 }] }
---
apiVersion: v1
kind: Endpoints
metadata: { name: legacy, namespace: shop }
subsets: [{ addresses: [{ ip: 203.0.113.7 }], ports: [{ port: 5432 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: canary }
spec: { clusterIP: None, selector: { app: canary }, ports: [{ port: 80, targetPort: 8080 }] }
`,
  'workloads.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: backend
  namespace: shop
spec:
  replicas: 3
  selector:
    matchLabels: { app: backend }
  template:
    metadata:
      labels:
        app: backend
        tier: api
    spec:
      containers:
        - name: api
          image: api:1
          ports:
            - { name: http, containerPort: 8080 }
            - containerPort: 9090
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: shop }
spec:
  selector: { matchLabels: { app: backend } }
  template:
    metadata: { labels: { app: backend, tier: api } }
    spec: { hostNetwork: true, containers: [{ name: api, ports: [{ name: web, containerPort: 8081 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend, namespace: shop }
spec:
  selector: { matchLabels: { app: frontend } }
  template:
    metadata: { labels: { app: frontend } }
    spec: { containers: [{ name: web, ports: [{ name: web, containerPort: 8000 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: canary, labels: { app: canary } }
spec: { containers: [{ name: web }] }
`,
  'policies.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: backend, namespace: shop }
spec:
  podSelector:
    matchLabels: { app: backend }
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector: { matchLabels: { app: frontend } }
        - namespaceSelector: { matchLabels: { team: web } }
        - ipBlock:
            cidr: 10.0.0.0/8
            except: [10.1.0.0/16]
      ports:
        - port: http
        - port: 80
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {} }
`,
  'ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [shop.example.com] }]
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /api
            pathType: Prefix
            backend: { service: { name: backend, port: { name: http } } }
          - path: /bad
            pathType: Prefix
            backend: { service: { name: backend, port: { number: 8080 } } }
          - path: /cart
            pathType: Prefix
            backend: { service: { name: cart, port: { number: 80 } } }
`,
} as const;
