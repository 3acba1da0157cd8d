import { addressAndPort } from '../remote/ssh/failure.js'
import type { SecretQuestion } from '../remote/ssh/secrets.js'

/** A question as a person reads it, without colon. */
export function secretWords(question: SecretQuestion): string {
  const again = question.again ? 'That was not right. ' : ''
  switch (question.kind) {
    case 'passphrase':
      return `${again}Passphrase of ${question.file}`
    case 'password':
      return `${again}Password of ${question.user} on ${question.host} (${addressAndPort(question.address, question.port)})`
    case 'prompt': {
      const said = [question.instructions, question.prompt.replace(/:\s*$/, '')].filter((text) => text !== '')
      return `${again}${question.host} (${addressAndPort(question.address, question.port)}) asks ${question.user}: ${said.join(' ')}`
    }
  }
}
