import { ThemeIcon, window } from 'vscode'
import type { ExtensionContext, QuickInputButton } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { SecretQuestion } from '../../protocol/engine.js'
import { log } from '../log.js'
import { sayInformation } from './messages.js'

export interface StoredSecrets {
  /** Undefined: the person gives no answer. */
  readonly ask: (question: SecretQuestion) => Promise<string | undefined>
  readonly forget: () => Promise<void>
}

/** Between the plan and its deployment nobody is to be asked twice; after that, a window that was left open knows nothing. */
const KEPT_MS = 15 * 60_000
/** Names of what is stored, since VS Code does not list its own secrets; no secret is in them. */
const NAMES = 'lvsDesigner.storedSecrets'

const rememberButton = (): QuickInputButton => ({
  iconPath: new ThemeIcon('save'),
  tooltip: say`Remember it in VS Code's secret storage`,
})
const rememberedButton = (): QuickInputButton => ({
  iconPath: new ThemeIcon('save-all'),
  tooltip: say`Will be remembered; click to leave it out`,
})

/**
 * Passphrases and passwords: kept in memory for a quarter of an hour, and in VS Code's secret storage only where the person
 * says so. What turns out to be wrong is forgotten.
 */
export function storedSecrets({ secrets, globalState }: ExtensionContext): StoredSecrets {
  const recent = new Map<string, { readonly secret: string; readonly until: number }>()
  const names = () => globalState.get<readonly string[]>(NAMES, [])

  async function remember(id: string, secret: string): Promise<void> {
    await secrets.store(id, secret)
    await globalState.update(NAMES, [...new Set([...names(), id])])
  }

  async function drop(id: string): Promise<void> {
    recent.delete(id)
    await secrets.delete(id)
    await globalState.update(
      NAMES,
      names().filter((name) => name !== id),
    )
  }

  return {
    ask: async (question) => {
      const id = idOf(question)
      if (id === undefined) return (await askPerson(question)).secret
      if (question.again) await drop(id)
      const kept = recent.get(id)
      if (kept !== undefined && kept.until > Date.now()) return kept.secret
      const stored = await secrets.get(id)
      if (stored !== undefined) return stored
      const answer = await askPerson(question)
      if (answer.secret === undefined) return undefined
      recent.set(id, { secret: answer.secret, until: Date.now() + KEPT_MS })
      if (answer.remember) await remember(id, answer.secret)
      return answer.secret
    },
    forget: async () => {
      const all = names()
      for (const id of new Set([...all, ...recent.keys()])) await drop(id)
      sayInformation(say`Passwords and passphrases for deployments are forgotten.`)
    },
  }
}

/** What a host asks in its own words is for once. */
function idOf(question: SecretQuestion): string | undefined {
  switch (question.kind) {
    case 'passphrase':
      return `passphrase ${question.file}`
    case 'password':
      return `password ${question.user}@${question.address}:${question.port}`
    case 'prompt':
      return undefined
  }
}

interface Answer {
  readonly secret: string | undefined
  readonly remember: boolean
}

/** Stays when the window loses its focus: a password manager is another window. */
function askPerson(question: SecretQuestion): Promise<Answer> {
  return new Promise((resolve) => {
    const box = window.createInputBox()
    const canBeKept = question.kind !== 'prompt'
    let remember = false
    box.title = oneLine(titleOf(question))
    box.prompt = question.again ? say`The answer before was not right.` : ''
    box.password = question.kind !== 'prompt' || !question.echo
    box.ignoreFocusOut = true
    if (canBeKept) box.buttons = [rememberButton()]
    let answer: string | undefined
    box.onDidTriggerButton(() => {
      remember = !remember
      box.buttons = [remember ? rememberedButton() : rememberButton()]
    })
    box.onDidAccept(() => {
      answer = box.value === '' ? undefined : box.value
      box.hide()
    })
    box.onDidHide(() => {
      box.dispose()
      log().info(
        oneLine(`${titleOf(question)}: ${answer === undefined ? 'no answer was given' : 'answered'}`),
      )
      resolve({ secret: answer, remember })
    })
    box.show()
  })
}

function titleOf(question: SecretQuestion): string {
  switch (question.kind) {
    case 'passphrase':
      return say`Passphrase of ${question.file}`
    case 'password':
      return say`Password of ${question.user} on ${question.host} (${question.address} port ${question.port})`
    case 'prompt':
      return say`${question.host} asks ${question.user}: ${question.instructions} ${question.prompt}`
  }
}

/** What is shown must not look like lines of ours. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 300)
}
