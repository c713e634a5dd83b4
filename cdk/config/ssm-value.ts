/** A value, or the SSM parameter that holds it when the stack is deployed: known to the account, not to the source. */
export type SsmValue = string | { readonly parameter: string };
