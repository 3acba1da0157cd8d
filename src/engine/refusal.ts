/** What was asked for is not done, and nothing was changed; the message says what is wrong and what to do next. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal'
}
