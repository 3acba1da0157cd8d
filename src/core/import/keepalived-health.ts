import { setting, valueOf } from '../formats/keepalived/settings.js'
import type { Directive } from '../formats/keepalived/tree.js'
import type { KeepalivedService } from '../formats/keepalived/virtual-server.js'
import { SCRIPT_COMMAND } from '../topology/names.js'
import type { HealthType } from '../topology/types.js'
import type { FoundHealth } from './found.js'

const TYPES: ReadonlyMap<string, HealthType> = new Map([
  ['TCP_CHECK', 'tcp'],
  ['HTTP_GET', 'http'],
  ['SSL_GET', 'https'],
  ['SMTP_CHECK', 'smtp'],
  ['DNS_CHECK', 'dns'],
  ['UDP_CHECK', 'udp'],
  ['PING_CHECK', 'ping'],
  ['MISC_CHECK', 'script'],
])

/** How the real servers of a virtual server are checked: as the first that is. Undefined: they are not. */
export function healthOf({ directive, realServers }: KeepalivedService): FoundHealth | undefined {
  for (const realServer of realServers) {
    for (const checker of realServer.directive.children ?? []) {
      const type = TYPES.get(checker.name)
      if (type === undefined) continue
      return { type, path: pathOf(checker), interval: intervalOf(directive), command: commandOf(checker) }
    }
  }
  return undefined
}

/** With arguments that the language has words for; others are to be filled in. */
function commandOf(checker: Directive): string | undefined {
  const command = valueOf(setting(checker, 'misc_path'))
  return command !== undefined && SCRIPT_COMMAND.test(command) ? command : undefined
}

function pathOf(checker: Directive): string | undefined {
  const url = setting(checker, 'url')
  return url === undefined ? undefined : valueOf(setting(url, 'path'))
}

/** Whole seconds, as a topology has them. */
function intervalOf(service: Directive): number | undefined {
  const seconds = Number(valueOf(setting(service, 'delay_loop')))
  return seconds > 0 ? Math.max(1, Math.round(seconds)) : undefined
}
