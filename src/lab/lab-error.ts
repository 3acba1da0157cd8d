export type LabErrorCode =
  | 'invalid-spec'
  | 'missing-tool'
  | 'not-enough-memory'
  | 'already-running'
  | 'not-running'
  | 'image-failed'
  | 'boot-failed'
  | 'cancelled'
  | 'host-power'

/** Everything the lab refuses or fails at; the message says what is wrong and what to do next. */
export class LabError extends Error {
  override readonly name = 'LabError'
  constructor(
    readonly code: LabErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
