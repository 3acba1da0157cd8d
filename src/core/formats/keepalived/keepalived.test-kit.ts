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
