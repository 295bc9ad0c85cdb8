/** A field that a transformer changes (kustomize, types.FieldSpec). Absent parts of the gvk match everything. */
export interface FieldSpec {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  /** Keys from the root; `[]` at the end of one means every item of the sequence there. */
  readonly path: readonly string[];
  /** Whether the field is made where it is missing. */
  readonly create: boolean;
}

/** A kind whose name other resources mention, and where they do. */
export interface NameReferenceSpec {
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly fields: readonly FieldSpec[];
}

/** Which fields the transformers change: kustomize's defaults and what `configurations` add (kustomize, builtinconfig.TransformerConfig). */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  /** For every entry of `labels`, beside `metadata/labels`; kustomize has no defaults here. */
  readonly labels: readonly FieldSpec[];
  /** For `labels` with `includeTemplates` and no selectors. */
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReferenceSpec[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}
