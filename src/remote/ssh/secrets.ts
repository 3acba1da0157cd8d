import type { unlockedKey } from './key-file.js'

/** Something only a person knows, that a host or a key file asks for. None of it is ever written down or logged here. */
export type SecretQuestion = {
  /** What messages call the host: `lb1`, or `bastion (on the way to lb1)`. */
  readonly host: string
  /** An answer before this one was wrong. */
  readonly again: boolean
} & (
  | { readonly kind: 'passphrase'; readonly file: string }
  | { readonly kind: 'password'; readonly user: string; readonly address: string; readonly port: number }
  /** What the host asks in its own words, such as a one-time code. */
  | {
      readonly kind: 'prompt'
      readonly user: string
      readonly address: string
      readonly port: number
      /** Printable, one line each. */
      readonly instructions: string
      readonly prompt: string
      /** The answer may be seen. */
      readonly echo: boolean
    }
)

/** Asks a person; undefined: no answer is given. */
export type AskSecret = (question: SecretQuestion) => Promise<string | undefined>

/** Secrets as connections ask for them: `refused` is the answer that was wrong. */
export interface Secrets {
  readonly ask: (question: SecretQuestion, refused?: string) => Promise<string | undefined>
  /** A key by the passphrase that was given; each is tried once in a run, since a try costs a processor a second. */
  readonly unlock: (file: string, passphrase: string) => ReturnType<typeof unlockedKey>
}

/**
 * One question at a time, and each only once in a run: the passphrase of a key serves every host, a password also the fresh
 * connection before a confirmation. Kept in memory for as long as the run lasts. Whoever leaves a password unanswered is not
 * asked for those of other hosts.
 */
export function secretsFrom(ask: AskSecret): Secrets {
  const answers = new Map<string, Promise<string | undefined>>()
  let queue: Promise<unknown> = Promise.resolve()
  const tried = new Map<string, ReturnType<typeof unlockedKey>>()
  let declined = false

  async function inTurn(question: SecretQuestion): Promise<string | undefined> {
    if (declined && question.kind !== 'passphrase') return undefined
    const answer = await ask(question)
    if (answer === undefined && question.kind !== 'passphrase') declined = true
    return answer
  }

  function queued(question: SecretQuestion): Promise<string | undefined> {
    const asked = queue.then(() => inTurn(question))
    queue = asked.catch(() => undefined)
    return asked
  }

  return {
    unlock: (file, passphrase) => {
      const id = `${file}\n${passphrase}`
      // ssh2 is loaded by who reaches a host.
      const known =
        tried.get(id) ?? import('./key-file.js').then((keys) => keys.unlockedKey(file, passphrase))
      tried.set(id, known)
      return known
    },
    ask: async (question, refused) => {
      const id = idOf(question)
      if (id === undefined) return queued(question)
      const known = answers.get(id)
      if (known !== undefined) {
        const answer = await known
        // Somebody else may have been told a better one meanwhile.
        if (refused === undefined || answer !== refused) return answer
        if (answers.get(id) !== known) return answers.get(id)
      }
      const asked = queued({ ...question, again: refused !== undefined })
      answers.set(id, asked)
      return asked
    },
  }
}

/** What is the same for every host, or every connection to it. What a host asks in its own words may be for once. */
function idOf(question: SecretQuestion): string | undefined {
  switch (question.kind) {
    case 'passphrase':
      return `passphrase ${question.file}`
    case 'password':
      return `password ${question.user} ${question.address} ${question.port}`
    case 'prompt':
      return undefined
  }
}
