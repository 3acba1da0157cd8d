import { Uri } from 'vscode'
import type { CancellationToken, ExtensionContext } from 'vscode'
import type {
  EngineRequestKind,
  EngineRequestOf,
  EngineResultOf,
  HostKeyQuestion,
  SecretQuestion,
} from '../protocol/engine.js'
import { engineProcess } from './engine-process.js'
import type { CallEnd } from './engine-process.js'
import { log } from './log.js'

/** The engine as commands use it: cancelled by a token, and asking about unknown hosts in a native dialog. */
export interface EngineClient {
  readonly call: <K extends EngineRequestKind>(
    request: EngineRequestOf<K>,
    options?: { readonly progress?: (message: string) => void; readonly token?: CancellationToken },
  ) => Promise<CallEnd<EngineResultOf<K>>>
}

/** Nothing is started before the first call. What is under way when the window closes is undone by the engine. */
export function engineClient(
  { extensionUri, subscriptions }: ExtensionContext,
  confirmHostKey: (question: HostKeyQuestion) => Promise<boolean>,
  askSecret: (question: SecretQuestion) => Promise<string | undefined>,
): EngineClient {
  const engine = engineProcess({
    file: Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath,
    log: (line) => {
      log().warn(line)
    },
  })
  subscriptions.push(engine)
  return {
    call: async (request, { progress, token } = {}) => {
      const controller = new AbortController()
      // One refusal is enough: twenty new hosts would otherwise have to be refused one by one.
      let refused = false
      if (token?.isCancellationRequested === true) controller.abort()
      const listening = token?.onCancellationRequested(() => {
        controller.abort()
      })
      try {
        return await engine.call(request, {
          signal: controller.signal,
          confirmHostKey: async (question) => {
            if (refused) return false
            const trusted = await confirmHostKey(question)
            refused = !trusted
            return trusted
          },
          askSecret,
          ...(progress === undefined ? {} : { progress }),
        })
      } finally {
        listening?.dispose()
      }
    },
  }
}
