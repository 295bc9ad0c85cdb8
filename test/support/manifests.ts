/** Small manifests for tests that care about something else. */

export function service(name: string, app: string, namespace?: string, port = 80): string {
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n${where(namespace)}spec:\n  selector:\n    app: ${app}\n  ports:\n    - port: ${port}\n`;
}

export function deployment(name: string, app: string, namespace?: string, port = 80): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
${where(namespace)}spec:
  selector:
    matchLabels:
      app: ${app}
  template:
    metadata:
      labels:
        app: ${app}
    spec:
      containers:
        - name: main
          image: example/main:1
          ports:
            - containerPort: ${port}
`;
}

function where(namespace: string | undefined): string {
  return namespace === undefined ? '' : `  namespace: ${namespace}\n`;
}
