/** A shell function that commands of the scripts call. Constant text; values come as arguments. */
export interface ScriptFunction {
  readonly name: string
  readonly lines: readonly string[]
}
