import { NO_FILES } from '../source-text.js'
import type { SourceFiles } from '../source-text.js'
import { readKeepalived } from './tree.js'
import type { Directive, KeepalivedTree } from './tree.js'

/** A configuration as people write it: so many virtual servers, with so many real servers each. */
export function keepalivedText(virtualServers: number, realServers: number): string {
  const count = (length: number) => Array.from({ length }, (_, index) => index)
  const realServer = (
    service: number,
    number: number,
  ) => `    real_server 10.${service >> 8}.${service & 255}.${number + 1} 80 {
        weight 1
        TCP_CHECK {
            connect_timeout 3
            retry 3
            delay_before_retry 3
        }
    }
`
  return count(virtualServers)
    .map(
      (service) => `virtual_server 192.168.${service >> 8}.${service & 255} 80 {
    delay_loop 6
    lb_algo wlc
    lb_kind DR
    protocol TCP
${count(realServers)
  .map((number) => realServer(service, number))
  .join('')}}
`,
    )
    .join('')
}

/** The tree of a text, alone unless files around it are given. */
export function read(text: string, files: SourceFiles = NO_FILES, id?: string): KeepalivedTree {
  return readKeepalived({ name: 'keepalived.conf', text }, { files, id })
}

/** The tree as keepalived would dump it: a line each, two spaces for each block around. */
export function dumped(directives: readonly Directive[], indent = ''): string {
  return directives
    .map(
      ({ words, children }) =>
        `${indent}${words.map(({ text }) => text).join(' ')}\n${children === undefined ? '' : dumped(children, `${indent}  `)}`,
    )
    .join('')
}

/** What is told, and of which words. */
export function codes({ problems }: KeepalivedTree): string[] {
  return problems.map(({ code, source, span }) => `${code} ${source.text.slice(span.start, span.end)}`)
}
