import { say } from '../../core/speech/say.js'
import { sha256Fingerprint } from '../trust/host-key.js'
import type { Credentials } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import { printable } from './failure.js'
import type { Secrets } from './secrets.js'
import type { Credential, Prompt } from './ssh2.js'

/** How far authentication has come, for messages. */
export interface Progress {
  offered: string[]
  /** The methods the host still takes. */
  accepted: readonly string[] | undefined
  partial: boolean
  exhausted: boolean
  /** What went wrong with a single key. */
  note: string | undefined
}

export interface ServerAnswer {
  readonly accepted: readonly string[]
  readonly partial: boolean
}

export interface Authentication {
  readonly progress: Progress
  /** The next thing to offer; undefined: nothing is left. */
  readonly next: (server: ServerAnswer | undefined) => Promise<Credential | undefined>
}

/** As ssh(1) has it (NumberOfPasswordPrompts). */
const MOST_QUESTIONS = 3

/**
 * What is offered to a host, in ssh(1)'s order: keys that need no question, keys with a passphrase, then what the host asks by
 * keyboard-interactive, then a password. Questions are only asked where the host takes the answer.
 */
export function authentication(
  endpoint: Endpoint,
  credentials: Credentials,
  secrets: Secrets | undefined,
): Authentication {
  const progress: Progress = {
    offered: [],
    accepted: undefined,
    partial: false,
    exhausted: false,
    note: undefined,
  }
  const { label: host, user, hostName: address, port } = endpoint
  const keys = [...credentials.offers]
  const locked = secrets === undefined ? [] : [...credentials.locked]
  // A key after which a second proof is wanted was right; offering others would only use up the host's patience.
  let keysDone = false
  let questions = 0
  /** The password that was given last: being asked again means that it was wrong. */
  let given: string | undefined
  let promptsLeft = secrets !== undefined
  let passwordLeft = secrets !== undefined

  async function nextKey(): Promise<Credential | undefined> {
    const plain = keys.shift()
    if (plain !== undefined) {
      progress.offered.push(plain.name)
      return plain.credential
    }
    for (let file = locked.shift(); file !== undefined; file = locked.shift()) {
      const key = await unlock(file)
      if (key === undefined) continue
      progress.offered.push(`${file} (${sha256Fingerprint(key.blob)})`)
      return { kind: 'key', key: key.key }
    }
    return undefined
  }

  async function unlock(file: string) {
    let wrong: string | undefined
    for (let tries = 0; tries < MOST_QUESTIONS; tries += 1) {
      const passphrase = await secrets?.ask({ kind: 'passphrase', host, file, again: tries > 0 }, wrong)
      if (passphrase === undefined || passphrase === '') return undefined
      const key = await secrets?.unlock(file, passphrase)
      if (key !== undefined) return key
      wrong = passphrase
    }
    progress.note = say`the passphrase of ${file} was not right`
    return undefined
  }

  async function password(): Promise<string | undefined> {
    const answer = await secrets?.ask(
      { kind: 'password', host, user, address, port, again: given !== undefined },
      given,
    )
    given = answer
    return answer
  }

  async function answersTo(
    instructions: string,
    prompts: readonly Prompt[],
  ): Promise<readonly string[] | undefined> {
    if (prompts.length > 0) questions += 1
    const answers: string[] = []
    for (const { prompt, echo } of prompts) {
      // With PAM it is how passwords are asked for, and then it is one like any other.
      const isPassword = prompts.length === 1 && !echo && /^\s*(\S+'s )?password:?\s*$/i.test(prompt)
      const answer = isPassword
        ? await password()
        : await secrets?.ask({
            kind: 'prompt',
            host,
            user,
            address,
            port,
            instructions: printable(instructions),
            prompt: printable(prompt),
            echo,
            again: questions > 1,
          })
      if (answer === undefined) {
        promptsLeft = false
        passwordLeft = false
        return undefined
      }
      answers.push(answer)
    }
    return answers
  }

  async function next(server: ServerAnswer | undefined): Promise<Credential | undefined> {
    progress.accepted = server?.accepted
    progress.partial = server?.partial ?? false
    keysDone ||= progress.partial
    // Without anything to begin with, the host is asked what it takes (RFC 4252, 5.2).
    if (server === undefined && keys.length === 0) return { kind: 'none' }
    const takes = (method: string): boolean => server?.accepted.includes(method) !== false
    if (!keysDone && takes('publickey')) {
      const key = await nextKey()
      if (key !== undefined) return key
    }
    if (server !== undefined && promptsLeft && takes('keyboard-interactive') && questions < MOST_QUESTIONS) {
      const before = questions
      return {
        kind: 'prompts',
        answer: async (instructions, prompts) => {
          if (questions === before && prompts.length > 0) progress.offered.push(say`answers to its questions`)
          return answersTo(instructions, prompts)
        },
        // A host may offer it and have nothing to ask.
        ended: () => {
          if (questions === before) promptsLeft = false
        },
      }
    }
    if (server !== undefined && passwordLeft && takes('password') && questions < MOST_QUESTIONS) {
      questions += 1
      const answer = await password()
      if (answer !== undefined) {
        progress.offered.push(say`a password`)
        return { kind: 'password', password: answer }
      }
      passwordLeft = false
    }
    progress.exhausted = true
    return undefined
  }

  return { progress, next: next }
}
