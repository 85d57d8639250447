/** The prose of one operation in the OpenAPI document. */
export interface OperationText {
  summary: string;
  description?: string;
  /** What a successful response holds, by status. */
  answers: Readonly<{ 200?: string; 201?: string }>;
}

/** The tag of one noun and the prose of its operations, by operation id. */
export interface NounTexts<Id extends string = string> {
  tag: string;
  description: string;
  operations: Readonly<Record<Id, OperationText>>;
}
