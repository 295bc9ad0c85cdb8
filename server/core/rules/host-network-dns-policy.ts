import { defineRule } from './rule';

export const hostNetworkDnsPolicy = defineRule({
  id: 'host-network-dns-policy',
  title: "Pods on the host network that use cluster names, with the node's resolver",
  severity: 'warning',
  check: () => undefined,
});
