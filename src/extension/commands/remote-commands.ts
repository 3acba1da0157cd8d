import { commands } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { COMMANDS } from '../catalogue.js'
import { engineClient } from '../engine-client.js'
import { deploy } from './deploy.js'
import { drain, undrain } from './drain.js'
import { showDrift } from './drift.js'
import { askHostKey } from './host-key-question.js'
import { startLab, stopLab } from './lab.js'
import { registerPlanChanges } from './plan-changes.js'
import { plan } from './plan.js'
import type { Canvas, RemoteContext } from './remote-context.js'
import { registerRehearsalDocuments } from './rehearsal-document.js'
import { rehearse } from './rehearse.js'
import { remove } from './remove.js'
import { rollBack } from './rollback.js'
import { storedSecrets } from './secret-question.js'
import { verify } from './verify.js'

/** Everything that reaches hosts. Each command returns what became of it, for whoever called it. */
export function registerRemoteCommands(context: ExtensionContext, canvas: Canvas): void {
  const secrets = storedSecrets(context)
  const remote: RemoteContext = {
    engine: engineClient(context, askHostKey, secrets.ask),
    changes: registerPlanChanges(context),
    rehearsals: registerRehearsalDocuments(context),
    canvas,
  }
  const run =
    <Result>(command: (remote: RemoteContext, uri?: unknown, options?: unknown) => Promise<Result>) =>
    (uri?: unknown, options?: unknown) =>
      command(remote, uri, options)
  context.subscriptions.push(
    commands.registerCommand(COMMANDS.plan, run(plan)),
    commands.registerCommand(COMMANDS.deploy, run(deploy)),
    commands.registerCommand(COMMANDS.verify, run(verify)),
    commands.registerCommand(COMMANDS.remove, run(remove)),
    commands.registerCommand(COMMANDS.rollBack, run(rollBack)),
    commands.registerCommand(COMMANDS.showDrift, run(showDrift)),
    commands.registerCommand(COMMANDS.drain, run(drain)),
    commands.registerCommand(COMMANDS.undrain, run(undrain)),
    commands.registerCommand(COMMANDS.forgetSecrets, secrets.forget),
    commands.registerCommand(COMMANDS.startLab, run(startLab)),
    commands.registerCommand(COMMANDS.stopLab, run(stopLab)),
    commands.registerCommand(COMMANDS.rehearse, run(rehearse)),
  )
}
