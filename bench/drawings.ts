/** A topology with one service of so many real servers, in the style of the samples. */
export interface Drawing {
  readonly mode: 'dr' | 'nat'
  readonly realServers: number
}

/** Its text. It holds: no findings of severity error. */
export function drawingText({ mode, realServers }: Drawing): string {
  const numbers = Array.from({ length: realServers }, (_, index) => index + 1)
  const network = mode === 'dr' ? 'lan' : 'back'
  return [
    'lvs: 1',
    `name: bench-${mode}-${realServers}`,
    'networks:',
    ...(mode === 'dr'
      ? ['  lan: { subnet: 10.0.0.0/16, gateway: 10.0.0.1 }']
      : ['  front: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 }', '  back: { subnet: 10.0.0.0/16 }']),
    'hosts:',
    '  lb1:',
    '    role: director',
    '    interfaces:',
    ...(mode === 'dr'
      ? ['      eth0: { network: lan, address: 10.0.0.2 }']
      : [
          '      eth0: { network: front, address: 192.0.2.2 }',
          '      eth1: { network: back, address: 10.0.0.2 }',
        ]),
    ...numbers.map(
      (number) =>
        `  rs${number}: { role: real-server, interfaces: { eth0: { network: ${network}, address: ${addressOf(number)} } } }`,
    ),
    'services:',
    '  web:',
    `    mode: ${mode}`,
    '    director: lb1',
    `    vip: ${mode === 'dr' ? '10.0.0.3' : '192.0.2.100'}`,
    '    port: 80',
    '    scheduler: wlc',
    '    real-servers:',
    ...numbers.map((number) => `      rs${number}: { weight: 1${mode === 'nat' ? ', port: 8080' : ''} }`),
    '',
  ].join('\n')
}

function addressOf(number: number): string {
  return `10.0.${1 + Math.floor(number / 250)}.${1 + (number % 250)}`
}
