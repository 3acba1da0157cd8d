import { ProgressLocation, window } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { EngineRequestKind, EngineRequestOf, EngineResultOf } from '../../protocol/engine.js'
import type { CallEnd } from '../engine-process.js'
import { log } from '../log.js'
import { sayError, sayInformation } from './messages.js'
import type { Choice } from './messages.js'
import type { RemoteContext } from './remote-context.js'

/** How a call ended, and whether the person had asked for its end: what was undone at will is no failure. */
export type FollowedEnd<Result> = CallEnd<Result> & { readonly wasCancelled: boolean }

/** Runs a request of the engine while the person sees how far it is, and can cancel it. */
export async function followedCall<K extends EngineRequestKind>(
  { engine }: RemoteContext,
  title: string,
  request: EngineRequestOf<K>,
): Promise<FollowedEnd<EngineResultOf<K>>> {
  return window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (notification, token) => {
      token.onCancellationRequested(() => {
        log().info(`${title}: cancelling; what has been changed is undone`)
        notification.report({ message: say`cancelling` })
      })
      const end = await engine.call<K>(request, {
        token,
        progress: (message) => {
          log().info(`${title}: ${message}`)
          notification.report({
            message: token.isCancellationRequested ? say`cancelling: ${message}` : message,
          })
        },
      })
      return { ...end, wasCancelled: token.isCancellationRequested }
    },
  )
}

/** Says why a call that changes nothing any more ended without a result, and how that is told to a caller. */
export function sayWhyNot(
  what: string,
  end: Exclude<CallEnd<unknown>, { readonly how: 'done' }>,
  choices: readonly Choice[] = [],
): 'CANCELLED' | 'FAILED' {
  if (end.how === 'failed' && end.cancelled) {
    sayInformation(say`${what} was cancelled. ${firstLine(end.message)}`)
    return 'CANCELLED'
  }
  sayError(`${what}: ${firstLine(end.message)}`, end.message.split('\n').slice(1), choices)
  return 'FAILED'
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
