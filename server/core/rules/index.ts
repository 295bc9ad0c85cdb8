import { adminPolicyInvalid } from './admin-policy-invalid';
import { chartNotRendered } from './chart-not-rendered';
import { kustomizationIncomplete } from './kustomization-incomplete';
import { kustomizationInvalid } from './kustomization-invalid';
import { policyCidrInvalid } from './policy-cidr-invalid';
import { policyDuplicate } from './policy-duplicate';
import { policyInvalid } from './policy-invalid';
import { policyOverlap } from './policy-overlap';
import { policyPeerUnmatched } from './policy-peer-unmatched';
import { policyPortInvalid } from './policy-port-invalid';
import { policySelectorUnmatched } from './policy-selector-unmatched';
import { resourceDuplicate } from './resource-duplicate';
import { routeBackendUnmatched } from './route-backend-unmatched';
import type { Rule } from './rule';
import { servicePortUnmatched } from './service-port-unmatched';
import { serviceSelectorUnmatched } from './service-selector-unmatched';
import { serviceWithoutEndpoints } from './service-without-endpoints';
import { settingsInvalid } from './settings-invalid';
import { workloadSelectorMismatch } from './workload-selector-mismatch';
import { yamlDuplicateKey } from './yaml-duplicate-key';
import { yamlSyntax } from './yaml-syntax';

/** Every rule, in the order of the tables. */
export const rules: readonly Rule[] = [
  serviceSelectorUnmatched,
  servicePortUnmatched,
  serviceWithoutEndpoints,
  workloadSelectorMismatch,
  yamlSyntax,
  yamlDuplicateKey,
  resourceDuplicate,
  kustomizationInvalid,
  kustomizationIncomplete,
  chartNotRendered,
  settingsInvalid,
  policySelectorUnmatched,
  policyPeerUnmatched,
  policyDuplicate,
  policyOverlap,
  policyCidrInvalid,
  policyPortInvalid,
  policyInvalid,
  adminPolicyInvalid,
  routeBackendUnmatched,
];
