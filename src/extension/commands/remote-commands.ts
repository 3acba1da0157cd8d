import { commands } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { COMMANDS, REMOTE } from '../catalogue.js'
import { engineClient } from '../engine-client.js'
import { deploy } from './deploy.js'
import { drain, undrain } from './drain.js'
import { showDrift } from './drift.js'
import { askHostKey } from './host-key-question.js'
import { importHosts } from './import-hosts.js'
import { startLab, stopLab } from './lab.js'
import { registerPlanChanges } from './plan-changes.js'
import { plan } from './plan.js'
import type { Canvas, RemoteContext } from './remote-context.js'
import { registerRehearsalDocuments } from './rehearsal-document.js'
import { rehearse } from './rehearse.js'
import { remove } from './remove.js'
import { rollBack } from './rollback.js'
import { storedSecrets } from './secret-question.js'
import { openTerminal } from './terminal.js'
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
  const run: Readonly<Record<(typeof REMOTE)[number], RemoteCommand>> = {
    plan,
    deploy,
    verify,
    remove,
    rollBack,
    showDrift,
    drain,
    undrain,
    importHosts,
    openTerminal,
    forgetSecrets: () => secrets.forget(),
    startLab,
    stopLab,
    rehearse,
  }
  context.subscriptions.push(
    ...REMOTE.map((name) =>
      commands.registerCommand(COMMANDS[name], (of?: unknown, options?: unknown) =>
        run[name](remote, of, options),
      ),
    ),
  )
}

type RemoteCommand = (remote: RemoteContext, of?: unknown, options?: unknown) => Promise<unknown>
