import { adminPolicyInvalid } from './admin-policy-invalid';
import { adminPolicyShadowed } from './admin-policy-shadowed';
import { apiVersionRemoved } from './api-version-removed';
import { chartNotRendered } from './chart-not-rendered';
import { clusterCidrOverlap } from './cluster-cidr-overlap';
import { containerPortInvalid } from './container-port-invalid';
import { dnsNameBlocked } from './dns-name-blocked';
import { dnsNameUnresolved } from './dns-name-unresolved';
import { dnsPortUnmatched } from './dns-port-unmatched';
import { gatewayListenerConflict } from './gateway-listener-conflict';
import { gatewayParentUnmatched } from './gateway-parent-unmatched';
import { hostNetworkDnsPolicy } from './host-network-dns-policy';
import { ingressClassUnknown } from './ingress-class-unknown';
import { kustomizationIncomplete } from './kustomization-incomplete';
import { kustomizationInvalid } from './kustomization-invalid';
import { namespaceWithoutDefaultDeny } from './namespace-without-default-deny';
import { policyAllowsAll } from './policy-allows-all';
import { policyCidrClusterAddress } from './policy-cidr-cluster-address';
import { policyCidrInvalid } from './policy-cidr-invalid';
import { policyCidrOverlap } from './policy-cidr-overlap';
import { policyDuplicate } from './policy-duplicate';
import { policyEgressBlocksDns } from './policy-egress-blocks-dns';
import { policyHalfOpen } from './policy-half-open';
import { policyHostNetwork } from './policy-host-network';
import { policyInvalid } from './policy-invalid';
import { policyNotEnforced } from './policy-not-enforced';
import { policyOverlap } from './policy-overlap';
import { policyPeerAndOr } from './policy-peer-and-or';
import { policyPeerUnmatched } from './policy-peer-unmatched';
import { policyPortInvalid } from './policy-port-invalid';
import { policyPortUnmatched } from './policy-port-unmatched';
import { policyRedundant } from './policy-redundant';
import { policyRuleRedundant } from './policy-rule-redundant';
import { policySelectorUnmatched } from './policy-selector-unmatched';
import { policyTypesIncomplete } from './policy-types-incomplete';
import { probePortUnmatched } from './probe-port-unmatched';
import { referenceGrantMissing } from './reference-grant-missing';
import { resourceDuplicate } from './resource-duplicate';
import { routeBackendUnmatched } from './route-backend-unmatched';
import { routeBlocked } from './route-blocked';
import { routeConflict } from './route-conflict';
import { routeTlsMismatch } from './route-tls-mismatch';
import type { Rule } from './rule';
import { serviceAddressConflict } from './service-address-conflict';
import { serviceExternalNameInvalid } from './service-external-name-invalid';
import { serviceNodePortConflict } from './service-node-port-conflict';
import { servicePortInvalid } from './service-port-invalid';
import { servicePortUnmatched } from './service-port-unmatched';
import { serviceScaledToZero } from './service-scaled-to-zero';
import { serviceSelectorUnmatched } from './service-selector-unmatched';
import { serviceSelectsSeveralWorkloads } from './service-selects-several-workloads';
import { serviceSourceRangeInvalid } from './service-source-range-invalid';
import { serviceTypeFieldIgnored } from './service-type-field-ignored';
import { serviceUnreachable } from './service-unreachable';
import { serviceWithoutEndpoints } from './service-without-endpoints';
import { settingsInvalid } from './settings-invalid';
import { statefulsetServiceMissing } from './statefulset-service-missing';
import { suppressionInvalid } from './suppression-invalid';
import { suppressionUnused } from './suppression-unused';
import { workloadNotIsolated } from './workload-not-isolated';
import { workloadSelectorMismatch } from './workload-selector-mismatch';
import { yamlDuplicateKey } from './yaml-duplicate-key';
import { yamlSyntax } from './yaml-syntax';

/** Every rule, in the order of the tables. */
export const rules: readonly Rule[] = [
  serviceSelectorUnmatched,
  servicePortUnmatched,
  serviceUnreachable,
  serviceWithoutEndpoints,
  serviceScaledToZero,
  serviceSelectsSeveralWorkloads,
  servicePortInvalid,
  serviceNodePortConflict,
  serviceAddressConflict,
  serviceSourceRangeInvalid,
  serviceExternalNameInvalid,
  serviceTypeFieldIgnored,
  statefulsetServiceMissing,
  workloadSelectorMismatch,
  containerPortInvalid,
  probePortUnmatched,
  hostNetworkDnsPolicy,
  apiVersionRemoved,
  yamlSyntax,
  yamlDuplicateKey,
  resourceDuplicate,
  kustomizationInvalid,
  kustomizationIncomplete,
  chartNotRendered,
  settingsInvalid,
  suppressionInvalid,
  suppressionUnused,
  dnsNameUnresolved,
  dnsPortUnmatched,
  dnsNameBlocked,
  policySelectorUnmatched,
  policyPeerUnmatched,
  policyPortUnmatched,
  policyDuplicate,
  policyRedundant,
  policyRuleRedundant,
  policyOverlap,
  policyHalfOpen,
  policyTypesIncomplete,
  policyPeerAndOr,
  policyEgressBlocksDns,
  policyCidrInvalid,
  policyCidrOverlap,
  policyCidrClusterAddress,
  policyPortInvalid,
  policyInvalid,
  policyAllowsAll,
  policyHostNetwork,
  policyNotEnforced,
  workloadNotIsolated,
  namespaceWithoutDefaultDeny,
  adminPolicyInvalid,
  adminPolicyShadowed,
  routeBackendUnmatched,
  routeBlocked,
  routeConflict,
  routeTlsMismatch,
  ingressClassUnknown,
  gatewayParentUnmatched,
  gatewayListenerConflict,
  referenceGrantMissing,
  clusterCidrOverlap,
];
